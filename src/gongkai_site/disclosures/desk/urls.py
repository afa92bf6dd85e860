"""The addresses of publishing, under /staff/disclosures/; those of channels and imports come first."""

from __future__ import annotations

from django.urls import path, re_path

from gongkai_site.disclosures.desk.views import columns, figures, item, lists, verbs

app_name = "disclosures"

urlpatterns = [
    path("", lists.desk, name="desk"),
    path("catalogue/", lists.catalogue, name="list"),
    re_path(r"^catalogue/export\.(?P<suffix>csv|xlsx)$", lists.export, name="export"),
    path("write", verbs.write, name="write"),
    path("clarify", verbs.clarify, name="clarify"),
    path("columns/", columns.listing, name="columns"),
    path("columns/add", columns.add, name="column-add"),
    path("columns/<slug:slug>/", columns.change, name="column"),
    re_path(
        r"^columns/(?P<slug>[a-z0-9-]{1,60})/(?P<way>up|down)$", columns.move, name="column-move"
    ),
    path("statistics/", figures.page, name="statistics"),
    path("statistics/counted", figures.counted, name="counted"),
    path("statistics/tables.xlsx", figures.workbook, name="statistics-xlsx"),
    path("<int:pk>/", item.item, name="item"),
    path("<int:pk>/edit", verbs.edit, name="edit"),
    path("<int:pk>/compare", item.comparison, name="compare"),
    path("<int:pk>/files/<slug:digest>", item.file, name="file"),
    path("<int:pk>/do/<slug:key>", verbs.do, name="do"),
]
