"""What these views share."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from gongkai_site.agencies.actors import Actor, actor_of, allowed
from gongkai_site.agencies.models import Agency, User

__all__ = ["go", "me", "reached_agency", "reached_user", "show", "who"]


def who(request: HttpRequest) -> Actor:
    """Return who sends the request."""
    return actor_of(request)


def me(request: HttpRequest) -> User:
    """Return the member of staff who is signed in; for views behind a gate."""
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    return user


def show(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Return a page of this room; 422 where a form has faults."""
    form = context.get("form")
    if form is not None and form.is_bound and form.errors:
        status = 422
    return render(request, f"agencies/{template}", context, status=status)


def go(request: HttpRequest, name: str, *args: object, said: str = "") -> HttpResponse:
    """Redirect to a page of this room, with a word on what was done."""
    if said:
        messages.success(request, said)
    return HttpResponseRedirect(reverse(f"staff:{name}", args=args))


def reached_agency(actor: Actor, code: str, pk: int) -> Agency:
    """Return an organ in which the actor may do this; Http404 for others and for none alike."""
    found = Agency.objects.select_related("parent", "successor").filter(pk=pk).first()
    if found is None or not allowed(actor, code, found.pk):
        raise Http404("没有这个机关，或者不由你管理。")
    return found


def reached_user(actor: Actor, code: str, pk: int) -> User:
    """Return an account in whose organ the actor may do this; Http404 for others and none alike."""
    found = User.objects.select_related("agency", "office").filter(pk=pk).first()
    if found is None or not allowed(actor, code, found.agency_id or 0):
        raise Http404("没有这个人员，或者不由你管理。")
    return found
