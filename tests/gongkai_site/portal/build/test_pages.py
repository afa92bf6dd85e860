"""What stands on a page: the tags of the norm, the box, and nothing hostile."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lxml import etree, html
from tests.gongkai_site.html_checker import html_faults
from tests.gongkai_site.portal.build.fakes import FakeCatalogue, Held, tree
from tests.gongkai_site.portal.build.samples import PAGES, sample

from gongkai_site.portal.build import addresses, qr
from gongkai_site.portal.build.identity import norm, words
from gongkai_site.portal.build.run import rebuild


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    var = tmp_path_factory.mktemp("pages")
    rebuild(var, Held(sample(var / "store")), workers=1)
    return tree(var)


def page(built: dict[str, bytes], address: str) -> html.HtmlElement:
    path = address.lstrip("/")
    return html.fromstring(built[path + "index.html" if path.endswith("/") or not path else path])


def metas(tree_: html.HtmlElement) -> dict[str, str]:
    return {one.get("name"): one.get("content") for one in tree_.xpath("//meta[@name]")}


def test_every_page_carries_the_tags_of_the_site(built: dict[str, bytes]) -> None:
    for path, data in built.items():
        if path.endswith(".html"):
            told = metas(html.fromstring(data))
            assert told["SiteName"], path
            assert told["SiteDomain"] == "swj.yunshan.example"
            assert told["SiteIDCode"] == "4401110001"


def test_a_document_carries_the_tags_of_content(built: dict[str, bytes]) -> None:
    told = metas(page(built, PAGES["article"]))
    assert told["PubDate"] == "2020-01-06 23:00:00"
    assert told["ColumnName"] == "政策文件"
    assert told["ContentSource"] == "云山县商务局"
    assert told["Keywords"] == "夜间经济,消费"
    assert told["Url"] == "https://swj.yunshan.example/content/2020/2.html"
    assert told["ArticleTitle"].startswith("云山县商务局 云山县发展和改革局")
    assert {"Author", "Description"} <= told.keys()


def test_a_column_carries_the_tags_of_columns(built: dict[str, bytes]) -> None:
    told = metas(page(built, "/column/night-market/"))
    assert told["ColumnDescription"] == "繁荣夜间消费"
    assert told["ColumnName"] == told["ColumnKeywords"] == "夜市经济"


def test_the_box_of_a_document_says_what_it_is(built: dict[str, bytes]) -> None:
    rows = page(built, PAGES["article"]).xpath("//section[@class='box']//dl/div")
    box = {row.findtext("dt"): row.find("dd").text_content() for row in rows}
    assert box["发文字号"] == "云商规〔2020〕2号"
    assert box["成文日期"] == "2020-03-01"
    assert box["有效性"] == "有效"
    assert box["服务对象"] == "企业；公民"
    assert list(box)[:4] == ["索引号", "主题分类", "发布机构", "成文日期"]


def test_documents_and_their_explanations_name_each_other(built: dict[str, bytes]) -> None:
    assert "/content/2020/3.html" in page(built, PAGES["article"]).xpath(
        "//h2[.='相关解读']/following-sibling::ul//a/@href"
    )
    assert "/content/2020/2.html" in page(built, PAGES["interpretation"]).xpath(
        "//h2[.='解读的文件']/following-sibling::ul//a/@href"
    )


def test_a_repealed_document_names_what_repealed_it(built: dict[str, bytes]) -> None:
    notice = page(built, PAGES["repealed"]).xpath("//p[@class='notice']")[0]
    assert "废止" in notice.text_content()
    assert notice.xpath("a/@href") == ["/content/2020/2.html"]


def test_a_withdrawn_document_leaves_no_title_and_no_words(built: dict[str, bytes]) -> None:
    gone = built["content/2020/5.html"].decode()
    assert "涉及个人隐私" in gone
    assert not any("张三" in data.decode() for path, data in built.items() if "assets" not in path)


def test_nothing_hostile_is_left(built: dict[str, bytes]) -> None:
    made = page(built, PAGES["hostile"])
    assert made.xpath("//main//script | //iframe | //main//svg | //main//style | //base") == []
    assert made.xpath("//*[@*[starts-with(name(), 'on')]] | //*[@style]") == []
    assert made.xpath("//form[not(@action='/search/')] | //meta[@http-equiv]") == []
    for address in made.xpath("//@href | //@src"):
        parts = urlsplit(address)
        assert parts.scheme in {"", "https", "mailto", "data"}
        assert parts.netloc in {"", "swj.yunshan.example"}, address
    assert len(made.xpath("//main")) == 1
    assert made.xpath("//main//h1")[0].text_content() == "<script>alert('标题')</script>\"&'"


def test_names_of_attachments_are_names_and_nothing_else(built: dict[str, bytes]) -> None:
    names = sorted(path.rsplit("/", 1)[1] for path in built if path.startswith("files/"))
    assert names == ["xcod.exe", "附件1：夜间经济示范街区申报表.docx"]
    links = page(built, PAGES["article"]).xpath("//section[@class='files']//a/@href")
    assert {unquote(link).lstrip("/") for link in links} <= built.keys()


def test_every_link_of_the_site_leads_somewhere(built: dict[str, bytes]) -> None:
    live = ("/request/", "/search/")
    for path, data in built.items():
        if not path.endswith(".html"):
            continue
        for link in html.fromstring(data).xpath("//a/@href | //link/@href | //script/@src"):
            parts = urlsplit(link.replace("https://swj.yunshan.example", ""))
            if parts.scheme or parts.netloc or parts.path.startswith(live) or not parts.path:
                continue
            goal = unquote(parts.path).lstrip("/")
            assert (goal + "index.html" if not goal or goal.endswith("/") else goal) in built, link


def test_a_page_weighs_little(built: dict[str, bytes]) -> None:
    frame = sum(len(data) for path, data in built.items() if path.startswith("assets/"))
    heaviest = max(len(data) for path, data in built.items() if path.endswith(".html"))
    assert frame + heaviest < 100 * 1024


def test_pages_need_no_inline_script_or_style(built: dict[str, bytes]) -> None:
    for path, data in built.items():
        if path.endswith(".html"):
            made = html.fromstring(data)
            assert made.xpath("//style | //@style | //@*[starts-with(name(), 'on')]") == []
            inline = made.xpath("//script[not(@src)]")
            assert all(one.get("type") == "application/ld+json" for one in inline)
            for one in inline:
                json.loads(one.text)


def test_every_page_is_valid_html(built: dict[str, bytes], tmp_path: Path) -> None:
    pages = {path: data for path, data in built.items() if path.endswith(".html")}
    assert len(pages) > 100
    assert html_faults(pages, tmp_path) == {}


def test_ids_are_unique_and_labels_point_somewhere(built: dict[str, bytes]) -> None:
    for path, data in built.items():
        if path.endswith(".html"):
            made = html.fromstring(data)
            ids = made.xpath("//@id")
            assert len(ids) == len(set(ids)), path
            assert set(made.xpath("//label/@for")) <= set(ids)
            named = {i for one in made.xpath("//@aria-labelledby") for i in one.split()}
            assert named <= set(ids), path


def test_the_traditional_reading_is_traditional_and_its_links_stay(built: dict[str, bytes]) -> None:
    made = page(built, "/zh-hant" + PAGES["article"])
    assert made.get("lang") == "zh-Hant"
    assert "縣商務局" in made.xpath("//h1")[0].text_content()
    assert made.xpath("//nav[@class='gk-nav']//a/@href")[0] == "/zh-hant/"
    files = made.xpath("//section[@class='files']//a/@href")
    assert files == page(built, PAGES["article"]).xpath("//section[@class='files']//a/@href")


def test_feeds_and_maps_are_well_formed(built: dict[str, bytes]) -> None:
    atom = etree.fromstring(built["feed.atom"])
    space = {"a": "http://www.w3.org/2005/Atom"}
    assert len(atom.findall("a:entry", space)) == 30
    assert all(entry.findtext("a:updated", namespaces=space) for entry in atom.iter("{*}entry"))
    feed = json.loads(built["column/news/feed.json"])
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    index = etree.fromstring(built["sitemap.xml"])
    parts = [urlsplit(loc.text).path.lstrip("/") for loc in index.iter("{*}loc")]
    assert set(parts) <= built.keys()
    locs = [loc.text for part in parts for loc in etree.fromstring(built[part]).iter("{*}loc")]
    assert "https://swj.yunshan.example/content/2020/2.html" in locs
    assert "https://swj.yunshan.example/content/2020/5.html" not in locs
    assert b"Sitemap: https://swj.yunshan.example/sitemap.xml" in built["robots.txt"]


def test_the_fifteen_items_are_those_of_the_law(built: dict[str, bytes]) -> None:
    labels = [one.text_content() for one in page(built, "/statutory/").xpath("//ol//h2")]
    assert labels == list(norm()["items"].values())
    assert len(labels) == 15
    assert labels[1].startswith(
        "（二）机关职能、机构设置、办公地址、办公时间、联系方式、负责人姓名"
    )


def test_every_word_is_said_in_both_languages() -> None:
    assert words("zh").keys() == words("en").keys()
    assert [key for key, text in words("en").items() if not text] == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("C:\\Users\\a\\附件.docx", "附件.docx"),
        ("a\u202excod.exe", "axcod.exe"),
        ("con.txt", "file.txt"),
        ("...", "file"),
        ("\0", "file"),
        ("a\nb<c>.pdf", "abc.pdf"),
    ],
)
def test_a_file_name_leads_nowhere(given: str, kept: str) -> None:
    assert addresses.file_name(given) == kept


def test_a_long_name_keeps_its_extension() -> None:
    name = addresses.file_name("通知" * 200 + ".docx")
    assert name.endswith(".docx")
    assert len(name.encode()) <= 200


@pytest.mark.parametrize("slug", ["../x", "A", "a/b", "", "-a", "a" * 90])
def test_a_slug_that_is_no_folder_is_refused(slug: str) -> None:
    with pytest.raises(ValueError, match="不能作网址"):
        addresses.safe_slug(slug)


@pytest.mark.parametrize(
    "address",
    [
        "https://swj.gz.gov.cn/content/2020/7.html",
        "https://swj.gz.gov.cn/zh-hant/content/2026/1234567.html",
        "http://127.0.0.1:8000/en/content/1999/1.html",
    ],
)
def test_the_quick_code_is_the_one_the_library_draws(address: str) -> None:
    assert qr.matrix(address) == qr._drawn(address.encode())


def test_days_are_those_of_the_capital(tmp_path: Path) -> None:
    office = FakeCatalogue()
    late = datetime(2020, 12, 31, 16, 30, tzinfo=UTC)
    office.publish("跨年发布", "news", published_at=late, year=2021)
    rebuild(tmp_path, Held(office), workers=1)
    assert re.search(rb"2021-01-01 00:30:00", tree(tmp_path)["content/2021/1.html"])
