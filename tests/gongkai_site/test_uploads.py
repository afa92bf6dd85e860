"""Uploads that mean harm, or are merely too much."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gongkai.errors import Unreadable
from gongkai_site.reporting import archives, service, store
from gongkai_site.reporting.models import ReportFile, ReportSet, UploadWindow
from gongkai_site.reporting.sandbox import Sandbox

MEGABYTE = 1 << 20


def zipped(files: dict[str, bytes]) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out


def sent(client: Client, *files: tuple[str, bytes]) -> Any:
    uploads = [SimpleUploadedFile(name, data) for name, data in files]
    return client.post("/reports/sets/new", {"files": uploads}, follow=True)


# --- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("年报.pdf", "年报.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\年报.docx", "年报.docx"),
        ("a\x00b\n.html", "a_b_.html"),
        ("年报\u202efdp.exe", "年报fdp.exe"),
        ('<script>alert("x")<\\script>.html', "script_.html"),
        ("  .. ", "未命名文件"),
        ("", "未命名文件"),
        ("长" * 300 + ".pdf", "长" * 190 + "….pdf"),
    ],
)
def test_names_are_made_harmless(given: str, kept: str) -> None:
    assert store.clean_name(given) == kept


def test_uploads_cut_off_half_way_are_swept_away(uploads_folder: Path) -> None:
    digest, _ = store.put([b"kept"])
    (uploads_folder / "incoming-abc").write_bytes(b"half")
    store.sweep()
    assert [path.name for path in uploads_folder.rglob("*") if path.is_file()] == [digest]


def test_a_name_with_markup_is_shown_as_text(db: None, client: Client) -> None:
    made = service.create_set("<img src=x onerror=alert(1)>")
    service.add_files(made, [("'><b>粗.html", io.BytesIO(b"x"))])
    page = client.get(f"/reports/sets/{made.pk}/").content.decode()
    assert "<img src=x" not in page
    assert "<b>粗" not in page


def test_an_uploaded_page_never_runs(
    db: None, client: Client, read_waiting: Callable[[], int], make_report: Any, page_of: Any
) -> None:
    hostile = page_of(make_report()).replace(
        "收到的申请均依法处理".encode(),
        b"<script>alert(1)</script>&lt;script&gt;alert(2)&lt;/script&gt;",
    )
    made = service.create_set("一批")
    service.add_files(made, [("x.html", io.BytesIO(hostile))])
    read_waiting()
    record = made.files.get().records.get()
    page = client.get(f"/reports/{record.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(2)" in page


# --- size -------------------------------------------------------------------------------------


def test_a_file_too_large_is_left_and_the_others_taken(
    db: None, client: Client, settings: Any, uploads_folder: Path
) -> None:
    settings.UPLOAD_FILE_BYTES = MEGABYTE
    response = sent(client, ("大.pdf", b"x" * (MEGABYTE + 1)), ("小.txt", b"x"))
    page = response.content.decode()
    assert "“大.pdf”没有收下：超过 1 MB，没有收下。" in page
    assert [file.name for file in ReportFile.objects.all()] == ["小.txt"]
    assert not list(uploads_folder.glob("incoming-*"))


def test_a_request_too_large_is_refused_unread(db: None, client: Client, settings: Any) -> None:
    settings.UPLOAD_REQUEST_BYTES = 1000
    response = sent(client, ("x.txt", b"x" * 2000))
    assert response.status_code == 413
    assert "提交的内容太大" in response.content.decode()


def test_too_many_files_are_refused_together(db: None, client: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 3
    response = sent(client, *[(f"{n}.txt", b"x%d" % n) for n in range(4)])
    assert response.status_code == 413
    assert "一次上传的文件太多" in response.content.decode()
    assert not ReportSet.objects.exists()


def test_a_client_that_sends_too_fast_waits(db: None, client: Client, settings: Any) -> None:
    settings.UPLOAD_FILES_PER_HOUR = 3
    assert sent(client, ("1.txt", b"1"), ("2.txt", b"2")).status_code == 200
    packed = zipped({"3.txt": b"3", "4.txt": b"4"}).getvalue()
    response = sent(client, ("两个.zip", packed))
    assert response.status_code == 429
    assert response["Retry-After"] == "3600"
    assert "上传得太快" in response.content.decode()
    assert ReportFile.objects.count() == 2
    [window] = UploadWindow.objects.all()
    assert "127.0.0.1" not in window.client


# --- archives ---------------------------------------------------------------------------------


def taken_from(packed: io.BytesIO) -> service.Taken:
    return service.add_files(service.create_set("一批"), [("x.zip", packed)])


def test_paths_in_an_archive_lead_nowhere(db: None, uploads_folder: Path) -> None:
    taken = taken_from(zipped({"../../../../tmp/evil.html": b"x", "/etc/cron.d/evil": b"y"}))
    assert [file.name for file in taken.added] == ["evil.html", "evil"]
    inside = {path for path in uploads_folder.rglob("*") if path.is_file()}
    assert {path.name for path in inside} == {file.digest for file in taken.added}


def test_a_bomb_is_stopped_at_its_size_not_its_word(
    db: None, settings: Any, uploads_folder: Path
) -> None:
    settings.UPLOAD_FILE_BYTES = MEGABYTE
    packed = zipped({"炸弹.txt": b"\0" * (20 * MEGABYTE), "好.txt": b"ok"})
    # Claim that the bomb unpacks to ten bytes, in the directory and before the data.
    data = packed.getvalue().replace(struct.pack("<I", 20 * MEGABYTE), struct.pack("<I", 10))
    taken = taken_from(io.BytesIO(data))
    assert "好.txt" in [file.name for file in taken.added]
    assert all(file.size <= MEGABYTE for file in taken.added)
    assert not list(uploads_folder.glob("incoming-*"))
    honest = taken_from(packed)
    assert honest.refused == [
        ("x.zip 中的 炸弹.txt", "解压后超过 1 MB，没有收下。请拆成小一些的文件。")
    ]


def test_many_members_that_are_large_together_are_stopped(db: None, settings: Any) -> None:
    settings.UPLOAD_REQUEST_BYTES = 4 * MEGABYTE
    settings.UPLOAD_FILE_BYTES = MEGABYTE
    packed = zipped({f"{n}.txt": bytes([n]) * (MEGABYTE - 1) for n in range(1, 6)})
    taken = taken_from(packed)
    assert len(taken.added) == 2
    assert "压缩包解压后太大" in taken.refused[0][1]


def test_an_archive_of_too_many_is_refused_whole(db: None, settings: Any) -> None:
    settings.UPLOAD_FILES = 3
    taken = taken_from(zipped({f"{n}.txt": b"%d" % n for n in range(4)}))
    assert taken.added == []
    assert taken.refused == [("x.zip", "压缩包里有 4 个文件，一次最多 3 个。请分成几个压缩包。")]


def test_a_locked_archive_says_so(db: None) -> None:
    data = bytearray(zipped({"a.txt": b"x"}).getvalue())
    data[6] |= 1  # the flag of encryption, before the data …
    data[data.index(b"PK\x01\x02") + 8] |= 1  # … and in the directory
    assert taken_from(io.BytesIO(bytes(data))).refused == [
        ("x.zip", "压缩包设了密码，打不开。请去掉密码后重新打包。")
    ]


def test_a_damaged_member_does_not_stop_the_others(db: None) -> None:
    packed = zipped({"坏.txt": b"damaged" * 100, "好.txt": b"good"})
    data = bytearray(packed.getvalue())
    start = data.index("坏.txt".encode()) + len("坏.txt".encode())
    data[start : start + 4] = b"\xff\xff\xff\xff"
    taken = taken_from(io.BytesIO(bytes(data)))
    assert [file.name for file in taken.added] == ["好.txt"]
    assert taken.refused == [
        ("x.zip 中的 坏.txt", "压缩包里的这个文件已经损坏，没有收下。请重新打包。")
    ]


def test_a_document_that_is_a_zip_stays_whole(make_report: Any) -> None:
    from gongkai.annual_report.render import render

    assert not archives.is_archive(io.BytesIO(render(make_report(), "docx")))
    assert not archives.is_archive(io.BytesIO(render(make_report(), "xlsx")))
    assert not archives.is_archive(io.BytesIO(b"PK\x03\x04 and then nothing"))


# --- the process apart ------------------------------------------------------------------------


@pytest.fixture
def box() -> Any:
    made = Sandbox(4 << 30)
    yield made
    made.close()


@pytest.fixture
def page(tmp_path: Path, make_report: Any, page_of: Any) -> Path:
    path = tmp_path / "report.html"
    path.write_bytes(page_of(make_report()))
    return path


def test_a_file_that_takes_too_long_is_stopped_and_the_next_is_read(
    box: Sandbox, page: Path
) -> None:
    with pytest.raises(Unreadable) as stopped:
        box.read(page, "慢.html", 0.001)
    assert stopped.value.code == "timeout"
    assert "已经停止" in str(stopped.value)
    assert box.read(page, "好.html", 60)["readings"][0]["state"] == "read"


def test_a_file_that_breaks_the_reader_is_said_so_and_the_next_is_read(
    box: Sandbox, page: Path, tmp_path: Path
) -> None:
    with pytest.raises(Unreadable) as broken:
        box.read(tmp_path / "gone", "坏.html", 60)
    assert broken.value.code == "crashed"
    assert box.read(page, "好.html", 60)["readings"][0]["state"] == "read"


def test_a_reader_without_memory_breaks_alone(page: Path) -> None:
    small = Sandbox(1 << 20)
    with pytest.raises(Unreadable):
        small.read(page, "大.html", 60)
    small.close()


def test_the_reader_knows_no_secret(
    box: Sandbox, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGKAI_SECRET_KEY", "s3cret")
    monkeypatch.setenv("DATABASE_URL", "postgres://u:s3cret@h/n")
    box.read(page, "x.html", 60)
    environ = Path(f"/proc/{box._child.pid}/environ")  # type: ignore[union-attr]
    if not environ.exists():
        pytest.skip("this system does not show a process's environment")
    assert b"s3cret" not in environ.read_bytes()


def test_a_file_that_cannot_be_read_in_time_is_marked_and_the_batch_goes_on(
    db: None, settings: Any, read_waiting: Callable[[], int], make_report: Any, page_of: Any
) -> None:
    made = service.create_set("一批")
    service.add_files(made, [("慢.html", io.BytesIO(page_of(make_report("甲局"))))])
    settings.READ_SECONDS = 0.001
    read_waiting()
    settings.READ_SECONDS = 60
    service.add_files(made, [("好.html", io.BytesIO(page_of(make_report("乙局"))))])
    read_waiting()
    slow, good = made.files.order_by("added_at")
    assert (slow.state, slow.code) == ("unreadable", "timeout")
    assert good.state == "read"
    service.read_again(slow)
    read_waiting()
    slow.refresh_from_db()
    assert slow.state == "read"
