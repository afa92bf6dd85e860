"""A request opened by its applicant: progress, letters, correction, payment, withdrawal, opinion."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongkai.casework import CHINA
from gongkai.papers import render_text
from gongkai_site.info_requests import queries, service, store
from gongkai_site.info_requests.errors import NotAllowedNow, RequestError, UnknownCase
from gongkai_site.info_requests.intake import Faulty
from gongkai_site.info_requests.models import Case, Satisfaction
from gongkai_site.info_requests.queries import folded_of
from gongkai_site.portal import answers, drafts, forms, sessions, uploads
from gongkai_site.portal.answers import Answer
from gongkai_site.portal.clients import TooOften, admit
from gongkai_site.portal.house import SCORES
from gongkai_site.portal.progress import Paper, Progress, files_for, letter_for, progress
from gongkai_site.portal.sessions import Session
from gongkai_site.portal.views.common import (
    NOT_SAVED,
    download,
    guarded,
    note_failure,
    page,
    track_page,
)

__all__ = [
    "attached_file",
    "case",
    "correct",
    "correct_page",
    "letter",
    "letter_file",
    "open_letter",
    "part",
    "pay",
    "rate",
    "withdraw",
]

_DONE = {
    "corrected": "补正已经提交，答复期限从今天起重新计算。",
    "withdrawn": "申请已经撤回。",
    "paid": "缴费凭证已经提交，机关核对后登记。",
    "rated": "谢谢您的评价。",
}
_ENDED = "为了安全，查询已经自动退出。请再输入申请编号和查询码，您刚才写的内容还在，不用重写。"

type View = Callable[..., HttpResponse]


def for_applicant(view: View) -> Any:
    """Open the view to whoever showed number and code, and let the session's idle time begin anew."""

    @guarded
    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        session = sessions.current(request)
        try:
            if session is not None:
                return sessions.keep(view(request, session, *args, **kwargs), session)
        except UnknownCase as unknown:
            raise Http404(str(unknown)) from None
        if request.method == "POST" and view.__name__ == "correct":
            kept = Answer(_posted(request, request.POST.get("kind", "")), _files_before(request))
            return track_page(request, "", answers.carry(kept), note=_ENDED, status=403)
        return HttpResponseRedirect(reverse("portal:track") + "?note=ended")

    return opened


def _today() -> date:
    return timezone.now().astimezone(CHINA).date()


def _to_case(done: str = "") -> HttpResponse:
    return HttpResponseRedirect(reverse("portal:case") + (f"?done={done}" if done else ""))


# --- progress -----------------------------------------------------------------------------------


@require_safe
@for_applicant
def case(request: HttpRequest, session: Session) -> HttpResponse:
    """How far the request has come."""
    return _case_page(request, session, note=_DONE.get(request.GET.get("done", ""), ""))


def _case_page(
    request: HttpRequest,
    session: Session,
    *,
    note: str = "",
    error: str = "",
    words: str = "",
    status: int = 200,
) -> HttpResponse:
    held = session.access.case()
    rated = Satisfaction.objects.filter(case=held).first()
    context = {
        "progress": progress(held, _today()),
        "agency": held.agency,
        "session": session,
        "note": note,
        "error": error,
        "words": words or (rated.words if rated else ""),
        "scores": SCORES.items(),
        "rated_score": rated.score if rated else None,
        "weekdays": "一二三四五六日",
    }
    return page(request, "case.html", context, status=status)


@require_POST
@for_applicant
def part(request: HttpRequest, session: Session) -> HttpResponse:
    """Look at a request that was split from this one, or back at the whole."""
    moved = session.at(request.POST.get("number", "")[:24])
    return sessions.keep(_to_case(), moved)


# --- letters and files --------------------------------------------------------------------------


@require_safe
@for_applicant
def letter(request: HttpRequest, session: Session, letter_id: int) -> HttpResponse:
    """A letter to read; one not opened yet asks first, for opening it counts as receiving it."""
    held, paper = _paper(session, letter_id)
    context: dict[str, Any] = {"agency": held.agency, "paper": paper, "case": held}
    if paper.unopened:
        return page(request, "letter_unopened.html", context)
    context["lines"] = render_text(service.paper_of(paper.letter)).split("\n")
    return page(request, "letter.html", context)


@require_POST
@for_applicant
def open_letter(request: HttpRequest, session: Session, letter_id: int) -> HttpResponse:
    """Open a letter: the day is recorded as that of its receipt."""
    service.read_letter(session.access, letter_id)
    return HttpResponseRedirect(reverse("portal:letter", args=[letter_id]))


@require_safe
@for_applicant
def letter_file(request: HttpRequest, session: Session, letter_id: int, kind: str) -> HttpResponse:
    """A letter to keep, as it was issued."""
    _, paper = _paper(session, letter_id)
    if paper.unopened:
        return HttpResponseRedirect(reverse("portal:letter", args=[letter_id]))
    name = f"{paper.letter.title}{paper.letter.number}"
    if kind == "pdf":
        return download(queries.letter_pdf(paper.letter), f"{name}.pdf", "application/pdf")
    media = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return download(queries.letter_docx(paper.letter), f"{name}.docx", media)


@require_safe
@for_applicant
def attached_file(request: HttpRequest, session: Session, file_id: int) -> HttpResponse:
    """A file that came with the reply."""
    held = session.access.case()
    for one in files_for(held, folded_of(held)):
        if one.pk == file_id:
            return download(store.path_of(one.digest).read_bytes(), one.name, one.type)
    raise Http404("没有这个文件，或者答复还没有送达。请从办理进度页面打开。")


def _paper(session: Session, letter_id: int) -> tuple[Case, Paper]:
    held = session.access.case()
    found = letter_for(held, folded_of(held), letter_id)
    if found is None:
        raise Http404("没有这份文书，或者还没有送达。请从办理进度页面打开。")
    return held, found


# --- what the applicant does --------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@for_applicant
def correct(request: HttpRequest, session: Session) -> HttpResponse:
    """Send a corrected application (条例30)."""
    held = session.access.case()
    if request.method != "POST":
        return correct_page(request, session, Answer(answers.values_of(held.texts.last())))
    values, refused = _posted(request, held.kind), list[str]()
    kept = Answer(values, _files_before(request))
    try:
        admit(request, "answer")
        files, refused = uploads.take(request, kept.files)
        kept = Answer(values, files)
        if refused:
            drafts.watch(held.agency_id, files)
            return correct_page(request, session, kept, refused=refused, status=422)
        asked = answers.cleaned(held, values, _today())
        if not answers.says_the_same(held.texts.last(), asked):
            service.correct(session.access, asked, files=files)
    except Faulty as faulty:
        errors = answers.faults(faulty)
        return correct_page(request, session, kept, errors=errors, status=422)
    except TooOften as often:
        return correct_page(request, session, kept, trouble=str(often), status=429)
    except RequestError as refusal:
        return correct_page(request, session, kept, trouble=str(refusal), status=409)
    except DatabaseError as error:
        note_failure(error)
        return correct_page(request, session, kept, trouble=NOT_SAVED, status=503)
    return _to_case("corrected")


def correct_page(
    request: HttpRequest,
    session: Session,
    answer: Answer,
    *,
    errors: dict[str, str] | None = None,
    refused: list[str] | None = None,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    """The corrected application as far as it was written."""
    held = session.access.case()
    seen: Progress = progress(held, _today())
    wrong = errors or {}
    fields = forms.asked_fields(held.kind)
    context = {
        "agency": held.agency,
        "progress": seen,
        "questions": forms.bind(fields, answer.values, wrong),
        "errors": [(f"#f-{name}", words) for name, words in wrong.items()],
        "refused": refused or [],
        "trouble": trouble,
        "answer": answer,
        "carried": answers.carry(answer),
        "limits": uploads.limits(),
        "notices": [one for one in seen.papers if one.letter.kind == "correction_notice"],
    }
    return page(request, "correct.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_applicant
def withdraw(request: HttpRequest, session: Session) -> HttpResponse:
    """Withdraw the request, after asking once more."""
    held, trouble, status = session.access.case(), "", 200
    if request.method == "POST":
        try:
            service.withdraw(session.access)
        except NotAllowedNow as refusal:
            if held.state == "withdrawn":
                return _to_case("withdrawn")
            trouble, status = str(refusal), 409
        else:
            return _to_case("withdrawn")
    context = {"agency": held.agency, "progress": progress(held, _today()), "trouble": trouble}
    return page(request, "withdraw.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_applicant
def pay(request: HttpRequest, session: Session) -> HttpResponse:
    """Send proof that the fee was paid."""
    held = session.access.case()
    kept, refused, trouble, status = _files_before(request), list[str](), "", 200
    if request.method == "POST":
        try:
            admit(request, "answer")
            kept, refused = uploads.take(request, kept)
            status = 422
            if not refused:
                service.offer_payment(session.access, kept)
                return _to_case("paid")
            drafts.watch(held.agency_id, kept)
        except RequestError as refusal:
            trouble = str(refusal)
        except TooOften as often:
            trouble, status = str(often), 429
        except DatabaseError as error:
            note_failure(error)
            trouble, status = NOT_SAVED, 503
    context = {
        "agency": held.agency,
        "progress": progress(held, _today()),
        "refused": refused,
        "trouble": trouble,
        "answer": Answer({}, kept),
        "carried": answers.carry(Answer({}, kept)),
        "limits": uploads.limits(),
    }
    return page(request, "pay.html", context, status=status)


@require_POST
@for_applicant
def rate(request: HttpRequest, session: Session) -> HttpResponse:
    """Say what one thinks of how it was handled."""
    score, words = request.POST.get("score", ""), request.POST.get("words", "")
    try:
        admit(request, "answer")
        service.rate(session.access, int(score) if score.isdecimal() else 0, words)
    except TooOften as often:
        return _case_page(request, session, error=str(often), words=words, status=429)
    except RequestError as refusal:
        return _case_page(request, session, error=str(refusal), words=words, status=422)
    except DatabaseError as error:
        note_failure(error)
        return _case_page(request, session, error=NOT_SAVED, words=words, status=503)
    return _to_case("rated")


def _posted(request: HttpRequest, kind: str) -> dict[str, Any]:
    return forms.merged({}, forms.asked_fields(kind), request.POST)


def _files_before(request: HttpRequest) -> tuple[Any, ...]:
    """The files an earlier attempt left, but for those taken out again."""
    before = answers.carried(request.POST.get("carried", ""))
    gone = set(request.POST.getlist("remove"))
    return tuple(one for one in before.files if one.digest not in gone) if before else ()
