"""What a person typed stands nowhere but in the case file: not in a log, an address, a title, a file.

The server runs as an office runs it, and every byte it leaves in its folder is looked at afterwards.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from tests.gongkai_site.info_requests.running import (
    ANSWERS,
    ROOT,
    Citizen,
    RunningOffice,
    databases,
    scratch_database,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds the processes through /proc")

_IDENTITY = re.compile(rb"(?<![0-9A-Za-z.])[1-9]\d{5}(19|20)\d{2}[01]\d[0-3]\d\d{3}[0-9Xx](?!\w)")
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
WHO, HOW_TO_REACH = ANSWERS[2], ANSWERS[3]
SECRETS = (WHO["identity"], WHO["name"], HOW_TO_REACH["phone"])
MISTYPED = "110105194912310021"


def go_through(office: RunningOffice) -> Citizen:
    """Somebody mistypes their number, asks, follows the request, and tries a wrong code."""
    citizen = Citizen(office, 1, "2025年夜间经济扶持资金分配方案")
    citizen.page = citizen.get(f"/request/to/{office.enter_an_organ()}/new/")
    citizen.page = citizen.press("next", {"what": citizen.wanted})
    citizen.page = citizen.press("next", ANSWERS[1])
    citizen.page = citizen.press("next", WHO | {"identity": MISTYPED})
    assert citizen.status == 422
    for step in ANSWERS[2:]:
        citizen.page = citizen.press("next", step)
    shown = citizen.submit()
    number, code = re.findall(r'<dd class="big">([^<]+)</dd>', shown)
    for typed in ("AAAA-BBBB-CCCC", code):
        citizen.page = citizen.get("/request/track/")
        found = citizen.fill("/request/track/", {"number": number, "code": typed})
    assert "等待确认收到" in found
    citizen.get(f"/request/nowhere/{number}")
    citizen.secrets = (*SECRETS, MISTYPED, code)
    return citizen


@databases
def test_nothing_of_a_person_is_left_behind(database: str, tmp_path: Path) -> None:
    with scratch_database(database) as address:
        office = RunningOffice(tmp_path / "var", address)
        office.start()
        try:
            citizen = go_through(office)
        finally:
            office.kill()
        assert office.rows("SELECT count(*) FROM info_requests_case") == [(1,)]
    kept = [path for path in office.var.rglob("*") if path.is_file()]
    assert len(kept) >= 3
    for secret in citizen.secrets:
        for path in kept:
            assert secret.encode() not in path.read_bytes(), path.name
        for place in citizen.asked:
            assert secret not in place
        for page in citizen.pages:
            assert not any(secret in title for title in _TITLE.findall(page))
    assert len(citizen.pages) > 12
    assert "/request/nowhere/" in office.log()


def test_no_file_handed_to_everybody_holds_an_identity_number() -> None:
    folders = [*(ROOT / "src" / "gongkai_site").rglob("static")]
    folders += [*(ROOT / "src" / "gongkai_site").rglob("templates")]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 40
    for path in files:
        assert _IDENTITY.search(path.read_bytes()) is None, path
    assert _IDENTITY.search(WHO["identity"].encode()) is not None
