"""Templates: every document of the work is there, and a faulty rewrite is told what is wrong."""

from __future__ import annotations

import re
from datetime import date
from importlib.resources import files

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.gongkai.papers.conftest import DAY

from gongkai.errors import GongkaiError, NotInForce, PaperError
from gongkai.papers import Template, draft, preview, template, templates
from gongkai.papers.template import element_name
from gongkai.regulation.outcomes import letters, outcomes

ALL = [version for held in templates().values() for _, version in held.entries if version]
TEXT = """
kind: receipt
letter: receipt
version: "2"
effective: 2026-01-01
title: 政府信息公开申请接收回执
to: 申请人
body:
  - element: [收到申请日期（及编号）, 申请内容（原文）, 收到之日]
    text: 我局于{收到日期}收到您的申请：“{申请内容}”。
  - element: 预计答复期限
    text: 我局将于{到期日期}前答复[[，电话{本机关联系方式}]]。
"""


def test_every_letter_and_every_outcome_has_one() -> None:
    kinds = set(templates())
    assert set(outcomes()) <= kinds
    used = {one.letter.key for one in ALL if one.letter}
    assert used == set(letters())
    assert {"O1_record", "O2_record", "envelope"} <= kinds
    assert {one for one in kinds if one.startswith("record_")} == {
        "record_corrected",
        "record_unchanged",
        "record_transferred",
        "record_redirected",
    }


@pytest.mark.parametrize("form", ALL, ids=lambda form: form.id)
def test_it_is_complete_dated_and_not_passed_off_as_official(form: Template) -> None:
    assert form.effective >= date(2019, 5, 15)
    assert form.wording == "ours"
    carried = {element_name(one) for part in form.parts for one in part.elements}
    assert {element_name(one) for one in form.elements} <= carried
    assert all(reason for reason in form.leaves_out.values())
    assert Template.parse(form.to_yaml()) == form
    paper = preview(form, DAY)
    assert paper.missing == ()
    assert "【待填" not in "".join(paper.paragraphs)


def test_no_article_is_typed_by_hand() -> None:
    folder = files("gongkai.papers").joinpath("data")
    texts = [one.read_text("utf-8") for one in folder.joinpath("templates").iterdir()]
    texts.append(folder.joinpath("parts.yaml").read_text("utf-8"))
    assert len(texts) > 40
    assert [text for text in texts if re.search("第[一二三四五六七八九十]+条", text)] == []


def test_no_number_of_the_law_is_typed_by_hand() -> None:
    texts = "".join(part.text for form in ALL for part in form.parts)
    assert re.findall(r"\d+个?(?:工作日|日内|个月)", texts) == []


def test_the_day_selects_the_version() -> None:
    assert template("N6", DAY).id == "N6/2019-05-15/1"
    with pytest.raises(NotInForce, match="文书模板“N6”"):
        template("N6", date(2019, 5, 14))
    with pytest.raises(PaperError, match="没有名为“N9”的文书模板.*N1、"):
        template("N9", DAY)


def test_a_body_may_write_its_own() -> None:
    own = Template.parse(TEXT)
    paper = preview(own, DAY)
    assert paper.paragraphs[0].startswith("我局于2026年3月5日收到您的申请：“2025年")
    assert paper.template == "receipt/2026-01-01/2"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("{收到日期}", "{收到日}"), "正文第1段：没有名为“收到日”的项目，是否“收到日期”"),
        (("{到期日期}", "{到期日期"), "正文第2段：花括号“{到期日期前答复”没有写完，缺“}”"),
        (("[[，", "[[，[["), "正文第2段：“[[”和“]]”不成对，或者一个套着一个"),
        (("{到期日期}", "到期日期}"), "正文第2段：多了一个“}”"),
        (("{到期日期}", "{}"), "正文第2段：有空的花括号"),
        (("element: 预计答复期限\n    ", ""), "缺少必备内容“预计答复期限”"),
        (("预计答复期限", "预计答复期"), "“预计答复期”不是这种文书的要素，是否“预计答复期限”"),
        (("letter: receipt", "letter: recipt"), "没有名为“recipt”的文书种类，是否“receipt”"),
        (("to: 申请人", "to: 申请"), "to（主送）：没有名为“申请”的项目，是否“申请人”"),
        (("version:", "vers:"), "模板：不认识“vers”，是否“version”"),
        (("effective: 2026-01-01", "effective: 明年"), "effective（启用日期）应当是日期"),
        (("title: 政府信息公开申请接收回执", "title: ''"), "title 应当是一行文字"),
        (("text: 我局将于", "each: 收到日期\n    text: 我局将于"), "each 只能是可以逐条列出的项目"),
        (("text: 我局将于", "when: 天气\n    text: 我局将于"), "没有名为“天气”的项目"),
        (("text: 我局将于", "table: 明细\n    text: 我局将于"), "应当写其中一个"),
        (("kind: receipt\n", "kind: receipt\noutcome: N6\n"), "处理结果N6用的文书是"),
        (("body:", "cites: {甲: {instrument: 国务院令第711号, article: 99}}\nbody:"), "第99条"),
        (("text: 我局于{收到日期}", "text: {收到日期}我局"), "第10行第"),
        (("kind: receipt\n", "kind: receipt\nkind: x\n"), "kind”写了两次"),
    ],
)
def test_a_fault_is_named(change: tuple[str, str], says: str) -> None:
    faulty = TEXT.replace(*change)
    assert faulty != TEXT
    with pytest.raises(PaperError) as refused:
        Template.parse(faulty)
    assert says in str(refused.value)


def test_every_fault_is_named_at_once() -> None:
    faulty = TEXT.replace("{收到日期}", "{收到日}").replace("to: 申请人", "to: 某人")
    with pytest.raises(PaperError) as refused:
        Template.parse(faulty)
    assert len(str(refused.value).splitlines()) == 3


@pytest.mark.parametrize("text", ["", "只有文字", "- 一\n- 二", "body: []", "title: [", "42"])
def test_what_is_no_template_is_refused(text: str) -> None:
    with pytest.raises(PaperError):
        Template.parse(text)


def test_what_was_filled_in_is_never_read_as_a_template() -> None:
    hostile = {"request": "{复议机关}[[{法院}]] ${7*7} {{x}}", "received_on": DAY, "due_on": DAY}
    facts = {**hostile, "applicant": "张某某", "agency": "示例局"}
    paper = draft("receipt", facts, on=DAY, template=Template.parse(TEXT))
    assert "“{复议机关}[[{法院}]] ${7*7} {{x}}”" in paper.paragraphs[0]


junk = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.text(max_size=8),
    st.lists(st.one_of(st.integers(), st.text(max_size=3)), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@given(
    data=st.data(),
    kind=st.sampled_from(["N6", "P1", "fee_notice", "registration", "third_party_consult"]),
)
def test_whatever_is_written_the_answer_is_a_template_or_a_sentence(
    data: st.DataObject, kind: str
) -> None:
    raw = yaml.safe_load(templates()[kind].on(DAY).to_yaml())
    place = raw
    if data.draw(st.booleans()):
        place = data.draw(st.sampled_from(raw["body"]))
    extra = ["cites", "leaves_out", "optional", "sample", "attachments", "outcome", "when", "form"]
    place[data.draw(st.sampled_from([*place, *extra]))] = data.draw(junk)
    try:
        preview(Template.parse(yaml.safe_dump(raw, allow_unicode=True)), DAY)
    except GongkaiError as refused:
        assert re.search("[\u4e00-\u9fff]", str(refused))
