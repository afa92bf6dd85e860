"""What Wagtail is told when it starts: the one thing written here, and what is left out."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks
from wagtail.permissions import register_permission_policy
from wagtail.snippets.action_menu import ActionMenuItem
from wagtail.snippets.models import register_snippet

from gongkai_site.disclosures.models import Disclosure
from gongkai_site.disclosures.writing import places
from gongkai_site.disclosures.writing.policy import disclosure_policy
from gongkai_site.disclosures.writing.viewset import DisclosureViewSet

register_permission_policy(Disclosure, disclosure_policy(Disclosure), exact_class=True)
register_snippet(DisclosureViewSet)


class ToReview(ActionMenuItem):
    """送审: on our own page, which checks the draft first and knows who may review it."""

    name = "action-to-review"
    label = "送审…"
    icon_name = "resubmit"
    order = 10
    template_name = "disclosures/writing/to_review.html"

    def is_shown(self, context: dict[str, Any]) -> bool:
        """Once there is something to submit."""
        return context["view"] == "edit"

    def get_url(self, parent_context: dict[str, Any]) -> str:
        """Our page of the document."""
        return places.item(parent_context["instance"].pk)


@hooks.register("construct_snippet_action_menu")
def keep_writing_only(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Leave saving, and the way to review; take out whatever publishes or runs a workflow."""
    if context.get("model") is not Disclosure:
        return
    kept = [one for one in items if one.name in {"action-save", "action-locked"}]
    to_review = ToReview()
    items[:] = [*kept, *([to_review] if to_review.is_shown(context) else [])]


@hooks.register("insert_global_admin_css")
def our_face() -> str:
    """Our colours."""
    return format_html('<link rel="stylesheet" href="{}">', static("gongkai/writing.css"))
