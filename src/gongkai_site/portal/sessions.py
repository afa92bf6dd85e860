"""Who has shown number and code: a short-lived signed cookie, and nothing on the server.

It names the case by its key, not the person. It ends after some minutes without use, after a fixed
time in all, when the applicant leaves, and as soon as the case is given a new query code.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from gongkai_site.info_requests.models import Case
from gongkai_site.info_requests.service import Access
from gongkai_site.portal.house import house

__all__ = ["Session", "close", "current", "keep", "start"]

_COOKIE = "gongkai_track"
_SALT = "gongkai_site.portal.sessions"


@dataclass(frozen=True, slots=True)
class Session:
    """One applicant at one case. `part` is the number of a case split from it, being looked at."""

    root: Access
    mark: str
    started: int
    part: str = ""

    @property
    def access(self) -> Access:
        """What is being looked at."""
        return self.root.part(self.part) if self.part else self.root

    def at(self, part: str) -> Session:
        """The same, looking at a part; "" for the whole. Raises UnknownCase for another's."""
        if part:
            self.root.part(part)
        return replace(self, part=part)


def start(access: Access) -> Session:
    """Begin, after `look_up` opened a case."""
    code = Case.objects.values_list("query_code", flat=True).get(pk=access.case_id)
    return Session(access, _mark(code), int(time.time()))


def current(request: HttpRequest) -> Session | None:
    """The session of a request, None where there is none or it has ended."""
    limits = house()
    try:
        held: dict[str, Any] = signing.loads(
            request.COOKIES.get(_COOKIE, ""), salt=_SALT, max_age=limits["track_idle_minutes"] * 60
        )
    except signing.BadSignature:
        return None
    if time.time() - held["started"] > limits["track_minutes"] * 60:
        return None
    case = Case.objects.only("number", "query_code").filter(pk=held["case"]).first()
    if case is None or not constant_time_compare(_mark(case.query_code), held["mark"]):
        return None
    return Session(Access(case.pk, case.number), held["mark"], held["started"], held["part"])


def keep(response: HttpResponse, session: Session) -> HttpResponse:
    """Leave the session in the browser, its idle time beginning anew, unless the view did so."""
    if _COOKIE in response.cookies:
        return response
    held = {
        "case": session.root.case_id,
        "mark": session.mark,
        "started": session.started,
        "part": session.part,
    }
    response.set_cookie(
        _COOKIE,
        signing.dumps(held, salt=_SALT, compress=True),
        path="/request/",
        secure=settings.HTTPS,
        httponly=True,
        samesite="Strict",
    )
    return response


def close(response: HttpResponse) -> HttpResponse:
    """Take the session out of the browser."""
    response.delete_cookie(_COOKIE, path="/request/", samesite="Strict")
    return response


def _mark(query_code: str) -> str:
    """What changes with the query code and tells nothing of it."""
    return salted_hmac(_SALT, query_code, algorithm="sha256").hexdigest()[:24]
