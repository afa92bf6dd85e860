"""A draft as the public will see it, while it is being written.

The room that lays out public pages lies above this one; it registers its renderer here when the
program starts. Until one is there, a plain page of ours shows the text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from wagtail.models import PreviewableMixin

from gongkai_site.disclosures.body.render import (
    BodyInvalid,
    FileShown,
    blocks_of,
    picture_ids,
    render,
)
from gongkai_site.disclosures.writing.gate import PREVIEW_POLICY

if TYPE_CHECKING:
    from gongkai_site.disclosures.published import Published

__all__ = ["Previewed", "register_article"]

Renderer = Callable[["Published"], "str | bytes"]

_RENDERERS: list[Renderer] = []


def register_article(renderer: Renderer) -> None:
    """Let `renderer(published)` lay out previews: a whole page, as it will be built."""
    _RENDERERS[:] = [renderer]


class Previewed(PreviewableMixin):
    """A document that can be looked at as phone and as desktop, one by one or side by side."""

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        """One width at a time, or both side by side."""
        return [("page", "网页"), ("both", "手机和电脑并排")]

    @property
    def preview_sizes(self) -> list[dict[str, Any]]:
        """A phone and a desk."""
        return [
            {"name": "phone", "icon": "mobile-alt", "device_width": 390, "label": "手机宽度"},
            {"name": "desktop", "icon": "desktop", "device_width": 1280, "label": "电脑宽度"},
        ]

    def make_preview_request(
        self,
        original_request: HttpRequest | None = None,
        preview_mode: str | None = None,
        extra_request_attrs: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Answer at once: a preview needs no second way through the middleware."""
        return self.serve_preview(original_request, preview_mode)

    def serve_preview(self, request: HttpRequest | None, mode_name: str | None) -> HttpResponse:
        """Return the draft as a page; `both` frames that page twice."""
        if mode_name == "both":
            framed = f"{request.path if request else ''}?mode=page"
            response = HttpResponse(
                render_to_string("disclosures/writing/both.html", {"framed": framed}, request)
            )
        else:
            response = HttpResponse(_page(self))
        response._csp_config = PREVIEW_POLICY  # type: ignore[attr-defined]
        return response


def _page(draft: Any) -> str | bytes:
    from gongkai_site.disclosures.pictures.public import shown_to_staff

    files = [_file(one) for one in draft.attachments.all()]
    try:
        pictures = shown_to_staff(picture_ids(blocks_of(draft.body)))
        body_html, text = render(draft.body, pictures=pictures, attachments=files)
    except BodyInvalid as error:
        return render_to_string("disclosures/writing/preview.html", {"problem": str(error)})
    if _RENDERERS:
        from gongkai_site.disclosures import published

        made = published.of_draft(draft)
        return _RENDERERS[0](replace(made, body_html=body_html, text=text))
    return render_to_string(
        "disclosures/writing/preview.html", {"draft": draft, "body_html": body_html}
    )


def _file(one: Any) -> FileShown:
    return FileShown(one.name, f"/files/{one.digest[:16]}/{quote(one.name)}", one.size)
