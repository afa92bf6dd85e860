"""Every address of the site."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("gongkai_site.reporting.urls")),
    path("request/", include("gongkai_site.portal.urls")),
    path("staff/requests/", include("gongkai_site.info_requests.urls_desk")),
    path("staff/redaction/", include("gongkai_site.info_requests.redacting.urls")),
    path("staff/office/", include("gongkai_site.info_requests.urls_office")),
    path("staff/", include("gongkai_site.agencies.urls")),
    path("staff/", include("gongkai_site.agencies.sign_in_urls")),
]

handler400 = "gongkai_site.conf.errors.bad_request"
handler403 = "gongkai_site.conf.errors.forbidden"
handler404 = "gongkai_site.conf.errors.not_found"
handler500 = "gongkai_site.conf.errors.server_error"
