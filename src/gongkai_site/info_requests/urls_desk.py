"""The addresses of the desk, all under /staff/requests/."""

from __future__ import annotations

from django.urls import path

from gongkai_site.info_requests.views import (
    casefile,
    letters,
    lists,
    registering,
    verbs,
    wording,
)

app_name = "desk"

urlpatterns = [
    path("", lists.listing, name="list"),
    path("list.csv", lists.export, name="export"),
    path("queue/<slug:key>/", lists.queue, name="queue"),
    path("register/", registering.register, name="register"),
    path("<int:pk>/", casefile.case, name="case"),
    path("<int:pk>/registered/", registering.registered, name="registered"),
    path("<int:pk>/identity", casefile.identity, name="identity"),
    path("<int:pk>/files/<int:file>", casefile.attachment, name="attachment"),
    path("<int:pk>/forms/<slug:kind>.pdf", casefile.form_pdf, name="form"),
    path("<int:pk>/receipt", casefile.receipt, name="receipt"),
    path("<int:pk>/code", verbs.code, name="code"),
    path("<int:pk>/note", verbs.note, name="note"),
    path("<int:pk>/do/<slug:key>/", verbs.do, name="do"),
    path("<int:pk>/sent/<slug:key>/", verbs.sent, name="sent"),
    path(
        "<int:pk>/assistance/<int:assignment>/cancel",
        verbs.cancel_assistance,
        name="cancel-assistance",
    ),
    path("<int:pk>/outcomes/", letters.outcomes, name="outcomes"),
    path("<int:pk>/letters/new/<str:kind>/", letters.new, name="letter-new"),
    path("letters/<int:pk>/", letters.letter, name="letter"),
    path("letters/<int:pk>/edit", letters.edit, name="letter-edit"),
    path("letters/<int:pk>/review", letters.review, name="letter-review"),
    path("letters/<int:pk>/approve", letters.approve, name="letter-approve"),
    path("letters/<int:pk>/extend", letters.extend, name="letter-extend"),
    path("letters/<int:pk>/issue", letters.issue, name="letter-issue"),
    path("letters/<int:pk>/discard", letters.discard, name="letter-discard"),
    path("letters/<int:pk>/file.<str:kind>", letters.download, name="letter-file"),
    path("wording/", wording.listing, name="wording"),
    path("wording/<str:kind>/", wording.edit, name="wording-edit"),
    path("wording/versions/<int:pk>/approve", wording.approve, name="wording-approve"),
    path("wording/versions/<int:pk>/retire", wording.retire, name="wording-retire"),
    path("wording/versions/<int:pk>/preview.pdf", wording.pdf, name="wording-pdf"),
]
