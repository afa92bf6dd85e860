"""The receipt, shown only for what is committed, and only in the browser that sent it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from gongkai_site.agencies.models import Agency
from gongkai_site.portal import drafts, receipts
from gongkai_site.portal.views.common import download, guarded, page, secret_of, told

__all__ = ["as_pdf", "receipt", "receipt_page"]


@require_safe
@guarded
def receipt(request: HttpRequest, draft_id: str) -> HttpResponse:
    """The receipt's page."""
    held = drafts.opened(draft_id, secret_of(request))
    if held is None or held.receipt is None:
        return _no_longer(request)
    agency = Agency.objects.get(pk=held.agency_id)
    return receipt_page(request, agency, draft_id, held.receipt)


@require_safe
@guarded
def as_pdf(request: HttpRequest, draft_id: str) -> HttpResponse:
    """The receipt to keep."""
    held = drafts.opened(draft_id, secret_of(request))
    if held is None or held.receipt is None:
        return _no_longer(request)
    data = receipts.pdf(held.receipt, _track_address(request))
    return download(
        data, f"政府信息公开申请提交凭证{held.receipt['number']}.pdf", "application/pdf"
    )


def receipt_page(
    request: HttpRequest,
    agency: Agency,
    draft_id: str,
    kept: dict[str, Any],
    *,
    again: bool = True,
) -> HttpResponse:
    """Show a receipt; without `again` it can be seen this once only."""
    size, path = receipts.qr_path(f"{_track_address(request)}#{kept['number']}")
    context = {
        "agency": agency,
        "receipt": kept,
        "at": datetime.fromisoformat(kept["at"]),
        "qr_size": size,
        "qr_path": path,
        "address": _track_address(request),
        "draft_id": draft_id,
        "again": again,
    }
    return page(request, "receipt.html", context)


def _track_address(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("portal:track"))


def _no_longer(request: HttpRequest) -> HttpResponse:
    lines = [
        "回执只在提交的浏览器里显示一段时间。申请本身不受影响。",
        "请用申请编号和查询码查询；两样都没有记下来的，请带身份证明与受理机关联系，机关可以补发查询码。",
    ]
    return told(request, "回执已经不再显示", lines, status=404)
