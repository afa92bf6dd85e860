"""Bad files of every kind: each is refused in words, with a code, quickly."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.errors import ReadingError, Unreadable, Unsupported
from gongkai.reading.containers import limits, ocr, open_document
from gongkai.reading.document import Document

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def package(**parts: bytes) -> bytes:
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return saved.getvalue()


def refused(data: bytes) -> ReadingError:
    with pytest.raises(ReadingError) as caught:
        open_document(data)
    message = str(caught.value)
    assert message.endswith(("。", "]'；", "档。")) and "请" in message, message
    return caught.value


def test_an_empty_file() -> None:
    assert refused(b"").code == "empty"
    assert refused(b" \r\n\t").code == "empty"


def test_a_file_beyond_the_limit() -> None:
    error = refused(bytes(limits.MAX_BYTES + 1))
    assert error.code == "too_large"
    assert "64 MB" in str(error)


def test_a_bomb_in_a_word_package() -> None:
    filler = b"<w:p/>" * 8_000_000
    assert refused(package(word__document_xml=filler[:47_000_000])).code == "bomb"
    assert refused(package(word__document_xml=filler)).code == "bomb"


def test_a_package_of_countless_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_ARCHIVE_ENTRIES", 5)
    assert refused(package(**{f"word__{n}": b"" for n in range(6)})).code == "bomb"


def test_an_encrypted_pdf(table_pdf: bytes) -> None:
    # The smallest standard security handler: pdfium asks for a password before anything else.
    encrypted = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        b"3 0 obj<</Filter/Standard/V 1/R 2/P -4/O<"
        + b"11" * 32
        + b">/U<"
        + b"22" * 32
        + b">>>endobj\n"
        b"trailer<</Root 1 0 R/Encrypt 3 0 R/ID[<00><00>]>>\n%%EOF\n"
    )
    error = refused(encrypted)
    assert error.code == "encrypted"
    assert "密码" in str(error)


def test_a_truncated_pdf_is_recovered_or_refused(table_pdf: bytes) -> None:
    for share in (0.1, 0.5, 0.9, 0.999):
        try:
            document = open_document(table_pdf[: int(len(table_pdf) * share)])
        except Unreadable as error:
            assert error.code in ("damaged", "no_text", "needs_ocr")
        else:
            assert "结尾缺失" in document.notes[0]
    assert refused(b"%PDF-1.7\n" + bytes(500)).code == "damaged"


def test_a_pdf_of_too_many_pages(
    make_pdf: Callable[[str], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    from gongkai.reading.containers import pdf

    monkeypatch.setattr(pdf, "MAX_PAGES", 1)
    assert refused(make_pdf("一 #pagebreak() 二")).code == "too_long"


@pytest.mark.parametrize(
    ("data", "code", "advice"),
    [
        (_OLE, "legacy_office", ".docx"),
        (_OLE + "Workbook".encode("utf-16-le"), "legacy_office", ".xlsx"),
        (b"{\\rtf1\\ansi text}", "rtf", ".docx"),
        (b"\x1f\x8b\x08" + bytes(40), "archive", "解压"),
        (b"Rar!\x1a\x07\x00" + bytes(40), "archive", "解压"),
        (
            b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><a/>',
            "office_xml",
            ".docx",
        ),
    ],
)
def test_known_kinds_that_are_not_read(data: bytes, code: str, advice: str) -> None:
    error = refused(data)
    assert isinstance(error, Unsupported)
    assert error.code == code
    assert advice in str(error)


def test_other_packages() -> None:
    assert refused(package(OFD_xml=b"<a/>")).code == "ofd"
    assert refused(package(content_xml=b"<a/>")).code == "other_office"
    assert refused(package(junk=b"abc")).code == "archive"
    assert refused(b"PK\x03\x04" + bytes(200)).code == "damaged"


def test_a_password_on_a_word_file() -> None:
    assert refused(_OLE + "EncryptedPackage".encode("utf-16-le")).code == "encrypted"


def test_binary_junk_is_no_document() -> None:
    assert refused(bytes(range(1, 32)) * 40).code == "not_document"
    assert refused(bytes(5_000)).code in ("empty", "not_document")


def test_json_nested_beyond_reason_is_just_text() -> None:
    assert open_document(b"[" * 200_000 + b"1").container == "text"


def answered(data: bytes) -> Document | ReadingError:
    try:
        return open_document(data)
    except ReadingError as error:
        assert error.code and str(error)
        return error


# Recognition is slow and its packages have fuzz of their own.
@pytest.fixture(autouse=True, scope="module")
def without_recognition() -> object:
    patch = pytest.MonkeyPatch()
    patch.setattr(ocr, "available", lambda: False)
    yield
    patch.undo()


_HEADS = st.sampled_from(
    [
        b"",
        b"%PDF-1.4\n",
        b"PK\x03\x04",
        b"\xff\xfe",
        b"<html><table>",
        b"{",
        b"BM",
        b"II*\x00",
        b"|a|b|\n",
    ]
)


@given(_HEADS, st.binary(max_size=600))
@settings(max_examples=200)
def test_random_bytes_are_answered(head: bytes, data: bytes) -> None:
    answered(head + data)


_MARKS = st.lists(
    st.sampled_from(
        ["<table>", "</table>", "<tr>", "<td rowspan=0>", "<td colspan=70000>", "<th>", "</td>", "<p>",
         "<h1>", "<br>", "政", "12", " ", "|", "\n", "\t", "<tfoot>", "<div role=row>", "<!--", "&nbsp;",
         "<b style='display:table-cell'>", "<caption>", "</h1>", "---"]
    ),
    max_size=60,
)  # fmt: skip


@given(_MARKS)
@settings(max_examples=300)
def test_any_jumble_of_markup_is_laid_out_without_overlap(marks: list[str]) -> None:
    document = answered("".join(marks).encode())
    if isinstance(document, ReadingError):
        return
    for block in document.blocks:
        taken: set[tuple[int, int]] = set()
        for cell in getattr(block, "cells", ()):
            for row in range(cell.row, cell.row + cell.rowspan):
                for column in range(cell.column, cell.column + cell.colspan):
                    assert (row, column) not in taken
                    taken.add((row, column))


@pytest.mark.parametrize("kind", ["table_pdf", "table_docx", "table_xlsx", "table_html"])
@given(st.integers(0, 2**32), st.integers(1, 30))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_mutated_files_are_answered(
    kind: str, request: pytest.FixtureRequest, seed: int, changes: int
) -> None:
    whole = request.getfixturevalue(kind)
    data = bytearray(whole.encode() if isinstance(whole, str) else whole)
    chance = random.Random(seed)
    for _ in range(changes):
        place = chance.randrange(len(data))
        action = chance.randrange(3)
        if action == 0:
            data[place] = chance.randrange(256)
        elif action == 1:
            del data[place : place + chance.randrange(1, 40)]
        else:
            data[place:place] = data[: chance.randrange(60)]
    answered(bytes(data))
