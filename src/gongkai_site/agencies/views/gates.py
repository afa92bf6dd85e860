"""Who may open a page at all."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase

from gongkai_site.agencies.models import User
from gongkai_site.agencies.signing import is_fresh

__all__ = ["fresh_mfa_required", "staff_required"]

View = Callable[..., HttpResponseBase]


def staff_required(view: View) -> View:
    """Open a page to staff who have signed in; send others to sign in and back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return guarded


def fresh_mfa_required(view: View) -> View:
    """Ask for a code again before something grave, unless one was given within five minutes.

    A form sent without one is kept, and taken up where it stood once the code is right (files
    chosen in it are not: ask before the form is shown, where it has any).
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_fresh(request):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return staff_required(guarded)
