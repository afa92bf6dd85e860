"""The history of a document in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from gongkai_site.disclosures.house import CHANNELS
from gongkai_site.disclosures.models import EventKind, Nature, Stage
from gongkai_site.disclosures.queries import Happened

__all__ = ["Told", "told"]


@dataclass(frozen=True, slots=True)
class Told:
    """One event as the page tells it."""

    at: datetime
    name: str
    who: str
    words: tuple[str, ...]
    note: str
    acting: int | None
    acting_title: str


def told(event: Happened) -> Told:
    """Return an event in words."""
    words = _WORDS.get(event.kind, _nothing)(event.data)
    return Told(
        event.at,
        event.label,
        event.who,
        tuple(words),
        event.note,
        event.acting,
        event.acting_title,
    )


def _nothing(data: dict[str, Any]) -> list[str]:
    return []


def _nature(data: dict[str, Any]) -> list[str]:
    words = [str(Nature(data.get("nature", "")).label)]
    words += [f"依据{data['ground']}"] if data.get("ground") else []
    words += [f"{data['re_review_on']} 复查"] if data.get("re_review_on") else []
    return words


def _checked(data: dict[str, Any]) -> list[str]:
    found = data.get("findings") or []
    if not found:
        return ["没有发现问题"]
    words = [f"{len(found)} 处：" + "；".join(str(one.get("message", "")) for one in found[:5])]
    return [*words, "编辑已经核对"] if data.get("confirmed") else words


def _returned(data: dict[str, Any]) -> list[str]:
    was = data.get("from", "")
    return [f"退回前是“{Stage(was).label}”"] if was in set(Stage) and was else []


def _scheduled(data: dict[str, Any]) -> list[str]:
    at = data.get("publish_at")
    return [f"{timezone.localtime(datetime.fromisoformat(at)):%Y-%m-%d %H:%M} 公开"] if at else []


def _published(data: dict[str, Any]) -> list[str]:
    return [f"索引号 {data['index']}"] if data.get("index") else []


def _on(data: dict[str, Any]) -> list[str]:
    return [str(data["on"])] if data.get("on") else []


def _re_reviewed(data: dict[str, Any]) -> list[str]:
    if data.get("open"):
        return ["转为主动公开"]
    return ["仍然不公开", *([f"{data['next_on']} 再复查"] if data.get("next_on") else [])]


def _channel(data: dict[str, Any]) -> list[str]:
    name = str(CHANNELS.get(data.get("channel", ""), data.get("channel", "")))
    return [name, "没有成功"] if data.get("result") == "failed" else [name]


_WORDS = {
    EventKind.NATURE_DECIDED.value: _nature,
    EventKind.CHECKED.value: _checked,
    EventKind.RETURNED.value: _returned,
    EventKind.SCHEDULED.value: _scheduled,
    EventKind.PUBLISHED.value: _published,
    EventKind.AMENDED.value: _published,
    EventKind.REPEALED.value: _on,
    EventKind.EXPIRED.value: _on,
    EventKind.RE_REVIEW_SET.value: _on,
    EventKind.RE_REVIEWED.value: _re_reviewed,
    EventKind.CHANNEL_RECORDED.value: _channel,
}
