"""A body into HTML and text: what it should be, and what hostile input becomes."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai_site.disclosures.body import BodyInvalid, FileShown, PictureShown, render
from gongkai_site.disclosures.body.sanitise import rich_text, whole


def block(kind: str, value: Any) -> dict[str, Any]:
    return {"type": kind, "value": value, "id": "x"}


def html_of(*blocks: dict[str, Any], **given: Any) -> str:
    return render(list(blocks), pictures=given.pop("pictures", {}), **given)[0]


def text_of(*blocks: dict[str, Any], **given: Any) -> str:
    return render(list(blocks), pictures=given.pop("pictures", {}), **given)[1]


# --- what it should be ---------------------------------------------------------------------------


def test_nothing_is_nothing() -> None:
    assert render([], pictures={}) == ("", "")
    assert render(None, pictures={}) == ("", "")


def test_a_paragraph_keeps_its_marks_in_their_plain_spelling() -> None:
    source = '<p data-block-key="ab1">受理<b>三十</b>件，<i>同比</i>增长10<sup>2</sup>。</p>'
    assert html_of(block("paragraph", source)) == (
        "<p>受理<strong>三十</strong>件，<em>同比</em>增长10<sup>2</sup>。</p>"
    )
    assert text_of(block("paragraph", source)) == "受理三十件，同比增长102。"


def test_empty_paragraphs_leave_no_holes() -> None:
    assert html_of(block("paragraph", "<p></p><p>一</p><p> <br/></p><p>&nbsp;</p>")) == "<p>一</p>"


def test_headings_never_skip_a_level() -> None:
    levels = [("4", "总则"), ("4", "目的"), ("2", "附则"), ("4", "施行")]
    made = html_of(*(block("heading", {"level": a, "text": b}) for a, b in levels))
    assert re.findall(r"<(h\d)>", made) == ["h2", "h3", "h2", "h3"]


def test_a_table_has_a_caption_and_headings_with_their_reach() -> None:
    value = {
        "table_caption": "收费标准",
        "table_header_choice": "both",
        "data": [["项目", "金额"], ["检索费", "10"], ["复制费", None], ["", ""]],
    }
    assert html_of(block("table", value)) == (
        '<div class="table" role="region" tabindex="0" aria-label="收费标准"><table>'
        "<caption>收费标准</caption>"
        '<thead><tr><th scope="col">项目</th><th scope="col">金额</th></tr></thead>'
        '<tbody><tr><th scope="row">检索费</th><td>10</td></tr>'
        '<tr><th scope="row">复制费</th><td></td></tr></tbody></table></div>'
    )
    assert text_of(block("table", value)) == "收费标准\n项目\t金额\n检索费\t10\n复制费"


def test_joined_cells_keep_their_place_and_lengthen_the_head() -> None:
    value = {
        "table_caption": "受理",
        "table_header_choice": "row",
        "data": [["区", "件数", ""], ["", "上年", "本年"], ["天河", "3", "4"]],
        "mergeCells": [
            {"row": 0, "col": 0, "rowspan": 2, "colspan": 1},
            {"row": 0, "col": 1, "rowspan": 1, "colspan": 2},
        ],
    }
    made = html_of(block("table", value))
    assert '<th scope="col" rowspan="2">区</th><th scope="col" colspan="2">件数</th></tr>' in made
    assert '<tr><th scope="col">上年</th><th scope="col">本年</th></tr></thead>' in made
    assert made.count("<td") == 3


def test_a_span_beyond_the_table_is_cut_and_overlapping_ones_are_dropped() -> None:
    value = {
        "data": [["a", "b"], ["c", "d"]],
        "mergeCells": [
            {"row": 0, "col": 0, "rowspan": 9, "colspan": 9},
            {"row": 1, "col": 1, "rowspan": 1, "colspan": 1},
            {"row": 7, "col": 7, "rowspan": 1, "colspan": 1},
        ],
    }
    assert 'rowspan="2" colspan="2">a</th>' in html_of(block("table", value))


def test_a_picture_has_its_words_and_its_size() -> None:
    value = {"picture": 3, "alt": "各区受理量", "caption": "图1"}
    pictures = {3: PictureShown("/files/0123456789abcdef/picture.jpg", 800, 600)}
    assert html_of(block("image", value), pictures=pictures) == (
        '<figure class="picture"><img src="/files/0123456789abcdef/picture.jpg" '
        'alt="各区受理量" width="800" height="600"><figcaption>图1</figcaption></figure>'
    )


def test_a_picture_that_is_not_there_leaves_its_words_in_the_text() -> None:
    assert render([block("image", {"picture": 9, "alt": "柱状图"})], pictures={}) == ("", "柱状图")


def test_attachments_are_listed_with_their_size() -> None:
    files = [FileShown("申请表.docx", "/files/00/申请表.docx", 20480)]
    assert html_of(block("attachments", {"title": "附件"}), attachments=files) == (
        '<p>附件：</p><ul class="attachments">'
        '<li><a href="/files/00/申请表.docx" rel="noopener noreferrer">申请表.docx</a>（20 KB）</li></ul>'
    )


def test_who_signs_stands_line_by_line() -> None:
    value = {"organ": "广州市商务局\n广州市财政局", "date": "2020年3月1日"}
    assert html_of(block("closing", value)) == (
        '<p class="closing">广州市商务局<br>广州市财政局<br>2020年3月1日</p>'
    )


def test_a_quotation_names_its_source() -> None:
    assert html_of(block("quote", {"text": "公开为常态", "source": "条例第五条"})) == (
        "<blockquote><p>公开为常态</p><footer>——<cite>条例第五条</cite></footer></blockquote>"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "html", "value": "<script>"},
        {"value": "<p>"},
        {"type": "heading", "value": {"level": "two", "text": "a"}},
        {"type": "heading", "value": "text"},
        {"type": "image", "value": {}},
        {"type": "table", "value": {"data": [["x"] * 200] * 200}},
        "text",
    ],
)
def test_a_block_of_no_known_make_is_refused_in_chinese(wrong: Any) -> None:
    with pytest.raises(BodyInvalid, match="正文里有一段"):
        render([wrong], pictures={})


def test_what_lost_its_address_is_words_again_or_gone() -> None:
    source = (
        '<p>甲<a href="javascript:1">乙<b>丙</b></a><img src="https://x.example/1.png" alt="丁">'
        '<img alt="&quot;><i>戊</i>" src="/files/0a/己.png"></p>'
    )
    assert whole(source) == (
        '<p>甲乙<b>丙</b><img alt="&quot;&gt;&lt;i&gt;戊&lt;/i&gt;" src="/files/0a/己.png"></p>'
    )
    assert rich_text(source) == "<p>甲乙<strong>丙</strong></p>"


# --- hostile input -------------------------------------------------------------------------------

HOSTILE = [
    "<script>alert(1)</script>",
    "<p><script src=//evil.example/x.js></script></p>",
    '<img src=x onerror="alert(1)">',
    "<p onclick=alert(1) onmouseover='alert(2)'>x</p>",
    '<iframe src="https://evil.example"></iframe>',
    "<object data=x></object><embed src=x><applet></applet>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="jAvAsCrIpT&colon;alert(1)">x</a>',
    '<a href="java&#9;script:alert(1)">x</a>',
    '<a href="&#x6A;avascript:alert(1)">x</a>',
    '<a href=" \x01javascript:alert(1)">x</a>',
    '<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>',
    '<a href="vbscript:msgbox(1)">x</a>',
    '<a href="//evil.example/x">x</a>',
    '<a href="/\\evil.example/x">x</a>',
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    '<math><mtext><table><mglyph><style><img src=x onerror="alert(1)">',
    "<style>@import url(//evil.example)</style>",
    '<p style="position:fixed;inset:0;background:url(//evil.example)">x</p>',
    '<div style="behavior:url(x.htc)" class="table evil">x</div>',
    '<link rel=stylesheet href="//evil.example/x.css">',
    '<meta http-equiv="refresh" content="0;url=//evil.example">',
    '<base href="//evil.example/">',
    '<form action="//evil.example"><input name=a><button formaction=javascript:1>x</button></form>',
    "<template><script>alert(1)</script></template>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<!--<img src=x onerror=alert(1)>--><![CDATA[<script>]]>",
    '<p><svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    '<video><source onerror="alert(1)"></video><audio src=x onerror=alert(1)>',
    '<p id="main" name="x" accesskey="x" contenteditable autofocus onfocus=alert(1)>x</p>',
    "<xmp><img src=x onerror=alert(1)></xmp><plaintext>",
    "</div></main></body><body onload=alert(1)>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    '<a href="https://ok.example" target="_blank" ping="//evil.example">x</a>',
    "{{ 7*7 }}{% debug %}${7*7}<%= 1 %>",
]

_TAGS = {
    *("p br strong em sup sub ul ol li a h2 h3 h4 blockquote cite footer div figure".split()),
    *("figcaption img table caption thead tbody tr th td".split()),
}
_ATTRIBUTES = {
    *("href rel src alt width height colspan rowspan scope start".split()),
    *("class tabindex role aria-label".split()),
}
_CLASSES = {"table", "closing", "attachments", "picture"}


class _Watch(HTMLParser):
    """Reads HTML and writes down everything that should not be in it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            self.wrong.append(tag)
        # A link or a picture without its address is no valid HTML.
        if {"a": "href", "img": "src"}.get(tag, "") not in {"", *(name for name, _ in attrs)}:
            self.wrong.append(f"bare {tag}")
        for name, value in attrs:
            given = value or ""
            if name not in _ATTRIBUTES or (name == "class" and not set(given.split()) <= _CLASSES):
                self.wrong.append(f"{tag} {name}={given}")
            if name == "href" and not re.match(r"(https?://|mailto:|tel:|/(?![/\\])|#)", given):
                self.wrong.append(f"href {given}")
            if name == "src" and not given.startswith(("/files/", "/staff/cms/")):
                self.wrong.append(f"src {given}")

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.wrong.append(decl)

    def unknown_decl(self, data: str) -> None:
        self.wrong.append(data)


def faults(html: str) -> list[str]:
    watch = _Watch()
    watch.feed(html)
    watch.close()
    return watch.wrong


def everywhere(text: str) -> list[dict[str, Any]]:
    """Hostile text in every place a body has for text."""
    return [
        block("paragraph", text),
        block("heading", {"level": "2", "text": text}),
        block("quote", {"text": text, "source": text}),
        block("table", {"table_caption": text, "data": [[text, text], [text, text]]}),
        block("image", {"picture": 1, "alt": text, "caption": text}),
        block("attachments", {"title": text}),
        block("closing", {"organ": text, "date": text}),
    ]


def made_of(text: str) -> tuple[str, str]:
    return render(
        everywhere(text),
        pictures={1: PictureShown("/files/0123456789abcdef/picture.png", 1, 1)},
        attachments=[FileShown(text, "/files/0123456789abcdef/a.pdf", 1)],
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_is_left(text: str) -> None:
    html, plain = made_of(text)
    assert faults(html) == []
    assert "\x01" not in html + plain


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [*HOSTILE, "<", ">", '"', "'", "&", "</p>", "<p>", "<a href=", "</table>", "文", "\x00"]
        ),
        max_size=6,
    ).map("".join)
)
def test_nothing_hostile_is_left_however_it_is_put_together(text: str) -> None:
    assert faults(made_of(text)[0]) == []


def test_words_in_plain_places_are_shown_as_they_are() -> None:
    assert "<h2>&lt;b&gt;甲&lt;/b&gt; &amp; 乙</h2>" in html_of(
        block("heading", {"level": "2", "text": "<b>甲</b> & 乙"})
    )


def test_characters_that_turn_the_direction_of_reading_are_taken_out() -> None:
    html, text = made_of("合同\u202efdp.exe\u200b")
    assert "\u202e" not in html + text and "\u200b" not in html + text


def test_a_picture_from_elsewhere_or_up_the_tree_is_not_shown() -> None:
    for address in (
        "https://evil.example/a.png",
        "//evil.example/a",
        "/files/../staff/x",
        "data:,",
    ):
        assert "src" not in whole(f'<img src="{address}" alt="a">')


def test_a_link_elsewhere_tells_nothing_of_where_it_was_followed_from() -> None:
    assert rich_text('<p><a href="https://www.gov.cn/">国务院</a></p>') == (
        '<p><a href="https://www.gov.cn/" rel="noopener noreferrer">国务院</a></p>'
    )


def test_whatever_is_made_is_made_the_same_again() -> None:
    html, _ = made_of("公开<b>一</b>")
    assert whole(html) == html
