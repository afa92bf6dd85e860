"""What is uploaded is laid out safely, or not at all."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest

from gongkai_site.agencies.uploads import active_content
from gongkai_site.disclosures.imports import package as rooms
from gongkai_site.disclosures.imports.bounds import ImportRefused
from gongkai_site.disclosures.imports.package import Package


def test_files_are_found_by_path_or_by_name(tmp_path: Path, zipped: Any) -> None:
    archive = zipped(
        {"附件/一.pdf": b"%PDF-1", "二.PDF": b"%PDF-2", "x/二.pdf": b"3", "__MACOSX/._a": b""}
    )
    laid = Package.lay(
        tmp_path / "p", [("材料.zip", archive), ("三.txt", io.BytesIO("三".encode()))]
    )
    assert sorted(laid.names) == ["x/二.pdf", "三.txt", "二.PDF", "附件/一.pdf"]
    assert laid.find("一.pdf") == ["附件/一.pdf"]
    assert laid.find("附件\\一.pdf") == ["附件/一.pdf"]
    assert sorted(laid.find("二.pdf")) == ["x/二.pdf", "二.PDF"]
    assert laid.find("四.pdf") == []
    assert b"".join(laid.chunks("附件/一.pdf")) == b"%PDF-1"
    assert Package.open(tmp_path / "p").names == laid.names
    assert {one.name for one in (tmp_path / "p").iterdir()} == {"0", "1", "2", "3", "index.json"}


def test_chinese_names_as_windows_writes_them(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("??.pdf"), b"%PDF-")
    named = file.getvalue().replace(b"??.pdf", "公".encode("gbk") + b".pdf")
    laid = Package.lay(tmp_path / "p", [("a.zip", io.BytesIO(named))])
    assert list(laid.names) == ["公.pdf"]


@pytest.mark.parametrize(
    "name", ["../a.pdf", "/etc/a.pdf", "C:\\a.pdf", "x/../../a.pdf", "..\\a.pdf"]
)
def test_paths_that_lead_out_are_refused(tmp_path: Path, zipped: Any, name: str) -> None:
    with pytest.raises(ImportRefused, match="指向别处"):
        Package.lay(tmp_path / "p", [("a.zip", zipped({"good.pdf": b"%PDF-", name: b"x"}))])
    assert not (tmp_path / "p").exists()


def test_links_in_an_archive_are_refused(tmp_path: Path) -> None:
    file = io.BytesIO()
    entry = zipfile.ZipInfo("a.pdf")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    with pytest.raises(ImportRefused, match="是链接"):
        Package.lay(tmp_path / "p", [("a.zip", file)])


def test_bombs_are_refused_before_they_are_unpacked(tmp_path: Path, zipped: Any) -> None:
    with pytest.raises(ImportRefused, match="压缩炸弹"):
        Package.lay(tmp_path / "p", [("a.zip", zipped({"a.txt": bytes(30_000_000)}))])


def test_what_comes_out_is_counted(
    tmp_path: Path, zipped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bounds = {"entries": 3, "unpacked": 100, "ratio": 200, "ratio_from": 1 << 22}
    monkeypatch.setattr(rooms, "bound", bounds.__getitem__)
    with pytest.raises(ImportRefused, match="解开后超过"):
        Package.lay(
            tmp_path / "p", [("a.txt", io.BytesIO(bytes(60))), ("b.txt", io.BytesIO(bytes(60)))]
        )
    with pytest.raises(ImportRefused, match="文件太多"):
        files = {f"{n}.txt": b"" for n in range(4)}
        Package.lay(tmp_path / "q", [("a.zip", zipped(files))])


def test_damaged_locked_and_doubled(tmp_path: Path, zipped: Any) -> None:
    with pytest.raises(ImportRefused, match="损坏"):
        Package.lay(tmp_path / "p", [("a.zip", io.BytesIO(b"PK\x03\x04junk"))])
    locked = bytearray(zipped({"a.pdf": b"%PDF-"}).getvalue())
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ImportRefused, match="密码"):
        Package.lay(tmp_path / "q", [("a.zip", io.BytesIO(bytes(locked)))])
    with pytest.raises(ImportRefused, match="都叫"):
        Package.lay(tmp_path / "r", [("a.pdf", io.BytesIO(b"1")), ("x\\a.pdf", io.BytesIO(b"2"))])
    with pytest.raises(ImportRefused, match="没有收到文件"):
        Package.lay(tmp_path / "s", [])


def test_macros_are_seen(tmp_path: Path, zipped: Any) -> None:
    for parts, active in (
        ({"[Content_Types].xml": b"", "word/vbaProject.bin": b""}, True),
        ({"[Content_Types].xml": b"application/vnd.ms-word.document.macroEnabled", "a": b""}, True),
        ({"[Content_Types].xml": b"", "word/embeddings/oleObject1.bin": b""}, True),
        ({"[Content_Types].xml": b"", "word/document.xml": b""}, False),
    ):
        path = tmp_path / "a.docx"
        path.write_bytes(zipped(parts).getvalue())
        assert active_content(path) is active
