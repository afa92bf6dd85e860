"""What an office would upload."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

HEAD = [
    "名称*",
    "文号",
    "种类*",
    "栏目*",
    "形成或变更日期*",
    "内容概述",
    "正文",
    "正文文件",
    "附件",
]


@pytest.fixture
def workbook() -> Callable[..., io.BytesIO]:
    """Return the maker of a catalogue: `workbook(rows, head=HEAD)`."""

    def make(rows: Sequence[Sequence[Any]], head: Sequence[str] = HEAD) -> io.BytesIO:
        import openpyxl

        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "目录"
        for row in [head, *rows]:
            sheet.append(list(row))
        file = io.BytesIO()
        book.save(file)
        file.seek(0)
        return file

    return make


@pytest.fixture
def zipped() -> Callable[[Mapping[str, bytes]], io.BytesIO]:
    """Return the maker of a ZIP: `zipped({"a/b.pdf": b"…"})`."""

    def make(files: Mapping[str, bytes]) -> io.BytesIO:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        file.seek(0)
        return file

    return make
