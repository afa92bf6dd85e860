"""Official documents of the disclosure office in GB/T 9704 layout, as DOCX and PDF.

A `Template` (versioned data, one per kind of document) and facts make a `Paper`: always a draft,
until a person has read it and `Paper.approved()` lets it go. `check` finds what an edited text
lacks.
"""

from __future__ import annotations

from gongkai.papers.check import check
from gongkai.papers.draft import draft, preview
from gongkai.papers.numbers import DocumentNumber, next_number, number_gaps
from gongkai.papers.paper import Paper, Problem
from gongkai.papers.render import render_docx, render_pdf, render_text
from gongkai.papers.template import Template, template, templates

__all__ = [
    "DocumentNumber",
    "Paper",
    "Problem",
    "Template",
    "check",
    "draft",
    "next_number",
    "number_gaps",
    "preview",
    "render_docx",
    "render_pdf",
    "render_text",
    "template",
    "templates",
]
