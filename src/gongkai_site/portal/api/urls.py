"""The addresses of the interface."""

from __future__ import annotations

from django.urls import path, re_path

from gongkai_site.portal.api import views

app_name = "api"

_DOCUMENT = r"^documents/(?P<document_id>[0-9]{1,40})"

urlpatterns = [
    path("", views.home, name="home"),
    path("openapi.json", views.openapi, name="openapi"),
    path("documents", views.documents, name="documents"),
    re_path(rf"{_DOCUMENT}\Z", views.document, name="document"),
    re_path(rf"{_DOCUMENT}/attachments\Z", views.attachments, name="attachments"),
    path("columns", views.columns, name="columns"),
    path("changes", views.changes, name="changes"),
    path("catalogue.csv", views.catalogue, {"kind": "csv"}, name="csv"),
    path("catalogue.jsonl", views.catalogue, {"kind": "jsonl"}, name="jsonl"),
    # An address may hold line ends as well.
    re_path(r"^(?P<path>[\s\S]+)", views.nothing),
]
