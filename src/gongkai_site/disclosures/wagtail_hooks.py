"""What Wagtail is told when it starts: the one thing written here, and what is left out."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.forms.choosers import (
    EmailLinkChooserForm,
    ExternalLinkChooserForm,
    PhoneLinkChooserForm,
)
from wagtail.admin.rich_text.editors.draftail.features import EntityFeature
from wagtail.permissions import register_permission_policy
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.snippets.action_menu import ActionMenuItem
from wagtail.snippets.models import register_snippet

from gongkai_site.disclosures.models import Disclosure
from gongkai_site.disclosures.writing import places
from gongkai_site.disclosures.writing.policy import disclosure_policy
from gongkai_site.disclosures.writing.viewset import DisclosureViewSet

register_permission_policy(Disclosure, disclosure_policy(Disclosure), exact_class=True)
register_snippet(DisclosureViewSet)

for _form, _names in (
    (ExternalLinkChooserForm, {"url": "网址", "link_text": "链接文字"}),
    (
        EmailLinkChooserForm,
        {
            "email_address": "电子邮箱",
            "link_text": "链接文字",
            "subject": "邮件主题",
            "body": "邮件正文",
        },
    ),
    (PhoneLinkChooserForm, {"phone_number": "电话号码", "link_text": "链接文字"}),
):
    # These have names of their own nowhere, so no catalogue can translate them.
    for _field, _label in _names.items():
        _form.base_fields[_field].label = _label


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


@hooks.register("insert_editor_js")
def our_words() -> str:
    """The table editor's words."""
    return format_html('<script src="{}"></script>', static("gongkai/writing.js"))


@hooks.register("register_rich_text_features", order=100)
def links_out_only(features: FeatureRegistry) -> None:
    """Let the link button ask for an address at once: there is no tree of pages to choose from."""
    outside = reverse_lazy("wagtailadmin_choose_page_external_link")
    features.register_editor_plugin(
        "draftail",
        "link",
        EntityFeature(
            {
                "type": "LINK",
                "icon": "link",
                "description": "链接",
                "attributes": ["url", "id", "parentId"],
                "allowlist": {"href": "^(http:|https:|mailto:|tel:|/|#|undefined$)"},
                "chooserUrls": {
                    "pageChooser": outside,
                    "externalLinkChooser": outside,
                    "emailLinkChooser": reverse_lazy("wagtailadmin_choose_page_email_link"),
                    "phoneLinkChooser": reverse_lazy("wagtailadmin_choose_page_phone_link"),
                    "anchorLinkChooser": outside,
                },
            },
            js=["wagtailadmin/js/page-chooser-modal.js"],
        ),
    )


@hooks.register("insert_global_admin_css")
def our_face() -> str:
    """Our colours."""
    return format_html('<link rel="stylesheet" href="{}">', static("gongkai/writing.css"))
