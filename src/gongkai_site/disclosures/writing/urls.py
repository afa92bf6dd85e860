"""The addresses under /staff/cms/: ours before Wagtail's, whose others `gate` hides."""

from __future__ import annotations

from django.urls import include, path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtail_urls

from gongkai_site.disclosures.writing import views

_DOCUMENTS = RedirectView.as_view(
    pattern_name="wagtailsnippets_disclosures_disclosure:list", query_string=False
)

urlpatterns = [
    path("", _DOCUMENTS, name="wagtailadmin_home"),
    path("login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("account/", RedirectView.as_view(pattern_name="staff:account")),
    path("logout/", RedirectView.as_view(pattern_name="account_logout")),
    path("pictures/<path:name>", views.picture, name="disclosures-picture"),
    path("", include(wagtail_urls)),
]
