"""Who had a hand in an import cannot adopt it, in whatever order people undo each other's acts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.gongkai_site.disclosures.factories import Desk, make_person
from tests.gongkai_site.disclosures.imports.test_adopting import (
    no_worker,
    prepared,
    rows,
    uploads,
)

from gongkai_site.agencies.roles import Role
from gongkai_site.agencies.service import Actor
from gongkai_site.disclosures.errors import FourEyes
from gongkai_site.disclosures.imports import adopting, importing, preparing
from gongkai_site.disclosures.imports.models import Batch, BatchState
from gongkai_site.disclosures.models import Disclosure

__all__ = ["no_worker"]

Act = Callable[[Actor, Batch], Any]
ACTS: dict[str, Act] = {
    "leave out": lambda who, batch: adopting.leave_out(who, batch.pk, [2], "重复"),
    "put back": lambda who, batch: adopting.put_back(who, batch.pk, [2]),
    "hand over": lambda who, batch: adopting.hand_over(who, batch.pk),
    "take back": lambda who, batch: adopting.take_back(who, batch.pk),
}
ORDERS = [
    ["leave out", "put back", "hand over", "take back", "hand over"],
    ["hand over", "take back", "leave out", "put back", "hand over"],
    ["leave out", "hand over", "take back", "put back", "hand over"],
    ["hand over", "returned", "leave out", "put back", "hand over"],
    ["leave out", "hand over", "returned", "put back", "leave out", "hand over"],
    ["hand over", "take back", "hand over", "take back", "hand over"],
]


def both(desk: Desk) -> Actor:
    """Somebody who may prepare and may adopt."""
    return make_person(desk.agency, Role.EDITOR, Role.ISSUER)


def agree(who: Actor, batch: Batch) -> None:
    batch.refresh_from_db()
    adopting.adopt(who, batch.pk, batch.offered_at.isoformat() if batch.offered_at else "")


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: ", ".join(order))
def test_no_order_of_acts_lets_a_hand_be_forgotten(
    desk: Desk, workbook: Any, zipped: Any, order: list[str]
) -> None:
    uploader, chooser = both(desk), both(desk)
    files = uploads(workbook, zipped, rows(desk))
    batch = importing.offer(uploader, desk.agency, "catalogue", files)
    importing.run_check(batch.pk)
    adopting.choose(chooser, batch.pk)
    preparing.run_prepare(batch.pk)
    people = [uploader, chooser]
    for act in order:
        if act == "returned":
            adopting.send_back(desk.issuer, batch.pk, "再看看。")
            continue
        people.append(both(desk))
        ACTS[act](people[-1], batch)
    for one in people:
        with pytest.raises(FourEyes):
            agree(one, batch)
    batch.refresh_from_db()
    assert adopting.hands(batch) == {one.user_id for one in people}
    assert batch.state == BatchState.OFFERED
    agree(desk.issuer, batch)
    adopting.run_adopt(batch.pk)
    assert Disclosure.objects.count() == len(batch.prepared.filter(left_out=""))


def test_choosing_again_forgets_nobody(desk: Desk, workbook: Any, zipped: Any) -> None:
    first, second = both(desk), both(desk)
    files = uploads(workbook, zipped, rows(desk))
    batch = importing.offer(desk.editor, desk.agency, "catalogue", files)
    importing.run_check(batch.pk)
    adopting.choose(first, batch.pk)
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.UNFIT)
    adopting.choose(second, batch.pk)
    preparing.run_prepare(batch.pk)
    adopting.hand_over(desk.editor, batch.pk)
    for one in (first, second):
        with pytest.raises(FourEyes):
            agree(one, batch)


def test_a_slow_worker_forgets_neither_hands_nor_what_was_left_out(
    desk: Desk, workbook: Any, zipped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = prepared(desk, uploads(workbook, zipped, rows(desk)))
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.CHOSEN)
    other, real = both(desk), preparing.planned

    def overtaken(held: Batch, *args: Any, **more: Any) -> Any:
        plan = real(held, *args, **more)
        monkeypatch.setattr(preparing, "planned", real)
        Batch.objects.filter(pk=held.pk).update(state=BatchState.CHOSEN)
        preparing.run_prepare(held.pk)
        adopting.leave_out(other, held.pk, [2], "重复")
        return plan

    monkeypatch.setattr(preparing, "planned", overtaken)
    preparing.run_prepare(batch.pk)
    batch.refresh_from_db()
    assert batch.prepared.get(place=2).left_out == "重复"
    assert other.user_id in adopting.hands(batch)
    assert batch.run == 4
