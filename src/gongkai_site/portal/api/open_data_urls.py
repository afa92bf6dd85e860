"""The address of the open data page."""

from __future__ import annotations

from django.urls import path

from gongkai_site.portal.api import views

app_name = "open-data"

urlpatterns = [path("", views.open_data_home, name="home")]
