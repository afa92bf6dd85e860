"""Where else a document is worked on: our own pages, which Wagtail's lead to."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

__all__ = ["item"]


def item(pk: int) -> str:
    """The page of a document: submit, review, issue, withdraw, and all that was done to it."""
    try:
        return reverse("disclosures:item", args=[pk])
    except NoReverseMatch:
        return f"/staff/disclosures/{pk}/"
