"""A voice for sentences: pinyin from pypinyin, sound from espeak-ng, MP3 from lame where installed.

espeak-ng cannot read Chinese characters; given pinyin it says the right syllables, in a robot's
voice. Everything here gives the same bytes for the same words and the same programs.
"""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
from dataclasses import dataclass
from functools import cache, lru_cache

from gongkai_site.portal.speech.normalise import words

__all__ = ["BYTES_PER_SECOND", "Cannot", "encode", "pinyin", "programs", "say", "silence"]

_RATE = 22_050
BYTES_PER_SECOND = _RATE * 2
"""Of the sound `say` returns: 22,050 samples a second, one channel, 16 bits."""

_ESPEAK = ("-v", "cmn-latn-pinyin", "-s", "190", "--stdin", "--stdout")
_LAME = (
    *("-r", "-s", "22.05", "-m", "m", "--bitwidth", "16", "--signed", "--little-endian"),
    *("--cbr", "-b", "32", "--silent", "-t", "-", "-"),
)
_SECONDS = 120


class Cannot(Exception):
    """The sound could not be made; the page goes without it."""


@dataclass(frozen=True, slots=True)
class Programs:
    """Where the programs are ("" for none), and what tells one release of them from another."""

    espeak: str
    lame: str
    release: str


@cache
def programs() -> Programs:
    """What this machine has; looked for once."""
    espeak, lame = shutil.which("espeak-ng") or "", shutil.which("lame") or ""
    release = [_first_line(espeak), _first_line(lame)]
    return Programs(espeak, lame, "|".join(line for line in release if line))


def pinyin(said: str) -> str:
    """Spoken words as pinyin with tones in digits; ， stays a pause.

    >>> pinyin("行政许可，不对")
    'xing2 zheng4 xu3 ke3 , bu2 dui4'
    """
    from pypinyin import Style, lazy_pinyin

    out: list[str] = []
    for part in _phrases().split(said):
        if part in words()["phrases"]:
            out += words()["phrases"][part].split()
        else:
            for stretch in re.split("(，)", part):
                out += (
                    [","]
                    if stretch == "，"
                    else lazy_pinyin(
                        stretch,
                        style=Style.TONE3,
                        neutral_tone_with_five=True,
                        errors="ignore",
                    )
                )
    for at in range(len(out) - 1):
        if out[at] == "bu4" and out[at + 1].endswith("4"):
            out[at] = "bu2"
    return " ".join(out)


def say(syllables: str) -> bytes:
    """The sound of some pinyin: raw samples. Raises Cannot."""
    heard = _run([programs().espeak, *_ESPEAK], syllables.encode())
    at = heard.find(b"data", 12)
    if not heard.startswith(b"RIFF") or at < 0:
        raise Cannot("espeak-ng gave no sound")
    if struct.unpack_from("<HI", heard, 22) != (1, _RATE):
        raise Cannot("espeak-ng gave sound of another shape")
    samples = heard[at + 8 :]
    return samples[: len(samples) // 2 * 2]


def silence(seconds: float) -> bytes:
    """So much of nothing."""
    return bytes(round(seconds * _RATE) * 2)


def encode(samples: bytes) -> tuple[bytes, str, str]:
    """Raw samples as (file, media type, suffix): MP3 where lame is, else WAV. Raises Cannot."""
    if programs().lame:
        return _run([programs().lame, *_LAME], samples), "audio/mpeg", "mp3"
    head = struct.pack(
        "<4sI8sIHHIIHH4sI",
        *(b"RIFF", 36 + len(samples), b"WAVEfmt ", 16, 1, 1, _RATE, BYTES_PER_SECOND, 2, 16),
        *(b"data", len(samples)),
    )
    return head + samples, "audio/wav", "wav"


@lru_cache(maxsize=1)
def _phrases() -> re.Pattern[str]:
    longest_first = sorted(words()["phrases"], key=len, reverse=True)
    return re.compile("(" + "|".join(map(re.escape, longest_first)) + ")")


def _first_line(program: str) -> str:
    if not program:
        return ""
    try:
        told = _run([program, "--version"], b"")
    except Cannot:
        return program.rsplit("/", 1)[-1]
    return told.decode("utf-8", "replace").partition("\n")[0].partition("Data at")[0].strip()


def _run(command: list[str], given: bytes) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - a program of the system, with arguments of ours
            command, input=given, capture_output=True, timeout=_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise Cannot(type(error).__name__) from error
    return done.stdout
