"""The verbs on a case, each on a page of its own: why, what to fill in, and what came of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST

from gongkai_site.agencies.service import Actor, require
from gongkai_site.info_requests import service
from gongkai_site.info_requests.errors import RequestError
from gongkai_site.info_requests.forms.verbs import CaseForm, NoteForm, Setting
from gongkai_site.info_requests.models import Assignment
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.queries import CaseFile, case_file
from gongkai_site.info_requests.queries.actions import Action, actions
from gongkai_site.info_requests.verbs import VERBS
from gongkai_site.info_requests.views.acts import PAGES, SENT, SENT_PAGE, VerbPage
from gongkai_site.info_requests.views.common import (
    answer,
    attempt,
    desk_page,
    go,
    grave_page,
    may_look,
    show,
    the_case,
    today,
    who,
)
from gongkai_site.info_requests.views.lists import frame
from gongkai_site.info_requests.views.words import hint_of

__all__ = ["cancel_assistance", "code", "do", "note", "sent"]

_SPECS = {one.key: one for one in VERBS}


@require_http_methods(["GET", "POST"])
def do(request: HttpRequest, pk: int, key: str) -> HttpResponseBase:
    """One verb on one case; a grave one asks for a code first."""
    page = PAGES.get(key)
    if page is None:
        raise Http404("没有这种操作。请从案卷里选择。")
    guard = grave_page if page.grave else desk_page
    return guard(_do)(request, pk, key, page)


def _do(request: HttpRequest, pk: int, key: str, page: VerbPage) -> HttpResponse:
    actor = who(request)
    file = _file(actor, pk)
    spec = _SPECS[key]
    require(actor, spec.permission, agency_id=file.case.agency_id)
    action = _action(actor, file, key)
    if request.method == "GET" and action.page == "letter":
        return go(request, "letter", int(action.target))
    return _page(request, file, page, action, request.GET.get("event", ""))


@require_http_methods(["GET", "POST"])
@desk_page
def sent(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Record a notice that was sent outside this system."""
    kind = SENT.get(key)
    if kind is None:
        raise Http404("没有这种文书可以补登。请从案卷里选择。")
    actor = who(request)
    file = _file(actor, pk)
    require(actor, _SPECS[key].permission, agency_id=file.case.agency_id)
    action = Action("sent", f"补登：{_SPECS[key].name}", "do", "sent")
    return _page(request, file, SENT_PAGE, action, kind.value)


def _page(
    request: HttpRequest, file: CaseFile, page: VerbPage, action: Action, asked_for: str
) -> HttpResponse:
    actor, case = who(request), file.case
    setting = Setting(actor, case, file.folded, today(), asked_for)
    form: CaseForm
    if request.method == "POST":
        form = page.form(request.POST, request.FILES, setting=setting)
        if form.is_valid():
            said = attempt(form, lambda: page.act(form), case.pk)
            if said is not None:
                return answer(case.pk, request, said)
            file = _file(actor, case.pk)
    else:
        form = page.form(setting=setting)
    context = {
        **frame(actor),
        "here": "",
        "case": file.case,
        "file": file,
        "form": form,
        "action": action,
        "hint": hint_of(action.key),
        "button": page.button,
        "grave": page.grave,
        "outside": action.key if action.key in SENT else "",
    }
    return show(request, "verb.html", context)


@require_POST
@desk_page
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a remark, written on the case's own page."""
    actor = who(request)
    case = the_case(actor, pk)
    form = NoteForm(request.POST)
    if form.is_valid():
        kept = attempt(form, lambda: service.note(actor, case.pk, form.cleaned_data["words"]))
        if kept is not None:
            return answer(case.pk, request, "已经写下备注。")
    context = {**frame(actor), "here": "", "case": case, "form": form, "file": _file(actor, pk)}
    context |= {"action": Action("note", "写备注", "do", "note"), "button": "写下备注"}
    return show(request, "verb.html", context)


@require_POST
@desk_page
def cancel_assistance(request: HttpRequest, pk: int, assignment: int) -> HttpResponse:
    """Take back what an office was asked."""
    actor = who(request)
    case = the_case(actor, pk)
    if not Assignment.objects.filter(pk=assignment, case=case).exists():
        raise Http404("没有这件协办。")
    try:
        service.cancel_assistance(actor, assignment)
    except RequestError as refused:
        messages.error(request, str(refused))
        return go(request, "case", case.pk)
    return answer(case.pk, request, "已经取消协办。")


@require_POST
@desk_page
def code(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an applicant who proved who they are a new query code; it is shown once."""
    actor = who(request)
    case = the_case(actor, pk)
    require(actor, Permission.RECEIVE, agency_id=case.agency_id)
    made = service.new_query_code(actor, case.pk)
    return show(
        request, "code.html", {**frame(actor), "here": "", "case": case, "query_code": made}
    )


def _file(actor: Actor, pk: int) -> CaseFile:
    may_look(actor)
    file = case_file(actor, pk, today())
    if file is None:
        raise Http404("没有这件申请，或者您没有办理它的权限。")
    return file


def _action(actor: Actor, file: CaseFile, key: str) -> Action:
    for group in actions(actor, file, today()):
        for one in group.actions:
            if one.key == key:
                return one
    choice = next(one for one in file.verbs if one.spec.key == key)
    name = choice.spec.name
    return Action(key, name, "do", key) if choice.allowed else Action(key, name, why=choice.why_not)
