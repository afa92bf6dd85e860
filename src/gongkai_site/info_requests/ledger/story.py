"""A line of a ledger as an application and the events of its story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from gongkai.casework import Kind, kind_spec
from gongkai.casework.kinds import Field
from gongkai.regulation.outcomes import outcomes
from gongkai_site.agencies.grams import plain
from gongkai_site.info_requests.intake import Application, Asked
from gongkai_site.info_requests.ledger.cells import BadCell
from gongkai_site.info_requests.ledger.columns import BY_KEY
from gongkai_site.info_requests.models import CaseEvent, Details
from gongkai_site.info_requests.service.history import Told

__all__ = ["Story", "application_of", "content_from", "kind_named", "story_of"]

type Values = Mapping[str, Any]

_BY_EVENT = {"O1": Kind.CORRECTION_ABANDONED, "O2": Kind.FEE_LAPSED}

# Column: the columns that must be filled where it is.
_NEEDS = {
    "correction_on": ("correction_days",),
    "correction_days": ("correction_on",),
    "correction_received": ("correction_on",),
    "corrected_on": ("correction_on",),
    "consulted": ("consulted_on",),
    "consulted_on": ("consulted",),
    "consult_received": ("consulted_on",),
    "opinion_on": ("consulted_on",),
    "opinion": ("opinion_on",),
    "opinion_reasonable": ("opinion",),
    "fee_on": ("fee_scale", "fee_count", "fee_amount"),
    "fee_scale": ("fee_on",),
    "fee_count": ("fee_on",),
    "fee_amount": ("fee_on",),
    "fee_received": ("fee_on",),
    "fee_paid_on": ("fee_on",),
    "extended_on": ("extension_days", "extension_by", "extension_approved"),
    "extension_days": ("extended_on",),
    "extension_by": ("extended_on",),
    "extension_approved": ("extended_on",),
    "ended_on": ("ending",),
    "ending": ("ended_on",),
    "grounds": ("ending",),
    "letter_number": ("ending",),
    "signed_by": ("ending",),
    "ended_to": ("ending",),
    "served_by": ("served_on",),
    "served_on": ("served_by", "ended_on"),
    "served_received": ("served_on",),
    "unreachable": ("confirmed_on",),
    "review_decided_on": ("review_on", "review_result"),
    "review_result": ("review_decided_on",),
    "suit_decided_on": ("suit_on", "suit_result"),
    "suit_result": ("suit_decided_on",),
    "identity": ("identity_type",),
}


@dataclass(slots=True)
class Story:
    """Events in order, each with the column it came from; and what does not go together.

    `faults`: column and sentence.
    """

    told: list[Told] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)

    def add(self, kind: Kind, column: str, on: date, **data: Any) -> str:
        """Add an event and return the id it will have."""
        self.told.append(
            Told(kind, on, {key: value for key, value in data.items() if value is not None})
        )
        self.columns.append(column)
        return CaseEvent.id_of(len(self.told))

    def in_turn(self, moment: datetime) -> list[Told]:
        """The events, recorded one after another from a moment on, so that they keep their order."""
        return [
            replace(one, at=moment + timedelta(microseconds=place))
            for place, one in enumerate(self.told)
        ]


def application_of(values: Values) -> Application:
    """The application of a line; blanks where the line has none."""
    return Application(
        applicant_kind=values.get("applicant_kind", ""),
        details=Details(**{name: values.get(name, "") for name in Details.__dataclass_fields__}),
        asked=Asked(
            name=values.get("asked", ""),
            **{name: values.get(name, "") for name in Asked.__dataclass_fields__ if name != "name"},
        ),
        kind=values.get("kind", "request"),
        assistance=values.get("assistance", ""),
        on_behalf=values.get("on_behalf") == "yes",
    )


def story_of(values: Values) -> Story:
    """The events a line tells of, in the order of their days."""
    story = Story()
    story.faults += [
        (column, f"填了“{BY_KEY[column].name}”，还要填“{BY_KEY[missing].name}”。")
        for column, needed in _NEEDS.items()
        if column in values
        for missing in needed
        if missing not in values
    ]
    if story.faults:
        return story
    story.add(Kind.RECEIVED, "arrived_on", values["arrived_on"], channel=values["channel"])
    if "confirmed_on" in values:
        unreachable = values.get("unreachable") == "yes" or None
        story.add(Kind.CONFIRMED, "confirmed_on", values["confirmed_on"], unreachable=unreachable)
    if "office" in values:
        on = values.get("confirmed_on") or values["arrived_on"]
        story.add(Kind.ASSIGNED, "office", on, office=values["office"])
    _handling(story, values)
    _ending(story, values)
    _afterwards(story, values)
    return _in_order(story)


def _handling(story: Story, values: Values) -> None:
    if "correction_on" in values:
        story.add(
            Kind.CORRECTION_REQUESTED,
            "correction_on",
            values["correction_on"],
            days=values["correction_days"],
            received_on=values.get("correction_received"),
        )
    if "corrected_on" in values:
        story.add(Kind.CORRECTED, "corrected_on", values["corrected_on"])
    if "consulted_on" in values:
        _consultation(story, values)
    if "fee_on" in values:
        story.add(
            Kind.FEE_NOTICED,
            "fee_on",
            values["fee_on"],
            scale=values["fee_scale"],
            count=values["fee_count"],
            amount=values["fee_amount"],
            received_on=values.get("fee_received"),
        )
    if "fee_paid_on" in values:
        story.add(Kind.FEE_PAID, "fee_paid_on", values["fee_paid_on"])
    if "extended_on" in values:
        story.add(
            Kind.EXTENDED,
            "extended_on",
            values["extended_on"],
            days=values["extension_days"],
            approved_by=values["extension_by"],
            approved_on=values["extension_approved"],
        )


def _consultation(story: Story, values: Values) -> None:
    kind = Kind(values["consulted"])
    received = values.get("consult_received")
    story.add(kind, "consulted_on", values["consulted_on"], received_on=received)
    if "opinion_on" not in values:
        return
    if kind is Kind.ORGAN_CONSULTED:
        story.add(Kind.ORGAN_ANSWERED, "opinion_on", values["opinion_on"])
        return
    if "opinion" not in values:
        story.faults.append(("opinion_on", "填了“收到意见日期”，还要填“意见”。"))
        return
    reasonable = values.get("opinion_reasonable")
    story.add(
        Kind.OPINION_RECEIVED,
        "opinion_on",
        values["opinion_on"],
        answer=values["opinion"],
        reasonable=None if reasonable is None else reasonable == "yes",
    )


def _ending(story: Story, values: Values) -> None:
    code = values.get("ending")
    if code is None:
        return
    on, to = values["ended_on"], values.get("ended_to")
    if code in ("merged", "transferred") and to is None:
        words = BY_KEY["ending"].choices[code]
        story.faults.append(("ending", f"处理结果是“{words}”，还要填“并入或者转送到”。"))
    elif code == "merged":
        story.add(Kind.MERGED, "ended_on", on, into=to)
    elif code == "transferred":
        story.add(Kind.TRANSFERRED, "ended_on", on, to=to)
    elif code == "withdrawn":
        story.add(Kind.WITHDRAWN, "ended_on", on)
    elif code.startswith("amended:"):
        story.add(Kind.AMENDED_RECORD, "ended_on", on, result=code.partition(":")[2])
    elif code in _BY_EVENT:
        story.add(_BY_EVENT[code], "ended_on", on)
    elif "signed_by" not in values:
        story.faults.append(("ending", "有处理结果的，还要填“签发人”；不知道的，写“不详”。"))
    else:
        _reply(story, values)
        return
    if "served_on" in values and not story.faults:
        words = BY_KEY["ending"].choices[code]
        story.faults.append(
            ("served_on", f"处理结果是“{words}”的，没有答复书要送达，请清空这一格。")
        )


def _reply(story: Story, values: Values) -> None:
    grounds = [one for one in values.get("grounds", "").replace("，", "、").split("、") if one]
    story.add(
        Kind.REPLIED,
        "ended_on",
        values["ended_on"],
        outcome=values["ending"],
        signed_by=values["signed_by"],
        grounds=[one.strip() for one in grounds] or None,
        number=values.get("letter_number"),
    )
    if "served_on" in values:
        story.add(
            Kind.SERVED,
            "served_on",
            values["served_on"],
            method=values["served_by"],
            received_on=values.get("served_received"),
        )


def _afterwards(story: Story, values: Values) -> None:
    for key, opened, decided in (
        ("review", Kind.REVIEW_OPENED, Kind.REVIEW_DECIDED),
        ("suit", Kind.LITIGATION_OPENED, Kind.LITIGATION_DECIDED),
    ):
        if f"{key}_on" in values:
            story.add(opened, f"{key}_on", values[f"{key}_on"])
        if f"{key}_decided_on" in values:
            column = f"{key}_decided_on"
            story.add(decided, column, values[column], result=values[f"{key}_result"])
    if "archived_on" in values:
        story.add(Kind.ARCHIVED, "archived_on", values["archived_on"])


def _in_order(story: Story) -> Story:
    """By day; on one day as listed. The receipt stays first, whatever the days say."""
    first, *rest = range(len(story.told))
    order = [first, *sorted(rest, key=lambda place: story.told[place].on)]
    return Story(
        [story.told[place] for place in order],
        [story.columns[place] for place in order],
        story.faults,
    )


def kind_named(text: str) -> Kind:
    """The kind of event with that name. Raises BadCell."""
    for kind in Kind:
        if plain(text) in (plain(kind_spec(kind).name), kind.value) and kind is not Kind.VOIDED:
            return kind
    raise BadCell(f"“{text[:20]}”不是能登记的事项。请照导出的样子恢复。")


def content_from(kind: Kind, text: str, ids: Sequence[str]) -> dict[str, Any]:
    """Read what `telling.content_of` wrote.

    Args:
        kind: the kind of event.
        text: lines of 名称：值.
        ids: the ids of the story's events by place; a place counts from 1.

    Raises:
        BadCell: a line is not in shape.
    """
    by_name = {one.name: one for one in kind_spec(kind).fields.values()}
    found: dict[str, Any] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        name, mark, words = line.partition("：")
        item = by_name.get(name.strip())
        if item is None or not mark:
            known = "、".join(by_name) or "无"
            raise BadCell(f"“{line[:20]}”看不懂。每行写“名称：内容”，名称可以是：{known}。")
        parts = words.split("、") if item.many else [words]
        values = [_value(item, part.strip(), ids) for part in parts]
        found[item.key] = values if item.many else values[0]
    return found


def _value(item: Field, words: str, ids: Sequence[str]) -> Any:
    if item.type in ("count", "yuan"):
        if not words.isdigit():
            raise BadCell(f"“{item.name}”应当是整数。")
        return int(words)
    if item.type == "outcome":
        codes = {plain(one.name): code for code, one in outcomes().items()}
        return codes.get(plain(words), words)
    if item.type == "event":
        if not words.isdigit() or not 1 <= int(words) <= len(ids):
            raise BadCell(f"“{item.name}”应当是前面一行的次序。")
        return ids[int(words) - 1]
    return words
