"""What every page's frame needs to know."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

__all__ = ["site"]


def site(request: HttpRequest) -> dict[str, str]:
    """Return the version, which also keeps a browser from using an older style sheet."""
    return {"version": settings.VERSION}
