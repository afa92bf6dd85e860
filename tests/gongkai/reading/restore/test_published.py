"""Pages as they were really found: the published examples, and one whole report of 2020.

They are not ours to keep; where they are not on the machine, these tests are skipped.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from gongkai.reading.restore import ChangeKind, restore
from gongkai.reading.restore.glosses import glosses


@pytest.fixture(scope="module")
def examples(shared: Path) -> list[dict[str, Any]]:
    lines = (shared / "reports" / "polluted_examples.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in lines.splitlines()]


@pytest.fixture(scope="module")
def page(shared: Path) -> str:
    return (shared / "reports" / "guangzhou_commerce_2020.txt").read_text(encoding="utf-8")


def test_every_example_comes_out_clean(examples: list[dict[str, Any]]) -> None:
    assert examples
    for example in examples:
        assert restore(example["raw"]).clean == example["clean"], example["id"]


def test_what_must_be_kept_is_kept(examples: list[dict[str, Any]]) -> None:
    for example in examples:
        clean = restore(example["raw"]).clean
        assert [s for s in example["must_keep"] if s not in clean] == [], example["id"]


def test_what_a_rule_may_not_mend_is_pointed_at(examples: list[dict[str, Any]]) -> None:
    for example in examples:
        restoration = restore(example["raw"])
        spans = [(w.start, w.end) for w in restoration.warnings]
        if not example["mechanically_restorable"]:
            assert spans, example["id"]
        for spot in example["ideal"] or {}:
            place = example["raw"].find(spot)
            if place < 0:
                at = restoration.clean.index(spot)
                place, beyond = restoration.raw_span(at, at + len(spot))
            else:
                beyond = place + len(spot)
            assert any(a < beyond and b > place for a, b in spans), (example["id"], spot)


def test_a_name_hidden_by_a_brand_is_pointed_at(examples: list[dict[str, Any]]) -> None:
    (example,) = [e for e in examples if "brand_replaces_name" in e["patterns"]]
    (warning,) = restore(example["raw"]).warnings
    assert (warning.code, warning.text) == ("brand_name", "9001cc金沙以诚为本")


def test_all_glosses_of_the_page_go_and_no_bracket_else(page: str) -> None:
    assert len(list(glosses(page))) == 513
    restoration = restore(page)
    assert not re.search(r"[(（][a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]+[)）]", restoration.clean)
    # Of its 531 brackets 18 are the text's own.
    assert sorted(re.findall(r"\([^()]*\)", restoration.clean)) == sorted(
        ["(包括规章、规范性文件、其他文件等)", "(China Daily)", "(子项)", "(子项)"]
        + ["(一)", "(五)", "(六)", "(八)", "(九)"]
        + ["(本列数据的勾稽关系为:第一项加第二项之和,等于第三项加第四项之和)"]
        + ["(区分处理的,只计这一情形,不计其他情形)"]
        + [f"({number})" for number in "一二三四五六七"]
    )


def test_five_scars_of_the_page_are_mended_and_marked(page: str) -> None:
    restoration = restore(page)
    mended = [c.replacement for c in restoration.changes if c.kind is ChangeKind.SCAR]
    assert mended == ["内", "营", "报", "报", "内"]
    assert [w.code for w in restoration.warnings] == ["scar_repaired"] * 5
    for words in ("栏目内设有", "经济发展营造良好", "人民日报、中国日报(China Daily)"):
        assert words in restoration.clean


def test_tail_of_the_page_is_set_apart_and_its_date_stays(page: str) -> None:
    restoration = restore(page)
    assert restoration.clean.endswith("六、其他需要报告的事项\n\n          无。")
    assert "2021-01-30" in restoration.clean
    assert "来源:广州市商务局" in restoration.clean
    spam = [item for item in restoration.quarantined if item.kind == "spam"]
    assert len(spam) == 1
    assert len([p for p in spam[0].text.split("|") if p.strip()]) == 41
    chrome = "".join(item.text for item in restoration.quarantined if item.kind == "chrome")
    for words in ("分享到", "相關(guān)附件", "相關(guān)新聞", "廣州政府網"):
        assert words in chrome


@pytest.mark.parametrize("name", ["pingtan_2018.txt", "pingtan_2021.txt", "pingtan_2022.txt"])
def test_a_clean_report_is_left_alone(shared: Path, name: str) -> None:
    text = (shared / "reports" / name).read_text(encoding="utf-8")
    restoration = restore(text)
    assert restoration.clean == text
    assert restoration.changes == restoration.warnings == ()


def test_restored_pages_are_left_alone(page: str, examples: list[dict[str, Any]]) -> None:
    for raw in [page, *(example["raw"] for example in examples)]:
        clean = restore(raw).clean
        assert restore(clean).clean == clean
