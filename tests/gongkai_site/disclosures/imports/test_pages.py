"""Pages of an old site: article, date, source, attachments; pollution taken out and shown."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.gongkai_site.disclosures.factories import PDF

from gongkai_site.disclosures.body import render
from gongkai_site.disclosures.imports.bounds import ImportRefused
from gongkai_site.disclosures.imports.package import Package
from gongkai_site.disclosures.imports.pages import plan_pages, read_page

PAGE = """<!DOCTYPE html><html><head><meta charset="gb2312">
<title>关于举办消费节的通知_云山县商务局网站</title>
<meta name="ArticleTitle" content="关于举办消费节的通知"><meta name="PubDate" content="2020-05-06 10:11">
<meta name="ContentSource" content="云山县商务局"></head><body>
<div class="nav"><a href="/index.html">首页</a><a href="/list.html">通知公告</a></div>
<div class="TRS_Editor"><p style="text-align:center"><b>关于举办消费节的通知</b></p>
<p>　　各街道：</p><p>　　现定于五月举办消费节，请<strong>认真组织</strong>商户参加，并按<a href="/a/b.html">方案</a>
做好准备，具体要求如下。各商户应当明码标价，诚信经营，遵守疫情防控要求，并在活动结束后五个工作日内报送总结。</p>
<p><img src="/pic/1.jpg"></p>
<table border=1><tr><td>日期</td><td>地点</td></tr><tr><td>5月8日</td><td>人民广场</td></tr></table>
<p>附件：<a href="../files/方案.pdf">活动方案</a>、<a href="P0201.doc">报名表</a></p>
<script>alert(1)</script></div>
<div class="footer">版权所有：云山县商务局 粤ICP备12345678号</div></body></html>"""


def plan(tmp_path: Path, uploads: list[tuple[str, Any]]) -> Any:
    common = {"kind": "news", "column": 1, "nature": "proactive", "publisher": "云山县商务局"}
    return plan_pages(Package.lay(tmp_path / "p", uploads), common)


def test_an_article_is_taken_out_of_its_page() -> None:
    page = read_page(PAGE.encode("gb18030"), "a.html")
    assert (page.title, page.published, page.source) == (
        "关于举办消费节的通知",
        date(2020, 5, 6),
        "云山县商务局",
    )
    html, _ = render(page.body, pictures={})
    assert html.startswith(
        "<p>各街道：</p><p>现定于五月举办消费节，请<strong>认真组织</strong>商户参加，并按方案做好"
    )
    assert '<th scope="col">日期</th>' in html
    assert not any(word in html for word in ("script", "版权", "首页", "page.invalid", "<img"))
    assert page.removed == ()
    assert any("1 张图片没有带过来" in note.message for note in page.notes)


def test_attachments_that_came_along_are_attached(tmp_path: Path, zipped: Any) -> None:
    archive = zipped(
        {
            "old/art/a.html": PAGE.encode("gb18030"),
            "old/files/方案.pdf": PDF,
            "old/spare.pdf": b"%PDF-1.4",
        }
    )
    made = plan(tmp_path, [("旧站.zip", archive)])
    assert made.faults == []
    (one,) = made.documents
    assert one.files == ("old/files/方案.pdf",)
    assert one.facts["formed_on"] == date(2020, 5, 6)
    said = [remark.message for remark in made.remarks]
    assert "附件“P0201.doc”不在上传的文件里，导入后请补传。" in said
    assert "有 1 个文件没有网页链接到，不会导入：old/spare.pdf。" in said


def test_pollution_is_taken_out_and_shown() -> None:
    glued = "認真(zhēn)做好政府信息公開(kāi)工作，進(jìn)一步加強(qiáng)組織領(lǐng)導(dǎo)。"
    page = read_page(
        (
            "<html><head><title>關(guān)于消費(fèi)節(jié)的通知</title></head><body>"
            "<p>亚洲最大中文字幕无码网站|澳门皇冠赌场开户|在线观看免费视频</p>"
            f"<p>發(fā)布時(shí)間：2020-05-06</p><p>來(lái)源：云山縣商務(wù)局</p><p><b>{glued}</b></p><p>{glued}</p></body></html>"
        ).encode()
    )
    assert (page.title, page.published, page.source) == (
        "关于消费节的通知",
        date(2020, 5, 6),
        "云山县商务局",
    )
    html, _ = render(page.body, pictures={})
    clean = "认真做好政府信息公开工作，进一步加强组织领导。"
    assert html == f"<p><strong>{clean}</strong></p><p>{clean}</p>"
    assert [(one.kind, one.text[:8]) for one in page.removed] == [("spam", "亚洲最大中文字幕")]
    assert page.restored["gloss"] >= 12


def test_a_page_without_title_or_text_is_a_fault(tmp_path: Path) -> None:
    made = plan(tmp_path, [("a.html", io.BytesIO(b"<html><body><p>x</p></body></html>"))])
    assert [(one.where, one.message[:9]) for one in made.faults] == [
        ("a.html", "没有找到标题。请在")
    ]
    with pytest.raises(ImportRefused, match="没有找到网页"):
        plan(tmp_path / "q", [("a.pdf", io.BytesIO(b"%PDF-"))])


def test_the_published_polluted_page_comes_in_clean(shared: Path, tmp_path: Path) -> None:
    file = shared / "reports" / "guangzhou_commerce_2020.txt"
    if not file.is_file():
        pytest.skip(f"no polluted page at {file}")
    made = plan(tmp_path, [(file.name, io.BytesIO(file.read_bytes()))])
    (one,) = made.documents
    assert one.facts["title"] == "广州市商务局2020年政府信息公开工作年度报告"
    assert one.facts["formed_on"] == date(2021, 1, 30)
    assert one.facts["source"] == "广州市商务局"
    html, text = render(one.facts["body"], pictures={})
    assert text.startswith("一、总体情况\n2020年,市商务局认真贯彻")
    assert text.endswith("六、其他需要报告的事项\n无。")
    foreign = ("無", "香蕉", "无码", "聽", "分享到", "相关附件")
    assert [word for word in foreign if word in text] == []
    assert re.search(r"[(（][a-zāáǎàēéěèīíǐìōóǒòūúǔùü]+[)）]", text) is None
    assert [part.kind for part in one.removed].count("spam") == 1
    assert one.restored["gloss"] > 400
