"""Letters: choosing an outcome, drawing up, rewriting, legal's view, signing, sending out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gongkai.casework import CHINA
from gongkai.papers import Paper, Problem, Template, render_docx, render_pdf, template
from gongkai_site.agencies.service import Actor, allowed, require
from gongkai_site.info_requests import service
from gongkai_site.info_requests.errors import Impossible
from gongkai_site.info_requests.forms.base import DeskForm
from gongkai_site.info_requests.forms.letters import (
    DiscardForm,
    EditForm,
    IssueForm,
    LetterForm,
    ReviewForm,
    wanted_of,
)
from gongkai_site.info_requests.letter_facts import case_facts
from gongkai_site.info_requests.letter_kinds import LetterKind, letter_kind
from gongkai_site.info_requests.models import Case, Letter, LetterState
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.queries import folded_of, letter_docx, letter_pdf
from gongkai_site.info_requests.queries.letter_acts import acts_on
from gongkai_site.info_requests.queries.masking import masked, masking
from gongkai_site.info_requests.redacting.queries import grounds_used
from gongkai_site.info_requests.service.letters import facts_of, template_for
from gongkai_site.info_requests.views.acts import SENT
from gongkai_site.info_requests.views.common import (
    attempt,
    desk_page,
    file_response,
    go,
    grave_page,
    show,
    the_case,
    today,
    who,
)
from gongkai_site.info_requests.views.lists import frame
from gongkai_site.info_requests.views.words import hint_of

__all__ = [
    "approve",
    "discard",
    "download",
    "edit",
    "extend",
    "issue",
    "letter",
    "new",
    "outcomes",
    "review",
]

_AMENDMENTS = ("record_corrected", "record_unchanged", "record_transferred", "record_redirected")
_LAPSES = {"O1": "lapse_correction", "O2": "lapse_fee"}


@require_GET
@desk_page
def outcomes(request: HttpRequest, pk: int) -> HttpResponse:
    """What a reply may decide: what the law allows now first, the rest with the reason."""
    actor = who(request)
    case = the_case(actor, pk)
    require(actor, Permission.DRAFT, agency_id=case.agency_id)
    open_ones: list[tuple[str, str, str]] = []
    closed: list[tuple[str, str]] = []
    if case.kind == "record_correction":
        open_ones = [(key, letter_kind(key).name, _result(key)) for key in _AMENDMENTS]
    else:
        for verb in folded_of(case).outcome_choices(today()):
            code = verb.outcome or ""
            if verb.allowed or (verb.recordable and code not in _LAPSES):
                open_ones.append((code, verb.name, verb.why_not))
            else:
                closed.append((verb.name, verb.why_not))
    context = {
        **frame(actor),
        "here": "",
        "case": case,
        "allowed": [one for one in open_ones if not one[2] or case.kind != "request"],
        "irregular": [one for one in open_ones if one[2] and case.kind == "request"],
        "closed": closed,
        "hint": hint_of("draft_reply"),
    }
    return show(request, "outcomes.html", context)


@require_http_methods(["GET", "POST"])
@desk_page
def new(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Draw up a letter: what it has to be told, a look at it, and the draft."""
    actor = who(request)
    case = the_case(actor, pk)
    of = _kind(kind)
    require(actor, of.drafting, agency_id=case.agency_id)
    before = _before(request, case, kind)
    form = _letter_form(request, case, of, before)
    preview: tuple[Paper, list[Problem]] | None = None
    if request.method == "POST" and form.is_valid() and "more" not in request.POST:
        if "look" in request.POST:
            preview = attempt(form, lambda: _look(actor, case, of, form, before), case.pk)
        else:
            made = attempt(form, lambda: _draw_up(actor, case, of, form, before), case.pk)
            if made is not None:
                return go(request, "letter", made.pk, said="已经拟稿，请核对后送审或者送签。")
    context = {
        **frame(actor),
        "here": "",
        "case": case,
        "of": of,
        "form": form,
        "before": before,
        "wanted": form.wanted,
        "paper": preview[0] if preview else None,
        "problems": preview[1] if preview else (),
        "hint": hint_of(kind),
        "outside": kind if kind in SENT else "",
    }
    return show(request, "letter_new.html", context)


@require_GET
@desk_page
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter: its text, what it lacks, and what may be done with it."""
    actor = who(request)
    return _letter_page(request, actor, _letter(actor, pk))


@require_POST
@desk_page
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what somebody made of the text."""
    actor = who(request)
    held = _letter(actor, pk)
    form = EditForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        done = attempt(
            form,
            lambda: service.edit_letter(
                actor,
                pk,
                said["text"].splitlines(),
                title=said["title"],
                expected_version=said["version"],
            ),
        )
        if done is not None:
            return go(request, "letter", pk, said=f"已经保存为第{done.version}稿。")
    return _letter_page(request, actor, held, "edit", form)


@require_POST
@desk_page
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Legal's view."""
    actor = who(request)
    held = _letter(actor, pk)
    form = ReviewForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        done = attempt(
            form,
            lambda: service.legal_review(
                actor,
                pk,
                agreed=said["agreed"] == "yes",
                words=said["words"],
                expected_version=said["version"],
            ),
        )
        if done is not None:
            words = "已经同意，送负责人签发。" if said["agreed"] == "yes" else "已经退回修改。"
            return go(request, "letter", pk, said=words)
    return _letter_page(request, actor, held, "review", form)


@require_POST
@grave_page
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign a letter."""
    return _sign(request, pk, service.approve_letter, "已经签发，由承办人编号发出。")


@require_POST
@grave_page
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Consent to an extension; the notice goes out with it."""
    return _sign(request, pk, service.extend, "已经同意延期，延期告知书已经编号发出。")


def _sign(request: HttpRequest, pk: int, verb: Any, said: str) -> HttpResponse:
    actor = who(request)
    held = _letter(actor, pk)
    form = DeskForm(request.POST)
    if form.is_valid():
        done = attempt(
            form, lambda: verb(actor, pk, expected_version=form.cleaned_data["expected"])
        )
        if done is not None:
            return go(request, "letter", pk, said=said)
    return _letter_page(request, actor, held, "approve", form)


@require_POST
@desk_page
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Number a signed letter and send it out."""
    actor = who(request)
    held = _letter(actor, pk)
    form = IssueForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        done = attempt(
            form,
            lambda: service.issue_letter(actor, pk, on=said["on"], as_happened=said["as_happened"]),
        )
        if done is not None:
            number = f"，文号 {done.number}" if done.number else ""
            return go(request, "letter", pk, said=f"已经发出{number}。")
    return _letter_page(request, actor, held, "issue", form)


@require_POST
@desk_page
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a draft aside."""
    actor = who(request)
    held = _letter(actor, pk)
    form = DiscardForm(request.POST)
    if form.is_valid():
        done = attempt(
            form, lambda: service.discard_letter(actor, pk, reason=form.cleaned_data["reason"])
        )
        if done is not None:
            return go(request, "case", held.case_id, said="已经作废，这一稿仍然留在案卷里。")
    return _letter_page(request, actor, held, "discard", form)


@require_GET
@desk_page
def download(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The letter as PDF or Word; without the applicant's name for whoever may not know it."""
    actor = who(request)
    held = _letter(actor, pk)
    knows = allowed(actor, Permission.VIEW_IDENTITY, held.agency_id)
    name = f"{held.case.number}{letter_kind(held.kind).name.split('（')[0]}"
    if kind == "pdf":
        data = letter_pdf(held) if knows else render_pdf(_paper(actor, held))
        return file_response(data, f"{name}.pdf", "application/pdf", inline=True)
    if kind == "docx":
        data = letter_docx(held) if knows else render_docx(_paper(actor, held))
        media = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        return file_response(data, f"{name}.docx", media)
    raise Http404("文书可以打开 PDF，或者下载 Word 文件。")


# --- what the pages above rest on ---------------------------------------------------------------


def _letter(actor: Actor, pk: int) -> Letter:
    held = (
        Letter.objects.select_related(
            "case__agency", "case__applicant", "drafted_by", "reviewed_by", "approved_by"
        )
        .filter(pk=pk)
        .first()
    )
    if held is None:
        raise Http404("没有这份文书，或者您没有办理它的权限。")
    the_case(actor, held.case_id)
    return held


def _paper(actor: Actor, held: Letter) -> Paper:
    paper = service.paper_of(held)
    if allowed(actor, Permission.VIEW_IDENTITY, held.agency_id):
        return paper
    return masked(paper, held.case.applicant)


def _letter_page(
    request: HttpRequest,
    actor: Actor,
    held: Letter,
    bound: str = "",
    form: DeskForm | None = None,
) -> HttpResponse:
    held.refresh_from_db()
    of = letter_kind(held.kind)
    paper = _paper(actor, held)
    live = held.state in (LetterState.DRAFT, LetterState.REVIEWED, LetterState.APPROVED)
    problems = _problems(actor, held) if live else []
    issued = held.approved_at.astimezone(CHINA).date() if held.approved_at else today()
    text = "\n".join(service.paper_of(held).paragraphs)
    forms: dict[str, DeskForm] = {
        "edit": EditForm(initial={"version": held.version, "title": held.title, "text": text}),
        "review": ReviewForm(initial={"version": held.version}),
        "approve": DeskForm(initial={"expected": held.version}),
        "issue": IssueForm(initial={"on": max(today(), issued)}),
        "discard": DiscardForm(),
    }
    if form is not None:
        forms[bound] = form
    context = {
        **frame(actor),
        "here": "",
        "case": held.case,
        "letter": held,
        "of": of,
        "paper": paper,
        "problems": problems,
        "errors": sum(one.severity == "error" for one in problems),
        "acts": acts_on(actor, held, of, problems),
        "forms": forms,
        "bound": bound,
        "form": form,
        "live": live,
        "event_name": of.event.label if of.event else "",
        "versions": held.versions.select_related("by"),
    }
    return show(request, "letter.html", context)


def _problems(actor: Actor, held: Letter) -> list[Problem]:
    found = service.problems_of(held)
    if allowed(actor, Permission.VIEW_IDENTITY, held.agency_id):
        return found
    hide = masking(held.case.applicant)
    return [replace(one, message=hide(one.message)) for one in found]


def _kind(kind: str) -> LetterKind:
    try:
        return letter_kind(kind)
    except Impossible as unknown:
        raise Http404(str(unknown)) from None


def _result(key: str) -> str:
    names = {"record_corrected": "已更正", "record_unchanged": "不予更正"}
    names |= {"record_transferred": "转送有权机关", "record_redirected": "告知向有权机关提出"}
    return names[key]


def _before(request: HttpRequest, case: Case, kind: str) -> Letter | None:
    """The draft that is drawn up again with more facts, if one is named."""
    named = request.GET.get("again", "") or request.POST.get("again", "")
    if not named.isdigit():
        return None
    return case.letters.filter(pk=int(named), kind=kind, issued_at=None).first()


def _letter_form(
    request: HttpRequest, case: Case, of: LetterKind, before: Letter | None
) -> LetterForm:
    day = today()
    own = template_for(case.agency_id, of.key, day)
    wording = Template.parse(own.text) if own is not None else template(of.key, day)
    facts = case_facts(case, folded_of(case))
    initial: dict[str, Any] = {"expected": case.version}
    given: dict[str, Any] = {}
    if before is not None:
        initial |= facts_of(before)
        given = before.event_data.get("given", {})
    elif of.key == "P1":
        initial["withheld"] = grounds_used(case)
    return LetterForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        of=of,
        wanted=wanted_of(wording, facts),
        given=given,
    )


def _draw_up(
    actor: Actor, case: Case, of: LetterKind, form: LetterForm, before: Letter | None
) -> Letter:
    """Draft a letter; one that is drawn up again is set aside in the same moment."""
    expected = form.cleaned_data["expected"]
    with transaction.atomic():
        if before is not None:
            seen = _version_of(case)
            service.discard_letter(actor, before.pk, reason="补填内容后重新起草")
            # What the setting aside itself recorded is no news to whoever does it.
            expected = None if expected is None else expected + _version_of(case) - seen
        return service.draft_letter(
            actor,
            case.pk,
            of.key,
            form.facts(),
            given=form.given(),
            expected=expected,
        )


def _version_of(case: Case) -> int:
    return Case.objects.values_list("version", flat=True).get(pk=case.pk)


def _look(
    actor: Actor, case: Case, of: LetterKind, form: LetterForm, before: Letter | None
) -> tuple[Paper, list[Problem]]:
    """The letter as it would be drawn up; nothing of it is kept."""
    with transaction.atomic():
        made = _draw_up(actor, case, of, form, before)
        paper, problems = service.paper_of(made), service.problems_of(made)
        transaction.set_rollback(True)
    return replace(paper, draft=True), problems
