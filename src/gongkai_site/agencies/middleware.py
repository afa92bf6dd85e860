"""What holds for every request of a member of staff."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse

from gongkai_site.agencies import actors, signing
from gongkai_site.agencies.models import User

__all__ = ["StaffMiddleware"]

_SEEN = "seen"
_WITHOUT_SECOND_FACTOR = frozenset({"mfa_activate_totp", "account_logout", "demo"})


class StaffMiddleware:
    """Say who asks (`request.actor`), end idle sessions, and insist on the second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, after looking at the session."""
        answer = self._end_session_if_over(request)
        if answer is not None:
            return answer
        request.actor = actors.actor_of(request)  # type: ignore[attr-defined]
        response = self._get_response(request)
        if isinstance(request.user, User):
            # What staff see is not for the next person at the same screen.
            response.setdefault("Cache-Control", "private, no-store")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Send whoever has no second factor to set it up, and the unknown to sign in."""
        match = request.resolver_match
        if not isinstance(request.user, User):
            if match is not None and match.app_name in settings.STAFF_ONLY_ROOMS:
                return redirect_to_login(request.get_full_path())
            return None
        if signing.is_demo_session(request) or signing.has_second_factor(request.user):
            return None
        if match is not None and match.url_name in _WITHOUT_SECOND_FACTOR:
            return None
        return HttpResponseRedirect(reverse("mfa_activate_totp"))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Show what was refused as a page, where no view turned it into a message."""
        if not isinstance(error, actors.Refused):
            return None
        context = {
            "title": "不能办理",
            "what": str(error),
            "then": "请返回上一页，或者回到工作台。",
            "version": settings.VERSION,
        }
        return HttpResponse(render_to_string("error.html", context), status=403)

    @staticmethod
    def _end_session_if_over(request: HttpRequest) -> HttpResponseBase | None:
        if not isinstance(request.user, User):
            return None
        now, seen = int(time.time()), request.session.get(_SEEN)
        if request.session.get(signing.DEMO_IN_SESSION) and not signing.demo_is_open(request):
            logout(request)
            return redirect_to_login(reverse("staff:home"))
        if isinstance(seen, int) and now - seen > settings.STAFF_IDLE_SECONDS:
            logout(request)
            minutes = settings.STAFF_IDLE_SECONDS // 60
            messages.info(request, f"超过 {minutes} 分钟没有操作，已经自动退出。请重新登录。")
            back = request.get_full_path() if request.method == "GET" else reverse("staff:home")
            return redirect_to_login(back)
        if not isinstance(seen, int) or now - seen >= 60:
            request.session[_SEEN] = now
        return None
