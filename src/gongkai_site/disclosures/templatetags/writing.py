"""What the editor's scripts are told: only addresses there are (Wagtail's own tag names more)."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.http.request import HttpHeaders
from django.middleware.csrf import get_token
from django.urls import reverse
from wagtail.admin.localization import get_js_translation_strings

register = template.Library()


@register.simple_tag(takes_context=True)
def writing_config(context: dict[str, Any]) -> dict[str, Any]:
    """Return what Wagtail's scripts read as their configuration."""
    nowhere = reverse("wagtailadmin_home")
    return {
        "CSRF_TOKEN": get_token(context["request"]),
        "CSRF_HEADER_NAME": HttpHeaders.parse_header_name(settings.CSRF_HEADER_NAME),
        "ADMIN_API": {
            "PAGES": nowhere,
            "DOCUMENTS": nowhere,
            "IMAGES": nowhere,
            "EXTRA_CHILDREN_PARAMETERS": "",
        },
        "ADMIN_URLS": {
            "DISMISSIBLES": reverse("wagtailadmin_dismissibles"),
            "PAGES": nowhere,
            "BLOCK_PREVIEW": nowhere,
        },
        "I18N_ENABLED": False,
        "LOCALES": [],
        "STRINGS": get_js_translation_strings(),
        "KEYBOARD_SHORTCUTS_ENABLED": True,
    }
