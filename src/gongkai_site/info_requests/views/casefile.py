"""The case file as one page, who the applicant is for whoever may know, and its files and forms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from gongkai.errors import PaperError
from gongkai.papers import render_pdf
from gongkai.papers.paper import Box, Paper, Paragraph, Table
from gongkai_site.agencies.service import Actor, allowed, audit, require
from gongkai_site.info_requests import store
from gongkai_site.info_requests.errors import NotAllowedNow, RequestError
from gongkai_site.info_requests.forms.verbs import NoteForm
from gongkai_site.info_requests.models import (
    IDENTITY_TYPES,
    Attachment,
    AttachmentPurpose,
    Case,
    Letter,
    LetterState,
    ScanState,
    Seal,
)
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.queries import (
    CaseFile,
    case_file,
    duplicates,
    folded_of,
    form_paper,
    frequency,
    letter_pdf,
    publish_hint,
    visible,
)
from gongkai_site.info_requests.queries.actions import Group, actions
from gongkai_site.info_requests.queries.casefile import FORMS
from gongkai_site.info_requests.queries.pages import asked_of, clocks_of, links_of, weeks
from gongkai_site.info_requests.service import draft_letter, issue_letter
from gongkai_site.info_requests.service.core import target
from gongkai_site.info_requests.views.common import (
    desk_page,
    file_response,
    go,
    may_look,
    show,
    the_case,
    today,
    who,
)
from gongkai_site.info_requests.views.lists import frame
from gongkai_site.info_requests.views.words import reminders

__all__ = ["attachment", "case", "form_pdf", "identity", "receipt"]

_PERSONAL = (AttachmentPurpose.IDENTITY, AttachmentPurpose.APPLICATION, AttachmentPurpose.PAYMENT)
_FORM_NAMES = {
    "registration": "登记表",
    "envelope": "信封",
    "O1_record": "逾期不补正的处理记录",
    "O2_record": "逾期不缴费的处理记录",
    "third_party_reply_form": "征求意见确认函",
}


@require_GET
@desk_page
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one request, and what may be done now."""
    actor, day = who(request), today()
    may_look(actor)
    file = case_file(actor, pk, day)
    if file is None:
        raise Http404("没有这件申请，或者您没有办理它的权限。")
    held, groups = file.case, actions(actor, file, day)
    clocks, clocks_unknown = clocks_of(file.folded, day)
    voids = next(one for one in file.verbs if one.spec.key == "void")
    context = {
        **frame(actor),
        "here": "",
        "file": file,
        "case": held,
        "today": day,
        "applicant": held.applicant,
        "groups": groups,
        "not_now": _by_reason(groups),
        "irregular_verbs": any(group.irregular for group in groups),
        "weeks": weeks(file.status),
        "clocks": clocks,
        "clocks_unknown": clocks_unknown,
        "may_void": voids.allowed,
        "may_receive": allowed(actor, Permission.RECEIVE, held.agency_id),
        "may_export": allowed(actor, "request.export", held.agency_id),
        "text": held.texts.last(),
        "texts": list(held.texts.all()),
        "letters": held.letters.exclude(state=LetterState.DISCARDED).select_related("drafted_by"),
        "discarded": held.letters.filter(state=LetterState.DISCARDED),
        "attachments": _attachments(actor, held),
        "asked": asked_of(file),
        "assignments": held.assignments.select_related("office", "assignee", "given_by", "done_by"),
        "notes": held.notes.select_related("by"),
        "note_form": NoteForm(prefix="", initial={"expected": held.version}),
        "forms": [(key, _FORM_NAMES[key]) for key in _forms_for(file)],
        "links": _links(actor, held),
        **_hints(held),
    }
    return show(request, "case.html", context)


@require_POST
@desk_page
def identity(request: HttpRequest, pk: int) -> HttpResponse:
    """Who the applicant is: shown once, and written down in the audit log."""
    actor = who(request)
    held = the_case(actor, pk)
    require(actor, Permission.VIEW_IDENTITY, agency_id=held.agency_id)
    _looked_at(actor, held, "identity")
    details = held.applicant.details
    context = {
        **frame(actor),
        "here": "",
        "case": held,
        "details": details,
        "identity_type": IDENTITY_TYPES.get(details.identity_type, ""),
        "parties": [
            (one.label, Seal.open(one.party), Seal.open(one.contact) if one.contact else "")
            for one in held.consultations.all()
        ],
    }
    return show(request, "identity.html", context)


@require_GET
@desk_page
def attachment(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """Download a file of the case."""
    actor = who(request)
    held = the_case(actor, pk)
    found = Attachment.objects.filter(pk=file, case=held).first()
    if found is None or not _may_open(actor, held, found):
        raise Http404("没有这个文件，或者您没有打开它的权限。")
    if found.scan == ScanState.INFECTED:
        raise Http404("这个文件查出病毒，已经隔离，不能打开。请联系申请人重新提交。")
    if found.purpose in _PERSONAL:
        _looked_at(actor, held, "attachment", file=found.pk)
    try:
        data = store.path_of(found.digest).read_bytes()
    except OSError:
        raise Http404("文件不在存放的地方。请把申请编号告诉系统管理员。") from None
    return file_response(data, found.name, found.type)


@require_GET
@desk_page
def form_pdf(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Print a paper of the case that nobody signs, as 登记表; what is not known is left to a pen."""
    actor = who(request)
    held = the_case(actor, pk)
    if kind not in FORMS:
        raise Http404("没有这种表格。请从案卷里选择。")
    require(actor, Permission.VIEW_IDENTITY, agency_id=held.agency_id)
    _looked_at(actor, held, kind)
    paper = _for_a_pen(form_paper(held, folded_of(held), kind, today()))
    name = f"{held.number}{_FORM_NAMES[kind]}.pdf"
    return file_response(render_pdf(paper), name, "application/pdf", inline=True)


@require_POST
@desk_page
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Give out the numbered 回执 of a case, or the one given out before."""
    actor = who(request)
    held = the_case(actor, pk)
    require(actor, Permission.RECEIVE, agency_id=held.agency_id)
    given = held.letters.filter(kind="receipt", state=LetterState.ISSUED).last()
    if given is None:
        try:
            given = _give_receipt(actor, held)
        except RequestError as refused:
            return go(request, "case", pk, said=f"还不能出具回执：{refused}")
    name = f"{held.number}回执.pdf"
    return file_response(letter_pdf(given), name, "application/pdf", inline=True)


def _by_reason(groups: Iterable[Group]) -> list[tuple[str, list[str]]]:
    """What may not be done now, together where the reason is one."""
    found: dict[str, list[str]] = {}
    for group in groups:
        for one in group.closed:
            found.setdefault(one.why, []).append(one.name)
    return list(found.items())


@transaction.atomic
def _give_receipt(actor: Actor, held: Case) -> Letter:
    try:
        drafted = draft_letter(actor, held.pk, "receipt", {})
        return issue_letter(actor, drafted.pk)
    except PaperError as lacking:
        raise NotAllowedNow(str(lacking)) from lacking


@transaction.atomic
def _looked_at(actor: Actor, held: Case, what: str, **details: Any) -> None:
    audit(
        actor,
        Permission.VIEW_IDENTITY,
        target=target(held),
        agency_id=held.agency_id,
        details={"what": what, **details},
    )


def _may_open(actor: Actor, held: Case, file: Attachment) -> bool:
    if file.purpose not in _PERSONAL:
        return True
    return allowed(actor, Permission.VIEW_IDENTITY, held.agency_id)


def _attachments(actor: Actor, held: Case) -> list[tuple[Attachment, bool]]:
    return [
        (one, _may_open(actor, held, one) and one.scan != ScanState.INFECTED)
        for one in held.attachments.select_related("added_by")
    ]


def _forms_for(file: CaseFile) -> list[str]:
    if not file.show_identity:
        return []
    found = ["registration", "envelope"]
    outcome = file.folded.outcome
    if outcome is not None and outcome.code in ("O1", "O2"):
        found.append(f"{outcome.code}_record")
    if any(one.kind == "third_party_consulted" for one in file.folded.consultations):
        found.append("third_party_reply_form")
    return found


def _links(actor: Actor, held: Case) -> list[tuple[str, Case | None, str]]:
    linked = [
        *(one for one in (held.split_from_id, held.merged_into_id) if one is not None),
        *held.split_into.values_list("pk", flat=True),
        *held.merged_here.values_list("pk", flat=True),
    ]
    seen = list(visible(actor).filter(pk__in=linked).values_list("pk", flat=True)) if linked else []
    return links_of(held, seen)


def _hints(held: Case) -> dict[str, Any]:
    """What the law asks an officer to notice; nothing is decided by it."""
    if held.kind != "request":
        return {}
    often = frequency(held)
    return {
        "remind": reminders(),
        "alike": duplicates(held)[:5],
        "often": often if often.count > 1 else None,
        "publish": publish_hint(held),
    }


def _for_a_pen(paper: Paper) -> Paper:
    """A form without the marks of a draft: what is not known stays blank."""

    def blank(text: str) -> str:
        return "" if text.startswith("【待填：") else text

    blocks: list[Paragraph | Table] = []
    for one in paper.blocks:
        if isinstance(one, Paragraph):
            blocks.append(one)
            continue
        rows = tuple(
            tuple(Box(blank(box.text), box.across, box.head, box.tall) for box in row)
            for row in one.rows
        )
        blocks.append(Table(one.caption, one.widths, rows, one.heads))
    return replace(paper, blocks=tuple(blocks), draft=False)
