"""The public's addresses. None holds a person's name, a request's number or a code."""

from __future__ import annotations

from django.urls import path

from gongkai_site.portal.views import apply, case, guide, receipt, track

app_name = "portal"

_LETTER = "case/letters/<int:letter_id>"

urlpatterns = [
    path("", guide.home, name="home"),
    path("to/<int:agency_id>/", guide.agency, name="agency"),
    path("to/<int:agency_id>/new/", apply.begin, {"kind": "request"}, name="new"),
    path(
        "to/<int:agency_id>/own-record/",
        apply.begin,
        {"kind": "record_correction"},
        name="own-record",
    ),
    path("forms/<slug:draft_id>/receipt/", receipt.receipt, name="receipt"),
    path("forms/<slug:draft_id>/receipt.pdf", receipt.as_pdf, name="receipt-pdf"),
    path("forms/<slug:draft_id>/discard/", apply.discard, name="discard"),
    path("forms/<slug:draft_id>/<slug:key>/", apply.step, name="step"),
    path("track/", track.track, name="track"),
    path("track/leave/", track.leave, name="leave"),
    path("case/", case.case, name="case"),
    path("case/part/", case.part, name="part"),
    path("case/correct/", case.correct, name="correct"),
    path("case/withdraw/", case.withdraw, name="withdraw"),
    path("case/pay/", case.pay, name="pay"),
    path("case/rate/", case.rate, name="rate"),
    path(f"{_LETTER}/", case.letter, name="letter"),
    path(f"{_LETTER}/open/", case.open_letter, name="open-letter"),
    path(f"{_LETTER}/letter.pdf", case.letter_file, {"kind": "pdf"}, name="letter-pdf"),
    path(f"{_LETTER}/letter.docx", case.letter_file, {"kind": "docx"}, name="letter-docx"),
    path("case/files/<int:file_id>/", case.attached_file, name="file"),
]
