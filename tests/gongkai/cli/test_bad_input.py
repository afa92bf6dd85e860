"""Files nobody should have sent: each a clear sentence, a code, and the batch goes on."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from PIL import Image, ImageDraw

from gongkai.annual_report.render import render
from gongkai.annual_report.value import Report

type Make = Callable[..., Report]
type Write = Callable[..., Path]
type Run = Callable[..., Result]


def bomb() -> bytes:
    """A DOCX of 50 kB whose document unpacks to 50 MB."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", b" " * 50_000_000)
    return file.getvalue()


def encrypted() -> bytes:
    """A PDF that opens only with a password nobody has."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        b"<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (b"ab" * 32, b"cd" * 32),
    ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, part)
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n"
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[<00><00>]>>\n"
    return bytes(out + b"startxref\n%d\n%%%%EOF" % start)


def cat() -> bytes:
    picture = Image.new("RGB", (160, 120), "white")
    draw = ImageDraw.Draw(picture)
    draw.polygon([(40, 50), (50, 20), (65, 45), (95, 45), (110, 20), (120, 50)], fill="grey")
    draw.ellipse([40, 35, 120, 110], fill="grey")
    draw.ellipse([60, 60, 70, 72], fill="green")
    draw.ellipse([90, 60, 100, 72], fill="green")
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


FOREIGN = """Freedom of Information Act Annual Report, Fiscal Year 2023
Number of requests received: 1,204. Number of requests processed: 1,190.
Full grants 420, partial grants 310, denials 95, other 365.
"""
NESTED = "<table><tr><td>" * 100_000 + "政府信息公开工作年度报告" + "</td></tr></table>" * 100_000


@pytest.fixture
def bad(tmp_path: Path, report: Make) -> dict[str, tuple[str, set[str]]]:
    """Write every bad file; name → the state and codes that are right for it."""
    pdf = render(report(), "pdf")
    (tmp_path / "空.html").write_bytes(b"")
    with (tmp_path / "大.txt").open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    (tmp_path / "炸弹.docx").write_bytes(bomb())
    (tmp_path / "加密.pdf").write_bytes(encrypted())
    (tmp_path / "截断.pdf").write_bytes(pdf[: len(pdf) // 2])
    (tmp_path / "嵌套.html").write_text(NESTED, "utf-8")
    (tmp_path / "猫.png").write_bytes(cat())
    (tmp_path / "外国.txt").write_text(FOREIGN, "utf-8")
    (tmp_path / "乱码.pdf").write_bytes(bytes(range(256)) * 40)
    return {
        "空.html": ("unreadable", {"empty"}),
        "大.txt": ("unreadable", {"too_large"}),
        "炸弹.docx": ("unreadable", {"bomb"}),
        "加密.pdf": ("unreadable", {"encrypted"}),
        "截断.pdf": ("unreadable", {"damaged"}),
        "嵌套.html": ("unreadable", {"too_deep"}),
        "猫.png": ("unreadable", {"no_text", "no_ocr", "scanned", "needs_ocr"}),
        "外国.txt": ("unsupported", {"not_a_report"}),
        "乱码.pdf": ("unreadable", {"not_document"}),
    }


def test_each_is_declared_and_the_good_one_is_read(
    bad: dict[str, tuple[str, set[str]]], report: Make, write: Write, gongkai: Run, tmp_path: Path
) -> None:
    write(report(), "好.html")
    before = sorted(path.name for path in tmp_path.iterdir())
    result = gongkai("check", ".", "--json", "--jobs", "2")
    assert result.exit_code == 3
    shapes = {Path(one["file"]).name: one for one in json.loads(result.stdout)}
    assert sorted(shapes) == before
    assert (shapes["好.html"]["state"], shapes["好.html"]["findings"]) == ("read", [])
    told = {name: (shapes[name]["state"], shapes[name]["code"]) for name in bad}
    wrong = {n: t for n, t in told.items() if t[0] != bad[n][0] or t[1] not in bad[n][1]}
    assert wrong == {}
    for name in bad:
        assert shapes[name]["cells"] == {}
        assert shapes[name]["message"].endswith("。")
        assert len(shapes[name]["message"]) > 10
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.parametrize("name", ["空.html", "大.txt", "炸弹.docx", "外国.txt"])
def test_alone_it_says_why_and_exits_3(
    name: str, bad: dict[str, tuple[str, set[str]]], gongkai: Run, tmp_path: Path
) -> None:
    for verb in ("read", "check", "restore", "render", "compare", "roll-up"):
        if (verb, name) == ("restore", "外国.txt"):
            continue
        more = ["--to", "docx", "-o", "out.docx"] if verb == "render" else []
        more += ["--jobs", "0"] if verb not in ("restore", "render") else []
        result = gongkai(verb, name, *more)
        assert result.exit_code == 3, (verb, result.stderr)
        assert name in result.stdout + result.stderr
        assert "。" in result.stdout + result.stderr
    assert not (tmp_path / "out.docx").exists()


def test_two_reports_the_second_cut_off(report: Make, gongkai: Run, tmp_path: Path) -> None:
    first, second = report(year=2022), report(year=2023)
    pages = [render(one, "markdown").decode() for one in (first, second)]
    cut = pages[1].index("（七）总计")
    (tmp_path / "两年.md").write_text(pages[0] + "\n" + pages[1][:cut], "utf-8")
    result = gongkai("read", "两年.md", "--json", "--jobs", "0")
    shapes = json.loads(result.stdout)
    assert [shape["year"] for shape in shapes] == [2022, 2023]
    assert shapes[0]["cells"] == {a: cell.number for a, cell in first.cells.items()}
    missing = {"t3.res_total.total", "t3.carried_out.total", "t4.review.upheld"}
    assert missing <= set(shapes[1]["unreadable"])
    for address, number in shapes[1]["cells"].items():
        assert number in (None, second.cells[address].number), address


def test_absurd_counts_are_questioned(report: Make, write: Write, gongkai: Run) -> None:
    write(report(changed={"t2.art20_5.licensing.decisions": -5}), "负.html")
    shape = json.loads(gongkai("check", "负.html", "--json", "--jobs", "0").stdout)
    address = "t2.art20_5.licensing.decisions"
    doubted = address in shape["unreadable"] + shape["uncertain"]
    assert doubted or any(address in finding["cells"] for finding in shape["findings"])


def test_a_file_without_permission_or_gone(gongkai: Run, tmp_path: Path) -> None:
    (tmp_path / "旧.html").symlink_to(tmp_path / "已删除.html")
    shape = json.loads(gongkai("read", "旧.html", "--json", "--jobs", "0").stdout)
    assert (shape["state"], shape["code"]) == ("unreadable", "no_access")
    assert shape["message"].startswith("打不开这个文件：")


def test_a_stream_without_end(gongkai: Run) -> None:
    """More than is read of a report is never taken in."""
    if not Path("/dev/zero").exists():
        pytest.skip("no /dev/zero on this system")
    shape = json.loads(gongkai("read", "/dev/zero", "--json", "--jobs", "0").stdout)
    assert (shape["state"], shape["code"]) == ("unreadable", "too_large")
