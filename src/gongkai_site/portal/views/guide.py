"""How to ask: which bodies there are, and what each offers (条例12, 28)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongkai.regulation.references import cite
from gongkai.regulation.rules import clock_rules
from gongkai_site.agencies.models import Agency
from gongkai_site.portal.views.common import get_agency, guarded, page

__all__ = ["agency", "home"]

_DECREE = "国务院令第711号"
_MANY = 12


@require_safe
@guarded
def home(request: HttpRequest) -> HttpResponseBase:
    """Every body that can be asked; straight to the only one where there is one."""
    bodies = Agency.objects.valid_on(timezone.localdate()).order_by("level", "name")
    if bodies.count() == 1:
        return HttpResponseRedirect(reverse("portal:agency", args=[bodies.get().pk]))
    words = " ".join(request.GET.get("q", "").split())[:60]
    many = bodies.count() > _MANY
    for word in words.split():
        bodies = bodies.filter(name__icontains=word)
    return page(request, "home.html", {"bodies": bodies[:500], "words": words, "many": many})


@require_safe
@guarded
def agency(request: HttpRequest, agency_id: int) -> HttpResponse:
    """How to ask one body."""
    context = {"agency": get_agency(agency_id), **law_words(timezone.localdate())}
    return page(request, "agency.html", context)


def law_words(today: date) -> dict[str, Any]:
    """The numbers and articles the guide names, from the law as it stands today."""
    clocks = clock_rules().clocks
    reply = clocks["reply"].versions.on(today)
    articles = {
        "ask": 29, "received": 31, "correct": 30, "reply": 33, "free": 42, "help": 43, "own": 41,
        "complain": 47,
    }  # fmt: skip
    return {
        "reply_days": reply.length,
        "more_days": reply.extension.at_most if reply.extension else 0,
        "notice_days": clocks["correction"].versions.on(today).length,
        "law": {key: str(cite(_DECREE, number)) for key, number in articles.items()},
    }
