"""A page read aloud: the same sentences in the page and in its sound."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from gongkai_site.portal import speech
from gongkai_site.portal.speech import voice

BODY = (
    "<h2>一、总体情况</h2><p>2020年，本机关<strong>公开2,411</strong>条。"
    '其中<a href="/x">规章</a>3件！</p><script>坏()</script><p>—</p><ul><li>其他；没有</li></ul>'
)


@dataclass(frozen=True)
class Page:
    title: str = "政府信息公开工作年度报告"
    body_html: str = BODY


@pytest.fixture(autouse=True)
def kept_apart(settings: Any, tmp_path: Path) -> Path:
    settings.VAR = tmp_path
    return tmp_path / "speech"


needs_voice = pytest.mark.skipif(
    not voice.programs().espeak, reason="this machine has no espeak-ng: no sound can be made"
)


def test_sentences_end_at_their_marks_and_at_blocks() -> None:
    assert [one.text for one in speech.sentences(BODY)] == [
        "一、总体情况",
        "2020年，本机关公开2,411条。",
        "其中规章3件！",
        "其他；",
        "没有",
    ]


def test_each_stretch_of_a_sentence_is_marked_and_the_text_stays_the_same() -> None:
    page = speech.marked(BODY)
    assert '<strong><span data-sentence="1">公开2,411</span></strong>' in page
    assert '<a href="/x"><span data-sentence="2">规章</span></a>' in page
    assert lxml_html.fromstring(f"<div>{page}</div>").text_content() == (
        lxml_html.fromstring(f"<div>{BODY}</div>").text_content()
    )


@given(
    st.lists(
        st.sampled_from(["<p>", "</p>", "<b>", "</b>", "<br>", "甲。", "乙", "3条", " ", "<td>"]),
        max_size=25,
    )
)
def test_marking_never_changes_what_is_read(parts: list[str]) -> None:
    body = "".join(parts)
    root = lxml_html.fragment_fromstring(body, create_parent="div")
    page = lxml_html.fragment_fromstring(speech.marked(body), create_parent="div")
    assert page.text_content() == root.text_content()
    numbers = [int(one) for one in re.findall(r'data-sentence="(\d+)"', speech.marked(body))]
    assert sorted(set(numbers)) == list(range(len(speech.sentences(body))))


@pytest.fixture(autouse=True)
def asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_SPEECH", "1")


def test_a_very_long_sentence_ends_at_a_comma() -> None:
    held = speech.sentences("<p>" + "很长的一句话，" * 60 + "</p>")
    assert len(held) > 1 and max(len(one.text) for one in held) <= 160


def test_words_become_the_right_syllables() -> None:
    assert voice.pinyin("行政处处长") == "xing2 zheng4 chu4 chu4 zhang3"
    assert voice.pinyin("不对，不能") == "bu2 dui4 , bu4 neng2"
    assert voice.pinyin("广州市银行") == "guang3 zhou1 shi4 yin2 hang2"


def test_without_the_program_there_is_no_sound_and_a_reason(monkeypatch: Any) -> None:
    monkeypatch.setattr(voice, "programs", lambda: voice.Programs("", "", ""))
    assert speech.audio_for(Page()) is None
    assert "没有 espeak-ng" in speech.state().reason


@pytest.mark.parametrize("asked", [None, "0"])
def test_it_is_made_only_where_it_is_asked_for(monkeypatch: Any, asked: str | None) -> None:
    monkeypatch.delenv("GONGKAI_SPEECH")
    if asked is not None:
        monkeypatch.setenv("GONGKAI_SPEECH", asked)
    assert speech.audio_for(Page()) is None
    assert "没有开启" in speech.state().reason


@needs_voice
def test_the_sound_tells_when_each_sentence_begins(kept_apart: Path) -> None:
    audio = speech.audio_for(Page())
    assert audio is not None and audio.size == audio.path.stat().st_size
    marks = json.loads(audio.marks)
    assert [one["n"] for one in marks["sentences"]] == [None, 0, 1, 2, 3, 4]
    times = [moment for one in marks["sentences"] for moment in (one["from"], one["to"])]
    assert times == sorted(times) and times[0] == 0 and times[-1] < audio.seconds
    head = audio.path.read_bytes()[:4]
    assert head.startswith((b"RIFF", b"\xff"))


@needs_voice
def test_the_same_page_sounds_the_same_and_is_made_once(
    monkeypatch: Any, kept_apart: Path, settings: Any, tmp_path: Path
) -> None:
    first = speech.audio_for(Page())
    monkeypatch.setattr(voice, "say", lambda _: pytest.fail("made again"))
    assert speech.audio_for(Page()) == first
    monkeypatch.undo()
    monkeypatch.setenv("GONGKAI_SPEECH", "1")
    settings.VAR = tmp_path / "elsewhere"
    again = speech.audio_for(Page())
    assert first and again and (again.digest, again.marks) == (first.digest, first.marks)


@needs_voice
def test_a_half_written_file_is_made_anew(kept_apart: Path) -> None:
    audio = speech.audio_for(Page())
    assert audio is not None
    audio.path.write_bytes(b"half")
    assert speech.audio_for(Page()) == audio and audio.path.stat().st_size == audio.size


@needs_voice
def test_without_lame_it_is_a_wave_file(monkeypatch: Any) -> None:
    held = voice.programs()
    monkeypatch.setattr(voice, "programs", lambda: voice.Programs(held.espeak, "", "1"))
    audio = speech.audio_for(Page())
    assert audio is not None and audio.media_type == "audio/wav"
    import wave

    with wave.open(str(audio.path)) as file:
        assert file.getnframes() / file.getframerate() == pytest.approx(audio.seconds, abs=0.01)


def test_a_voice_that_fails_leaves_the_page_without_sound(monkeypatch: Any) -> None:
    monkeypatch.setattr(voice, "programs", lambda: voice.Programs("/bin/false", "", "0"))
    assert speech.audio_for(Page()) is None
