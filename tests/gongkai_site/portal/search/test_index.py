"""Everything that stands in a text is found, nothing else is, and all of it is counted."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.gongkai_site.portal.search.conftest import BEGUN, made

from gongkai_site.portal.search import asking, index
from gongkai_site.portal.search.asking import Question, ask
from gongkai_site.portal.search.folding import fold, words_of

Maker = Callable[..., index.Entry]


def build(*entries: index.Entry) -> index.Held:
    with index.locked():
        assert index.build(entries, {"seen": []}) == len(entries)
    return index.held()


def found(held: index.Held, query: str, **fields: object) -> list[int]:
    """All ids, in order."""
    return list(ask(held, Question(words_of(query), **fields), limit=100).ids)  # type: ignore[arg-type]


# --- recall ---

_ALPHABET = st.sampled_from("商务局務公开開12aA 〔[“\n，哈")
_TEXT = st.text(_ALPHABET, max_size=12)


@given(
    documents=st.lists(st.tuples(_TEXT, _TEXT), min_size=1, max_size=6),
    queries=st.lists(st.text(_ALPHABET, min_size=1, max_size=5), min_size=1, max_size=6),
    cuts=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 12), st.integers(1, 8)), max_size=6),
)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_exactly_the_documents_that_hold_it_are_found(
    folder: Path,
    documents: list[tuple[str, str]],
    queries: list[str],
    cuts: list[tuple[int, int, int]],
) -> None:
    held = build(*(made(n, title, text) for n, (title, text) in enumerate(documents, 1)))
    pieces = [documents[n % len(documents)][1][at : at + long] for n, at, long in cuts]
    for query in [*queries, *pieces]:
        words = words_of(query).words
        if not words:
            continue
        expected = [
            n
            for n, texts in enumerate(documents, 1)
            if all(any(word in fold(text) for text in texts) for word in words)
        ]
        answer = ask(held, Question(words_of(query), sort="new"), limit=100)
        assert list(answer.ids) == expected[::-1]
        assert answer.count == len(expected)
        assert sorted(found(held, query, sort="best")) == expected


def test_two_texts_of_a_document_never_run_together(folder: Path, entry: Maker) -> None:
    held = build(entry(1, "甲乙", "丙丁", "戊己"))
    assert found(held, "乙丙") == []
    assert found(held, "甲乙丙丁") == []
    assert found(held, "丁戊") == []
    assert found(held, "丙丁 甲乙") == [1]


# --- order ---


def test_a_document_called_so_comes_first_in_either_order(folder: Path, entry: Maker) -> None:
    number = "穗商务〔2020〕3号"
    held = build(
        entry(1, "关于促消费的通知", numbers=(number, "000000001/2020-00001")),
        entry(2, f"《{number}》的解读", f"{number}，{number}"),
        entry(3, "废止文件目录", number),
        entry(4, "另一件", numbers=("穗商务〔2020〕33号",)),
    )
    for typed in (number, "穗商务[2020]3号", "穗商務（２０２０）３號"):
        assert found(held, typed, sort="new") == [1, 3, 2]
        assert found(held, typed, sort="best") == [1, 2, 3]
    answer = ask(held, Question(words_of(number), sort="new"), offset=2, limit=2)
    assert (answer.ids, answer.count, answer.numbered) == ((2,), 3, frozenset())
    answer = ask(held, Question(words_of(number), sort="new"), limit=2)
    assert (answer.ids, answer.numbered) == ((1, 3), {1})
    assert found(held, "000000001/2020-00001") == [1]
    assert found(held, "穗商务〔2020〕 3号")[0] == 1, "a blank within it does no harm"


def test_a_title_counts_more_than_a_text(folder: Path, entry: Maker) -> None:
    held = build(
        entry(1, "夜间经济扶持办法", "一" * 300),
        entry(2, "工作动态", "夜间经济" + "二" * 300),
        entry(3, "年度总结", "三" * 300),
    )
    assert found(held, "夜间经济", sort="best") == [1, 2]
    assert found(held, "夜间经济", sort="new") == [2, 1]


def test_newest_first_goes_by_the_second_then_the_id(folder: Path, entry: Maker) -> None:
    held = build(
        entry(1, "通知", moment=BEGUN + timedelta(seconds=5)),
        entry(2, "通知", moment=BEGUN),
        entry(3, "通知", moment=BEGUN),
        entry(4, "通知", moment=BEGUN.replace(year=1950)),
    )
    assert found(held, "通知", sort="new") == [1, 3, 2, 4]


# --- filters ---


def test_filters(folder: Path, entry: Maker) -> None:
    held = build(
        entry(1, "通知", columns=("tz", "zc"), body="商务局", validity="valid"),
        entry(2, "通知", columns=("tz",), body="教育局", validity="repealed"),
        entry(3, "公告", columns=("gg",), body="商务局", moment=BEGUN.replace(year=2021)),
    )
    assert found(held, "通知", column="zc") == [1]
    assert found(held, "通知", column="tz", sort="new") == [2, 1]
    assert found(held, "", body="商务局") == [3, 1]
    assert found(held, "", year=2021) == [3]
    assert found(held, "通知", validity="repealed") == [2]
    assert found(held, "通知", year=1999) == []
    assert found(held, "通知", column="没有'\"OR 1=1") == []
    assert asking.choices(held) == asking.Choices((2021, 2020), ("商务局", "教育局"))


# --- upkeep ---


def test_what_is_taken_out_is_gone_and_what_is_put_in_twice_is_there_once(
    folder: Path, entry: Maker
) -> None:
    build(entry(1, "旧标题"), entry(2, "要撤回的"))
    with index.locked(), index.rewrite() as (writer, state):
        assert state == {"seen": []}
        writer.put(entry(1, "新标题"))
        writer.put(entry(1, "新标题"))
        writer.remove(2)
        writer.remove(99)
        assert found(index.held(), "旧标题") == [1]
        writer.commit({"seen": [7]})
    held = index.held()
    assert found(held, "旧标题") == []
    assert found(held, "新标题") == [1]
    assert found(held, "撤回") == []
    assert ask(held, Question(words_of("标题"))).count == 1
    with index.locked(), index.rewrite() as (_, state):
        assert state == {"seen": [7]}


def test_what_was_not_committed_is_forgotten(folder: Path, entry: Maker) -> None:
    build(entry(1, "旧标题"))
    with (
        pytest.raises(RuntimeError, match="power"),
        index.locked(),
        index.rewrite() as (writer, _),
    ):
        writer.put(entry(1, "新标题"))
        raise RuntimeError("power")
    assert found(index.held(), "旧标题") == [1]


def test_a_new_index_replaces_the_old_whole(folder: Path, entry: Maker) -> None:
    before = build(entry(1, "第一版"))
    after = build(entry(2, "第二版"))
    assert found(after, "版") == [2]
    assert found(before, "版") == [1], "a reader in the middle keeps what it had"
    assert len([one for one in folder.iterdir() if one.is_dir()]) == 1


def test_a_build_that_fails_leaves_the_old_index(folder: Path, entry: Maker) -> None:
    build(entry(1, "第一版"))

    def broken():  # type: ignore[no-untyped-def]
        yield entry(2, "第二版")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"), index.locked():
        index.build(broken(), {})
    assert found(index.held(), "第一版") == [1]
    assert len([one for one in folder.iterdir() if one.is_dir()]) == 1


def test_without_an_index_or_with_an_old_one_there_is_none(folder: Path, entry: Maker) -> None:
    with pytest.raises(index.NoIndex):
        index.held()
    build(entry(1, "通知"))
    name = (folder / "current").read_text()
    (folder / "current").write_text(name.replace(f"v{index.FORMAT}-", "v0-"))
    with pytest.raises(index.NoIndex):
        index.held()
    (folder / "current").write_text(name)
    (folder / name / "state.json").unlink()
    with pytest.raises(index.NoIndex), index.locked(), index.rewrite():
        pass
    shutil.rmtree(folder / name)
    with pytest.raises(index.NoIndex):
        index.held()


def test_one_writes_at_a_time(folder: Path) -> None:
    with index.locked() as first:
        assert first is True
        with index.locked(wait=False) as second:
            assert second is False
    with index.locked(wait=False) as third:
        assert third is True


def test_the_index_holds_no_text_to_be_read(folder: Path, entry: Maker) -> None:
    """Nothing is stored but the words; the state is plain numbers."""
    build(entry(1, "通知", "正文"))
    place = folder / (folder / "current").read_text()
    assert json.loads((place / "state.json").read_text()) == {"seen": []}
