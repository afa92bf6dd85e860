"""The site that grew change by change is the site built anew, byte for byte."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.gongkai_site.portal.build.fakes import FakeCatalogue, Held, kept, tree
from tests.gongkai_site.portal.build.openers import FromFile

from gongkai_site.portal.build import full
from gongkai_site.portal.build.run import rebuild, run_pending

TITLES = (
    "关于促进夜间经济发展的通知",
    "关于做好春节期间市场保供的通知",
    "云山县商务局召开消费扶贫会议",
    "商贸领域安全生产检查情况",
)
step = st.one_of(
    st.tuples(
        st.just("publish"),
        st.sampled_from(["news", "documents", "explain"]),
        st.sampled_from(TITLES),
        st.integers(1, 25),
        st.booleans(),
    ),
    st.tuples(st.just("amend"), st.integers(0, 99), st.sampled_from(TITLES)),
    st.tuples(st.just("withdraw"), st.integers(0, 99)),
    st.tuples(st.just("repeal"), st.integers(0, 99), st.integers(0, 99)),
    st.tuples(st.just("explain"), st.integers(0, 99), st.integers(0, 99)),
    st.tuples(st.just("move"), st.integers(0, 99), st.sampled_from(["news", "budget"])),
    st.tuples(st.just("build")),
)


def play(catalogue: FakeCatalogue, steps: list[tuple], built: Path) -> None:
    for what, *how in steps:
        count = len(catalogue.held)
        if what == "build":
            run_pending(built, Held(catalogue))
        elif what == "publish":
            column, title, times, topical = how
            for number in range(times):
                more = ("night-market",) if topical else ()
                catalogue.publish(
                    f"{title}（{number}）", column, more_columns=more, topic=title[:4]
                )
        elif count and what == "amend":
            catalogue.amend(how[0] % count + 1, title=f"{how[1]}（修订）")
        elif count and what == "withdraw":
            catalogue.withdraw(how[0] % count + 1)
        elif count and what == "repeal":
            catalogue.repeal(how[0] % count + 1, how[1] % count + 1)
        elif count and what == "explain":
            catalogue.amend(how[0] % count + 1, explains=[how[1] % count + 1])
        elif count and what == "move":
            catalogue.move(how[0] % count + 1, how[1])


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(step, min_size=2, max_size=9))
def test_any_history_gives_the_site_built_anew(steps: list[tuple]) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        catalogue = FakeCatalogue()
        play(catalogue, steps, folder / "grown")
        run_pending(folder / "grown", Held(catalogue))
        rebuild(folder / "anew", Held(catalogue), workers=1)
        assert differing(tree(folder / "grown"), tree(folder / "anew")) == []
    finally:
        shutil.rmtree(folder)


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


@pytest.fixture
def office() -> FakeCatalogue:
    catalogue = FakeCatalogue()
    first = catalogue.publish("关于促进夜间经济发展的通知", "documents", validity="valid")
    for number in range(70):
        catalogue.publish(f"{TITLES[number % 4]}（{number}）", ["news", "budget"][number % 2])
    catalogue.publish("《通知》解读", "explain", explains=[first])
    return catalogue


def test_several_processes_build_what_one_builds(
    office: FakeCatalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(full, "STRETCH", 20)
    monkeypatch.setattr(full, "WORTH", 2)
    rebuild(tmp_path / "one", Held(office), workers=1)
    rebuild(tmp_path / "two", FromFile(kept(office, tmp_path)), workers=2)
    assert differing(tree(tmp_path / "one"), tree(tmp_path / "two")) == []


def test_what_is_published_while_the_site_is_built_anew_is_on_it(
    office: FakeCatalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(full, "STRETCH", 20)
    var = tmp_path / "var"
    run_pending(var, Held(office))

    def meanwhile(done: int, total: int) -> None:
        if done == 1:
            office.publish("重建期间发布的公告", "news")
            run_pending(var, Held(office))
        if done == 2:
            office.withdraw(4)
            office.publish("还没有轮到的公告", "budget")

    rebuild(var, Held(office), workers=1, progress=meanwhile)
    assert office.outbox == []
    rebuild(tmp_path / "anew", Held(office), workers=1)
    assert differing(tree(var), tree(tmp_path / "anew")) == []


def test_a_publication_writes_as_many_files_in_a_large_archive(
    office: FakeCatalogue, tmp_path: Path
) -> None:
    counts = []
    for _ in range(3):
        for number in range(180):
            office.publish(f"{TITLES[number % 4]}（{number}）", "news")
        run_pending(tmp_path, Held(office))
        office.publish("再发布一份公告", "news")
        asked = office.asked
        outcome = run_pending(tmp_path, Held(office))
        counts.append(len(outcome.written))
        assert office.asked - asked < 600
    assert max(counts) <= 17


def test_a_sound_and_its_moments_come_and_go_with_their_document(
    office: FakeCatalogue, tmp_path: Path
) -> None:
    office.store, office.spoken = tmp_path, frozenset({2})
    (tmp_path / ("5" * 64)).write_bytes(b"ID3 sound")
    run_pending(tmp_path / "grown", Held(office))
    built = tree(tmp_path / "grown")
    assert built["speech/5a5a.mp3"] == b"ID3 sound"
    assert built["speech/5a5a.mp3.json"] == b'{"sentences":[]}'
    assert b'src="/speech/5a5a.mp3"' in built["content/2020/2.html"]
    office.withdraw(2)
    run_pending(tmp_path / "grown", Held(office))
    rebuild(tmp_path / "anew", Held(office), workers=1)
    assert differing(tree(tmp_path / "grown"), tree(tmp_path / "anew")) == []
    assert "speech/5a5a.mp3" not in tree(tmp_path / "grown")
