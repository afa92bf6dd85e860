"""The form, step by step; the check page; what happens when it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from gongkai.casework import CHINA
from gongkai_site.agencies.models import Agency
from gongkai_site.agencies.service import PUBLIC
from gongkai_site.info_requests import service, store
from gongkai_site.info_requests.errors import RequestError
from gongkai_site.info_requests.models import CaseKind
from gongkai_site.portal import drafts, forms, uploads
from gongkai_site.portal.clients import TooOften, admit
from gongkai_site.portal.drafts import Held
from gongkai_site.portal.forms import CHECK, FILES, Step
from gongkai_site.portal.receipts import as_kept
from gongkai_site.portal.views.common import (
    NOT_SAVED,
    get_agency,
    guarded,
    note_failure,
    page,
    secret_of,
    set_secret,
    told,
    trapped,
)
from gongkai_site.portal.views.receipt import receipt_page

__all__ = ["begin", "discard", "step"]

_TRAPPED = "表单里有一栏应当空着，却填上了内容，看起来像是程序填写的。请再点一次；如果您用了自动填表，请先关掉。"
_NOT_SENT = (
    "申请没有提交成功：系统暂时不能保存。您填写的内容都还在下面，请不要关闭页面，过几分钟再点“提交申请”；"
    "点几次都只算一件。着急的，可以把内容抄下来，当面、邮寄提交。"
)


@dataclass(frozen=True, slots=True)
class Sitting:
    """One person at one form: the request, the body asked, the form, this browser's secret."""

    request: HttpRequest
    agency: Agency
    held: Held
    secret: str

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of this form."""
        return forms.steps_for(self.held.kind)

    @property
    def today(self) -> date:
        """The day it is in China."""
        return timezone.now().astimezone(CHINA).date()

    def faults(self) -> dict[str, str]:
        """Everything wrong with the form."""
        return forms.faults_of(self.held.kind, self.held.values, self.today)

    def address(self, step: Step) -> str:
        """Where a step is."""
        return reverse("portal:step", args=[self.held.id, step.key])

    def with_held(self, held: Held) -> Sitting:
        """The same with the form as it is now."""
        return Sitting(self.request, self.agency, held, self.secret)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@guarded
def begin(request: HttpRequest, agency_id: int, kind: str) -> HttpResponse:
    """The first step of a new form; nothing is kept until something is sent."""
    secret = secret_of(request) or drafts.new_secret()
    agency = get_agency(agency_id)
    held = _begun(request, agency, kind, secret) or Held(drafts.new_id(), agency.pk, kind)
    sitting = Sitting(request, agency, held, secret)
    if request.method != "POST":
        return _step_page(sitting, sitting.steps[0], fresh=True)
    return _take_step(sitting, sitting.steps[0], fresh=True)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@guarded
def step(request: HttpRequest, draft_id: str, key: str) -> HttpResponse:
    """A later step, or an earlier one again."""
    held = _held(request, draft_id)
    if held is None:
        return _gone(request)
    if held.receipt is not None:
        return HttpResponseRedirect(reverse("portal:receipt", args=[held.id]))
    found = forms.step_of(held.kind, key)
    if found is None:
        raise Http404("没有这一步。请从申请表的首页重新进入。")
    sitting = Sitting(request, get_agency(held.agency_id), held, secret_of(request))
    if request.method != "POST":
        return _check_page(sitting) if found is CHECK else _step_page(sitting, found)
    if found is CHECK:
        return _send(sitting)
    return _take_files(sitting) if found is FILES else _take_step(sitting, found)


@require_POST
@guarded
def discard(request: HttpRequest, draft_id: str) -> HttpResponse:
    """Clear a form away, as on a computer that others use too."""
    held = drafts.opened(draft_id, secret_of(request))
    if held is not None:
        drafts.discard(held)
    response = told(
        request, "已经清除", "这台设备上填写的内容和回执都已经清除，别人看不到了。", status=200
    )
    response.delete_cookie("gongkai_form", path="/request/")
    return response


def _held(request: HttpRequest, draft_id: str) -> Held | None:
    """The form as the server keeps it, else as its page carried it."""
    secret = secret_of(request)
    try:
        held = drafts.opened(draft_id, secret)
    except DatabaseError:
        held = drafts.carried(request.POST.get("carried", ""), secret, draft_id)
        if held is None:
            raise
        return held
    if held is None and request.method == "POST":
        held = drafts.carried(request.POST.get("carried", ""), secret, draft_id)
    return held


def _begun(request: HttpRequest, agency: Agency, kind: str, secret: str) -> Held | None:
    """The form that this page's first sending began, so that a second one begins no other.

    None where there is none yet, or it has been submitted: then a new one begins.
    """
    held = drafts.carried(request.POST.get("carried", ""), secret)
    if held is None or (held.agency_id, held.kind) != (agency.pk, kind):
        return None
    try:
        kept = drafts.opened(held.id, secret)
    except DatabaseError:
        return held
    if kept is None:
        return held
    return kept if kept.receipt is None else None


def _gone(request: HttpRequest) -> HttpResponse:
    lines = [
        "这份申请表已经提交、清除或者过期，也可能不是在这个浏览器里填写的。",
        "已经提交的，请用申请编号和查询码查询；没有提交的，请重新填写。",
    ]
    return told(
        request, "这份申请表打不开了", lines, status=404, leftover=forms.typed_in(request.POST)
    )


# --- questions ----------------------------------------------------------------------------------


def _take_step(sitting: Sitting, step: Step, *, fresh: bool = False) -> HttpResponse:
    request, go = sitting.request, sitting.request.POST.get("go", "")
    values = forms.merged(sitting.held.values, step.fields, request.POST)
    sitting = sitting.with_held(sitting.held.having(values=values))
    if trapped(request):
        return _step_page(sitting, step, trouble=_TRAPPED, status=400, fresh=fresh)
    try:
        if fresh:
            admit(request, "form")
        sitting = sitting.with_held(drafts.save(sitting.held, sitting.secret))
    except TooOften as often:
        return _step_page(sitting, step, trouble=str(often), status=429, fresh=fresh)
    except DatabaseError as error:
        note_failure(error)
        return _step_page(sitting, step, trouble=NOT_SAVED, status=503, fresh=fresh)
    if sitting.held.receipt is not None:
        return HttpResponseRedirect(reverse("portal:receipt", args=[sitting.held.id]))
    if go == "autosave":
        return set_secret(request, JsonResponse({"form": sitting.address(step)}), sitting.secret)
    faults = sitting.faults()
    errors = {name: words for name, words in faults.items() if name in step.names}
    if errors and go != "back":
        return _step_page(sitting, step, errors=errors, status=422)
    return _onward(sitting, step, go)


def _onward(sitting: Sitting, step: Step, go: str) -> HttpResponse:
    place = sitting.steps.index(step)
    if go == "back":
        address = (
            sitting.address(sitting.steps[place - 1])
            if place
            else reverse("portal:agency", args=[sitting.agency.pk])
        )
    elif go == "check":
        address = sitting.address(CHECK)
    else:
        address = sitting.address(sitting.steps[place + 1])
    return set_secret(sitting.request, HttpResponseRedirect(address), sitting.secret)


def _step_page(
    sitting: Sitting,
    step: Step,
    *,
    errors: dict[str, str] | None = None,
    trouble: str = "",
    status: int = 200,
    fresh: bool = False,
    refused: Sequence[str] = (),
) -> HttpResponse:
    held, wrong = sitting.held, errors or {}
    # A right number is shown by its ends only; but what could not be kept stays in sight.
    hide = not trouble and "identity" not in sitting.faults()
    needed = forms.needed(held.kind, held.values, sitting.today)
    questions = forms.bind(step.fields, held.values, wrong, hide_identity=hide, needed=needed)
    context = _frame(sitting, step) | {
        "questions": questions,
        "errors": [(f"#f-{name}", words) for name, words in wrong.items()],
        "trouble": trouble,
        "refused": list(refused),
        "fresh": fresh,
        "back_to_check": sitting.request.GET.get("to") == "check",
        "limits": uploads.limits(),
    }
    template = "files.html" if step is FILES else "step.html"
    return set_secret(
        sitting.request, page(sitting.request, template, context, status=status), sitting.secret
    )


def _frame(sitting: Sitting, step: Step) -> dict[str, Any]:
    place = sitting.steps.index(step)
    return {
        "agency": sitting.agency,
        "held": sitting.held,
        "step": step,
        "place": place + 1,
        "steps": [
            (one, sitting.address(one), number < place) for number, one in enumerate(sitting.steps)
        ],
        "carried": drafts.carry(sitting.held, sitting.secret),
        "own_record": sitting.held.kind == CaseKind.RECORD_CORRECTION,
    }


# --- files --------------------------------------------------------------------------------------


def _take_files(sitting: Sitting) -> HttpResponse:
    request, go = sitting.request, sitting.request.POST.get("go", "")
    held = sitting.held
    if trapped(request):
        return _step_page(sitting, FILES, trouble=_TRAPPED, status=400)
    gone = request.POST.get("remove", "")
    refused: list[str] = []
    try:
        if gone:
            held = held.having(files=tuple(one for one in held.files if one.digest != gone))
        else:
            taken, refused = uploads.take(request, held.files)
            held = held.having(files=taken)
        sitting = sitting.with_held(held)
        sitting = sitting.with_held(drafts.save(held, sitting.secret))
    except TooOften as often:
        return _step_page(sitting, FILES, trouble=str(often), status=429)
    except DatabaseError as error:
        note_failure(error)
        return _step_page(sitting, FILES, trouble=NOT_SAVED, status=503)
    if refused:
        return _step_page(sitting, FILES, refused=refused, status=422)
    if gone or go == "upload":
        return HttpResponseRedirect(sitting.address(FILES))
    return _onward(sitting, FILES, go)


# --- checking and sending -----------------------------------------------------------------------


def _check_page(
    sitting: Sitting, *, trouble: str = "", status: int = 200, lost: Sequence[str] = ()
) -> HttpResponse:
    faults = sitting.faults()
    parts = [
        (step, sitting.address(step), forms.summary_of(step, sitting.held.values, faults))
        for step in sitting.steps
        if step.fields
    ]
    errors = [
        (f"{sitting.address(step)}?to=check#f-{name}", faults[name])
        for step in sitting.steps
        for name in (one.name for one in step.fields)
        if name in faults
    ]
    files = sitting.address(FILES)
    errors += [(f"{files}?to=check", words) for words in lost]
    context = _frame(sitting, CHECK) | {
        "parts": parts,
        "files": sitting.held.files,
        "files_address": files,
        "errors": errors,
        "trouble": trouble,
    }
    return page(sitting.request, "check.html", context, status=status)


def _send(sitting: Sitting) -> HttpResponse:
    request, held, now = sitting.request, sitting.held, timezone.now()
    if request.POST.get("go") == "back":
        return HttpResponseRedirect(sitting.address(FILES))
    if trapped(request):
        return _check_page(sitting, trouble=_TRAPPED, status=400)
    lost = [
        f"附件“{one.name}”已经过期清除，请重新上传。"
        for one in held.files
        if not store.path_of(one.digest).is_file()
    ]
    if lost or sitting.faults():
        return _check_page(sitting, status=422, lost=lost)
    try:
        admit(request, "submit")
        receipt = service.submit(
            PUBLIC,
            sitting.agency.pk,
            forms.application_of(held.kind, held.values),
            key=held.key,
            files=held.files,
            now=now,
        )
    except TooOften as often:
        return _check_page(sitting, trouble=str(often), status=429)
    except (service.NotKept, DatabaseError) as error:
        cause = error.__cause__ if isinstance(error, service.NotKept) else error
        if isinstance(cause, DatabaseError):
            note_failure(cause)
        return _check_page(sitting, trouble=_NOT_SENT, status=503)
    except RequestError as refused:
        return _check_page(sitting, trouble=str(refused), status=422)
    return _sent(sitting, receipt, now)


def _sent(sitting: Sitting, receipt: service.Receipt, now: datetime) -> HttpResponse:
    """Show the receipt: the case is committed, so it is shown whatever else fails now."""
    kept = as_kept(receipt)
    try:
        drafts.keep_receipt(sitting.held, sitting.secret, kept, now)
    except DatabaseError as error:
        note_failure(error)
        return receipt_page(sitting.request, sitting.agency, sitting.held.id, kept, again=False)
    address = reverse("portal:receipt", args=[sitting.held.id])
    return set_secret(sitting.request, HttpResponseRedirect(address, status=303), sitting.secret)
