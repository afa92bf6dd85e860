"""Ledger, archive, notices and supervision, all under /staff/office/."""

from __future__ import annotations

from django.urls import path

from gongkai_site.info_requests.ledger import views as ledger
from gongkai_site.info_requests.reminders import views as reminders
from gongkai_site.info_requests.supervision import views as supervision
from gongkai_site.info_requests.views import archive

app_name = "office"

urlpatterns = [
    path("ledger/", ledger.home, name="ledger"),
    path("ledger/template.xlsx", ledger.template, name="ledger-template"),
    path("ledger/upload", ledger.upload, name="ledger-upload"),
    path("ledger/export", ledger.export, name="ledger-export"),
    path("ledger/<int:pk>/", ledger.one, name="ledger-import"),
    path("ledger/<int:pk>/confirm", ledger.confirm, name="ledger-confirm"),
    path("ledger/<int:pk>/discard", ledger.discard, name="ledger-discard"),
    path("cases/<int:pk>/archive/", archive.archive, name="archive"),
    path("notices/", reminders.listing, name="notices"),
    path("notices/read", reminders.read, name="notices-read"),
    path("supervision/", supervision.home, name="supervision"),
    path("supervision/export", supervision.home_export, name="supervision-export"),
    path("supervision/<int:pk>/", supervision.agency, name="supervised"),
    path("supervision/<int:pk>/export", supervision.agency_export, name="supervised-export"),
    path("supervision/<int:pk>/<int:year>/", supervision.year, name="supervised-year"),
]
