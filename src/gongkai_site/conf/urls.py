"""Every address of the site."""

from __future__ import annotations

from django.urls import include, path

from gongkai_site.portal.views import front

urlpatterns = [
    path("", front.first_page, name="front"),
    path("reports/", include("gongkai_site.reporting.urls")),
    path("request/", include("gongkai_site.portal.urls")),
    path("search/", include("gongkai_site.portal.search.urls")),
    path("api/v1/", include("gongkai_site.portal.api.urls")),
    path("open-data/", include("gongkai_site.portal.api.open_data_urls")),
    path("staff/requests/", include("gongkai_site.info_requests.urls_desk")),
    path("staff/redaction/", include("gongkai_site.info_requests.redacting.urls")),
    path("staff/office/", include("gongkai_site.info_requests.urls_office")),
    path("staff/site/", include("gongkai_site.portal.urls_site")),
    path("staff/disclosures/channels/", include("gongkai_site.disclosures.channels.urls")),
    path("staff/disclosures/import/", include("gongkai_site.disclosures.imports.urls")),
    path("staff/disclosures/", include("gongkai_site.disclosures.desk.urls")),
    path("staff/cms/", include("gongkai_site.disclosures.writing.urls")),
    path("staff/", include("gongkai_site.agencies.urls")),
    path("staff/", include("gongkai_site.agencies.sign_in_urls")),
]

handler400 = "gongkai_site.conf.errors.bad_request"
handler403 = "gongkai_site.conf.errors.forbidden"
handler404 = "gongkai_site.conf.errors.not_found"
handler500 = "gongkai_site.conf.errors.server_error"
