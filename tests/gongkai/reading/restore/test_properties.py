"""What holds of every text, however it was polluted."""

import time

import pytest
from demo import pollute
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.reading.restore import Restoration, count_kinds, restore
from gongkai.reading.restore.edits import Edit, apply, changes_of, compose
from gongkai.reading.restore.model import ChangeKind

SENTENCES = (
    "县水务局认真贯彻落实党中央、国务院关于全面推进政务公开工作的决策部署。",
    "全年主动公开政府信息241条，其中规范性文件8件、财政预决算信息2条、其他信息231条。",
    "受理政府信息公开申请15件，均按期答复，未发生因政府信息公开被申请行政复议、提起行政诉讼的情况。",
    "行政许可15(子项)，处理决定12250件；行政事业性收费0元。",
    "通过门户网站、微信公众号(OA)和政务服务窗口，及时向社会发布各类信息。",
    "第二十条第(五)项要求公开的内容已在年度报告中列明，报送市政府办公厅(室)。",
    "一是加强组织领导，二是完善工作机制，三是强化督促检查，四是优化办事流程。",
    "县融媒体中心、中国日报(China Daily)对营商环境建设作了专题报道。",
    "采购总金额476.32万元，集中采购项目43个，公开总数量8件。",
    "六、其他需要报告的事项",
)
reports = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=12).map("\n".join)
seeds = st.integers(0, 10_000)

PIECES = (
    *"務会乾於著报開局(（)）?|_〔〕\n\n 　\u200b\u00ad&;*略-•年月日0129aāǎvüI寳",
    *("(wù)", "wù", "(he)", "?qǐng)", "?bào)", "?！?/strong>", "&amp;", "nbsp;", "免费视频app下载"),
    *(
        "老虎机|棋牌|投注|",
        "一、总体情况",
        "二、主动公开",
        "年度报告",
        "分享到",
        "相关新闻",
        "2021-01-30",
    ),
    *("9001cc金沙", "来源:", "展", "日", "摿", "#", "當局信息", "(略)", "档案3件", "隨"),
)
hostile = st.one_of(
    st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=60).map("".join)
)


def undone(restoration: Restoration) -> str:
    """Return the raw text made from the clean one and the changes alone."""
    parts, at = [], 0
    for change in restoration.changes:
        parts.append(restoration.clean[at : change.clean_start])
        at = change.clean_start + len(change.replacement)
        assert restoration.clean[change.clean_start : at] == change.replacement
        parts.append(change.removed)
    return "".join([*parts, restoration.clean[at:]])


@settings(max_examples=200)
@given(text=hostile, simplify=st.booleans(), quarantine=st.booleans())
def test_changes_undone_give_the_raw_text(text: str, simplify: bool, quarantine: bool) -> None:
    restoration = restore(text, simplify=simplify, quarantine=quarantine)
    assert undone(restoration) == text
    reached = 0
    for change in restoration.changes:
        assert reached <= change.start < change.end <= len(text)
        assert text[change.start : change.end] == change.removed != change.replacement
        reached = change.end


@settings(max_examples=200)
@given(text=hostile, simplify=st.booleans(), quarantine=st.booleans())
def test_restoring_twice_changes_nothing(text: str, simplify: bool, quarantine: bool) -> None:
    clean = restore(text, simplify=simplify, quarantine=quarantine).clean
    again = restore(clean, simplify=simplify, quarantine=quarantine)
    assert again.clean == clean
    assert again.changes == ()


@settings(max_examples=200)
@given(text=hostile)
def test_spans_lie_in_the_text_and_what_was_removed_is_kept(text: str) -> None:
    restoration = restore(text)
    for warning in restoration.warnings:
        assert 0 <= warning.start <= warning.end <= len(text)
        assert warning.message.endswith(("。", "”"))
    for item in restoration.quarantined:
        assert text[item.start : item.end] == item.text
    removed = [(c.start, c.end) for c in restoration.changes if c.kind is ChangeKind.QUARANTINE]
    assert removed == [(q.start, q.end) for q in restoration.quarantined if q.removed]


@settings(max_examples=200)
@given(text=hostile)
def test_unchanged_characters_lead_back_to_themselves(text: str) -> None:
    restoration = restore(text)
    inside = {
        at
        for change in restoration.changes
        for at in range(change.clean_start, change.clean_start + len(change.replacement))
    }
    for at, character in enumerate(restoration.clean):
        if at not in inside:
            assert text[restoration.raw_offset(at)] == character
    with pytest.raises(IndexError):
        restoration.raw_offset(len(restoration.clean) + 1)


edits_of = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 4), st.text("xyz", max_size=5)), max_size=8
)


def made_edits(text: str, wanted: list[tuple[int, int, str]]) -> list[Edit]:
    edits: list[Edit] = []
    for start, length, new in sorted(wanted):
        if start + length <= len(text) and (not edits or start >= edits[-1].end):
            kind = ChangeKind.TRADITIONAL if len(new) == length else ChangeKind.GLOSS
            edits.append(Edit(start, start + length, new, kind, ""))
    return edits


@settings(max_examples=200)
@given(text=st.text("abc", max_size=30), one=edits_of, two=edits_of)
def test_two_rounds_of_edits_in_one(
    text: str, one: list[tuple[int, int, str]], two: list[tuple[int, int, str]]
) -> None:
    first = made_edits(text, one)
    middle = apply(text, first)
    second = made_edits(middle, two)
    both = compose(middle, first, second)
    assert apply(text, both) == apply(middle, second)
    assert all(a.end <= b.start for a, b in zip(both, both[1:], strict=False))
    assert len(changes_of(text, both)) == len(both)


@settings(max_examples=60)
@given(text=reports)
def test_clean_simplified_text_is_untouched(text: str) -> None:
    restoration = restore(text)
    assert restoration.clean == text
    assert restoration.changes == restoration.warnings == restoration.quarantined == ()


@settings(max_examples=60)
@given(text=reports, style=st.sampled_from(pollute.STYLES), seed=seeds, script=st.booleans())
def test_glosses_of_every_style_go(text: str, style: str, seed: int, script: bool) -> None:
    found = pollute.traditional(text) if script else text
    polluted = pollute.strew(pollute.gloss(found, style, seed=seed))
    assert restore(polluted).clean == text


@settings(max_examples=60)
@given(text=reports, seed=seeds, head=st.booleans(), tail=st.booleans())
def test_spam_at_both_ends_goes(text: str, seed: int, head: bool, tail: bool) -> None:
    polluted = pollute.add_spam(pollute.traditional(text), head=head, tail=tail, seed=seed)
    restoration = restore(polluted)
    assert restoration.clean == text
    assert len(restoration.quarantined) == head + tail


@settings(max_examples=60)
@given(text=reports, seed=seeds)
def test_a_scar_is_mended_rightly_or_pointed_at(text: str, seed: int) -> None:
    restoration = restore(pollute.gloss_bytewise(pollute.traditional(text), seed=seed))
    if not any(warning.code == "scar" for warning in restoration.warnings):
        assert restoration.clean == text


@given(seed=seeds)
@settings(max_examples=20)
def test_a_whole_page_gives_back_its_report(seed: int) -> None:
    title = "某县水务局2021年政府信息公开工作年度报告"
    body = "\n".join(
        [
            "一、总体情况",
            SENTENCES[1],
            "二、主动公开政府信息情况",
            "规章",
            "0",
            SENTENCES[9],
            "无。",
        ]
    )
    polluted = pollute.page(title, body, agency="某县水务局", published="2022-01-20", seed=seed)
    restoration = restore(polluted)
    expected = f"{title}\n\n· 2022-01-20\n· 来源:某县水务局\n\n{body}"
    if not any(warning.code == "scar" for warning in restoration.warnings):
        assert restoration.clean == expected
    assert {item.kind for item in restoration.quarantined} == {"spam", "chrome"}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (pollute.drop_marks("县政办发〔2021〕12号"), {"lost_character"}),
        (pollute.drop_marks("县水务局\n2021年9月26日"), {"lost_character"}),
        (pollute.mask("由县水务局负责", "水务"), {"masked"}),
    ],
)
def test_what_cannot_be_undone_is_pointed_at(text: str, codes: set[str]) -> None:
    restoration = restore(text)
    assert restoration.clean == text
    assert {warning.code for warning in restoration.warnings} == codes


def test_without_simplifying_the_script_stays() -> None:
    restoration = restore("縣水務(wù)局：公開(kāi)", simplify=False)
    assert restoration.clean == "縣水務局：公開"
    assert count_kinds(restoration.changes) == {"gloss": 2}


def test_without_quarantine_spam_is_listed_and_stays() -> None:
    text = "棋牌老虎机免费下载\n县水务局公告"
    restoration = restore(text, quarantine=False)
    assert restoration.clean == text
    (item,) = restoration.quarantined
    assert (item.kind, item.removed, item.text) == ("spam", False, "棋牌老虎机免费下载\n")
    assert item.reason.endswith("已标出，未作改动。")


def test_spam_inside_the_text_is_pointed_at_and_stays() -> None:
    lines = [*SENTENCES, "棋牌|老虎机|百家乐|投注|开户彩金", *SENTENCES]
    restoration = restore("\n".join(lines))
    assert restoration.clean == "\n".join(lines)
    (warning,) = restoration.warnings
    assert (warning.code, warning.text) == ("spam_in_body", lines[10])


def test_plain_data_for_json() -> None:
    data = restore("公開(kāi)").to_dict()
    assert data["clean"] == "公开"
    assert data["counts"] == {"traditional": 1, "gloss": 1}
    assert data["changes"][1] == {
        "kind": "gloss",
        "start": 2,
        "end": 7,
        "removed": "(kāi)",
        "replacement": "",
        "clean_start": 2,
        "reason": "括号里的“kāi”是前面“開”字的读音，不是原文，已去掉。",
    }


HOSTILE = {
    "opening brackets": "(" * 1_000_000,
    "characters and brackets": "務(" * 500_000,
    "question marks": "?" * 1_000_000,
    "scars": "務?wù)" * 100_000,
    "bars": "|_ " * 300_000,
    "blank lines": "\n" * 500_000 + "年度报告" + "\n" * 500_000,
    "blanks": " " * 500_000 + "县" + " " * 500_000,
    "one long line with a bar": "县" * 1_000_000 + "|",
    "crosses": "x" * 1_000_000,
    "half numbers": "〔20" * 200_000,
    "entities": "&amp;" * 200_000,
    "headings": "年度报告\n" + "一、总体情况\n二、主动公开\n- \n" * 50_000,
    "spam": "免费视频在线|" * 100_000,
    "shifted bytes": ("展?jié)" + "摿" * 10) * 50_000,
    "stars": "县*" * 300_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_time_grows_with_the_text_only(name: str) -> None:
    """Twenty seconds is far above what linear work takes and far below what anything else would."""
    started = time.perf_counter()
    restore(HOSTILE[name])
    assert time.perf_counter() - started < 20
