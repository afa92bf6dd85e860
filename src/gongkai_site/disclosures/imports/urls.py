"""Imports, all under /staff/disclosures/import/."""

from __future__ import annotations

from django.urls import path

from gongkai_site.disclosures.imports import views

app_name = "imports"

urlpatterns = [
    path("", views.home, name="home"),
    path("template.xlsx", views.template, name="template"),
    path("upload", views.upload, name="upload"),
    path("<int:pk>/", views.one, name="one"),
    path("<int:pk>/confirm", views.confirm, name="confirm"),
    path("<int:pk>/discard", views.discard, name="discard"),
    path("<int:pk>/undo", views.undo, name="undo"),
]
