"""The audit log for the audit administrator, locks for the security one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gongkai_site.agencies import queries, service, signing
from gongkai_site.agencies.actors import Refused
from gongkai_site.agencies.audit import verify
from gongkai_site.agencies.forms import AuditFilter
from gongkai_site.agencies.roles import action_label, details_in_words
from gongkai_site.agencies.views.common import go, show, who
from gongkai_site.agencies.views.gates import staff_required

__all__ = ["audit_log", "check_chain", "export", "locks", "open_lock"]

_PAGE = 100


@require_GET
@staff_required
def audit_log(request: HttpRequest) -> HttpResponse:
    """Who did what, newest first."""
    form = AuditFilter(request.GET)
    found = Paginator(queries.audit_entries(who(request), form.wanted()), _PAGE)
    page = found.get_page(request.GET.get("page"))
    kept = {key: value for key, value in request.GET.items() if key in form.fields and value}
    context = {
        "filters": form,
        "page": page,
        "rows": [(one, action_label(one.action), details_in_words(one.details)) for one in page],
        "actions": queries.actions_known(),
        "chosen": request.GET.get("action", ""),
        "query": urlencode(kept),
    }
    return show(request, "audit.html", context)


@require_POST
@staff_required
def check_chain(request: HttpRequest) -> HttpResponse:
    """Read the whole chain, and say what was found."""
    actor = who(request)
    service.require(actor, "audit.read", agency_id=None)
    verdict = verify()
    say = messages.success if verdict.sound else messages.error
    say(request, f"核验审计日志：{verdict.message}")
    service.audit(
        actor, "audit.verified", details={"sound": verdict.sound, "entries": verdict.entries}
    )
    return go(request, "audit")


@require_GET
@staff_required
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The entries asked for, as CSV that Excel opens in Chinese."""
    actor = who(request)
    entries = queries.audit_entries(actor, AuditFilter(request.GET).wanted())
    service.audit(actor, "audit.exported", details={"entries": entries.count()})
    response = StreamingHttpResponse(_lines(queries.audit_rows(entries)), content_type="text/csv")
    name = f"audit-{timezone.localdate().isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_GET
@staff_required
def locks(request: HttpRequest) -> HttpResponse:
    """Accounts closed after too many failures."""
    return show(request, "locks.html", {"locked": signing.locked_accounts(who(request))})


@require_POST
@staff_required
def open_lock(request: HttpRequest) -> HttpResponse:
    """Open one of them again."""
    name = request.POST.get("username", "")
    try:
        signing.unlock(who(request), name)
    except Refused as refused:
        messages.error(request, str(refused))
        return go(request, "locks")
    return go(request, "locks", said=f"已解除 {name} 的锁定。")


def _lines(rows: Iterator[list[str]]) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf"
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow([_harmless(cell) for cell in row])
        yield line.getvalue().encode()


def _harmless(cell: str) -> str:
    """The cell, so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
