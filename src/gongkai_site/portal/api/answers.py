"""Answers: JSON with a fingerprint, and problems that say in Chinese what is wrong (RFC 9457)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from gongkai.errors import GongkaiError
from gongkai_site.portal.clients import TooOften
from gongkai_site.portal.pace import keep_pace
from gongkai_site.portal.views.common import note_failure

__all__ = ["Problem", "as_json", "fresh", "open_to_all", "unchanged"]

_SECONDS = 60
_METHODS = "GET, HEAD, OPTIONS"


class Problem(GongkaiError):
    """What keeps a question from being answered; the message is for people, in Chinese."""

    def __init__(
        self, status: int, title: str, detail: str, more: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.title, self.detail, self.more = status, title, detail, dict(more or {})


def as_json(request: HttpRequest, value: Any, changed_at: datetime | None) -> HttpResponseBase:
    """Answer with plain values, or with 304 if who asks has them already."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return fresh(request, response, etag, changed_at)


def fresh(
    request: HttpRequest, response: HttpResponseBase, etag: str, changed_at: datetime | None
) -> HttpResponseBase:
    """The response with its fingerprint, to be kept for a minute; 304 if it is known already."""
    known = unchanged(request, etag, changed_at)
    answer = known if known is not None else response
    answer["ETag"] = etag
    if changed_at is not None:
        answer["Last-Modified"] = http_date(changed_at.timestamp())
    answer["Cache-Control"] = f"public, max-age={_SECONDS}"
    return answer


def unchanged(
    request: HttpRequest, etag: str, changed_at: datetime | None
) -> HttpResponseBase | None:
    """What to answer to who has this already; None where they have not."""
    second = None if changed_at is None else int(changed_at.timestamp())
    answer = get_conditional_response(request, etag=etag, last_modified=second)
    # A reader never writes, so no condition of theirs can fail: only 304 means anything here.
    return answer if answer is not None and answer.status_code == 304 else None


def open_to_all(pace: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., Any]]:
    """A view anybody's page may read, at a pace (`per_minute`), that answers problems as such."""

    def around(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            response = _answer(view, pace, request, *args, **kwargs)
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Retry-After"
            return response

        return answered

    return around


def _answer(
    view: Callable[..., HttpResponseBase],
    pace: str,
    request: HttpRequest,
    *args: Any,
    **kwargs: Any,
) -> HttpResponseBase:
    try:
        if request.method == "OPTIONS":
            return _options()
        if request.method not in {"GET", "HEAD"}:
            raise Problem(405, "只能读取", f"这里只能读取，请用 GET。收到的是 {request.method}。")
        keep_pace(request, pace)
        return view(request, *args, **kwargs)
    except Problem as problem:
        return _problem(request, problem)
    except TooOften as often:
        response = _problem(request, Problem(429, "请过一会儿再来", str(often)))
        seconds = (often.until - timezone.now()).total_seconds()
        response["Retry-After"] = str(max(1, int(seconds)))
        return response
    except DatabaseError as error:
        note_failure(error)
        detail = "数据库暂时没有应答。请过几分钟再试。"
        response = _problem(request, Problem(503, "暂时不能回答", detail))
        response["Retry-After"] = "120"
        return response


def _options() -> HttpResponse:
    response = HttpResponse(status=204)
    response["Allow"] = _METHODS
    response["Access-Control-Allow-Methods"] = _METHODS
    response["Access-Control-Allow-Headers"] = "If-None-Match, If-Modified-Since"
    response["Access-Control-Max-Age"] = "86400"
    return response


def _problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    told = {
        "type": f"/api/v1/#problem-{problem.status}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        **problem.more,
    }
    response = HttpResponse(
        json.dumps(told, ensure_ascii=False),
        status=problem.status,
        content_type="application/problem+json; charset=utf-8",
    )
    response["Cache-Control"] = "no-store"
    if problem.status == 405:
        response["Allow"] = _METHODS
    return response
