"""The addresses of redaction, all under /staff/redaction/."""

from __future__ import annotations

from django.urls import path

from gongkai_site.info_requests.redacting import views

app_name = "redacting"

urlpatterns = [
    path("case/<int:pk>/", views.choose, name="choose"),
    path("begin/<int:file>", views.begin, name="begin"),
    path("<int:pk>/", views.one, name="one"),
    path("<int:pk>/pages/<int:page>.png", views.preview, name="preview"),
    path("<int:pk>/made/<int:page>.png", views.made_preview, name="made-preview"),
    path("<int:pk>/box", views.box, name="box"),
    path("<int:pk>/change", views.change, name="change"),
    path("<int:pk>/make", views.make, name="make"),
    path("<int:pk>/back", views.back, name="back"),
    path("<int:pk>/elsewhere", views.elsewhere, name="elsewhere"),
    path("<int:pk>/check", views.check, name="check"),
    path("<int:pk>/save", views.save, name="save"),
    path("<int:pk>/discard", views.discard, name="discard"),
    path("<int:pk>/again", views.again, name="again"),
    path("<int:pk>/withdraw", views.withdraw, name="withdraw"),
    path("<int:pk>/retry", views.retry, name="retry"),
]
