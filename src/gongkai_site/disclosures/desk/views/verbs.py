"""The verbs on a document, each on a page of its own; and a clarification, which begins one."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_http_methods

from gongkai_site.agencies.service import require
from gongkai_site.agencies.views import staff_required
from gongkai_site.disclosures import hooks, service
from gongkai_site.disclosures.desk.actions import VERBS, Verb, why_not
from gongkai_site.disclosures.desk.comparing import draft_of, text_of
from gongkai_site.disclosures.desk.forms.verbs import ClarifyForm, Setting
from gongkai_site.disclosures.desk.views.acts import PAGES, VerbPage
from gongkai_site.disclosures.desk.views.common import attempt, go, show, the_row, today, who
from gongkai_site.disclosures.desk.views.item import clock_of, facts_of, people_of, preview_of
from gongkai_site.disclosures.hooks import Finding, Severity
from gongkai_site.disclosures.models import Disclosure, Nature
from gongkai_site.disclosures.permissions import Permission

__all__ = ["clarify", "do", "edit", "write"]

_BY_KEY: dict[str, Verb] = {verb.key: verb for verb in VERBS}
_SNIPPET = "wagtailsnippets_disclosures_disclosure"
_LOOKED_AT = ("submit", "review", "issue")


@require_http_methods(["GET", "POST"])
@staff_required
def do(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """One verb on one document."""
    page = PAGES.get(key)
    if page is None:
        raise Http404("没有这种操作。请从文件办理页里选择。")
    actor = who(request)
    row = the_row(actor, pk)
    require(actor, _BY_KEY[key].permission, agency_id=row.agency_id)
    setting = _setting(request, row, key)
    if request.method == "POST":
        form = page.form(request.POST, setting=setting)
        if form.is_valid():
            said = attempt(form, lambda: page.act(form), row.pk)
            if said is not None:
                return go(request, "item", row.pk, said=said)
            row = the_row(actor, pk)
            setting = _setting(request, row, key)
    else:
        form = page.form(setting=setting)
    return show(request, "verb.html", _page(setting, page, key, form))


def _setting(request: HttpRequest, row: Disclosure, key: str) -> Setting:
    draft = draft_of(row)
    looked = draft
    if key == "submit" and not row.nature:
        # It is decided on this very page; openness is the rule.
        looked = copy(draft)
        looked.nature = Nature.PROACTIVE
    found: tuple[Finding, ...] = hooks.findings_of(looked) if key in _LOOKED_AT else ()
    return Setting(who(request), row, draft, today(), found)


def _page(setting: Setting, page: VerbPage, key: str, form: Any) -> dict[str, Any]:
    row = setting.row
    looked_at = key in _LOOKED_AT
    return {
        "here": "",
        "row": row,
        "draft": setting.draft,
        "verb": _BY_KEY[key],
        "why": why_not(setting.actor, row, key),
        "form": form,
        "button": page.button,
        "grave": key in ("withdraw", "repeal"),
        "looked_at": looked_at,
        "findings": setting.findings,
        "text": text_of(setting.draft) if key in ("review", "issue") else "",
        "files": list(setting.draft.attachments.all()) if looked_at else [],
        "blocked": any(one.severity is Severity.BLOCK for one in setting.findings),
        "facts": facts_of(row, setting.draft) if looked_at else [],
        "people": people_of(row) if looked_at else [],
        "preview": preview_of(row) if looked_at else [],
        "clock": clock_of(row) if looked_at else None,
    }


@require_http_methods(["GET", "POST"])
@staff_required
def clarify(request: HttpRequest) -> HttpResponse:
    """Begin an urgent clarification (条例6), of a document of the catalogue or of none."""
    actor = who(request)
    require(actor, Permission.CLARIFY, agency_id=actor.agency_id)
    named = request.GET.get("of", "")
    of = the_row(actor, int(named)) if named.isascii() and named.isdigit() else None
    if request.method == "POST":
        form = ClarifyForm(request.POST, agency_id=actor.agency_id)
        if form.is_valid():
            held = form.cleaned_data
            facts = {name: held[name] for name in ("title", "summary", "column")}
            facts |= {"kind": "other", "publisher": _own_name(of, actor.agency_id)}
            facts |= {"formed_on": today()}
            made = attempt(
                form, lambda: service.clarify(actor, facts, clarifies=of.pk if of else None)
            )
            if made is not None:
                return go(request, "item", made.pk, said="已经起草澄清。写好正文后送审。")
    else:
        form = ClarifyForm(agency_id=actor.agency_id)
    return show(request, "clarify.html", {"here": "clarify", "form": form, "of": of})


def _own_name(of: Disclosure | None, agency_id: int | None) -> str:
    from gongkai_site.agencies.models import Agency

    found = of.agency if of is not None else Agency.objects.filter(pk=agency_id or 0).first()
    return str(found.name) if found is not None else ""


@staff_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """To the place where a draft is written."""
    row = the_row(who(request), pk)
    return HttpResponseRedirect(_writing("edit", row.pk))


@staff_required
def write(request: HttpRequest) -> HttpResponse:
    """To the place where a new document is begun."""
    require(who(request), Permission.DRAFT, agency_id=None)
    return HttpResponseRedirect(_writing("add"))


def _writing(name: str, *args: object) -> str:
    try:
        return reverse(f"{_SNIPPET}:{name}", args=args)
    except NoReverseMatch:
        raise Http404("这里没有打开编辑器。请联系系统管理员。") from None
