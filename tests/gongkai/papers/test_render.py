"""Printed documents, read back: complete, laid out, tagged, silent about people in their metadata."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import docx
import pdfplumber
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from tests.gongkai.papers.conftest import DAY, docx_text, pdf_text, sample

from gongkai import typesetting
from gongkai.papers import Paper, draft, render_docx, render_pdf, render_text, templates
from gongkai.papers.paper import Paragraph, Table
from gongkai.papers.render import font_note
from gongkai.papers.render.outline import title_lines

HOSTILE = '#panic("x") $x^2$ *粗* _斜_ <lab> @ref `c` \\ // /* [b] = h <w:t>&amp;</w:t> ]]> &#x41;'
MM = 72 / 25.4


def squeezed(text: str) -> str:
    return "".join(text.split())


def words(paper: Paper) -> list[str]:
    """Every text a paper has to print, without spaces."""
    found = [paper.addressee, *paper.attachments]
    if paper.style != "envelope":
        found.append(paper.title)
    for block in paper.blocks:
        if isinstance(block, Paragraph):
            found.append(block.text)
        else:
            found += [box.text for row in block.rows for box in row]
    if paper.style == "letter":
        found += [str(paper.number), paper.head, paper.agency, "2026年3月30日"]
    return [squeezed(one) for one in found if one]


@pytest.fixture
def refusal(base: dict[str, Any]) -> Paper:
    return draft("N6", {**base, "process_kind": "过程稿", "reason": "尚未定稿"}, on=DAY)


@pytest.mark.parametrize("kind", list(templates()))
def test_every_document_can_be_read_back_whole(kind: str) -> None:
    paper = sample(kind)
    pdf, word = render_pdf(paper), render_docx(paper)
    assert b"pdfuaid:part" in pdf
    texts = {
        "pdf": pdf_text(pdf),
        "docx": docx_text(word),
        "text": squeezed(render_text(paper)),
    }
    for kind_of_file, text in texts.items():
        absent = [one for one in words(paper) if one not in text]
        if kind_of_file == "pdf":  # a page break puts the page number inside a paragraph
            absent = [one for one in absent if len(one) < 40 and one not in text]
        assert absent == [], kind_of_file
    assert docx.Document(BytesIO(word)).paragraphs


def test_the_pdf_is_tagged_chinese_and_dated(refusal: Paper) -> None:
    data = render_pdf(refusal)
    assert b"/MarkInfo" in data
    assert b"/Lang(zh-CN)" in data
    document = pypdfium2.PdfDocument(data)
    info = document.get_metadata_dict()
    document.close()
    assert info["Title"] == "示例市商务局政府信息公开申请答复书"
    assert info["Author"] == "示例市商务局"
    assert info["CreationDate"].startswith("D:20260330")


def test_no_person_is_named_in_the_metadata(refusal: Paper) -> None:
    paper = refusal.edited(refusal.paragraphs, title="关于张某某申请公开有关信息的答复")
    document = pypdfium2.PdfDocument(render_pdf(paper))
    metadata = str(document.get_metadata_dict())
    document.close()
    with ZipFile(BytesIO(render_docx(paper))) as package:
        for name in package.namelist():
            if name != "word/document.xml":
                metadata += package.read(name).decode("utf-8", "replace")
    assert "张某某" not in metadata
    assert "2025年夜间经济" not in metadata
    assert "示例市商务局政府信息公开申请答复书" in metadata


def test_what_people_type_is_never_run(base: dict[str, Any]) -> None:
    names = ("request", "applicant", "agency", "reason", "review_organ", "case_number")
    facts = {**base, **dict.fromkeys(names, HOSTILE), "process_kind": "过程稿"}
    extra = {"attachments": [HOSTILE], "copy_to": [HOSTILE], "printed_by": HOSTILE, "head": HOSTILE}
    paper = draft("N6", {**facts, **extra}, on=DAY)
    wanted = squeezed(HOSTILE)
    assert docx_text(render_docx(paper)).count(wanted) >= 9
    assert squeezed(render_text(paper)).count(wanted) >= 9
    assert pdf_text(render_pdf(paper)).count("panic") >= 9


def test_hostile_text_in_tables_and_forms(base: dict[str, Any]) -> None:
    facts = {**base, "contact": HOSTILE, "channel": "网", "submitted_on": DAY, "form_wanted": "纸"}
    facts |= {"case_number": "1", "identity": HOSTILE, "office": "甲", "due_on": DAY}
    facts.pop("number")
    paper = draft("registration", facts, on=DAY)
    assert docx_text(render_docx(paper)).count(squeezed(HOSTILE)) == 2
    assert "#panic" in pdf_text(render_pdf(paper))


@pytest.mark.parametrize(
    "odd", ["\ue000\U0001f600\u200b\U000e0001", "\ud800\x00\x1b", "𠮷野家\x85甲\x0b乙"]
)
def test_odd_characters_do_not_stop_it(base: dict[str, Any], odd: str) -> None:
    facts = {**base, "request": f"甲{odd}乙", "process_kind": "过程稿", "reason": "丙"}
    paper = draft("N6", facts, on=DAY)
    assert "甲" in pdf_text(render_pdf(paper))
    assert "乙" in docx_text(render_docx(paper))


def test_a_draft_says_so_until_it_is_approved(refusal: Paper) -> None:
    def watermarked(paper: Paper) -> tuple[bool, bool, bool]:
        with ZipFile(BytesIO(render_docx(paper))) as package:
            names = [n for n in package.namelist() if n.startswith("word/header")]
            headers = "".join(package.read(name).decode() for name in names)
        return (
            "草" in pdf_text(render_pdf(paper)) and "稿" in pdf_text(render_pdf(paper)),
            'string="草稿"' in headers,
            "（草稿）" in render_text(paper),
        )

    facts_free = refusal.edited([text.replace("过程稿", "磋商函") for text in refusal.paragraphs])
    assert watermarked(facts_free) == (True, True, True)
    assert watermarked(replace(facts_free, draft=False))[1:] == (False, False)


def test_a_draft_without_a_number_leaves_its_place(refusal: Paper) -> None:
    bare = replace(refusal, number=None)
    assert "（文号待编）〔2026〕号" in pdf_text(render_pdf(bare))


def test_a_full_page_holds_22_lines_of_28_characters(refusal: Paper) -> None:
    paper = replace(refusal, draft=False).edited([*refusal.paragraphs[:1], "公" * 28 * 40])
    paper = replace(paper, draft=False)
    with pdfplumber.open(BytesIO(render_pdf(paper))) as document:
        page = document.pages[1]
        rows: dict[int, list[dict[str, Any]]] = {}
        for char in page.chars:
            if char["text"] == "公":
                rows.setdefault(round(char["top"]), []).append(char)
        assert (page.width, page.height) == (
            pytest.approx(210 * MM, 0.01),
            pytest.approx(297 * MM, 0.01),
        )
    assert len(rows) == 22
    assert {len(row) for row in rows.values()} == {28}
    left = min(char["x0"] for row in rows.values() for char in row)
    right = max(char["x1"] for row in rows.values() for char in row)
    assert left == pytest.approx(28 * MM, abs=1)
    assert right == pytest.approx((28 + 156) * MM, abs=1)
    tops = sorted(rows)
    assert tops[0] >= 37 * MM - 3
    assert tops[-1] + 16 <= (37 + 225) * MM + 3


def test_the_head_is_red_and_35_mm_down(refusal: Paper) -> None:
    with pdfplumber.open(BytesIO(render_pdf(refusal))) as document:
        page = document.pages[0]
        mark = [char for char in page.chars if char["size"] > 40 and char["text"] == "示"][0]
        rule = [one for one in page.lines + page.rects + page.curves if one["width"] > 150 * MM][0]
        number = [char for char in page.chars if char["text"] == "〔"][0]
    # The ink of a character stands within its em square, so the measure is met to a few points.
    assert mark["top"] == pytest.approx((37 + 35) * MM, abs=12)
    assert mark["non_stroking_color"][0] > 0.8
    assert mark["non_stroking_color"][2] < 0.2
    assert rule["width"] == pytest.approx(156 * MM, abs=1)
    assert 2 * MM < rule["top"] - number["bottom"] < 7 * MM


def test_page_numbers_stand_at_the_outer_edge(refusal: Paper) -> None:
    paper = refusal.edited([*refusal.paragraphs, *["公开" * 200] * 4])
    with pdfplumber.open(BytesIO(render_pdf(paper))) as document:
        assert len(document.pages) >= 3
        for number, page in enumerate(document.pages, 1):
            foot = page.crop((0, 265 * MM, page.width, page.height))
            assert squeezed(foot.extract_text() or "") == f"—{number}—"
            middle = sum(char["x0"] for char in foot.chars) / len(foot.chars)
            assert (middle > page.width / 2) == (number % 2 == 1)
            assert min(char["top"] for char in foot.chars) == pytest.approx(269 * MM, abs=8)


def test_the_signature_stands_right_and_never_alone(refusal: Paper) -> None:
    for filler in range(0, 24):
        paper = replace(
            refusal,
            blocks=(*refusal.blocks[:-1], *[Paragraph("公开。")] * filler, refusal.blocks[-1]),
        )
        with pdfplumber.open(BytesIO(render_pdf(replace(paper, draft=False)))) as document:
            last = squeezed(document.pages[-1].extract_text() or "")
            assert "提起行政诉讼。示例市商务局2026年3月30日" in last
    with pdfplumber.open(BytesIO(render_pdf(replace(refusal, draft=False)))) as document:
        line = document.pages[-1].search("2026年3月30日")[-1]
        name = document.pages[-1].search("示例市商务局")[-1]
    assert line["x1"] == pytest.approx((28 + 156 - 4 * 156 / 28) * MM, abs=2)
    assert (line["x0"] + line["x1"]) / 2 == pytest.approx((name["x0"] + name["x1"]) / 2, abs=2)


def test_long_titles_break_after_the_agency_or_evenly(refusal: Paper) -> None:
    agency = "示例省示例自治州人民政府机关事务管理局暨政务公开办公室"
    title = f"{agency}政府信息公开申请答复书"
    lines = title_lines(replace(refusal, agency=agency, title=title))
    assert lines[-1] == "政府信息公开申请答复书"
    assert "".join(lines) == title
    assert max(map(len, lines)) <= 20
    other = title_lines(replace(refusal, title="关于“" + "很长的事由" * 8 + "”申请的答复"))
    assert "".join(other) == "关于“" + "很长的事由" * 8 + "”申请的答复"
    assert max(map(len, other)) - min(map(len, other)) <= 2
    assert not any(line.startswith("”") for line in other)


def test_many_attachments_and_copies(refusal: Paper) -> None:
    names = tuple(f"第{n}份材料" + "名称" * n for n in range(1, 16))
    paper = replace(
        refusal, attachments=names, copy_to=("示例市人民政府办公室",) * 9, printed_by="示例办公室"
    )
    for text in (pdf_text(render_pdf(paper)), docx_text(render_docx(paper))):
        assert "附件：1.第1份材料名称" in text
        assert "15.第15份材料" in text
        assert "抄送：示例市人民政府办公室，示例市" in text
        assert "2026年3月30日印发" in text


def test_one_attachment_has_no_number(base: dict[str, Any]) -> None:
    facts = {**base, "supplied": ["《分配方案》"], "supplied_form": "纸质"}
    text = pdf_text(render_pdf(draft("G1", facts, on=DAY)))
    assert "附件：《分配方案》" in text


def test_the_fee_table_is_a_table(base: dict[str, Any]) -> None:
    fee = {"fee_scale": "按件计收", "fee_count": 35, "payment_method": "到窗口", "payment_days": 20}
    paper = draft("fee_notice", {**base, **fee}, on=DAY)
    with pdfplumber.open(BytesIO(render_pdf(paper))) as document:
        found = [table for page in document.pages for table in page.extract_tables()]
    table = docx.Document(BytesIO(render_docx(paper))).tables[0]
    wanted = [[b.text for b in r] for t in paper.blocks if isinstance(t, Table) for r in t.rows]
    assert found == [wanted]
    assert [[cell.text for cell in row.cells] for row in table.rows] == wanted


def test_a_fee_table_over_a_page_repeats_its_head(base: dict[str, Any]) -> None:
    fee = {
        "fee_scale": "按件计收",
        "fee_count": 900,
        "payment_method": "到窗口",
        "payment_days": 20,
    }
    with pdfplumber.open(BytesIO(render_pdf(draft("fee_notice", {**base, **fee}, on=DAY)))) as pdf:
        found = [table for page in pdf.pages for table in page.extract_tables()]
    assert len(found) > 1
    assert all(table[0] == ["区间", "数量", "单价", "小计"] for table in found)


def test_the_word_file_has_the_measures_of_the_standard(refusal: Paper) -> None:
    document = docx.Document(BytesIO(render_docx(refusal)))
    section = document.sections[0]
    measures = [
        round(one.mm)
        for one in (
            section.page_width,
            section.page_height,
            section.top_margin,
            section.left_margin,
            section.right_margin,
            section.bottom_margin,
        )
    ]
    assert measures == [210, 297, 37, 28, 26, 35]
    assert document.settings.odd_and_even_pages_header_footer
    normal = document.styles["Normal"]
    assert normal.paragraph_format.line_spacing.pt * 22 <= 225 * MM
    assert normal.paragraph_format.line_spacing.pt * 23 > 225 * MM
    xml = etree.tostring(document.styles.element, encoding="unicode")
    assert 'w:eastAsia="仿宋_GB2312"' in xml
    assert 'w:eastAsia="方正小标宋简体"' in xml
    assert document.core_properties.comments.startswith("版式用方正小标宋简体")


def test_the_same_paper_gives_the_same_bytes(refusal: Paper) -> None:
    assert render_pdf(refusal) == render_pdf(refusal)
    assert render_docx(refusal) == render_docx(refusal)


def test_missing_fonts_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    class Few:
        @staticmethod
        def families() -> list[str]:
            return ["SimSun"]

    monkeypatch.setattr(typesetting, "installed", lambda: (Few(), {}))
    assert font_note().startswith("本机没有安装小标宋、仿宋字体，以思源（Noto）字体代替")


def test_nothing_leaks_to_a_third_party() -> None:
    for kind in ("third_party_consult", "third_party_reply_form", "third_party_decision_notice",
                 "co_organ_consult", "assist"):  # fmt: skip
        paper = sample(kind)
        text = render_text(paper)
        assert "张某某" not in text
        assert "申请人" not in text.replace("其他申请人", "")


def test_a_paper_of_another_day_prints_that_day(refusal: Paper) -> None:
    paper = replace(
        refusal, on=date(2026, 12, 1), printed_by="办公室", printed_on=date(2026, 12, 2)
    )
    text = pdf_text(render_pdf(paper))
    assert "2026年12月1日" in text
    assert "2026年12月2日印发" in text


@settings(max_examples=25)
@given(st.text(max_size=80), st.text(max_size=40))
def test_any_text_prints(one: str, other: str) -> None:
    paper = sample("fee_notice")
    title = f"关于{other}的通知"
    paper = replace(
        paper.edited([*paper.paragraphs, one], title=title),
        addressee=other,
        agency=f"局{one}",
        head=f"局{other}",
        attachments=(f"甲{one}", f"乙{other}"),
        copy_to=(one,),
        printed_by=other,
    )
    assert render_pdf(paper).startswith(b"%PDF")
    assert docx.Document(BytesIO(render_docx(paper))).tables
    assert render_text(paper)
