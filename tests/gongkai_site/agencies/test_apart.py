"""One process that is ready looks at many files, and says of each what a new one would."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from tests.gongkai_site.disclosures.factories import PDF

from gongkai_site.agencies import uploads
from gongkai_site.agencies.apart import Apart

SCRIPTED = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/Names<</JavaScript<</Names[(a)4 0 R]>>>>>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
    b"4 0 obj<</S/JavaScript/JS(app.alert\\(1\\))>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def locked() -> bytes:
    pikepdf = pytest.importorskip("pikepdf", reason="pikepdf is not installed")
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(PDF)) as document:
        document.save(file, encryption=pikepdf.Encryption(owner="a", user="b"))
    return file.getvalue()


def said(path: Path) -> str:
    try:
        return str(uploads.check_pdf(path, 9))
    except uploads.Unsafe as unsafe:
        return unsafe.code


def test_many_pdfs_are_judged_as_each_would_be_alone(tmp_path: Path) -> None:
    for name, data in {
        "good": PDF,
        "scripted": SCRIPTED,
        "locked": locked(),
        "broken": b"%PDF-1.7",
    }.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "two\nlines").write_bytes(PDF)
    names = ("good", "scripted", "broken", "missing", "locked", "two\nlines", "good")
    alone = [said(tmp_path / name) for name in names]
    with uploads.many():
        together = [said(tmp_path / name) for name in names]
    assert together == alone
    assert alone == ["1", "scripted", "broken", "broken", "locked", "1", "1"]


def test_what_dies_is_told_and_the_next_is_answered(tmp_path: Path) -> None:
    (tmp_path / "good").write_bytes(PDF)
    with Apart("gongkai_site.agencies.pdf_child") as ready:
        assert ready.ask(tmp_path / "good") == b"1"
        child = ready._child
        assert child is not None
        child.kill()
        child.wait()
        assert [ready.ask(tmp_path / "good") for _ in range(2)] == [None, b"1"]
        ended = ready._child
    assert ended is not None and ended.poll() is not None


def test_a_module_that_cannot_start_answers_nothing(tmp_path: Path) -> None:
    with Apart("gongkai_site.agencies.no_such_module") as ready:
        assert ready.ask(tmp_path) is None
