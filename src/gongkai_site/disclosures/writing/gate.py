"""The door to the place where documents are written (/staff/cms/).

Wagtail brings some two hundred pages: users, groups, sites, workflows, reports, page trees. Here
only those exist that writing takes, each by its name; the rest is not found, for everybody. And
only here does a page get more than the site's content security policy allows, as little as its
editor runs with.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.csp import CSP

from gongkai_site.agencies.actors import actor_of, reach
from gongkai_site.agencies.models import User
from gongkai_site.disclosures.permissions import Permission
from gongkai_site.disclosures.writing import rights

__all__ = ["EDITOR_POLICY", "PREFIX", "PREVIEW_POLICY", "WritingGate", "pages"]

PREFIX = "/staff/cms/"

_DOCUMENT = "wagtailsnippets_disclosures_disclosure"
_PAGES = frozenset(
    {
        # Our own under this address.
        "wagtailadmin_home",
        "disclosures-picture",
        "disclosures-attachments",
        "disclosures-paste",
        # What every page of the editor loads.
        "wagtailadmin_sprite",
        "wagtailadmin_javascript_catalog",
        "wagtailadmin_dismissibles",
        # Links in a text.
        "wagtailadmin_choose_page_external_link",
        "wagtailadmin_choose_page_email_link",
        "wagtailadmin_choose_page_phone_link",
        # Who else has the document open.
        "wagtailadmin_editing_sessions:ping",
        "wagtailadmin_editing_sessions:release",
        # Pictures are chosen and added, never changed or deleted.
        "wagtailimages_chooser:choose",
        "wagtailimages_chooser:choose_results",
        "wagtailimages_chooser:chosen",
        "wagtailimages_chooser:create",
        *(
            f"{_DOCUMENT}:{name}"
            for name in (
                *("list", "list_results", "add", "edit", "lock", "unlock"),
                *("history", "history_results", "preview_on_add", "preview_on_edit"),
                *("revisions_view", "revisions_revert", "revisions_compare"),
            )
        ),
        *(
            f"wagtailsnippetchoosers_disclosures_disclosure:{name}"
            for name in ("choose", "choose_results", "chosen", "chosen_multiple")
        ),
    }
)
_NAMING = (_DOCUMENT, "wagtailadmin_editing", "disclosures-attachments", "disclosures-paste")
_PREVIEWS = frozenset(
    f"{_DOCUMENT}:{name}" for name in ("preview_on_add", "preview_on_edit", "revisions_view")
)

EDITOR_POLICY: dict[str, object] = {
    **settings.SECURE_CSP,
    # Its drop-downs and its table editor lay their style sheets into the page themselves.
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    # A picture is shown before it is sent.
    "img-src": [CSP.SELF, "data:", "blob:"],
    # The preview beside the form.
    "frame-src": [CSP.SELF],
    "font-src": [CSP.SELF],
}
"""For the editor: no script but the site's own files, none inline, no eval."""

PREVIEW_POLICY: dict[str, object] = {
    **settings.SECURE_CSP,
    "frame-ancestors": [CSP.SELF],
    "frame-src": [CSP.SELF],
}
"""For a preview: the site's policy, but that the editor may frame it, and one page of it two."""


def pages() -> frozenset[str]:
    """Return the names of the pages there are."""
    return _PAGES


class WritingGate:
    """Let in whoever writes or reviews, to the pages that takes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; beyond the door everything passes untouched."""
        if not request.path.startswith(PREFIX):
            return self._get_response(request)
        if isinstance(request.user, User):
            request.user.acting = actor_of(request)  # type: ignore[attr-defined]
        response = self._get_response(request)
        match = request.resolver_match
        name = match.view_name if match is not None else ""
        policy = PREVIEW_POLICY if name in _PREVIEWS else EDITOR_POLICY
        if not hasattr(response, "_csp_config"):
            response._csp_config = policy  # type: ignore[attr-defined]
        if name in _PREVIEWS:
            response["X-Frame-Options"] = "SAMEORIGIN"
        return response

    def process_view(
        self, request: HttpRequest, view: Callable, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Turn away who may not enter, and hide what is not for writing."""
        if not request.path.startswith(PREFIX):
            return None
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        if not rights.may_enter(actor_of(request)):
            raise PermissionDenied
        match = request.resolver_match
        if match is None or match.view_name not in _PAGES or not _theirs(request, match, kwargs):
            raise Http404
        return None


def _theirs(request: HttpRequest, match: Any, kwargs: dict[str, Any]) -> bool:
    """Whether the document an address names, if it names one, is of a body they may look into."""
    named = kwargs.get("pk", kwargs.get("object_id"))
    if named is None or not match.view_name.startswith(_NAMING):
        return True
    if kwargs.get("model_name", "disclosure") != "disclosure" or not str(named).isdecimal():
        return False
    from gongkai_site.disclosures.models import Disclosure

    bodies = reach(actor_of(request), Permission.VIEW)
    rows = Disclosure.objects.filter(pk=int(named))
    return (rows if bodies is None else rows.filter(agency_id__in=bodies)).exists()
