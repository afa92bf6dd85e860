"""听全文: a page read aloud from a sound file that is made when the site is built.

`audio_for` gives the file and the moment each sentence begins, `marked` the page's body with the
same sentences numbered. Where the machine has no espeak-ng there is no file, `state` says why, and
the page falls back on the browser's own voice. What was once made is kept, so that a page built
again costs nothing.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings

from gongkai_site.portal.speech import voice
from gongkai_site.portal.speech.normalise import spoken, words
from gongkai_site.portal.speech.sentences import Sentence, marked, sentences

__all__ = ["Audio", "Sentence", "State", "audio_for", "marked", "sentences", "spoken", "state"]

_log = logging.getLogger(__name__)

_FORM = 1
"""Raise it when the same words should sound or be marked otherwise."""

_PAUSE = 0.35
_LONGEST = 40_000


class Readable(Protocol):
    """What can be read aloud; `disclosures.published.Published` is."""

    @property
    def title(self) -> str: ...
    @property
    def body_html(self) -> str: ...


@dataclass(frozen=True, slots=True)
class State:
    """Whether sound files are made on this machine, and in Chinese why, or why not."""

    on: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Audio:
    """The sound of a page.

    `path` holds the bytes; `digest` is their SHA-256 and `name` a file name that changes with them.
    `marks` is JSON: {"version", "seconds", "sentences": [{"n", "from", "to"}]}; times are seconds,
    n is the number in `data-sentence`, null for the title.
    """

    path: Path
    name: str
    media_type: str
    size: int
    digest: str
    seconds: float
    marks: bytes


def state() -> State:
    """Tell whether sound files are made: only where GONGKAI_SPEECH=1 asks for them.

    A second or two a document is nothing to whoever publishes one, and an hour to a first build.
    """
    if os.environ.get("GONGKAI_SPEECH") != "1":
        return State(
            False, "听全文的音频没有开启（GONGKAI_SPEECH=1 开启），网页使用浏览器自带的语音。"
        )
    held = voice.programs()
    if not held.espeak:
        return State(
            False,
            "这台机器没有 espeak-ng，没有生成听全文的音频，网页使用浏览器自带的语音。"
            "安装 espeak-ng 和 lame 后重新生成网站即可。",
        )
    if not held.lame:
        return State(True, "已生成听全文的音频（WAV）。安装 lame 后改用 MP3，文件约小十倍。")
    return State(True, "已生成听全文的音频（MP3）。")


def audio_for(published: Readable) -> Audio | None:
    """Return the sound of a document, made now or kept from before; None where there is none.

    There is none where `state` is off, the document has nothing to say or more than an hour or two
    of it, or the voice fails: a page is never held up for its sound.
    """
    if not state().on or len(published.body_html) > _LONGEST * 4:
        return None
    lines = _lines(published)
    if not lines or sum(len(said) for _, said in lines) > _LONGEST:
        return None
    key = _key(lines)
    kept = _kept(key)
    if kept is not None:
        return kept
    try:
        _make(key, lines)
    except (voice.Cannot, OSError) as error:
        _log.warning("no sound was made: %s", type(error).__name__)
        return None
    return _kept(key)


def _lines(published: Readable) -> list[tuple[int | None, str]]:
    told: list[tuple[int | None, str]] = [(None, published.title)]
    told += [(one.number, one.text) for one in sentences(published.body_html)]
    said = [(number, spoken(text)) for number, text in told]
    return [(number, text) for number, text in said if text]


def _key(lines: list[tuple[int | None, str]]) -> str:
    with_what = [_FORM, words()["version"], voice.programs().release, lines]
    return hashlib.sha256(json.dumps(with_what, ensure_ascii=False).encode()).hexdigest()[:40]


def _folder() -> Path:
    return Path(settings.VAR) / "speech"


def _kept(key: str) -> Audio | None:
    try:
        told = json.loads((_folder() / key[:2] / f"{key}.json").read_text("utf-8"))
        path = _folder() / key[:2] / told["file"]
        if path.stat().st_size != told["size"]:
            return None
    except (OSError, ValueError, KeyError):
        return None
    marks = json.dumps(told["marks"], separators=(",", ":")).encode()
    name = f"{told['digest'][:16]}.{path.suffix.lstrip('.')}"
    seconds = told["marks"]["seconds"]
    return Audio(path, name, told["type"], told["size"], told["digest"], seconds, marks)


def _make(key: str, lines: list[tuple[int | None, str]]) -> None:
    samples, marks = bytearray(), []
    for number, said in lines:
        begin = len(samples)
        samples += voice.say(voice.pinyin(said))
        marks.append({"n": number, "from": _seconds(begin), "to": _seconds(len(samples))})
        samples += voice.silence(_PAUSE)
    file, media_type, suffix = voice.encode(bytes(samples))
    told = {
        "file": f"{key}.{suffix}",
        "type": media_type,
        "size": len(file),
        "digest": hashlib.sha256(file).hexdigest(),
        "marks": {"version": _FORM, "seconds": _seconds(len(samples)), "sentences": marks},
    }
    folder = _folder() / key[:2]
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / f"{key}.{suffix}", file)
    _write(folder / f"{key}.json", json.dumps(told).encode())


def _seconds(length: int) -> float:
    return round(length / voice.BYTES_PER_SECOND, 2)


def _write(goal: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    handle, scratch = tempfile.mkstemp(dir=goal.parent, prefix="making-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(scratch, goal)
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise
