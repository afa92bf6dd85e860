"""The order of restoring, and the public `restore`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gongkai.reading.restore.edits import Edit, apply, changes_of, compose
from gongkai.reading.restore.glosses import gloss_edits
from gongkai.reading.restore.model import (
    Change,
    ChangeKind,
    Quarantined,
    Restoration,
    RestoreWarning,
)
from gongkai.reading.restore.pages import (
    LEFT_STANDING,
    TAKEN_OUT,
    Found,
    find_foreign,
    spam_in_body,
)
from gongkai.reading.restore.remains import entity_edits, invisible_edits
from gongkai.reading.restore.scars import find_scars, scar_edits, stray_marks
from gongkai.reading.restore.script import script_edits
from gongkai.reading.restore.unsafe import find_doubts

__all__ = ["restore"]

_MOST_ROUNDS = 6
"""Each round only shortens or simplifies; two are usual, the second finding nothing."""


def restore(text: str, *, simplify: bool = True, quarantine: bool = True) -> Restoration:
    """Turn the text of a polluted page into clean text, every step an inspectable span.

    Takes out pinyin glosses, mends what conversion broke where one reading is possible, turns
    Traditional into simplified (`simplify`), and takes out spam and page chrome (`quarantine`;
    without it they are listed and left standing). What no rule may mend is left as it is and
    warned of. Pure and deterministic; restoring the clean text again changes nothing.

    `text` is decoded text of any length; never raises on any text.
    """
    work = _Work(text)
    for _ in range(_MOST_ROUNDS):
        if not work.round(simplify=simplify, quarantine=quarantine):
            break
    changes = changes_of(text, work.edits)
    plain = Restoration(text, work.text, changes, (), ())
    view = work.text if simplify else apply(work.text, script_edits(work.text))
    standing = work.standing if quarantine else find_foreign(view)
    warnings = sorted(
        [*_about_scars(plain), *_about_doubts(plain, view), *_about_spam(plain, view, standing)],
        key=lambda warning: (warning.start, warning.end, warning.code),
    )
    quarantined = sorted(
        [*_removed(changes, work.foreign), *_marked(plain, standing)],
        key=lambda item: item.start,
    )
    return Restoration(text, work.text, changes, tuple(warnings), tuple(quarantined))


class _Work:
    """A text on its way from raw to clean, with the edits made so far, in raw offsets."""

    def __init__(self, raw: str) -> None:
        self.text = raw
        self.edits: list[Edit] = []
        self.foreign: dict[str, str] = {}
        """Which kind of foreign text (spam, chrome) a reason speaks of."""
        self.standing: list[Found] = []
        """What the last round saw, and did not take out."""

    def make(self, edits: Sequence[Edit]) -> bool:
        """Make `edits` of the text as it stands; return whether there were any."""
        if not edits:
            return False
        self.edits = compose(self.text, self.edits, edits)
        self.text = apply(self.text, edits)
        return True

    def round(self, *, simplify: bool, quarantine: bool) -> bool:
        """Do every step once; return whether anything changed."""
        changed = self.make(invisible_edits(self.text))
        changed |= self.make(entity_edits(self.text))
        changed |= self.make(scar_edits(find_scars(self.text), self.text))
        changed |= self.make(gloss_edits(self.text))
        if simplify:
            changed |= self.make(script_edits(self.text))
        if quarantine:
            changed |= self.make(self._quarantine(simplify=simplify))
        return changed

    def _quarantine(self, *, simplify: bool) -> list[Edit]:
        view = self.text if simplify else apply(self.text, script_edits(self.text))
        self.standing = find_foreign(view)
        edits: list[Edit] = []
        for item in self.standing:
            if item.removable:
                self.foreign[item.reason] = item.kind
                edits.append(Edit(item.start, item.end, "", ChangeKind.QUARANTINE, item.reason))
        return edits


def _removed(changes: Sequence[Change], foreign: dict[str, str]) -> Iterator[Quarantined]:
    for change in changes:
        if change.kind is ChangeKind.QUARANTINE:
            yield Quarantined(
                start=change.start,
                end=change.end,
                text=change.removed,
                reason=change.reason,
                kind=foreign[change.reason],
            )


def _marked(plain: Restoration, standing: Sequence[Found]) -> Iterator[Quarantined]:
    for item in standing:
        start, end = plain.raw_span(item.start, item.end)
        yield Quarantined(
            start=start,
            end=end,
            text=plain.raw[start:end],
            reason=item.reason.replace(TAKEN_OUT, LEFT_STANDING),
            kind=item.kind,
            removed=False,
        )


def _about_scars(plain: Restoration) -> Iterator[RestoreWarning]:
    for change in plain.changes:
        if change.kind is ChangeKind.SCAR:
            message = (
                f"“{change.removed}”是转码弄坏的文字，按残留的字节只有“{change.replacement}”"
                "一种读法，已据此修复。请对照上下文确认。"
            )
            yield RestoreWarning(
                "scar_repaired", change.start, change.end, change.replacement, message
            )
    spans = {(scar.start, scar.end) for scar in find_scars(plain.clean)}
    if any(change.kind is ChangeKind.GLOSS for change in plain.changes):
        spans.update(stray_marks(plain.clean))
    for first, last in sorted(spans):
        start, end = plain.raw_span(first, last)
        text = plain.clean[first:last]
        message = (
            f"“{text}”是转码弄坏的文字，可能的读法不止一种或没有一种对得上，文字未改动。"
            "请对照原发布页补全。"
        )
        yield RestoreWarning("scar", start, end, text, message)


def _about_doubts(plain: Restoration, view: str) -> Iterator[RestoreWarning]:
    kinds = {change.kind for change in plain.changes}
    doubts = find_doubts(
        view,
        from_traditional=ChangeKind.TRADITIONAL in kinds or view != plain.clean,
        glossed=ChangeKind.GLOSS in kinds,
    )
    for doubt in doubts:
        start, end = plain.raw_span(doubt.start, doubt.end)
        text = plain.clean[doubt.start : doubt.end]
        yield RestoreWarning(doubt.code, start, end, text, doubt.message)


def _about_spam(
    plain: Restoration, view: str, standing: Sequence[Found]
) -> Iterator[RestoreWarning]:
    message = (
        "正文中间夹有一串疑似广告的词；正文以内不作删除，文字未改动。请人工确认后再使用这一段。"
    )
    for first, last in spam_in_body(view, standing):
        start, end = plain.raw_span(first, last)
        yield RestoreWarning("spam_in_body", start, end, plain.clean[first:last], message)
