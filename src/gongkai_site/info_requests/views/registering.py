"""Fast registration, and what the person at the counter is handed."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from gongkai_site.agencies.service import Actor, require
from gongkai_site.info_requests import service
from gongkai_site.info_requests.errors import Impossible
from gongkai_site.info_requests.forms.registering import RegisterForm
from gongkai_site.info_requests.intake import Application, Asked, check_application, tidy
from gongkai_site.info_requests.models import Case
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.queries import duplicates, folded_of, frequency
from gongkai_site.info_requests.queries.arriving import Arrival, arrival, channels_told
from gongkai_site.info_requests.views.common import (
    attempt,
    desk_page,
    go,
    show,
    the_case,
    today,
    who,
)
from gongkai_site.info_requests.views.lists import frame

__all__ = ["register", "registered"]

_CODES = "query_codes"
_ASKING = re.compile(r"^.*?请(?:至少填写一种|填写|选择|写明)")


@require_http_methods(["GET", "POST"])
@desk_page
def register(request: HttpRequest) -> HttpResponse:
    """Register what arrived: look at what it comes to first, or keep it at once."""
    actor = who(request)
    require(actor, Permission.RECEIVE, agency_id=None)
    told: Arrival | None = None
    if request.method == "POST":
        form = RegisterForm(request.POST, request.FILES, today=today())
        if form.is_valid():
            if "look" in request.POST:
                told = attempt(form, lambda: _look(actor, form))
            else:
                kept = attempt(form, lambda: _keep(actor, form))
                if kept is not None:
                    # Shown once, on the next page; a session is no address and no log line.
                    request.session[_CODES] = {str(kept.case_id): kept.query_code}
                    return go(request, "registered", kept.case_id)
    else:
        form = RegisterForm(initial={"key": service.new_key()}, today=today())
    context = {
        **frame(actor),
        "here": "register",
        "form": form,
        "told": told,
        "channels": [one for one in channels_told(today()) if one.code != "online"],
    }
    return show(request, "register.html", context)


@require_GET
@desk_page
def registered(request: HttpRequest, pk: int) -> HttpResponse:
    """What was registered: number, dates and why, hints, and what to print."""
    actor = who(request)
    case = the_case(actor, pk)
    codes = request.session.get(_CODES) or {}
    query_code = codes.pop(str(pk), "")
    if query_code:
        request.session[_CODES] = codes
    folded = folded_of(case)
    context = {
        **frame(actor),
        "here": "register",
        "case": case,
        "folded": folded,
        "query_code": query_code,
        "rule": next(one for one in channels_told(folded.arrived_on) if one.code == case.channel),
        "alike": duplicates(case)[:5],
        "often": frequency(case) if case.kind == "request" else None,
        "missing": _missing(case),
    }
    return show(request, "registered.html", context)


def _look(actor: Actor, form: RegisterForm) -> Arrival:
    held = form.cleaned_data
    clean = tidy(form.application(), today(), strict=False)
    if actor.agency_id is None:
        raise Impossible("您没有所在的机关，不能登记。请联系安全管理员。")
    return arrival(actor.agency_id, clean, held["channel"], held["arrived_on"], timezone.now())


def _keep(actor: Actor, form: RegisterForm) -> service.Receipt:
    held = form.cleaned_data
    if actor.agency_id is None:
        raise Impossible("您没有所在的机关，不能登记。请联系安全管理员。")
    return service.register(
        actor,
        actor.agency_id,
        form.application(),
        channel=held["channel"],
        arrived_on=held["arrived_on"],
        key=held["key"],
        files=form.kept,
    )


def _missing(case: Case) -> list[str]:
    """What 条例29 asks for and the application lacks, for the correction that may follow."""
    text = case.texts.last()
    names = Asked.__dataclass_fields__
    asked = Asked(**{name: getattr(text, name) for name in names}) if text else Asked(name="")
    application = Application(case.applicant.kind, case.applicant.details, asked, case.kind)
    said = (one.message for one in check_application(application, today(), strict=True))
    return [_ASKING.sub("", one).split("：")[0].rstrip("。") for one in said]
