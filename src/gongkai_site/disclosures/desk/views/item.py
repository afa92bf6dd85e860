"""One document: what it says, its clock, what the checks find, its files, versions and history."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from gongkai.errors import CalendarMissing
from gongkai_site.agencies.models import User
from gongkai_site.agencies.service import Actor, allowed
from gongkai_site.agencies.views import staff_required
from gongkai_site.disclosures import codes, hooks, queries, store
from gongkai_site.disclosures.desk.actions import actions
from gongkai_site.disclosures.desk.comparing import compare, draft_of, text_of, versions
from gongkai_site.disclosures.desk.strip import days_left, weeks
from gongkai_site.disclosures.desk.telling import told
from gongkai_site.disclosures.desk.views.common import show, the_row, today, who
from gongkai_site.disclosures.models import Attachment, Disclosure, Nature, Stage, State
from gongkai_site.disclosures.permissions import Permission

__all__ = ["comparison", "file", "item", "preview_of"]

_SNIPPET = "wagtailsnippets_disclosures_disclosure"


@require_GET
@staff_required
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one document, and what may be done with it now."""
    actor = who(request)
    row = the_row(actor, pk)
    draft = draft_of(row)
    offered = actions(actor, row)
    context = {
        "here": "",
        "row": row,
        "draft": draft,
        "amending": row.published_at is not None and row.stage != Stage.NONE,
        "facts": facts_of(row, draft),
        "clock": clock_of(row),
        "findings": hooks.findings_of(draft) if row.stage != Stage.NONE else None,
        "text": text_of(draft),
        "public_page": page_of(row),
        "files": list(draft.attachments.all()),
        "may_attach": row.stage == Stage.DRAFT and allowed(actor, Permission.DRAFT, row.agency_id),
        "versions": versions(row),
        "preview": preview_of(row),
        "people": people_of(row),
        "story": [told(one) for one in reversed(queries.events(actor, row.pk))],
        "open": [one for one in offered if not one.why],
        "closed": [one for one in offered if one.why],
        "channels": _channels(actor, row),
        "around": _around(row, draft),
    }
    return show(request, "item.html", context)


@require_GET
@staff_required
def comparison(request: HttpRequest, pk: int) -> HttpResponse:
    """Two versions of a document, and what is different."""
    row = the_row(who(request), pk)
    kept = versions(row)
    chosen = [request.GET.get(name, "") for name in ("before", "after")]
    if not all(one.isascii() and one.isdigit() and len(one) < 19 for one in chosen):
        chosen = (
            [str(one.id) for one in (kept[1:2] or kept[:1])] + [str(kept[0].id)] if kept else []
        )
    found = compare(row, int(chosen[0]), int(chosen[1])) if chosen else None
    if found is None:
        raise Http404("没有这个版本。请从版本列表里选择。")
    context = {
        "here": "",
        "row": row,
        "versions": kept,
        "before": int(chosen[0]),
        "after": int(chosen[1]),
        "found": found,
    }
    return show(request, "compare.html", context)


@require_GET
@staff_required
def file(request: HttpRequest, pk: int, digest: str) -> HttpResponse:
    """Download an attachment of a document, whether it is public yet or not."""
    row = the_row(who(request), pk)
    held = [*draft_of(row).attachments.all(), *Attachment.objects.filter(disclosure=row)]
    found = next((one for one in held if one.digest == digest), None)
    if found is None:
        raise Http404("没有这个附件，可能已经移除。")
    try:
        data = store.path_of(found.digest).read_bytes()
    except OSError:
        raise Http404("附件不在存放的地方。请把名称告诉系统管理员。") from None
    response = HttpResponse(data, content_type=found.media_type)
    response["Content-Disposition"] = content_disposition_header(True, found.name) or ""
    return response


def facts_of(row: Disclosure, draft: Disclosure) -> list[tuple[str, str]]:
    """The metadata box: (label, words), those without words left out."""
    labels = codes.labels()
    audience = "、".join(labels.get(("audience", one), one) for one in draft.audience)
    told_nature = row.get_nature_display() or "未确定"
    pairs = [
        ("索引号", row.index_number or "公开时取得"),
        ("文号", draft.doc_number),
        ("种类", draft.get_kind_display()),
        ("公开属性", f"{told_nature}{f'（{row.ground}）' if row.ground else ''}"),
        ("理由", row.ground_note),
        ("发布机构", draft.publisher),
        ("制作机关", draft.maker),
        ("牵头机关", draft.lead_organ),
        ("责任处室", draft.office or ""),
        ("成文日期", draft.written_on),
        ("形成或者变更日期", draft.formed_on),
        ("公开日期", _moment(row.published_at)),
        ("最近修订", _moment(row.changed_at)),
        ("有效性", _validity(row)),
        ("复查日期", row.re_review_on),
        ("栏目", "、".join(_columns(draft))),
        ("主题分类", labels.get(("topic", draft.topic), draft.topic)),
        ("体裁分类", labels.get(("genre", draft.genre), draft.genre)),
        ("服务对象", audience),
        ("关键词", draft.keywords),
        ("作者", draft.author),
        ("来源", draft.source),
    ]
    return [(label, str(words)) for label, words in pairs if words]


def clock_of(row: Disclosure) -> dict[str, Any] | None:
    """The clock of 条例26: its days, steps, and how it stands; None where none runs or ran."""
    if row.nature in (Nature.ON_REQUEST, Nature.WITHHELD):
        return None
    day = today()
    done = timezone.localtime(row.published_at).date() if row.published_at else None
    if row.stage != Stage.NONE:
        done = None
    elif row.changed_at is not None:
        done = timezone.localtime(row.changed_at).date()
    try:
        deadline = queries.clock_of(row)
    except CalendarMissing as missing:
        return {"unknown": str(missing)}
    if deadline is None:
        return {"unknown": row.due_note or "没有填写形成或者变更日期，算不出公开期限。"}
    return {
        "due": row.due_on,
        "done": done,
        "in_time": done is not None and row.due_on is not None and done <= row.due_on,
        "left": days_left(day, row.due_on),
        "weeks": weeks(deadline, day, done),
        "steps": deadline.steps,
    }


def preview_of(row: Disclosure) -> list[tuple[str, str]]:
    """Where the newest version can be looked at as the public will see it: (words, address)."""
    if row.latest_revision_id is None:
        return []
    try:
        page = reverse(f"{_SNIPPET}:revisions_view", args=[row.pk, row.latest_revision_id])
    except NoReverseMatch:
        return []
    return [("预览网页", page), ("手机和电脑并排预览", f"{page}?mode=both")]


def page_of(row: Disclosure) -> str:
    """The address of its public page on this site, or of what stands in its place."""
    public = row.state in (State.PUBLISHED, State.WITHDRAWN)
    return f"/content/{row.year}/{row.pk}.html" if public else ""


def people_of(row: Disclosure) -> list[tuple[str, str]]:
    """Who had a hand in the version being made, or that is public."""
    names = dict(User.objects.filter(pk__in=row.written_by).values_list("pk", "display_name"))
    writers = "、".join(names[pk] for pk in row.written_by if pk in names)
    pairs = (
        ("起草、修改", writers),
        ("送审", row.submitted_by),
        ("审核", row.reviewed_by),
        ("签发", row.issued_by),
    )
    return [(what, str(name)) for what, name in pairs if name]


def _moment(at: Any) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def _validity(row: Disclosure) -> str:
    shown = str(row.get_validity_display())
    if not shown or row.validity_on is None:
        return shown
    by = row.acting.title if row.acting else row.validity_note
    return f"{shown}，自 {row.validity_on}" + (f"，依据{by}" if by else "")


def _columns(draft: Disclosure) -> list[str]:
    return [str(one) for one in (draft.column, *draft.more_columns.all()) if one is not None]


def _channels(actor: Actor, row: Disclosure) -> str:
    """The page of where it went out, once it is public."""
    public = row.state in (State.PUBLISHED, State.WITHDRAWN)
    if not public or not allowed(actor, Permission.CHANNEL, row.agency_id):
        return ""
    try:
        return reverse("channels:document", args=[row.pk])
    except NoReverseMatch:
        return ""


def _around(row: Disclosure, draft: Disclosure) -> list[tuple[str, Disclosure]]:
    """Other documents it has to do with."""
    found = [("解读的文件", one) for one in draft.interprets.all()]
    found += [("解读它的", one) for one in row.interpreted_by.all()]
    found += [("相关文件", one) for one in draft.related.all()]
    found += [("废止它的文件", row.acting)] if row.acting else []
    found += [("被它废止、修改的", one) for one in row.acted_on.all()]
    found += [("澄清的文件", row.clarifies)] if row.clarifies else []
    found += [("对它的澄清", one) for one in row.clarified_by.all()]
    return found
