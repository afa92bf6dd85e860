"""Signing in: the second factor, how fresh it is, locks, and the demonstration's open door."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Mapping
from datetime import datetime

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from axes.utils import reset as reset_attempts
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.db.models import Max, Sum
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from gongkai_site.agencies.actors import Actor, Refused, require
from gongkai_site.agencies.audit import audit
from gongkai_site.agencies.models import User

__all__ = [
    "activation_link",
    "demo_is_open",
    "has_second_factor",
    "is_demo_session",
    "is_demonstration",
    "is_fresh",
    "locked_accounts",
    "reset_second_factor",
    "sign_in_as_demo",
    "sign_in_name",
    "unlock",
]

DEMO_IN_SESSION = "demo"
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def has_second_factor(user: User) -> bool:
    """Whether somebody has set up their authenticator."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person at the keyboard gave a code within the last minutes."""
    if is_demo_session(request):
        return True
    user = request.user
    if not isinstance(user, User):
        return False
    given = [
        one["at"] for one in get_authentication_records(request, user) if one["method"] == "mfa"
    ]
    return bool(given) and time.time() - max(given) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def activation_link(request: HttpRequest, user: User) -> str:
    """Return the link by which an account's owner sets its password: once, within three days."""
    path = reverse(
        "staff:activate",
        args=[
            urlsafe_base64_encode(force_bytes(user.pk)),
            default_token_generator.make_token(user),
        ],
    )
    return request.build_absolute_uri(path)


@transaction.atomic
def reset_second_factor(actor: Actor, user: User) -> None:
    """Forget somebody's authenticator and recovery codes; they enrol again at the next sign-in."""
    require(actor, "second_factor.reset", agency_id=user.agency_id)
    if actor.user_id == user.pk:
        raise Refused(
            "不能重置自己的第二重验证，请由另一名安全管理员办理，或者在服务器上执行命令。"
        )
    Authenticator.objects.filter(user=user).delete()
    audit(actor, "second_factor.removed", target=user.username, agency_id=user.agency_id)


def sign_in_name(request: HttpRequest, credentials: Mapping[str, str] | None) -> str:
    """Return the account somebody tries to sign in to, however they wrote it."""
    name = (credentials or {}).get("username") or request.POST.get("login", "")
    return name.strip().lower()[:40]


# --- locks --------------------------------------------------------------------------------------


def locked_accounts(actor: Actor) -> list[tuple[str, int, datetime]]:
    """Return the accounts closed to sign-in now: name, failures, until when."""
    require(actor, "lockout.manage", agency_id=None)
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    rows = (
        AccessAttempt.objects.filter(attempt_time__gte=since)
        .exclude(username=None)
        .values("username")
        .annotate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
        .filter(failures__gte=settings.AXES_FAILURE_LIMIT)
        .order_by("username")
    )
    return [
        (row["username"], row["failures"], row["last"] + settings.AXES_COOLOFF_TIME) for row in rows
    ]


@transaction.atomic
def unlock(actor: Actor, username: str) -> None:
    """Open a locked account to sign-in again."""
    user = User.objects.filter(username=username).first()
    require(actor, "lockout.manage", agency_id=user.agency_id if user else None)
    if not reset_attempts(username=username):
        raise Refused("这个账号现在没有被锁定。")
    audit(actor, "sign_in.unlocked", target=username)


# --- the demonstration --------------------------------------------------------------------------


def demo_is_open(request: HttpRequest) -> bool:
    """Whether whoever sends this request may sign in as a made-up person without a password.

    Only from this machine, to this machine's own name, and through no proxy: behind one, everybody
    seems to come from here.
    """
    if not settings.DEMO:
        return False
    forwarded = any(
        name in request.META
        for name in ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")
    )
    host, _ = split_domain_port(request.get_host())
    return not forwarded and _is_here(request.META.get("REMOTE_ADDR", "")) and _is_here(host)


def is_demonstration() -> bool:
    """Whether everybody with an account is made up, and somebody is."""
    return User.objects.filter(is_demo=True).exists() and not (
        User.objects.filter(is_demo=False).exists()
    )


def sign_in_as_demo(request: HttpRequest, user: User) -> None:
    """Sign in as a made-up person. Raises Refused where the door is not open, or for a real one."""
    if not demo_is_open(request) or not user.is_demo or not user.is_active:
        raise Refused("这里没有开放演示登录。")
    login(request, user, backend=_BACKEND)
    request.session[DEMO_IN_SESSION] = True


def is_demo_session(request: HttpRequest) -> bool:
    """Whether this session is a made-up person's, and the door still open."""
    return bool(request.session.get(DEMO_IN_SESSION)) and demo_is_open(request)


def _is_here(address: str) -> bool:
    address = address.strip("[]")
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
