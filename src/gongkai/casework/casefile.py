"""A case as people write it: a YAML file of dated events.

    case: 征求第三方意见
    events:
      - received: 2024-09-20
        channel: in_person
      - 征求第三方意见: 2024-09-26
        对方收到日期: 2024-09-27

Each event is its kind with its date, and what is recorded with it; kinds, items and choices are
written as codes or by their Chinese names. `id` (编号), `by` (登记人) and `at` (登记时间) may be
given; without them events are numbered e1, e2, … and taken to be recorded in the order written, on
the day they happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from gongkai.casework.events import CHINA, Event
from gongkai.casework.kinds import Kind, KindSpec, kind_spec
from gongkai.errors import CaseFileInvalid, CaseworkError, LawDataInvalid
from gongkai.workdays.lawyaml import parse_yaml

if TYPE_CHECKING:
    from yaml.nodes import Node

__all__ = ["case_text", "events_from", "load_case"]

_EVENTS = ("events", "事件")
_OWN = {"id": "id", "编号": "id", "by": "by", "登记人": "by", "at": "at", "登记时间": "at"}


def load_case(text: str, name: str = "案件文件") -> list[Event]:
    """Read the events of a case file.

    Args:
        text: the YAML text: a list of events, or a mapping with `events` (other keys are left to
            the reader).
        name: what to call the file in messages.

    Raises:
        CaseFileInvalid: not YAML or not in shape; the message names the line and the item.
    """
    try:
        raw = parse_yaml(text, name)
    except LawDataInvalid as error:
        raise CaseFileInvalid(str(error)) from error
    lines = _Lines.of(text)
    entries = raw
    if isinstance(raw, Mapping):
        key = next((one for one in _EVENTS if one in raw), None)
        entries = raw[key] if key is not None else None
        lines = lines.child(key)
    if not isinstance(entries, list) or not entries:
        raise CaseFileInvalid(
            f"{name}里没有事件。请在 events: 下面逐项写事件，例如“- received: 2024-09-20”。"
        )
    return list(_events(entries, lines, name))


def events_from(entries: Iterable[Mapping[str, Any]], name: str = "案件") -> list[Event]:
    """Turn entries already parsed into events, in the shape `load_case` reads.

    Raises:
        CaseFileInvalid: an entry is not in shape.
    """
    return list(_events(list(entries), _Lines(None), name))


def case_text(events: Iterable[Event]) -> str:
    """Write events as a case file that `load_case` reads back to equal events."""
    import yaml

    entries = []
    for event in events:
        spec = kind_spec(event.kind)
        entry: dict[str, Any] = {spec.kind.value: event.on, "id": event.id}
        if event.by:
            entry["by"] = event.by
        entry["at"] = event.at.isoformat()
        entry |= {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in event.data.items()
        }
        entries.append(entry)
    text: str = yaml.safe_dump({"events": entries}, allow_unicode=True, sort_keys=False)
    return text


class _Lines:
    """The lines of a YAML text, by the place of a value."""

    def __init__(self, node: Node | None) -> None:
        self._node = node

    @classmethod
    def of(cls, text: str) -> _Lines:
        import yaml

        return cls(yaml.compose(text, Loader=yaml.SafeLoader))

    @property
    def line(self) -> int | None:
        return None if self._node is None else self._node.start_mark.line + 1

    def child(self, key: object) -> _Lines:
        """The value under a key, or the item with a number."""
        value = None if self._node is None else self._node.value
        if isinstance(key, int):
            return _Lines(value[key] if value else None)
        pairs = value or ()
        return _Lines(next((node for name, node in pairs if name.value == key), None))


def _events(entries: list[Any], lines: _Lines, name: str) -> Iterator[Event]:
    for number, entry in enumerate(entries):
        here = lines.child(number)
        if not isinstance(entry, Mapping):
            raise _wrong(name, here, "每个事件应当写成“- 事件: 日期”，另起几行写登记的内容")
        yield _event(entry, number, here, name)


def _event(entry: Mapping[Any, Any], number: int, lines: _Lines, name: str) -> Event:
    named = [key for key in entry if key in _kinds()]
    if len(named) != 1:
        raise _wrong(name, lines, _which(entry, named))
    key = named[0]
    spec = kind_spec(_kinds()[key])
    if type(entry[key]) is not date:
        says = f"“{spec.name}”的日期“{entry[key]}”看不懂，请写成 2026-01-05 的样子"
        raise _wrong(name, lines.child(key), says)
    own: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for item, value in entry.items():
        if item in _OWN:
            own[_OWN[item]] = value
        elif item != key:
            data[_code_of(spec, item)] = value
    try:
        return Event(
            kind=spec.kind,
            on=entry[key],
            at=_moment(own.get("at"), entry[key], number),
            by=str(own.get("by", "")),
            data=data,
            id=str(own.get("id", f"e{number + 1}")),
        )
    except CaseworkError as error:
        raise _wrong(
            name, _place(lines, str(error), spec, entry), str(error).rstrip("。")
        ) from None


def _code_of(spec: KindSpec, item: object) -> str:
    for code, field in spec.fields.items():
        if item in (code, field.name):
            return code
    return str(item)


def _place(lines: _Lines, message: str, spec: KindSpec, entry: Mapping[Any, Any]) -> _Lines:
    """The line of the item the message names, else of the event."""
    for item in entry:
        if item in _kinds():
            continue
        field = spec.fields.get(_code_of(spec, item))
        if f"“{item}”" in message or (field is not None and f"的“{field.name}”" in message):
            return lines.child(item)
    return lines


def _moment(value: object, on: date, number: int) -> datetime:
    """When it was recorded; without that, in the order written, at the start of its day."""
    if value is None:
        return datetime.combine(on, time(), CHINA) + timedelta(seconds=number)
    moment = value if isinstance(value, datetime) else None
    if moment is None:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            raise CaseworkError(
                f"登记时间“{value}”看不懂，请写成 2026-01-05T09:30:00+08:00 的样子。"
            ) from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=CHINA)


def _which(entry: Mapping[Any, Any], named: list[Any]) -> str:
    if named:
        return f"一项里写了两个事件（{'、'.join(map(str, named))}），请分成两项"
    first = next(iter(entry), "")
    known = "、".join(f"{kind_spec(kind).name}（{kind.value}）" for kind in Kind)
    return f"“{first}”不是事件。可以写：{known}"


def _wrong(name: str, lines: _Lines, says: str) -> CaseFileInvalid:
    where = f"{name}第{lines.line}行" if lines.line is not None else name
    return CaseFileInvalid(f"{where}：{says}。", line=lines.line)


@lru_cache(maxsize=1)
def _kinds() -> Mapping[str, Kind]:
    """Every kind by its code and by its name."""
    return {key: kind for kind in Kind for key in (kind.value, kind_spec(kind).name)}
