"""Print a document: PDF (tagged), DOCX and plain text, from the same value and the same layout."""

from __future__ import annotations

from gongkai.papers.render.docx import render_docx
from gongkai.papers.render.outline import font_note
from gongkai.papers.render.pdf import render_pdf
from gongkai.papers.render.text import render_text

__all__ = ["font_note", "render_docx", "render_pdf", "render_text"]
