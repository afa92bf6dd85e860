"""The first page where the public site has not been built yet; built, it is a file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

__all__ = ["first_page"]


def first_page(request: HttpRequest) -> HttpResponse:
    """Say that the site is being made, and where one can go meanwhile."""
    return render(request, "portal/front.html")
