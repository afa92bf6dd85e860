"""`kill -9` of the running server while applications arrive: what was receipted is there, once."""

from __future__ import annotations

import random
import re
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tests.gongkai_site.info_requests.running import (
    Citizen,
    RunningOffice,
    databases,
    scratch_database,
)

from gongkai_site.info_requests.numbering import code_digest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds the processes through /proc")

KILLS = 2
CITIZENS = 16
AT_ONCE = 4

_NUMBER = re.compile(r"\b(20\d\d-\d{5})\b")
_CODE = re.compile(r"\b([2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4})\b")


def storm(office: RunningOffice, citizens: list[Citizen], chance: random.Random) -> dict[str, str]:
    """Have everybody submit at once while the server dies again and again.

    Returns the page each was shown, by what they asked for.
    """
    ended = threading.Event()
    waits = {one.wanted: chance.uniform(0, 1.0) for one in citizens}
    cuts = [chance.uniform(0.05, 0.6) for _ in range(KILLS)]

    def send(citizen: Citizen) -> tuple[str, str]:
        time.sleep(waits[citizen.wanted])
        return citizen.wanted, citizen.submit()

    def cut() -> int:
        lives = 0
        for wait in cuts:
            time.sleep(wait)
            if ended.is_set():
                break
            office.kill()
            office.start()
            lives += 1
        return lives

    with ThreadPoolExecutor(len(citizens) + 1) as pool:
        cutting = pool.submit(cut)
        shown = dict(pool.map(send, citizens))
        ended.set()
        print(f"{sum(one.tries > 1 for one in citizens)} of {len(citizens)} had to send again")
        assert cutting.result() >= 1
    return shown


@databases
def test_every_receipt_shown_is_kept_and_nothing_is_kept_twice(
    database: str, tmp_path: Path, settings: Any
) -> None:
    chance = random.Random()
    seed = chance.randrange(10**6)
    print(f"seed {seed}")
    chance.seed(seed)
    with scratch_database(database) as address:
        office = RunningOffice(tmp_path / "var", address)
        office.start()
        try:
            agency = office.enter_an_organ()
            citizens = [Citizen(office, n, f"第{n}份材料") for n in range(CITIZENS)]
            with ThreadPoolExecutor(AT_ONCE) as pool:
                list(pool.map(lambda one: one.fill_in(f"/request/to/{agency}/new/"), citizens))
            shown = storm(office, citizens, chance)
        finally:
            office.kill()
        settings.KEYS_FILE = office.var / "keys.json"
        kept = office.rows("SELECT title, number, query_code, serial FROM info_requests_case")
        verdict = office.manage("verify_audit")
    assert len(shown) == CITIZENS
    by_title = {title: (number, digest) for title, number, digest, _ in kept}
    # No application is kept twice, none is missing, and numbers have no gap.
    assert len(kept) == len(by_title) == CITIZENS
    assert sorted(serial for *_, serial in kept) == list(range(1, CITIZENS + 1))
    for wanted, page in shown.items():
        number, digest = by_title[wanted]
        said, code = _NUMBER.search(page), _CODE.search(page)
        assert said is not None
        assert code is not None
        assert said[1] == number
        # And the code that was shown opens it.
        assert code_digest(number, code[1]) == digest
    assert "没有改动" in verdict
