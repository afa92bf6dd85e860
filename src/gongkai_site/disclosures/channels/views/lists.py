"""What went out and what waits, and the channels of a body."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gongkai_site.agencies.service import require
from gongkai_site.agencies.views.gates import staff_required
from gongkai_site.disclosures.channels import queries, service
from gongkai_site.disclosures.channels.forms import ChannelForm, FilterForm
from gongkai_site.disclosures.channels.house import house
from gongkai_site.disclosures.channels.models import Channel, Delivery, DeliveryState
from gongkai_site.disclosures.channels.views.common import attempt, go, own_agency, show, who
from gongkai_site.disclosures.permissions import Permission

__all__ = ["act", "close_channel", "listing", "registry"]

_TABS = {
    "": "全部",
    DeliveryState.FAILED.value: "没有成功",
    DeliveryState.WAITING.value: "等待发送",
    DeliveryState.DRAFTED.value: "草稿待发表",
    DeliveryState.SENT.value: "已公开",
    DeliveryState.OFF.value: "已取消",
}


@require_GET
@staff_required
def listing(request: HttpRequest) -> HttpResponse:
    """Every publication through a channel, newest first."""
    actor = who(request)
    require(actor, Permission.CHANNEL, agency_id=None)
    form = FilterForm(request.GET, channels=queries.channels_of(actor.agency_id or 0))
    told = form.cleaned_data if form.is_valid() else {}
    chosen = told.get("channel")
    filters = queries.Filters(
        told.get("state") or "", chosen.pk if chosen else None, told.get("q") or ""
    )
    after = request.GET.get("after", "")
    page = queries.page(
        actor, filters, int(after) if after.isdecimal() and len(after) < 15 else None
    )
    kept = {"channel": filters.channel or "", "q": filters.words}
    kept = {name: value for name, value in kept.items() if value}
    counted = queries.counts(actor)
    context = {
        "form": None,
        "filter": form,
        "filters": filters,
        "narrowed": bool(kept),
        "page": page,
        "started": bool(after),
        "tabs": [
            (
                state,
                name,
                counted.get(state),
                urlencode({**kept, "state": state} if state else kept),
            )
            for state, name in _TABS.items()
        ],
        "tab_name": _TABS.get(filters.state, "全部"),
        "first_query": urlencode({**kept, "state": filters.state}),
        "next_query": urlencode({**kept, "state": filters.state, "after": page.after})
        if page.after
        else "",
        "here": "list",
    }
    return show(request, "list.html", context)


@require_POST
@staff_required
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Try a delivery again, cancel it, say it is published; back to where the button was."""
    actor = who(request)
    require(actor, Permission.CHANNEL, agency_id=None)
    if verb == "retry":
        title = request.POST.get("title")
        done = attempt(lambda: service.retry(actor, pk, title), request=request)
        said = "已经重新排队，一分钟内开始发送。"
    elif verb == "confirm":
        url = request.POST.get("url", "")
        done = attempt(lambda: service.confirm(actor, pk, url), request=request)
        said = "已登记发表。"
    else:
        done = attempt(lambda: service.cancel(actor, pk), request=request)
        said = "已经取消，不再发送。"
    held = Delivery.objects.filter(pk=pk).first()
    if held is None:
        raise Http404("没有这条记录。")
    where = ("document", held.disclosure_id) if "document" in request.POST else ("list",)
    return go(request, *where, said=said if done else "")


@require_http_methods(["GET", "POST"])
@staff_required
def registry(request: HttpRequest) -> HttpResponse:
    """The channels of the body; enter one that is recorded by hand."""
    actor = who(request)
    agency = own_agency(actor)
    service.standing_channels(agency.pk)
    form = ChannelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = attempt(
            lambda: service.add_channel(actor, agency.pk, given["kind"], given["name"]), form
        )
        if made is not None:
            return go(request, "registry", said=f"已登记“{made.name}”。")
    rows = queries.channels_of(agency.pk).select_related("wechat")
    context = {
        "form": form,
        "agency": agency,
        "rows": [(one, house()["kinds"][one.kind]) for one in rows],
        "here": "registry",
    }
    return show(request, "registry.html", context)


@require_POST
@staff_required
def close_channel(request: HttpRequest, pk: int) -> HttpResponse:
    """Use a channel no longer."""
    actor = who(request)
    agency = own_agency(actor)
    found = Channel.objects.filter(pk=pk, agency=agency).first()
    if found is None:
        raise Http404("没有这个渠道。")
    done = attempt(lambda: service.close_channel(actor, found), request=request)
    return go(request, "registry", said=f"“{found.name}”已停用，以前的记录还在。" if done else "")
