"""Imports, all under /staff/disclosures/import/."""

from __future__ import annotations

from django.urls import path

from gongkai_site.disclosures.imports import adopting_views, views

app_name = "imports"

urlpatterns = [
    path("", views.home, name="home"),
    path("template.xlsx", views.template, name="template"),
    path("upload", views.upload, name="upload"),
    path("<int:pk>/", views.one, name="one"),
    path("<int:pk>/confirm", views.confirm, name="confirm"),
    path("<int:pk>/discard", views.discard, name="discard"),
    path("<int:pk>/undo", views.undo, name="undo"),
    path("adopting", adopting_views.waiting, name="waiting"),
    path("<int:pk>/choose", adopting_views.choose, name="choose"),
    path("<int:pk>/leave-out", adopting_views.leave_out, name="leave_out"),
    path("<int:pk>/put-back", adopting_views.put_back, name="put_back"),
    path("<int:pk>/hand-over", adopting_views.hand_over, name="hand_over"),
    path("<int:pk>/take-back", adopting_views.take_back, name="take_back"),
    path("<int:pk>/adopt", adopting_views.adopt, name="adopt"),
    path("<int:pk>/send-back", adopting_views.send_back, name="send_back"),
    path("<int:pk>/rows/<int:place>/", adopting_views.row, name="row"),
    path("<int:pk>/rows/<int:place>/files/<int:number>", adopting_views.file, name="file"),
]
