"""The body's own wording of letters: one person writes a version, another has it used."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gongkai.errors import NotInForce
from gongkai.papers import Paper, Template, preview, render_pdf, template
from gongkai_site.agencies.service import Actor, Refused, allowed
from gongkai_site.info_requests import service
from gongkai_site.info_requests.errors import Impossible, RequestError
from gongkai_site.info_requests.forms.letters import TemplateForm
from gongkai_site.info_requests.letter_kinds import letter_kind, letter_kinds
from gongkai_site.info_requests.models import TemplateVersion
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.service.letters import template_for
from gongkai_site.info_requests.views.common import (
    attempt,
    desk_page,
    file_response,
    go,
    grave_page,
    show,
    today,
    who,
)
from gongkai_site.info_requests.views.lists import frame

__all__ = ["approve", "edit", "listing", "pdf", "retire"]


@dataclass(frozen=True, slots=True)
class _Line:
    """One kind of letter in the list: what stands, and what waits for a second person."""

    key: str
    name: str
    standing: TemplateVersion | None
    waiting: int
    confirmed: bool


@require_GET
@desk_page
def listing(request: HttpRequest) -> HttpResponse:
    """Every kind of letter, and whose wording it uses."""
    actor = who(request)
    agency_id = _body(actor)
    waiting: dict[str, int] = {}
    for kind in TemplateVersion.objects.filter(
        agency_id=agency_id, approved_by=None, retired_at=None
    ).values_list("kind", flat=True):
        waiting[kind] = waiting.get(kind, 0) + 1
    lines = [
        _Line(key, of.name, template_for(agency_id, key, today()), waiting.get(key, 0), _sure(key))
        for key, of in letter_kinds().items()
    ]
    return show(request, "wording.html", {**frame(actor), "here": "wording", "lines": lines})


@require_http_methods(["GET", "POST"])
@desk_page
def edit(request: HttpRequest, kind: str) -> HttpResponse:
    """One kind of letter: its versions, and writing a new one with a look at it."""
    actor = who(request)
    agency_id = _body(actor)
    try:
        of = letter_kind(kind)
    except Impossible as unknown:
        raise Http404(str(unknown)) from None
    paper: Paper | None = None
    if request.method == "POST":
        form = TemplateForm(request.POST)
        if form.is_valid() and "look" in request.POST:
            paper = attempt(form, lambda: _look(form))
        elif form.is_valid():
            said = form.cleaned_data
            kept = attempt(
                form,
                lambda: service.save_template(
                    actor,
                    agency_id,
                    kind,
                    said["text"].replace("\r\n", "\n"),
                    effective=said["effective"],
                    remark=said["remark"],
                ),
            )
            if kept is not None:
                words = f"已经保存为第{kept.version}版，等另一个人复核启用。"
                return go(request, "wording-edit", kind, said=words)
    else:
        form = TemplateForm(initial={"text": _text(agency_id, kind), "effective": today()})
    context = {
        **frame(actor),
        "here": "wording",
        "of": of,
        "form": form,
        "paper": paper,
        "versions": TemplateVersion.objects.filter(agency_id=agency_id, kind=kind).select_related(
            "edited_by", "approved_by"
        ),
        "standing": template_for(agency_id, kind, today()),
        "may_edit": allowed(actor, Permission.EDIT_TEMPLATES, agency_id),
        "may_approve": allowed(actor, Permission.APPROVE_TEMPLATES, agency_id),
        "me": actor.user_id,
    }
    return show(request, "wording_edit.html", context)


@require_POST
@grave_page
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a version used from its day on."""
    held = _version(who(request), pk)
    try:
        service.approve_template(who(request), pk)
    except RequestError as refused:
        messages.error(request, str(refused))
        return go(request, "wording-edit", held.kind)
    return go(request, "wording-edit", held.kind, said=f"第{held.version}版已经启用。")


@require_POST
@desk_page
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a version out of use."""
    held = _version(who(request), pk)
    service.retire_template(who(request), pk)
    return go(request, "wording-edit", held.kind, said=f"第{held.version}版已经停用。")


@require_GET
@desk_page
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """A version with made-up facts, as it prints."""
    held = _version(who(request), pk)
    day = max(held.effective, today())
    data = render_pdf(preview(Template.parse(held.text), day))
    return file_response(
        data, f"{held.kind}第{held.version}版预览.pdf", "application/pdf", inline=True
    )


def _body(actor: Actor) -> int:
    either = (Permission.EDIT_TEMPLATES, Permission.APPROVE_TEMPLATES)
    if actor.agency_id is None or not any(allowed(actor, one, None) for one in either):
        raise Refused("文书模板由法规处修改、公开机构负责人启用。")
    return actor.agency_id


def _version(actor: Actor, pk: int) -> TemplateVersion:
    held = TemplateVersion.objects.filter(pk=pk, agency_id=_body(actor)).first()
    if held is None:
        raise Http404("没有这一版模板。请从列表里重新打开。")
    return held


def _look(form: TemplateForm) -> Paper:
    said = form.cleaned_data
    return preview(Template.parse(said["text"].replace("\r\n", "\n")), said["effective"])


def _text(agency_id: int, kind: str) -> str:
    last = TemplateVersion.objects.filter(agency_id=agency_id, kind=kind).first()
    return last.text if last is not None else template(kind, today()).to_yaml()


def _sure(kind: str) -> bool:
    """Whether the packaged wording was confirmed by lawyers; ours is not until a body's are."""
    try:
        return template(kind, today()).wording == "verified"
    except NotInForce:
        return False
