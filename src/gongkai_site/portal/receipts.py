"""The receipt of an application sent on the web: as kept values, as a QR code, as a PDF.

It proves that the application was kept; the official 接收回执 follows once receipt is confirmed.
"""

from __future__ import annotations

from datetime import datetime
from importlib import resources
from typing import Any

from gongkai.casework import CHINA
from gongkai.typesetting import clean, compile_pdf
from gongkai_site.info_requests.service import Receipt

__all__ = ["as_kept", "pdf", "qr_svg", "qr_path"]


def as_kept(receipt: Receipt) -> dict[str, Any]:
    """The receipt as plain values, to be kept sealed for a short while."""
    at = receipt.submitted_at.astimezone(CHINA)
    return {
        "number": receipt.number,
        "code": receipt.query_code,
        "agency": receipt.agency,
        "title": receipt.title,
        "at": at.isoformat(timespec="seconds"),
        "differs": receipt.differs,
    }


def qr_path(text: str) -> tuple[int, str]:
    """A QR code as (size in modules with its quiet zone, SVG path data)."""
    import qrcode

    code = qrcode.QRCode(border=4, error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    dark = [(x, y) for y, row in enumerate(rows) for x, on in enumerate(row) if on]
    return len(rows), "".join(f"M{x} {y}h1v1h-1z" for x, y in dark)


def qr_svg(text: str) -> str:
    """A QR code as a whole SVG image."""
    size, path = qr_path(text)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/><path d="{path}"/></svg>'
    )


def pdf(kept: dict[str, Any], address: str) -> bytes:
    """The receipt as a tagged PDF.

    Args:
        kept: what `as_kept` gave.
        address: where the request can be followed.
    """
    template = resources.files("gongkai_site.portal") / "data" / "receipt.typ"
    at = datetime.fromisoformat(kept["at"])
    rows = [
        ("申请编号", kept["number"]),
        ("查询码", kept["code"]),
        ("受理机关", kept["agency"]),
        ("申请的信息", kept["title"]),
        ("提交时间", f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"),
        ("查询网址", address),
    ]
    data = {
        "rows": [[name, clean(words)] for name, words in rows],
        "qr": qr_svg(address),
        "date": {"year": at.year, "month": at.month, "day": at.day},
    }
    return compile_pdf(template.read_bytes(), data)
