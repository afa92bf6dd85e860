"""Signing in and out, and what people do to their own account, written into the audit log."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import password_changed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from axes.signals import user_locked_out
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from gongkai_site.agencies.actors import PUBLIC, staff_actor
from gongkai_site.agencies.audit import audit
from gongkai_site.agencies.models import User

__all__: list[str] = []

_UNKNOWN = "（没有这个账号）"


@receiver(user_logged_in)
def _signed_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    demo = bool(request.resolver_match and request.resolver_match.url_name == "demo")
    audit(staff_actor(user), "sign_in.demo" if demo else "sign_in", target=user.username)


@receiver(user_logged_out)
def _signed_out(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        audit(staff_actor(user), "sign_out", target=user.username)


@receiver(user_login_failed)
def _failed(credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    if request is None or _was_shut_already(request):
        return
    audit(PUBLIC, "sign_in.failed", target=_known(credentials.get("username")))


@receiver(user_locked_out)
def _locked(request: HttpRequest, username: str | None, **kwargs: Any) -> None:
    if getattr(request, "axes_failures_since_start", None) == settings.AXES_FAILURE_LIMIT:
        audit(PUBLIC, "sign_in.locked", target=_known(username))


@receiver(authentication_failed)
def _wrong_code(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A wrong code counts as a wrong password does."""
    user_login_failed.send(
        sender=__name__, credentials={"username": user.username}, request=request
    )


@receiver(password_changed)
def _changed_password(user: User, **kwargs: Any) -> None:
    audit(staff_actor(user), "password.changed", target=user.username)


@receiver(authenticator_added)
def _added(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        # Whoever has just set up their authenticator has just given a code.
        record_authentication(request, user, "mfa", reauthenticated=True)
        audit(staff_actor(user), "second_factor.added", target=user.username)
    else:
        audit(staff_actor(user), "recovery_codes.made", target=user.username)


@receiver(authenticator_removed)
def _removed(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        audit(staff_actor(user), "second_factor.removed", target=user.username)


@receiver(authenticator_reset)
def _codes_made(user: User, **kwargs: Any) -> None:
    audit(staff_actor(user), "recovery_codes.made", target=user.username)


def _was_shut_already(request: HttpRequest) -> bool:
    """Whether the attempt was turned away unread, the account being locked."""
    return bool(getattr(request, "axes_locked_out", False)) and (
        getattr(request, "axes_failures_since_start", None) is None
    )


def _known(username: str | None) -> str:
    """The name, if an account has it: a password typed into the wrong box is not kept."""
    name = (username or "").lower()
    return name if User.objects.filter(username=name).exists() else _UNKNOWN
