"""The text of attachments, read in a process of its own that may die without harm."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from gongkai_site.disclosures import attachment_child, attachment_texts
from gongkai_site.portal.search.folding import fold


def a_pdf(text: str) -> bytes:
    typst = pytest.importorskip("typst", reason="typst is not installed")
    return typst.compile(text.encode())


def a_docx(text: str) -> bytes:
    docx = pytest.importorskip("docx", reason="python-docx is not installed")
    document, file = docx.Document(), io.BytesIO()
    document.add_paragraph(text)
    document.save(file)
    return file.getvalue()


def a_bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"0" * 300_000_000)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (a_pdf("Night economy subsidy 2020"), "economy"),
        (a_docx("夜间经济扶持资金分配方案"), "夜间经济"),
        ("夜间经济名单\n第二行".encode(), "夜间经济"),
        ("夜间经济名单".encode("gb18030"), "夜间经济"),
    ],
)
def test_text_is_read(data: bytes, word: str) -> None:
    assert word in fold(attachment_child.text_of(data, 10_000))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7 broken",
        a_pdf("cut")[:500],
        b"\xff\xd8\xff\xe0 a picture",
        b"\x89PNG\r\n\x1a\n",
        b"PK\x03\x04 no archive",
        os.urandom(2000),
        a_bomb(),
    ],
    ids=["empty", "broken", "cut", "jpeg", "png", "zip", "noise", "bomb"],
)
def test_what_cannot_be_read_has_no_text_and_does_no_harm(data: bytes) -> None:
    assert len(attachment_child.text_of(data, 10_000)) <= 4000


def test_a_file_is_read_in_a_process_of_its_own_no_further_than_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.write_text("商务" * 1000)
    monkeypatch.setattr(attachment_texts, "_MOST_CHARACTERS", 100)
    assert attachment_texts.read(file) == "商务" * 50
    assert attachment_texts.read(tmp_path / "missing") == ""


def test_a_child_that_hangs_or_dies_is_an_empty_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = subprocess.run

    def other(code: str):  # type: ignore[no-untyped-def]
        def started(arguments: list[str], **options: object):  # type: ignore[no-untyped-def]
            return run([sys.executable, "-c", code], **options)  # type: ignore[call-overload]

        return started

    monkeypatch.setattr(attachment_texts, "_SECONDS", 0.2)
    monkeypatch.setattr(attachment_texts.subprocess, "run", other("while True: pass"))
    assert attachment_texts.read(tmp_path) == ""
    monkeypatch.setattr(attachment_texts, "_SECONDS", 20)
    monkeypatch.setattr(
        attachment_texts.subprocess, "run", other("import os; print(1); os.abort()")
    )
    assert attachment_texts.read(tmp_path) == ""


def test_many_files_are_read_one_after_another_and_what_kills_one_harms_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachment_texts, "_MOST_CHARACTERS", 100)
    for name, data in {
        "long": ("商务" * 1000).encode(),
        "pdf": a_pdf("Night economy subsidy 2020"),
        "broken": b"%PDF-1.7 broken",
        "bomb": a_bomb(),
        "empty": b"",
    }.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "two\nlines").write_text("两行", "utf-8")
    with attachment_texts.Reader() as reader:
        names = ("long", "missing", "pdf", "broken", "bomb", "empty", "two\nlines", "long")
        texts = [reader.read(tmp_path / name).strip() for name in names]
        child = reader._apart._child
        assert child is not None
        # Should the child itself die, one file goes unread and the next begins it anew.
        child.kill()
        child.wait()
        again = [reader.read(tmp_path / "long") for _ in range(2)]
    assert [texts[0], texts[1], "economy" in texts[2], *texts[3:]] == [
        *("商务" * 50, "", True, "", "", "", "两行", "商务" * 50),
    ]
    assert again == ["", "商务" * 50]
    assert child.poll() is not None and reader._apart._child is None
