"""Where one document went out: record, send, look at it as WeChat will show it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gongkai_site.agencies.views.gates import staff_required
from gongkai_site.disclosures.channels import queries, service
from gongkai_site.disclosures.channels.forms import RecordForm, SendForm
from gongkai_site.disclosures.channels.house import house
from gongkai_site.disclosures.channels.links import source_of
from gongkai_site.disclosures.channels.models import ChannelKind, WeChatAccount
from gongkai_site.disclosures.channels.views.common import attempt, go, public_document, show, who
from gongkai_site.disclosures.channels.wechat.article import article_of
from gongkai_site.disclosures.models import Disclosure, State

__all__ = ["document", "preview", "record", "send"]


@require_GET
@staff_required
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """Every channel a document went out by, and what can be done now."""
    return _page(request, public_document(who(request), pk))


@require_POST
@staff_required
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that it appeared somewhere."""
    actor = who(request)
    row = public_document(actor, pk)
    form = _record_form(row, request.POST)
    if form.is_valid():
        given = form.cleaned_data
        made = attempt(
            lambda: service.record_by_hand(
                actor, row.pk, given["channel"], given["on"], given["note"]
            ),
            form,
        )
        if made is not None:
            return go(request, "document", pk, said=f"已登记：{made.channel.name}。")
    return _page(request, row, recording=form)


@require_POST
@staff_required
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Have it go to WeChat."""
    actor = who(request)
    row = public_document(actor, pk)
    channel = service.standing_channels(row.agency_id)[ChannelKind.WECHAT]
    form = SendForm(request.POST)
    if form.is_valid():
        title = form.cleaned_data["title"]
        made = attempt(lambda: service.queue(actor, row.pk, channel, title), form)
        if made is not None:
            return go(request, "document", pk, said="已排队，一分钟内开始发往微信。")
    return _page(request, row, sending=form)


@require_GET
@staff_required
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The article as WeChat will show it."""
    row = public_document(who(request), pk)
    source = source_of(row.pk)
    title = request.GET.get("title", "")[:100]
    context = {
        "row": row,
        "article": article_of(source, title) if source is not None else None,
        "title": title,
        "here": "list",
    }
    return show(request, "preview.html", context)


def _record_form(row: Disclosure, data: Any = None) -> RecordForm:
    kinds = [kind for kind, told in house()["kinds"].items() if not told["itself"]]
    channels = queries.channels_of(row.agency_id).filter(open=True, kind__in=kinds)
    return RecordForm(
        data,
        channels=channels.exclude(kind=ChannelKind.READING_PLACE),
        initial={"on": timezone.localdate()},
        auto_id="record_%s",
    )


def _page(
    request: HttpRequest,
    row: Disclosure,
    recording: RecordForm | None = None,
    sending: SendForm | None = None,
) -> HttpResponse:
    service.standing_channels(row.agency_id)
    edition = service.edition_of(row.pk)
    held = list(queries.deliveries_of(row.pk))
    of_now = (
        one for one in held if one.channel.kind == ChannelKind.WECHAT and one.edition == edition
    )
    current = next(of_now, None)
    context = {
        "form": recording or sending,
        "row": row,
        "deliveries": held,
        "recording": recording or _record_form(row),
        "sending": sending or SendForm(initial={"title": current.title if current else ""}),
        "account": WeChatAccount.objects.filter(channel__agency=row.agency_id).first(),
        "current": current,
        "public": row.state == State.PUBLISHED,
        "here": "list",
    }
    return show(request, "document.html", context)
