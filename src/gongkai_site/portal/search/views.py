"""The search page: `/search/?q=…`, an address that can be passed on."""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongkai_site.portal.clients import TooOften
from gongkai_site.portal.pace import keep_pace
from gongkai_site.portal.search import catalogue
from gongkai_site.portal.search.asked import MOST_PAGES, PER_PAGE, VALIDITIES, Asked, asked_of
from gongkai_site.portal.search.asking import choices
from gongkai_site.portal.search.folding import MOST_CHARACTERS, words_of
from gongkai_site.portal.search.index import NoIndex, held
from gongkai_site.portal.search.listing import advise, listing_of
from gongkai_site.portal.views.common import note_failure, page, told

__all__ = ["search"]


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show the form, and what the address asks for."""
    asked = asked_of(request.GET)
    try:
        keep_pace(request, "search")
        context = _context(asked)
    except TooOften as often:
        response = told(request, "请过一会儿再查", str(often), status=429)
        response["Retry-After"] = str(max(1, int((often.until - timezone.now()).total_seconds())))
    except (NoIndex, DatabaseError) as error:
        if isinstance(error, DatabaseError):
            note_failure(error)
        lines = ["检索暂时不能用，可能正在重建索引。已经公开的文件照常可以从栏目里查看。"]
        response = told(request, "检索暂时不能用", [*lines, "请过几分钟刷新再试。"], status=503)
        response["Retry-After"] = "60"
    else:
        response = page(request, "search.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


def _context(asked: Asked) -> dict[str, Any]:
    index = held()
    columns = catalogue.columns()
    names = {one.slug: one.name for one in columns}
    listing = None if asked.empty else listing_of(index, asked, MOST_PAGES, names)
    words = words_of(asked.q)
    here = listing.page if listing is not None else 1
    return {
        "asked": asked,
        "columns": columns,
        "choices": choices(index),
        "validities": VALIDITIES.items(),
        "listing": listing,
        "chips": _chips(asked, names),
        "nothing_to_find": bool(asked.q) and not words.words,
        "cut": words.cut,
        "most_characters": MOST_CHARACTERS,
        "advice": advise(index, asked) if listing is not None and not listing.count else [],
        "first": (here - 1) * PER_PAGE + 1,
        "previous": asked.address(page=here - 1) if here > 1 else "",
        "next": asked.address(page=here + 1) if listing and here < listing.pages else "",
        "pages": _pages(asked, listing.page, listing.pages) if listing else [],
        "beyond": listing is not None and listing.count > MOST_PAGES * PER_PAGE,
        "most_pages": MOST_PAGES,
        "widened": Asked(q=asked.q).address(),
        "sorts": [
            (label, key, asked.address(sort=key))
            for key, label in (("best", "最相关在前"), ("new", "最新在前"))
        ],
    }


def _chips(asked: Asked, names: dict[str, str]) -> list[tuple[str, str]]:
    """What narrows the search: label, and the address without it."""
    found = []
    if asked.column:
        found.append((f"栏目：{names.get(asked.column, asked.column)}", asked.address(column="")))
    if asked.year is not None:
        found.append((f"{asked.year} 年", asked.address(year=None)))
    if asked.body:
        found.append((f"机构：{asked.body}", asked.address(body="")))
    if asked.validity:
        found.append((VALIDITIES[asked.validity], asked.address(validity="")))
    return found


def _pages(asked: Asked, page_now: int, pages: int) -> list[tuple[int, str]]:
    """The pages to turn to: the first, the last, and those nearby. None of them where one is all."""
    near = {1, pages, *range(page_now - 2, page_now + 3)}
    shown = sorted(one for one in near if 1 <= one <= pages)
    return [(one, asked.address(page=one)) for one in shown] if pages > 1 else []
