"""The addresses of the public site's administration."""

from __future__ import annotations

from django.urls import path

from gongkai_site.portal.build import draft
from gongkai_site.portal.views import site

app_name = "site"

urlpatterns = [
    path("", site.site, name="site"),
    path("rebuild", site.rebuild, name="rebuild"),
    path("assets/<str:name>", draft.asset, name="asset"),
]
