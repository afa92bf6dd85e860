"""Which files a case takes: by what they are, whatever they are called."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.gongkai_site.info_requests.factories import Bureau

from gongkai_site.info_requests import attachments, service, store
from gongkai_site.info_requests.attachments import AttachmentRefused, keep
from gongkai_site.info_requests.errors import Impossible
from gongkai_site.info_requests.house import house
from gongkai_site.info_requests.models import Attachment


def pdf(pages: int = 1, **options: Any) -> bytes:
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument.new()
    for _ in range(pages):
        document.new_page(100, 100)
    out = io.BytesIO()
    document.save(out, **options)
    return out.getvalue()


def image(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, kind)
    return out.getvalue()


def office(part: str = "word/document.xml", *, types: str = "", **more: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", f"<Types>{types}</Types>")
        archive.writestr(part, "<document/>")
        for name, text in more.items():
            archive.writestr(name.replace("__", "/"), text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "kept_as", "type_"),
    [
        ("申请书.pdf", pdf(3), "申请书.pdf", "application/pdf"),
        ("身份证.jpeg", image("JPEG"), "身份证.jpeg", "image/jpeg"),
        ("截图.png", image(), "截图.png", "image/png"),
        ("说明.txt", "申请说明".encode(), "说明.txt", "text/plain"),
        ("说明.txt", "申请说明".encode("gb18030"), "说明.txt", "text/plain"),
        ("补充.docx", office(), "补充.docx", None),
        ("清单.xlsx", office("xl/workbook.xml"), "清单.xlsx", None),
        ("证件", image(), "证件.png", "image/png"),
        ("看起来是图片.exe", image(), "看起来是图片.exe.png", "image/png"),
        ("../../etc/passwd", b"root", "passwd.txt", "text/plain"),
        ("..\\..\\报告.pdf", pdf(), "报告.pdf", "application/pdf"),
        ("a\u202efdp.pdf", pdf(), "afdp.pdf", "application/pdf"),
    ],
)
def test_what_is_taken(name: str, data: bytes, kept_as: str, type_: str | None) -> None:
    kept = keep(name, [data])
    assert kept.name == kept_as
    assert type_ is None or kept.type == type_
    assert store.path_of(kept.digest).read_bytes() == data


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "网页、图形代码"),
        ("图.png", b"<?xml version='1.0'?><svg/>", "网页、图形代码"),
        ("页.html", b"<!DOCTYPE html><html></html>", "网页"),
        ("页.txt", b"  \n<HTML><script>alert(1)</script>", "网页"),
        ("页.txt", "<!doctype html>".encode("utf-16"), "网页"),
        ("运行.sh", b"#!/bin/sh\nrm -rf /", "程序"),
        ("运行.exe", b"MZ\x90\x00\x03\x00", "不是可以提交的文件"),
        ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "旧格式"),
        ("宏.docm", office(word__vbaProject="x"), "宏"),
        ("宏.docx", office(**{"word__vbaProject.bin": "x"}), "宏"),
        ("宏.docx", office(types="application/vnd.ms-word.document.macroEnabled"), "宏"),
        ("嵌.docx", office(**{"word__embeddings__oleObject1.bin": "x"}), "嵌入"),
        (
            "外.docx",
            office(
                **{
                    "word___rels__settings.xml.rels": '<Relationships><Relationship Type="attachedTemplate" '
                    'Target="http://a.example/x.dotm" TargetMode="External"/></Relationships>'
                }
            ),
            "外部模板",
        ),
        ("包.zip", office("其他.txt"), "压缩包"),
        ("坏.docx", b"PK\x03\x04" + bytes(50), "损坏"),
        ("坏.pdf", b"%PDF-1.7\n" + bytes(500), "损坏"),
        ("坏.png", b"\x89PNG\r\n\x1a\n" + bytes(50), "损坏"),
        ("空.pdf", b"", "空的"),
    ],
)
def test_what_is_refused_and_why(name: str, data: bytes, says: str, uploads_folder: Path) -> None:
    with pytest.raises(AttachmentRefused, match=says) as caught:
        keep(name, [data])
    assert name.rsplit("/")[-1].split(".")[0] in str(caught.value)
    assert [one for one in store.folder().rglob("*") if one.is_file()] == []


def test_links_in_a_document_are_no_harm() -> None:
    rels = (
        '<Relationships><Relationship Type="http://x/hyperlink" Target="https://www.gov.cn" '
        'TargetMode="External"/></Relationships>'
    )
    assert keep("链接.docx", [office(**{"word___rels__document.xml.rels": rels})])


def test_a_very_long_pdf_is_refused() -> None:
    with pytest.raises(AttachmentRefused, match="有 10000 页，每个文件最多 500 页"):
        keep("很长.pdf", [pdf(10_000)])


def test_a_file_too_large_is_refused_while_it_comes() -> None:
    asked = 0

    def endless() -> Any:
        nonlocal asked
        while True:
            asked += 1
            yield bytes(1 << 20)

    with pytest.raises(AttachmentRefused, match="每个附件最多 20 MB"):
        keep("巨大.pdf", endless())
    assert asked == 21


def test_a_bomb_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", bytes(301_000_000))
    with pytest.raises(AttachmentRefused, match="解开后太大"):
        keep("炸弹.docx", [out.getvalue()])


def test_a_picture_of_enormous_size_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = {**house(), "attachments": {**house()["attachments"], "pixels": 63}}
    monkeypatch.setattr(attachments, "house", lambda: rules)
    with pytest.raises(AttachmentRefused, match="像素太多"):
        keep("大.png", [image()])


@pytest.mark.django_db
def test_files_join_the_case_with_the_application(bureau: Bureau) -> None:
    from tests.gongkai_site.info_requests.factories import application

    from gongkai_site.agencies.service import PUBLIC

    kept = keep("证件.png", [image()])
    receipt = service.submit(
        PUBLIC, bureau.agency.pk, application(), key=service.new_key(), files=[kept],
        now=bureau.clock(),
    )  # fmt: skip
    row = Attachment.objects.get(case_id=receipt.case_id)
    assert (row.purpose, row.from_applicant, row.scan, row.digest) == (
        "application",
        True,
        "waiting",
        kept.digest,
    )


@pytest.mark.django_db
def test_too_many_files_are_refused(bureau: Bureau) -> None:
    kept = keep("证件.png", [image()])
    with pytest.raises(Impossible, match="最多提交 20 个附件"):
        service.attach(bureau.officer, bureau.case().pk, [kept] * 21, "other", now=bureau.clock())


@pytest.mark.django_db
def test_an_infected_file_is_marked(bureau: Bureau) -> None:
    case = bureau.case()
    (row,) = service.attach(
        bureau.officer, case.pk, [keep("证件.png", [image()])], "other", now=bureau.clock()
    )
    service.mark_scanned(bureau.window, row.pk, clean=False)
    row.refresh_from_db()
    assert row.scan == "infected"
