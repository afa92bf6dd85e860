"""Organs and offices, for the system administrator."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gongkai_site.agencies import queries, service
from gongkai_site.agencies.actors import Actor, Refused
from gongkai_site.agencies.forms import AgencyForm, OfficeForm, SuccessionForm, initial_of
from gongkai_site.agencies.models import Agency, Office
from gongkai_site.agencies.views.common import go, reached_agency, show, who
from gongkai_site.agencies.views.gates import staff_required

__all__ = ["add", "add_office", "change_office", "listing", "organ", "succeed"]

_CODE = "agency.manage"


@require_GET
@staff_required
def listing(request: HttpRequest) -> HttpResponse:
    """The organs, as they stand under each other."""
    actor = who(request)
    service.require(actor, _CODE, agency_id=None)
    ended = "ended" in request.GET
    return show(request, "organs.html", {"lines": queries.tree(actor, ended=ended), "ended": ended})


@require_http_methods(["GET", "POST"])
@staff_required
def add(request: HttpRequest) -> HttpResponse:
    """Enter an organ."""
    actor = who(request)
    service.require(actor, _CODE, agency_id=None)
    above = queries.agencies_within(actor, _CODE)
    form = AgencyForm(request.POST or None, above=above, initial={"parent": actor.agency_id})
    if request.method == "POST" and form.is_valid():
        try:
            made = service.add_agency(actor, form.particulars())
        except Refused as refused:
            form.refuse(str(refused), refused.field)
        else:
            return go(request, "organ", made.pk, said=f"已增加{made}。")
    return show(request, "organ_add.html", {"form": form})


@require_http_methods(["GET", "POST"])
@staff_required
def organ(request: HttpRequest, pk: int) -> HttpResponse:
    """One organ: its particulars, its offices, what became of it."""
    actor = who(request)
    agency = reached_agency(actor, _CODE, pk)
    form = _form(request, actor, agency)
    if request.method == "POST" and form.is_valid():
        try:
            service.change_agency(actor, agency, form.particulars())
        except Refused as refused:
            form.refuse(str(refused), refused.field)
        else:
            return go(request, "organ", pk, said="已经保存。")
    return _organ_page(request, actor, agency, form=form)


@require_POST
@staff_required
def succeed(request: HttpRequest, pk: int) -> HttpResponse:
    """Let another organ take over."""
    actor = who(request)
    agency = reached_agency(actor, _CODE, pk)
    form = _succession(request, actor, agency)
    if form.is_valid():
        try:
            service.reorganise(actor, agency, **form.cleaned_data)
        except Refused as refused:
            form.refuse(str(refused), refused.field)
        else:
            return go(request, "organ", pk, said="已登记承继机关。")
    return _organ_page(request, actor, agency, succession=form)


@require_POST
@staff_required
def add_office(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter an office."""
    actor = who(request)
    agency = reached_agency(actor, _CODE, pk)
    form = OfficeForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            service.add_office(actor, agency, given["name"], given["valid_from"])
        except Refused as refused:
            form.refuse(str(refused), refused.field)
        else:
            return go(request, "organ", pk, said="已增加处室。")
    return _organ_page(request, actor, agency, office_form=form)


@require_POST
@staff_required
def change_office(request: HttpRequest, pk: int, office: int) -> HttpResponse:
    """Rename an office, or end it today."""
    actor = who(request)
    agency = reached_agency(actor, _CODE, pk)
    found = Office.objects.filter(pk=office, agency=agency).first()
    if found is None:
        raise Http404("没有这个处室。")
    ends = "end" in request.POST
    try:
        service.change_office(
            actor,
            found,
            name=request.POST.get("name", ""),
            valid_until=timezone.localdate() if ends else found.valid_until,
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return go(request, "organ", pk)
    return go(request, "organ", pk, said="处室今天撤销。" if ends else "已经保存。")


def _organ_page(
    request: HttpRequest,
    actor: Actor,
    agency: Agency,
    form: AgencyForm | None = None,
    succession: SuccessionForm | None = None,
    office_form: OfficeForm | None = None,
) -> HttpResponse:
    today = timezone.localdate()
    bound = next((one for one in (form, succession, office_form) if one and one.is_bound), None)
    context = {
        "agency": agency,
        "organ_form": form or _form(request, actor, agency, fresh=True),
        "succession": succession or _succession(request, actor, agency, fresh=True),
        "office_form": office_form
        or OfficeForm(initial={"valid_from": today}, auto_id="office_%s"),
        "offices": agency.offices.order_by("valid_until", "name"),
        "predecessors": agency.predecessors.all(),
        "today": today,
        "form": bound,
    }
    return show(request, "organ.html", context)


def _form(request: HttpRequest, actor: Actor, agency: Agency, *, fresh: bool = False) -> AgencyForm:
    above = queries.agencies_within(actor, _CODE).exclude(pk=agency.pk)
    if agency.parent_id is not None:
        above = above | Agency.objects.filter(pk=agency.parent_id)
    data = request.POST if request.method == "POST" and not fresh else None
    return AgencyForm(data, above=above, initial=initial_of(agency))


def _succession(
    request: HttpRequest, actor: Actor, agency: Agency, *, fresh: bool = False
) -> SuccessionForm:
    return SuccessionForm(
        None if fresh else request.POST,
        choices=queries.agencies_within(actor, _CODE).exclude(pk=agency.pk),
        initial={"on": timezone.localdate()},
        auto_id="succession_%s",
    )
