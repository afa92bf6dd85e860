"""What the public's pages share: the frame, the cookie of forms, and answers in trouble."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header

from gongkai_site.agencies.models import Agency
from gongkai_site.info_requests.errors import TooMany
from gongkai_site.info_requests.store import clean_name
from gongkai_site.portal.clients import TooOften
from gongkai_site.portal.forms import typed_in
from gongkai_site.portal.house import carry_life, house

__all__ = [
    "DOWN",
    "NOT_SAVED",
    "download",
    "get_agency",
    "given_back",
    "guarded",
    "note_failure",
    "page",
    "secret_of",
    "set_secret",
    "told",
    "track_page",
    "trapped",
]

_LOG = logging.getLogger(__name__)
_COOKIE = "gongkai_form"
_TRAP = "nickname"

NOT_SAVED = (
    "系统暂时不能保存（数据库写不进去）。您填写的内容都还在下面，请不要关闭页面，过几分钟再点一次。"
    "着急的，可以把内容抄下来，当面、邮寄提交。"
)
DOWN = "系统暂时打不开（数据库没有应答）。已经提交的申请、已经保存的内容没有丢失。"


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page that no cache keeps: it may show what one person typed."""
    hours = {name: house()[name] for name in ("draft_hours", "receipt_hours")}
    response = render(request, f"portal/{template}", hours | context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def told(
    request: HttpRequest,
    title: str,
    what: Iterable[str] | str,
    *,
    status: int,
    agency: Agency | None = None,
    leftover: Iterable[tuple[str, str]] = (),
) -> HttpResponse:
    """A page that says something happened and what to do; `leftover` is text to give back."""
    lines = [what] if isinstance(what, str) else list(what)
    context = {"title": title, "lines": lines, "agency": agency, "leftover": list(leftover)}
    return page(request, "told.html", context, status=status)


def given_back(request: HttpRequest, title: str, what: str) -> HttpResponse:
    """Refuse a form whose cookie is missing, with the text that came in it."""
    lines = [what, "请允许本站使用 Cookie，重新打开申请表，再把下面的内容填回去。"]
    return told(request, title, lines, status=403, leftover=typed_in(request.POST))


def track_page(
    request: HttpRequest,
    number: str = "",
    carried: str = "",
    *,
    error: str = "",
    note: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page that asks for number and code; `carried` is what waits behind it, sealed."""
    context = {"number": number, "carried": carried, "error": error, "note": note}
    return page(request, "track.html", context, status=status)


def guarded(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Answer with a page when the database does not, or a client came too often."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (TooOften, TooMany) as often:
            response = told(request, "请过一会儿再来", str(often), status=429)
            response["Retry-After"] = "3600"
            return response
        except DatabaseError as error:
            note_failure(error)
            lines = [DOWN, "请过几分钟刷新再试。着急的，请用电话、当面或者邮寄的方式办理。"]
            response = told(request, "系统暂时打不开", lines, status=503)
            response["Retry-After"] = "120"
            return response

    return answered


def note_failure(error: DatabaseError) -> None:
    """Tell the log of a failing database by its kind only: its words may hold what was typed."""
    _LOG.error("the database failed a public page: %s", type(error).__name__)


def get_agency(agency_id: int) -> Agency:
    """Return an organ in being, or raise Http404."""
    found = Agency.objects.valid_on(timezone.localdate()).filter(pk=agency_id).first()
    if found is None:
        raise Http404("没有这个机关，或者它已经撤销、合并。请从首页选择现在的机关。")
    return found


def secret_of(request: HttpRequest) -> str:
    """The secret of this browser's forms; empty where it has none."""
    return request.COOKIES.get(_COOKIE, "")


def set_secret(request: HttpRequest, response: HttpResponse, secret: str) -> HttpResponse:
    """Leave the secret in the browser, out of reach of scripts and other sites."""
    response.set_cookie(
        _COOKIE,
        secret,
        max_age=int(carry_life().total_seconds()),
        path="/request/",
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response


def trapped(request: HttpRequest) -> bool:
    """Whether the field was filled in that people cannot see."""
    return bool(request.POST.get(_TRAP, ""))


def download(data: bytes, name: str, media_type: str, *, inline: bool = False) -> HttpResponse:
    """A file under a name that is safe to save."""
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(not inline, clean_name(name)) or ""
    response["Cache-Control"] = "private, no-store"
    return response
