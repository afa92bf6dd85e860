"""A case file as a ZIP: everything in it, every digest right, and only for those who may."""

from __future__ import annotations

import hashlib
import io
import json
import random
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.gongkai_site.info_requests.factories import RESIDENT_ID, Bureau, make_bureau
from tests.gongkai_site.info_requests.office.conftest import Desk, words
from tests.gongkai_site.info_requests.office.sheets import taken

from gongkai.casework import Kind, load_case
from gongkai_site.agencies.models import AuditEntry, User
from gongkai_site.agencies.roles import BUSINESS_ROLES, Role
from gongkai_site.agencies.service import PUBLIC, SYSTEM, Actor, Refused
from gongkai_site.info_requests import attachments, service, store
from gongkai_site.info_requests.archive import archive_of
from gongkai_site.info_requests.errors import UnknownCase
from gongkai_site.info_requests.models import Attachment, Case, ScanState

pytestmark = pytest.mark.django_db

ROOT = "示商2026-00001案卷"


def attach(bureau: Bureau, case: Case, name: str, data: bytes, **more: Any) -> Attachment:
    kept = attachments.keep(name, [data])
    (added,) = service.attach(bureau.officer, case.pk, [kept], "other", now=bureau.clock(), **more)
    return added


def zipped(bureau: Bureau, case: Case) -> zipfile.ZipFile:
    found = archive_of(bureau.officer, case.pk)
    pieces = list(found.stream(bureau.officer, bureau.clock()))
    return zipfile.ZipFile(io.BytesIO(b"".join(pieces)))


def full(bureau: Bureau) -> Case:
    """A case with a third party, files, a note and a reply."""
    case = bureau.case(identity=RESIDENT_ID, description="<script>alert(1)</script>")
    attach(bureau, case, "申请书.txt", "我要申请".encode())
    attach(bureau, case, "../../etc/passwd", b"root")
    service.record_sent(
        bureau.officer, case.pk, Kind.THIRD_PARTY_CONSULTED, {"received_on": bureau.clock.day},
        on=bureau.clock.day, party="示例公司", now=bureau.clock(),
    )  # fmt: skip
    service.record_opinion(
        bureau.officer, case.pk, of="e00002", on=bureau.clock.day, answer="agrees", words="同意公开",
        now=bureau.clock(),
    )  # fmt: skip
    service.note(bureau.officer, case.pk, "请尽快办理", now=bureau.clock())
    return bureau.closed(case)


def test_it_holds_the_whole_file(bureau: Bureau) -> None:
    case = full(bureau)
    book = zipped(bureau, case)
    assert book.testzip() is None
    assert book.namelist() == [
        f"{ROOT}/文书/01 示例市商务局政府信息公开申请答复书示商公复〔2026〕1号.pdf",
        f"{ROOT}/文书/01 示例市商务局政府信息公开申请答复书示商公复〔2026〕1号.docx",
        f"{ROOT}/附件/01 申请书.txt",
        f"{ROOT}/附件/02 passwd.txt",
        f"{ROOT}/index.html",
        f"{ROOT}/index.json",
        f"{ROOT}/events.yaml",
        f"{ROOT}/manifest.json",
        f"{ROOT}/SHA256SUMS.txt",
    ]
    index = json.loads(book.read(f"{ROOT}/index.json"))
    assert index["case"]["outcome_name"] == "予以公开（提供信息）"
    assert index["applicant"]["identity"] == RESIDENT_ID
    assert index["deadline"]["due"] == "2026-03-30"
    assert index["consultations"][0]["party"] == "示例公司"
    assert [one["words"] for one in index["notes"]] == ["请尽快办理"]
    assert [one["kind"] for one in index["timeline"]][:2] == ["received", "third_party_consulted"]
    assert [one["state"] for one in index["files"]] == ["一致"] * 4


def test_every_digest_is_right(bureau: Bureau, tmp_path: Path) -> None:
    book = zipped(bureau, full(bureau))
    sums = book.read(f"{ROOT}/SHA256SUMS.txt").decode().splitlines()
    told = {line[66:]: line[:64] for line in sums}
    assert sorted(f"{ROOT}/{name}" for name in told) == sorted(book.namelist()[:-1])
    for name, digest in told.items():
        assert hashlib.sha256(book.read(f"{ROOT}/{name}")).hexdigest() == digest
    book.extractall(tmp_path)  # noqa: S202 - our own archive
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS.txt"],
        cwd=tmp_path / ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.count("OK")) == (0, 8)
    manifest = json.loads(book.read(f"{ROOT}/manifest.json"))
    assert manifest["damaged"] == manifest["left_out"] == []
    assert {one["path"]: one["sha256"] for one in manifest["files"]} == {
        f"{ROOT}/{name}": digest for name, digest in told.items() if name != "manifest.json"
    }


def test_the_events_read_back_the_same(bureau: Bureau) -> None:
    case = full(bureau)
    text = zipped(bureau, case).read(f"{ROOT}/events.yaml").decode()
    assert load_case(text) == [one.event for one in case.events.all()]


def test_the_index_reads_without_anything_else(bureau: Bureau) -> None:
    page = zipped(bureau, full(bureau)).read(f"{ROOT}/index.html").decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "http" not in page.replace('charset="utf-8"', "")
    assert 'href="附件/01 申请书.txt"' in page
    assert "第三方" in page


def test_what_was_changed_lost_or_infected_is_told(bureau: Bureau) -> None:
    case = bureau.case()
    changed = attach(bureau, case, "改.txt", b"one")
    lost = attach(bureau, case, "丢.txt", b"two")
    ill = attach(bureau, case, "毒.txt", b"three")
    bureau.letter(case, "U1", {"search_scope": "档案室"})
    store.path_of(changed.digest).write_bytes(b"other")
    store.path_of(lost.digest).unlink()
    Attachment.objects.filter(pk=ill.pk).update(scan=ScanState.INFECTED)
    book = zipped(bureau, case)
    manifest = json.loads(book.read(f"{ROOT}/manifest.json"))
    assert manifest["damaged"] == [f"{ROOT}/附件/01 改.txt"]
    assert [
        (one["what"], one["why"].split(" ")[0].split("（S")[0]) for one in manifest["left_out"]
    ] == [
        ("《示例市商务局政府信息公开申请答复书》", "没有发出（草稿）"),
        ("其他材料：丢.txt", "文件不在存储里"),
        ("其他材料：毒.txt", "查出病毒，已隔离"),
    ]
    assert "与登记的摘要不同" in book.read(f"{ROOT}/index.html").decode()


def test_a_large_file_is_sent_in_pieces(bureau: Bureau) -> None:
    case = bureau.case()
    attach(bureau, case, "大.txt", random.Random(1).randbytes(2_500_000).hex().encode())
    found = archive_of(bureau.officer, case.pk)
    pieces = list(found.stream(bureau.officer, bureau.clock()))
    assert max(len(one) for one in pieces) < 200_000
    assert sum(len(one) for one in pieces) > 2_500_000


def test_it_is_written_down_before_it_is_sent(bureau: Bureau) -> None:
    case = full(bureau)
    archive_of(bureau.officer, case.pk).stream(bureau.officer, bureau.clock())
    entry = AuditEntry.objects.get(action="request.export")
    assert (entry.target, entry.details) == ("申请 2026-00001", {"files": 4, "left_out": 0})


@pytest.mark.parametrize("role", sorted(BUSINESS_ROLES))
def test_who_may(bureau: Bureau, role: Role) -> None:
    case = bureau.case()
    actor = bureau.actor(role)
    if role in (Role.CASE_OFFICER, Role.DISCLOSURE_HEAD):
        assert archive_of(actor, case.pk).case == case
        return
    with pytest.raises((Refused, UnknownCase)):
        archive_of(actor, case.pk)
    with pytest.raises(Refused):
        archive_of(bureau.officer, case.pk).stream(actor, bureau.clock())


@pytest.mark.parametrize("actor", [PUBLIC, SYSTEM])
def test_nobody_else(bureau: Bureau, actor: Actor) -> None:
    with pytest.raises((Refused, UnknownCase)):
        archive_of(actor, bureau.case().pk)


def test_another_bodys_case_is_not_there(bureau: Bureau) -> None:
    other = make_bureau("邻商", "邻市商务局")
    with pytest.raises(UnknownCase):
        archive_of(other.officer, bureau.case().pk)


def test_the_page_shows_it_and_sends_it(desk: Desk) -> None:
    case = full(desk.bureau)
    client = desk.sits(Role.CASE_OFFICER)
    page = client.get(f"/staff/office/cases/{case.pk}/archive/")
    assert "放进来的文件（4）" in words(page)
    assert RESIDENT_ID not in page.content.decode()
    answer = client.post(f"/staff/office/cases/{case.pk}/archive/")
    assert answer["Content-Type"] == "application/zip"
    assert "2026-00001" in answer["Content-Disposition"]
    assert len(zipfile.ZipFile(io.BytesIO(taken(answer))).namelist()) == 9


def test_the_page_is_closed_to_others(desk: Desk) -> None:
    case = desk.bureau.case()
    other = make_bureau("邻商", "邻市商务局")
    User.objects.update(is_demo=True)
    path = f"/staff/office/cases/{case.pk}/archive/"
    assert desk.sits(Role.WINDOW).get(path).status_code == 403
    assert desk.sits(Role.SUPERVISOR).get(path).status_code == 404
    assert Desk(other, desk.clock).sits(Role.CASE_OFFICER).post(path).status_code == 404
