"""The body (正文) of a document: a list of blocks, and the HTML and text made of it.

What is kept is a list of `{"type": …, "value": …, "id": …}`, the same whether an editor wrote it,
an import laid it down or a test made it up:

    heading      {"level": "2" | "3" | "4", "text": "…"}
    paragraph    "<p>…</p>": of HTML only what `sanitise.RICH_TEXT` allows
    quote        {"text": "…", "source": "…"}
    table        {"table_caption": "…", "data": [["…", …], …], "table_header_choice":
                 "row" | "column" | "both" | "neither", "mergeCells": [{row, col, rowspan, colspan}]}
    image        {"picture": id of a Picture, "alt": "…", "caption": "…"}
    attachments  {"title": "…"}: the document's attachments, listed at this place
    closing      {"organ": "…", "date": "…"}: who signs, and when (落款)

`render` makes HTML and text of it; nothing else may turn a body into HTML.
"""

from __future__ import annotations

from gongkai_site.disclosures.body.render import BodyInvalid, FileShown, PictureShown, render

__all__ = ["BodyInvalid", "FileShown", "PictureShown", "render"]
