"""Reading places, and what is handed over to them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gongkai_site.agencies.models import Agency
from gongkai_site.agencies.views.gates import staff_required
from gongkai_site.disclosures.channels import places
from gongkai_site.disclosures.channels.forms import HandOverForm, PlaceForm, TransferForm
from gongkai_site.disclosures.channels.models import ReadingPlace, Transfer
from gongkai_site.disclosures.channels.views.common import (
    attempt,
    file_response,
    go,
    own_agency,
    show,
    who,
)

__all__ = ["close", "download", "hand_over", "listing", "make", "place", "transfer"]

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
@staff_required
def listing(request: HttpRequest) -> HttpResponse:
    """The reading places of the body; enter one."""
    actor = who(request)
    agency = own_agency(actor)
    form = PlaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = attempt(lambda: places.save_place(actor, agency.pk, form.cleaned_data), form)
        if made is not None:
            return go(request, "place", made.pk, said=f"已登记“{made.name}”。")
    held = list(agency.reading_places.order_by("-open", "kind", "name"))
    rows = [(one, one.transfers.exclude(handed_on=None).first()) for one in held]
    return show(request, "places.html", {"form": form, "rows": rows, "here": "places"})


@require_http_methods(["GET", "POST"])
@staff_required
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """One place: its particulars, its lists, a new list."""
    actor = who(request)
    agency = own_agency(actor)
    found = _place(agency, pk)
    form = PlaceForm(
        request.POST or None,
        initial={name: getattr(found, name) for name in PlaceForm.base_fields},
    )
    if request.method == "POST" and form.is_valid():
        saved = attempt(lambda: places.save_place(actor, agency.pk, form.cleaned_data, pk), form)
        if saved is not None:
            return go(request, "place", pk, said="已经保存。")
    return _place_page(request, found, form)


@require_POST
@staff_required
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand nothing more over."""
    actor = who(request)
    found = _place(own_agency(actor), pk)
    places.close_place(actor, found)
    return go(request, "places", said=f"“{found.name}”已停用，以前的移送记录还在。")


@require_POST
@staff_required
def make(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a list."""
    actor = who(request)
    found = _place(own_agency(actor), pk)
    form = TransferForm(request.POST, auto_id="transfer_%s")
    if form.is_valid():
        given = form.cleaned_data
        made = attempt(
            lambda: places.make_transfer(actor, found, given["first_day"], given["last_day"]), form
        )
        if made is not None:
            return go(request, "transfer", made.pk, said=f"清单已制作，共{len(made.items)}件。")
    return _place_page(request, found, None, form)


@require_GET
@staff_required
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """One list, to read and to print."""
    found = _transfer(own_agency(who(request)), pk)
    return _transfer_page(request, found, HandOverForm())


@require_POST
@staff_required
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a list was handed over."""
    actor = who(request)
    found = _transfer(own_agency(actor), pk)
    form = HandOverForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        done = attempt(
            lambda: places.hand_over(
                actor, found.pk, given["on"], given["received_by"], given["note"]
            ),
            form,
        )
        if done is not None:
            return go(request, "transfer", pk, said="已登记移送。")
    return _transfer_page(request, found, form)


@require_GET
@staff_required
def download(request: HttpRequest, pk: int, suffix: str) -> HttpResponse:
    """The list as a file."""
    found = _transfer(own_agency(who(request)), pk)
    name = f"移送清单{found.place.name}{found.first_day}至{found.last_day}.{suffix}"
    if suffix == "xlsx":
        return file_response(places.as_workbook(found), name, _XLSX)
    return file_response(places.as_pdf(found), name, "application/pdf")


def _place(agency: Agency, pk: int) -> ReadingPlace:
    found = ReadingPlace.objects.select_related("agency").filter(pk=pk, agency=agency).first()
    if found is None:
        raise Http404("没有这个查阅场所。")
    return found


def _transfer(agency: Agency, pk: int) -> Transfer:
    held = Transfer.objects.select_related("place__agency", "made_by", "handed_by")
    found = held.filter(pk=pk, agency=agency).first()
    if found is None:
        raise Http404("没有这份移送清单。")
    return found


def _place_page(
    request: HttpRequest,
    found: ReadingPlace,
    form: PlaceForm | None,
    making: TransferForm | None = None,
) -> HttpResponse:
    first, last = places.suggested_days(found, timezone.localdate())
    context = {
        "form": making or form,
        "place_form": form
        or PlaceForm(initial={name: getattr(found, name) for name in PlaceForm.base_fields}),
        "making": making
        or TransferForm(initial={"first_day": first, "last_day": last}, auto_id="transfer_%s"),
        "place": found,
        "transfers": [
            (one, len(one.items)) for one in found.transfers.select_related("made_by", "handed_by")
        ],
        "here": "places",
    }
    return show(request, "place.html", context)


def _transfer_page(request: HttpRequest, found: Transfer, form: HandOverForm) -> HttpResponse:
    context = {"transfer": found, "form": form, "here": "places"}
    return show(request, "transfer.html", context)
