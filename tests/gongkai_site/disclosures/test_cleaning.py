"""Markup from Word, WPS and old pages: what is kept, what is not, and what the editor is told."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.errors import Unreadable
from gongkai_site.disclosures.body import render
from gongkai_site.disclosures.cleaning import clean_html, to_blocks

WORD_LIST = """
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span
lang=EN-US><span style='mso-list:Ignore'>1.<span style='font:7.0pt "Times New Roman"'>&nbsp;
</span></span></span><![endif]>受理申请；</p>
<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><span
style='mso-list:Ignore'>l<span>&nbsp;</span></span>窗口收件</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span
style='mso-list:Ignore'>2.<span>&nbsp;</span></span>作出决定。</p>
"""


def codes(html: str) -> dict[str, int]:
    return {note.code: note.count for note in clean_html(html).notes}


def test_words_own_markup_becomes_plain_paragraphs() -> None:
    pasted = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>
    p.MsoNormal {mso-style-parent:"";}</style><!--[if gte mso 9]><xml><o:x>1</o:x></xml><![endif]-->
    </head><body lang=ZH-CN style='tab-interval:21.0pt'><!--StartFragment-->
    <p class=MsoNormal style='text-indent:32.0pt'><span style='font-family:仿宋_GB2312;mso-ascii-
    font-family:"Times New Roman"'>各区商务<b>主管</b><b>部门</b>：<span lang=EN-US>2020</span>年
    工作<o:p></o:p></span></p><p class=MsoNormal><span lang=EN-US><o:p>&nbsp;</o:p></span></p>
    <!--EndFragment--></body></html>"""
    cleaned = clean_html(pasted)
    assert cleaned.html == "<p>各区商务<strong>主管部门</strong>：2020年工作</p>"
    assert cleaned.notes == ()


def test_a_list_that_word_spelled_out_becomes_a_list() -> None:
    cleaned = clean_html(WORD_LIST)
    assert cleaned.html == (
        "<ol><li>受理申请；<ul><li>窗口收件</li></ul></li><li>作出决定。</li></ol>"
    )
    assert codes(WORD_LIST) == {"list_made": 3}


def test_the_numbers_of_the_law_stay_words() -> None:
    html = (
        "<p style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>（一）</span>加强领导。</p>"
        "<p style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>3.</span>及时公开。</p>"
    )
    assert clean_html(html).html == "<p>（一）加强领导。</p>\n<p>3.及时公开。</p>"


def test_a_list_that_begins_anew_is_a_second_list() -> None:
    item = "<p style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>{}.</span>{}</p>"
    html = "".join(item.format(*one) for one in ((1, "甲"), (2, "乙"), (1, "丙")))
    assert clean_html(html).html == "<ol><li>甲</li><li>乙</li></ol>\n<ol><li>丙</li></ol>"


def test_typed_bullets_become_a_list() -> None:
    assert clean_html("<p>● 一楼窗口</p><p>● 二楼窗口</p><p>●</p>").html == (
        "<ul><li>一楼窗口</li><li>二楼窗口</li></ul>\n<p>●</p>"
    )


def test_lists_inside_lists_and_paragraphs_inside_items() -> None:
    html = "<ol><li><p>甲</p><p>续</p><ul><li>乙</ul><li>丙</ol>"
    assert clean_html(html).html == "<ol><li>甲<br>续<ul><li>乙</li></ul></li><li>丙</li></ol>"


def test_paragraphs_made_with_breaks_are_parted() -> None:
    html = "<div>　　第一段。<br>　　第二段，<br/>同一段。<br><br>&nbsp;&nbsp;第三段。</div>"
    assert clean_html(html).html.split("\n") == [
        "<p>第一段。</p>",
        "<p>第二段，<br>同一段。</p>",
        "<p>第三段。</p>",
    ]


def test_headings_begin_below_the_title_of_the_page() -> None:
    html = "<h1>总则</h1><h3><b>范围</b></h3><h6>附则</h6><h2> </h2>"
    assert clean_html(html).html == "<h2>总则</h2>\n<h3>范围</h3>\n<h4>附则</h4>"


def test_deleted_words_comments_and_hidden_text_do_not_come_along() -> None:
    html = (
        "<p>罚款<del>五万元</del><ins>三万元</ins><span style='mso-comment-reference:A_1'>见</span>"
        "<span style='display:none'>内部底价</span>。</p>"
        "<div style='mso-element:comment-list'><p>请再核</p></div>"
    )
    assert clean_html(html).html == "<p>罚款三万元。</p>"
    assert codes(html) == {"hidden_removed": 1, "comment_removed": 2, "deletion_removed": 1}


def test_a_table_keeps_its_spans_caption_and_head() -> None:
    html = """<table class=MsoTableGrid border=1><tr><td colspan=3>附表　办件数量</td></tr>
    <tr><td>区</td><td>受理</td><td>办结</td></tr><tr><td rowspan=2>天河</td><td>3</td><td>2</td></tr>
    <tr><td>5</td><td>5</td></tr></table>"""
    assert clean_html(html).html == (
        "<table><caption>附表　办件数量</caption><thead><tr>"
        '<th scope="col">区</th><th scope="col">受理</th><th scope="col">办结</th></tr></thead>'
        '<tbody><tr><td rowspan="2">天河</td><td>3</td><td>2</td></tr><tr><td>5</td><td>5</td></tr>'
        "</tbody></table>"
    )
    assert codes(html) == {"table_header": 1}


def test_marked_heads_are_believed() -> None:
    html = "<table><tr><th>区<th>数<tr><th>天河<td>3</table>"
    assert clean_html(html).html == (
        '<table><thead><tr><th scope="col">区</th><th scope="col">数</th></tr></thead>'
        '<tbody><tr><th scope="row">天河</th><td>3</td></tr></tbody></table>'
    )
    assert codes(html) == {}


def test_a_table_that_only_arranges_the_page_is_unpacked() -> None:
    inner = "<table><tr><th>区<th>数<tr><td>天河<td>3</table>"
    html = f"<table><tr><td>左栏</td><td><p>正文一。</p>{inner}</td></tr></table>"
    cleaned = clean_html(html)
    assert cleaned.html.startswith("<p>左栏</p>\n<p>正文一。</p>\n<table><thead>")
    assert codes(html) == {"table_unpacked": 1}


def test_pictures_are_kept_by_reference_and_ask_for_words() -> None:
    html = (
        "<p>前<img src='file:///C:/1.png'>中<img src='data:image/png;base64,AA'>"
        "<img src='/pic/2.png'><img src='https://www.example.gov.cn/3.png' onerror=alert(1)>后"
        "<img src='https://www.example.gov.cn/icon.gif' width=16 height=16></p>"
    )
    assert clean_html(html).html == (
        '<p>前中</p>\n<p><img src="https://www.example.gov.cn/3.png" alt=""></p>\n<p>后</p>'
    )
    assert codes(html) == {"image_lost": 3, "image_alt": 1}
    found = clean_html("<img src='../2.png' alt='图'>", base_url="https://a.gov.cn/x/y/z.html")
    assert found.html == '<p><img src="https://a.gov.cn/x/2.png" alt="图"></p>'


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("https://www.gov.cn/a?x=1&y=2", "https://www.gov.cn/a?x=1&amp;y=2"),
        (" HTTP://www.gov.cn/文件 一.pdf ", "http://www.gov.cn/%E6%96%87%E4%BB%B6%20%E4%B8%80.pdf"),
        ("//www.gov.cn/a", "https://www.gov.cn/a"),
        ("mailto:office@a.gov.cn?subject=x", "mailto:office@a.gov.cn"),
        ("javascript:alert(1)", None),
        ("java\tscript:alert(1)", None),
        ("\x01javascript:alert(1)", None),
        ("JaVaScRiPt&#58;alert(1)", None),
        ("data:text/html,<script>", None),
        ("vbscript:x", None),
        ("file:///C:/a.doc", None),
        ("https://www.gov.cn@evil.example/", None),
        ("/relative.html", None),
        ("https://[::1", None),
        ("https:///nohost", None),
    ],
)
def test_links(href: str, kept: str | None) -> None:
    made = clean_html(f"<p><a href='{href}' onclick='x()' target=_blank>看</a></p>").html
    assert made == ("<p>看</p>" if kept is None else f'<p><a href="{kept}">看</a></p>')


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<div style='background:url(javascript:alert(1));position:fixed'>x</div>",
    "<style>@import 'http://evil.example/x.css';</style>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<details open ontoggle=alert(1)>x</details>",
    "<object data=evil.swf></object><embed src=evil.swf>",
    "<base href='https://evil.example/'><meta http-equiv=refresh content='0;url=//evil.example'>",
    "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
    "<table><td><textarea><img src=x onerror=alert(1)></textarea>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext><script>alert(1)",
]
ALLOWED = re.compile(
    r"</?(?:h[234]|p|ul|ol|li|table|caption|thead|tbody|tr|strong|em|sup|sub|br)>"
    r"|</(?:a|th|td)>|<a href=\"(?:https?://|mailto:)[^\"<>]*\">"
    r"|<img src=\"https?://[^\"<>]*\" alt=\"[^\"<>]*\">"
    r"|<t[hd](?: scope=\"(?:col|row)\")?(?: colspan=\"\d+\")?(?: rowspan=\"\d+\")?>"
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_active_comes_through(attack: str) -> None:
    made = clean_html(f"<p>前</p>{attack}<p>后</p>").html
    assert "<" not in ALLOWED.sub("", made).replace("&lt;", "")
    assert clean_html(made).html == made


FRAGMENTS = st.lists(
    st.one_of(
        st.sampled_from(
            "<p> </p> <b> </b> <table> <tr> <td> <td/rowspan=9> <th> </table> <ul> <li> </ul> <ol> <h2>"
            " </h2> <br> <a/href=https://a.cn/> </a> <sup> </sup> <span/style=font-weight:bold> </span>"
            " <img/src=https://a.cn/x> <pre> </pre> <div> </div> <caption> <del> </del> <svg> </svg>".split(
                " "
            )
        ),
        st.sampled_from(ATTACKS),
        st.text("公开信息 &<>\"'\n\u3000\u00a0a1·", max_size=6),
    ),
    max_size=25,
)


@given(FRAGMENTS)
def test_whatever_comes_in_only_the_few_elements_come_out(parts: list[str]) -> None:
    made = clean_html("".join(parts)).html
    assert "<" not in ALLOWED.sub("", made)


@given(FRAGMENTS)
def test_the_body_says_what_was_cleaned(parts: list[str]) -> None:
    html, _ = render(to_blocks("".join(parts)), pictures={})
    words = re.sub(r"<[^<>]+>|\s|　|&\w+;", "", html)
    cleaned = re.sub(r"<[^<>]+>|\s|　|&\w+;", "", clean_html("".join(parts)).html)
    assert sorted(words) == sorted(cleaned)


def test_depth_is_bounded() -> None:
    with pytest.raises(Unreadable, match="层层嵌套"):
        clean_html("<div>" * 6000)


def test_a_body_of_blocks() -> None:
    html = """<h2>一、依据</h2><p>根据《条例》。</p><ul><li>甲</ul>
    <table border=1><tr><td colspan=2>表一</td></tr><tr><td>区<td>数</tr><tr><td>天河<br>越秀<td>3</tr>
    </table><img src="https://a.gov.cn/1.png" alt="柱状图"><p>附后。</p>
    <p>云山县商务局</p><p>2020年3月 1日</p>"""
    made = to_blocks(html, picture=lambda src, alt: 7 if src.endswith("1.png") else None)
    assert [(one["type"], one["value"]) for one in made] == [
        ("heading", {"level": "2", "text": "一、依据"}),
        ("paragraph", "<p>根据《条例》。</p><ul><li>甲</li></ul>"),
        (
            "table",
            {
                "data": [["区", "数"], ["天河\n越秀", "3"]],
                "table_caption": "表一",
                "table_header_choice": "row",
                "mergeCells": [],
            },
        ),
        ("image", {"picture": 7, "alt": "柱状图", "caption": ""}),
        ("paragraph", "<p>附后。</p>"),
        ("closing", {"organ": "云山县商务局", "date": "2020年3月1日"}),
    ]
    assert len({one["id"] for one in made}) == len(made)


def test_merged_cells_of_a_body() -> None:
    html = "<table><tr><th>区<th colspan=2>数<tr><td rowspan=2>天河<td>1<td>2<tr><td>3<td>4</table>"
    table = to_blocks(html)[0]["value"]
    assert table["data"] == [["区", "数", ""], ["天河", "1", "2"], ["", "3", "4"]]
    assert table["mergeCells"] == [
        {"row": 0, "col": 1, "rowspan": 1, "colspan": 2},
        {"row": 1, "col": 0, "rowspan": 2, "colspan": 1},
    ]
