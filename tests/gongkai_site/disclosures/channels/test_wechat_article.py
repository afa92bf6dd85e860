"""A document as WeChat takes it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from gongkai_site.disclosures.channels.wechat.article import Source, article_of, default_title

URL = "https://www.example.gov.cn/content/2020/12.html"
SOURCE = Source(
    "云山县商务局关于公布试点企业名单的通告",
    "云山县商务局",
    "公布名单。",
    '<h2>一、范围</h2><p>见<a href="https://a.example/x">名单</a>和'
    '<strong>附件</strong>。</p><figure class="picture"><img src="/files/0123456789abcdef/picture.jpg"'
    ' alt="现场" width="900" height="600"><figcaption>现场</figcaption></figure>'
    '<div class="table" tabindex="0"><table><tr><th scope="col" colspan="2">企业</th></tr></table></div>',
    URL,
)


def test_only_what_wechat_keeps_is_left() -> None:
    article = article_of(SOURCE)
    assert article.problems == ()
    assert "<a " not in article.content and "class=" not in article.content
    assert (
        "tabindex" not in article.content and "见名单和<strong>附件</strong>。" in article.content
    )
    assert '<th colspan="2"' in article.content and "<figure" not in article.content
    assert article.content.endswith(f"原文：{URL}</p>")
    assert article.pictures == ("/files/0123456789abcdef/picture.jpg",)
    assert article.remarks == ("微信不接受外部链接：正文里的链接只留文字。",)
    assert (article.author, article.digest) == ("云山县商务局", "公布名单。")


def test_pictures_are_named_by_their_new_addresses() -> None:
    fields = article_of(SOURCE).fields(
        cover="cover-1",
        urls={"/files/0123456789abcdef/picture.jpg": "http://mmbiz.qpic.cn/mmbiz/1/0"},
        mark="#v3",
    )
    assert 'src="http://mmbiz.qpic.cn/mmbiz/1/0"' in fields["content"]
    assert "/files/" not in fields["content"]
    assert fields["content_source_url"] == f"{URL}#v3" and fields["thumb_media_id"] == "cover-1"


def test_no_picture_may_be_forgotten() -> None:
    with pytest.raises(KeyError):
        article_of(SOURCE).fields(cover="c", urls={}, mark="")


def test_a_long_title_is_cut_and_stands_whole_at_the_top() -> None:
    title = "云山县商务局云山县财政局关于印发《云山县促进外经贸高质量发展专项资金管理办法》的通知"
    article = article_of(replace(SOURCE, title=title))
    assert len(article.title) == 32 and article.title == title[:31] + "…"
    assert f"<strong>{title}</strong></p>" in article.content.partition("<h2")[0]


def test_a_title_of_the_editors_own_is_taken() -> None:
    assert article_of(SOURCE, "试点企业名单公布").title == "试点企业名单公布"
    assert "最多32个字" in article_of(SOURCE, "很" * 33).problems[0]


def test_a_body_that_is_too_long_ends_at_a_whole_block_and_says_so() -> None:
    article = article_of(replace(SOURCE, body_html=f"<p>{'文' * 900}</p>" * 30))
    assert len(article.content) < 20_000
    assert "余下内容请点击" in article.content and article.content.endswith(f"{URL}</p>")
    assert any("已在整段处截断" in one for one in article.remarks)
    lxml_html.fragment_fromstring(article.content, create_parent="div")


def test_without_a_site_address_nothing_is_sent() -> None:
    assert "还没有填写网站地址" in article_of(replace(SOURCE, url="")).problems[0]
    assert "没有正文" in article_of(replace(SOURCE, body_html="")).problems[0]


def test_the_name_of_a_body_is_left_out_rather_than_cut() -> None:
    article = article_of(replace(SOURCE, publisher="云" * 17))
    assert article.author == "" and any("作者一栏留空" in one for one in article.remarks)


def test_attachments_are_named() -> None:
    article = article_of(replace(SOURCE, attachments=("名单.xlsx",)))
    assert "附件：名单.xlsx（请到原文下载）" in article.content


def test_the_preview_has_no_style_in_it() -> None:
    assert "style=" not in article_of(SOURCE).plain()


def test_text_stays_text() -> None:
    article = article_of(replace(SOURCE, title="甲<b>乙" * 9, body_html="<p>1 &lt; 2 &amp; 3</p>"))
    assert "甲&lt;b&gt;乙" in article.content and "1 &lt; 2 &amp; 3" in article.content


@given(st.text(max_size=100))
def test_a_title_always_fits(title: str) -> None:
    assert len(default_title(title)) <= 32


@given(
    st.lists(
        st.sampled_from(
            ["<p>甲</p>", "<script>x</script>", '<a href="javascript:x">乙</a>', "文字", "<svg/>"]
            + ['<p onclick="x" style="position:fixed">丙</p>', "<iframe></iframe>", "<b>", "</b>"]
        ),
        max_size=12,
    )
)
def test_nothing_harmful_is_left(parts: list[str]) -> None:
    content = article_of(replace(SOURCE, body_html="".join(parts))).content
    for bad in ("<script", "javascript:", "onclick", "<iframe", "<svg", "position:fixed", "<a "):
        assert bad not in content
