"""The addresses under /staff/cms/: ours before Wagtail's, whose others `gate` hides."""

from __future__ import annotations

from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import JavaScriptCatalog
from wagtail.admin import urls as wagtail_urls

from gongkai_site.disclosures.writing import views

_DOCUMENTS = RedirectView.as_view(
    pattern_name="wagtailsnippets_disclosures_disclosure:list", query_string=False
)
# Wagtail's own looks for the scripts' words in its own catalogue only.
_WORDS = JavaScriptCatalog.as_view(packages=["wagtail.admin", "gongkai_site.disclosures"])

urlpatterns = [
    path("", _DOCUMENTS, name="wagtailadmin_home"),
    path("pictures/<path:name>", views.picture, name="disclosures-picture"),
    path("attachments/<int:pk>/", views.attachments, name="disclosures-attachments"),
    path("paste/<int:pk>/", views.paste, name="disclosures-paste"),
    path("jsi18n/", _WORDS, name="wagtailadmin_javascript_catalog"),
    path("", include(wagtail_urls)),
]
