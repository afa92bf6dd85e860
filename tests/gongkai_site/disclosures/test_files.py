"""Which files a document takes: what their names say they are, and safe to hand to the public."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.gongkai_site.disclosures.factories import PDF
from tests.gongkai_site.info_requests.test_attachments import image, office, pdf

from gongkai_site.disclosures import files, store
from gongkai_site.disclosures.errors import Impossible
from gongkai_site.disclosures.house import house

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def stream(name: str) -> bytes:
    """A record of an old office file's directory."""
    return name.encode("utf-16-le").ljust(128, b"\0")


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def linked() -> bytes:
    out = io.BytesIO()
    entry = zipfile.ZipInfo("a.pdf")
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "type_"),
    [
        ("通知.pdf", pdf(3), "application/pdf"),
        ("照片.jpeg", image("JPEG"), "image/jpeg"),
        ("图.png", image(), "image/png"),
        ("说明.docx", office(), None),
        ("表.xlsx", office("xl/workbook.xml"), None),
        ("讲稿.pptx", office("ppt/presentation.xml"), None),
        ("旧.doc", OLE + stream("WordDocument"), "application/msword"),
        ("旧.wps", OLE + stream("WordDocument"), "application/vnd.ms-works"),
        ("新.wps", office(), "application/vnd.ms-works"),
        ("版式.ofd", zipped(**{"OFD.xml": b"<ofd:OFD/>"}), "application/ofd"),
        ("材料.zip", zipped(**{"一.pdf": PDF, "二.docx": b"PK"}), "application/zip"),
        ("名单.csv", "镇,件数".encode("gb18030"), "text/csv"),
        ("说明.txt", "第一条".encode(), "text/plain"),
        ("朗读.mp3", b"ID3\x03" + bytes(20), "audio/mpeg"),
        ("录像.mp4", b"\0\0\0\x18ftypmp42" + bytes(8), "video/mp4"),
    ],
)
def test_what_is_taken(name: str, data: bytes, type_: str | None) -> None:
    kept = files.keep(name, [data])
    assert kept.name == name
    assert type_ is None or kept.media_type == type_
    assert store.path_of(kept.digest).read_bytes() == data


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("页.html", b"<html>", "不能作附件"),
        ("图.svg", b"<svg/>", "不能作附件"),
        ("宏.docm", office(), "不能作附件"),
        ("程序", b"\x7fELF", "不能作附件"),
        ("空.txt", b"", "空的"),
        ("页.txt", b"\n <HTML><script>", "网页、图形代码"),
        ("图.csv", b"<svg onload=x>", "网页、图形代码"),
        ("二.txt", b"\x00\x01\x02", "不是可以提交的文件"),
        ("假.pdf", b"MZ\x90", "后缀对不上"),
        ("假.pdf", image(), "后缀对不上"),
        ("假.docx", office("xl/workbook.xml"), "后缀对不上"),
        ("假.docx", OLE, "后缀对不上"),
        ("假.doc", b"{\\rtf1", "后缀对不上"),
        ("假.jpg", image(), "后缀对不上"),
        ("假.png", b"<svg/>", "后缀对不上"),
        ("坏.pdf", b"%PDF-1.7\n" + bytes(300), "损坏"),
        ("坏.png", b"\x89PNG\r\n\x1a\n" + bytes(50), "损坏"),
        ("坏.docx", b"PK\x03\x04" + bytes(50), "损坏"),
        ("坏.zip", b"PK\x03\x04" + bytes(50), "损坏"),
        ("宏.docx", office(**{"word__vbaProject.bin": "x"}), "宏"),
        ("宏.xlsx", office("xl/workbook.xml", types="x.macroEnabled"), "宏"),
        ("宏.pptx", office("ppt/presentation.xml", ppt__vbaProject="x"), "宏"),
        ("宏.wps", office(**{"word__vbaProject.bin": "x"}), "宏"),
        ("嵌.docx", office(**{"word__embeddings__oleObject1.bin": "x"}), "嵌入"),
        ("宏.doc", OLE + stream("Root Entry") + stream("Macros"), "宏"),
        ("宏.xls", OLE + stream("_VBA_PROJECT_CUR") + stream("VBA"), "宏"),
        ("嵌.ppt", OLE + stream("\x01Ole10Native"), "嵌入"),
        ("炸.zip", zipped(**{"a.txt": bytes(30_000_000)}), "压缩炸弹"),
        ("外.zip", zipped(**{"../a.pdf": PDF}), "指向别处"),
        ("链.zip", linked(), "链接"),
        ("宏.zip", zipped(**{"x/a.docm": b"PK"}), "“a.docm”"),
        ("页.zip", zipped(**{"index.html": b"<p>"}), "“index.html”"),
    ],
)
def test_what_is_refused_and_why(name: str, data: bytes, says: str) -> None:
    with pytest.raises(Impossible, match=says) as caught:
        files.keep(name, [data])
    assert name in str(caught.value)
    assert [one for one in store.folder().rglob("*") if one.is_file()] == []


def test_a_word_in_an_old_file_is_no_macro() -> None:
    text = OLE + stream("WordDocument") + b"\x02" + "Macros\0".encode("utf-16-le") + bytes(100)
    assert files.keep("说明.doc", [text])


def test_too_many_pages_and_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    small: Any = {**house(), "attachments": {**house()["attachments"], "pages": 2, "pixels": 63}}
    monkeypatch.setattr(files, "house", lambda: small)
    with pytest.raises(Impossible, match="有 3 页，每个文件最多 2 页。请分成几个文件"):
        files.keep("厚.pdf", [pdf(3)])
    with pytest.raises(Impossible, match="像素太多"):
        files.keep("大.png", [image()])


def test_an_office_bomb_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", bytes(301_000_000))
    with pytest.raises(Impossible, match="解开后太大"):
        files.keep("炸弹.docx", [out.getvalue()])


def test_a_pdf_with_a_script_is_refused(tmp_path: Path) -> None:
    script = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/Names<</JavaScript<</Names[(a) 4 0 R]>>>>>>"
        b"endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
        b"4 0 obj<</S/JavaScript/JS(app.alert\\(1\\))>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )
    with pytest.raises(Impossible, match="带有脚本"):
        files.keep("脚本.pdf", [script])
