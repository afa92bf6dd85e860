"""The addresses of the report desk, all under /reports/."""

from __future__ import annotations

from django.urls import path

from gongkai_site.reporting.views import analysis, desk, report

app_name = "reporting"

urlpatterns = [
    path("", desk.home, name="home"),
    path("sets/new", desk.create, name="create"),
    path("sets/<uuid:set_id>/", desk.report_set, name="set"),
    path("sets/<uuid:set_id>/progress", desk.set_progress, name="progress"),
    path("sets/<uuid:set_id>/upload", desk.upload, name="upload"),
    path("sets/<uuid:set_id>/rename", desk.rename, name="rename"),
    path("sets/<uuid:set_id>/remove", desk.remove_set, name="remove-set"),
    path("sets/<uuid:set_id>/restore", desk.restore_set, name="restore-set"),
    path("sets/<uuid:set_id>/table.<str:kind>", desk.export, name="export"),
    path("sets/<uuid:set_id>/roll-up", analysis.roll_up_set, name="roll-up"),
    path("sets/<uuid:set_id>/roll-up/<str:kind>", analysis.roll_up_file, name="roll-up-file"),
    path("files/<uuid:file_id>/remove", desk.remove_file, name="remove-file"),
    path("files/<uuid:file_id>/restore", desk.restore_file, name="restore-file"),
    path("files/<uuid:file_id>/read-again", desk.read_again, name="read-again"),
    path("files/<uuid:file_id>/original", report.original, name="original"),
    path("<uuid:record_id>/", report.page, name="report"),
    path("<uuid:record_id>/correct", report.correct, name="correct"),
    path("<uuid:record_id>/identity", report.correct_identity, name="identity"),
    path("<uuid:record_id>/undo/<int:correction_id>", report.undo, name="undo"),
    path("<uuid:record_id>/previous", report.choose_previous, name="previous"),
    path("<uuid:record_id>/file/<str:kind>", report.download, name="download"),
    path("<uuid:record_id>/compare", analysis.compare_years, name="compare"),
]
