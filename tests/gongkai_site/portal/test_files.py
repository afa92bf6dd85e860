"""Attachments from anybody: taken by what they are, refused by name, gone with a form given up."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile as File
from django.db import OperationalError
from django.urls import reverse
from tests.gongkai_site.info_requests.test_attachments import image, office, pdf
from tests.gongkai_site.portal.citizen import (
    Citizen,
    carried,
    draft_of,
    receipt_in,
    text_of,
    trouble_in,
)

from gongkai_site.info_requests import attachments, store
from gongkai_site.info_requests.models import Attachment, Case
from gongkai_site.portal import drafts, uploads
from gongkai_site.portal.models import Draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(citizen: Citizen) -> str:
    return citizen.filled()


def send(citizen: Citizen, draft: str, *files: File, go: str = "upload", **more: Any) -> Any:
    return citizen.client.post(
        citizen.address(draft, "files"), {"files": list(files), "go": go} | more
    )


def test_files_are_kept_listed_taken_out_and_sent(citizen: Citizen, draft: str) -> None:
    first, second = File("身份证.png", image()), File("说明.txt", "说明".encode())
    assert send(citizen, draft, first, second).status_code == 302
    page = citizen.page(draft, "files")
    assert "身份证.png" in text_of(page)
    digest = next(iter(Draft.objects.get().files.values_list("digest", flat=True)))
    names = {one.digest: one.name for one in _held(citizen, draft).files}
    citizen.client.post(citizen.address(draft, "files"), {"remove": digest})
    left = {one.name for one in _held(citizen, draft).files}
    assert left == set(names.values()) - {names[digest]}
    answer = send(citizen, draft, File("申请书.pdf", pdf(2)), go="next")
    assert answer["Location"] == citizen.address(draft, "check")
    assert "申请书.pdf" in text_of(citizen.page(draft, "check"))
    receipt_in(citizen.client.post(citizen.address(draft, "check"), follow=True))
    assert set(Attachment.objects.values_list("name", flat=True)) == left | {"申请书.pdf"}
    assert {one.case_id for one in Attachment.objects.all()} == {Case.objects.get().pk}


def _held(citizen: Citizen, draft: str) -> Any:
    held = drafts.opened(draft, citizen.client.cookies["gongkai_form"].value)
    assert held is not None
    return held


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("页.html", b"<!DOCTYPE html><html></html>", "“页.html”是网页"),
        ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "“图.svg”是网页、图形代码"),
        ("图.png", b"<svg onload='alert(1)'/>", "“图.png”是网页、图形代码"),
        ("信.docm", office(types="macroEnabled"), "“信.docm”带有宏"),
        ("信.docx", office(word__vbaProject="x"), "“信.docx”带有宏"),
        ("表.xlsm", office("xl/workbook.xml", xl__vbaProject="x"), "“表.xlsm”带有宏"),
        ("包.zip", office("a.txt"), "“包.zip”是压缩包"),
        ("旧.doc", b"\xd0\xcf\x11\xe0" + bytes(64), "“旧.doc”是旧格式"),
        ("运行.exe", b"MZ\x00\x01" + bytes(64), "“运行.exe”不是可以提交的文件"),
        ("改名.pdf", b"MZ\x00\x01" + bytes(64), "“改名.pdf”不是可以提交的文件"),
        ("坏.pdf", b"%PDF-1.7\nnot really", "“坏.pdf”打不开"),
        ("空.txt", b"", "“空.txt”是空的"),
        ("厚.pdf", pdf(10_000), "“厚.pdf”有 10000 页，每个文件最多 500 页"),
        ("../../厚.pdf", b"%PDF-x", "“厚.pdf”打不开"),
    ],
)
def test_what_may_harm_is_refused_by_name(
    citizen: Citizen, draft: str, name: str, data: bytes, says: str
) -> None:
    good = File("说明.txt", "说明".encode())
    answer = send(citizen, draft, File(name, data), good, go="next")
    assert answer.status_code == 422
    assert says in trouble_in(answer)
    # The good one beside it was taken all the same.
    assert [one.name for one in _held(citizen, draft).files] == ["说明.txt"]


def test_a_pdf_that_claims_ten_thousand_pages_is_refused_in_time(
    citizen: Citizen, draft: str
) -> None:
    claim = pdf(1).replace(b"/Count 1", b"/Count 10000")
    answer = send(citizen, draft, File("号称.pdf", claim))
    assert answer.status_code in (302, 422)
    held = _held(citizen, draft).files
    assert not held or (held[0].pages or 0) <= 500


def test_a_name_with_a_path_or_tricks_is_only_a_name(citizen: Citizen, draft: str) -> None:
    names = ["../../../etc/cron.d/x.txt", "..\\..\\y.txt", "a\u202etxt.exe.txt", "<b>z</b>.txt"]
    for number, name in enumerate(names):
        answer = send(citizen, draft, File(name, f"text {number}".encode()))
        assert answer.status_code == 302
    kept = [one.name for one in _held(citizen, draft).files]
    assert kept[0] == "x.txt"
    assert not any(set("/\\\u202e<>") & set(name) for name in kept)
    assert all(path.is_relative_to(store.folder()) for path in store.folder().rglob("*"))
    assert "<b>" not in citizen.page(draft, "files").content.decode()


def test_too_large_and_too_many_are_told(
    citizen: Citizen, draft: str, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    small = dict(attachments.house()) | {
        "attachments": {"files": 2, "bytes": 1 << 20, "pages": 5, "pixels": 10**6}
    }
    monkeypatch.setattr(attachments, "house", lambda: small)
    monkeypatch.setattr(uploads, "house", lambda: small)
    answer = send(citizen, draft, File("大.txt", b"a" * (1 << 20) + b"b"))
    assert "“大.txt”太大，每个附件最多 1 MB" in trouble_in(answer)
    files = [File(f"{n}.txt", str(n).encode()) for n in range(3)]
    answer = send(citizen, draft, *files)
    assert "“2.txt”没有收下：最多 2 个附件" in trouble_in(answer)
    # One that the server drops while it comes is told too.
    settings.UPLOAD_FILE_BYTES = 1000
    answer = send(citizen, draft, File("更大.txt", b"a" * 5000))
    assert "“更大.txt”太大" in trouble_in(answer)


def test_a_full_disk_is_told(citizen: Citizen, draft: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(uploads.attachments, "keep", full)
    answer = send(citizen, draft, File("说明.txt", "说明".encode()))
    assert answer.status_code == 422
    assert "“说明.txt”没有存下来" in trouble_in(answer)


def test_files_sent_while_the_database_fails_stay_with_the_page(
    citizen: Citizen, draft: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*args: object, **kwargs: object) -> Any:
        raise OperationalError("database is locked")

    monkeypatch.setattr(drafts, "save", down)
    answer = send(citizen, draft, File("说明.txt", "说明".encode()))
    assert answer.status_code == 503
    assert "说明.txt" in text_of(answer)
    held = drafts.carried(carried(answer), citizen.client.cookies["gongkai_form"].value, draft)
    assert held is not None
    assert [one.name for one in held.files] == ["说明.txt"]


def test_files_of_a_form_given_up_are_removed(
    citizen: Citizen,
    draft: str,
    clock: time_machine.Coordinates,
    django_capture_on_commit_callbacks: Any,
) -> None:
    send(citizen, draft, File("身份证.png", image()))
    [path] = [one for one in store.folder().rglob("*") if one.is_file()]
    citizen.client.post(reverse("portal:discard", args=[draft]))
    clock.shift(timedelta(minutes=20))
    os.utime(path, (0, 0))
    with django_capture_on_commit_callbacks(execute=True):
        assert drafts.sweep() == 1
    assert not path.exists()


def test_files_another_form_or_a_case_holds_stay(
    citizen: Citizen,
    draft: str,
    clock: time_machine.Coordinates,
    django_capture_on_commit_callbacks: Any,
) -> None:
    send(citizen, draft, File("身份证.png", image()))
    other = Citizen(citizen.agency_id)
    kept = other.filled()
    send(other, kept, File("一样.png", image()))
    other.client.post(other.address(kept, "check"))
    [path] = [one for one in store.folder().rglob("*") if one.is_file()]
    os.utime(path, (0, 0))
    clock.shift(timedelta(days=2))
    with django_capture_on_commit_callbacks(execute=True):
        assert drafts.sweep() == 2
    assert path.exists()


def test_a_file_that_was_cleared_away_is_missed_before_sending(
    citizen: Citizen,
    draft: str,
    clock: time_machine.Coordinates,
    django_capture_on_commit_callbacks: Any,
) -> None:
    send(citizen, draft, File("身份证.png", image()))
    page = citizen.page(draft, "check")
    clock.shift(timedelta(days=2))
    for path in store.folder().rglob("*"):
        if path.is_file():
            os.utime(path, (0, 0))
    with django_capture_on_commit_callbacks(execute=True):
        drafts.sweep()
    answer = citizen.client.post(citizen.address(draft, "check"), {"carried": carried(page)})
    assert answer.status_code == 422
    assert "附件“身份证.png”已经过期清除" in trouble_in(answer)
    assert not Case.objects.exists()


def test_a_stranger_adds_no_file(citizen: Citizen, draft: str) -> None:
    other = Citizen(citizen.agency_id)
    draft_of(other.begin())
    assert send(other, draft, File("说明.txt", b"x")).status_code == 404
    assert _held(citizen, draft).files == ()
