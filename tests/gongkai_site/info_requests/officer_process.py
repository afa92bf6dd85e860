"""An officer in a process of their own, told on standard input what to do, one line each.

    python officer_process.py

A line is JSON: `who` (a user name), `do`, and what the verb takes. The answer is JSON too: `ok`,
and `said`, the sentence where it was refused. `{"do": "set_up"}` makes a bureau and its cases.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

CASES = 4


def main() -> None:
    """Answer line after line."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "gongkai_site.conf.settings"
    import django

    django.setup()
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line)), ensure_ascii=False), flush=True)


def answer(told: dict[str, Any]) -> dict[str, Any]:
    """Do what a line says."""
    from gongkai_site.info_requests.errors import RequestError

    if told["do"] == "set_up":
        return set_up()
    try:
        act(**told)
    except RequestError as refused:
        return {"ok": False, "kind": type(refused).__name__, "said": str(refused)}
    return {"ok": True, "said": ""}


def set_up() -> dict[str, Any]:
    """A bureau with two officers, and cases with a letter each."""
    from django.core.management import call_command
    from tests.gongkai_site.info_requests.factories import REPLY_FACTS, make_bureau, second

    from gongkai_site.agencies.models import User
    from gongkai_site.agencies.roles import Role

    call_command("migrate", verbosity=0)
    bureau = make_bureau()
    other = second(bureau, Role.CASE_OFFICER)
    cases = [bureau.case() for _ in range(CASES)]
    letters = [bureau.letter(case, "G1", REPLY_FACTS["G1"]) for case in cases]
    for case in cases:
        case.refresh_from_db()
    return {
        "officers": [bureau.users[Role.CASE_OFFICER].username, User.objects.get(pk=other.user_id).username],
        "cases": [(case.pk, case.version) for case in cases],
        "letters": [letter.pk for letter in letters],
    }  # fmt: skip


def act(who: str, do: str, **given: Any) -> None:
    """One verb, by the page the officer has before them."""
    from tests.gongkai_site.info_requests.factories import START, Clock

    from gongkai_site.agencies.models import User
    from gongkai_site.agencies.service import staff_actor
    from gongkai_site.info_requests import service

    actor, now = staff_actor(User.objects.get(username=who), on=START), Clock()()
    match do:
        case "organ":
            service.consult_organ(
                actor, given["case"], organ="财政局", expected=given["expected"], now=now
            )
        case "withdrawn":
            service.record_withdrawal(
                actor, given["case"], on=START, expected=given["expected"], now=now
            )
        case "edit":
            service.edit_letter(
                actor, given["letter"], [given["text"]], expected_version=1, now=now
            )


if __name__ == "__main__":
    main()
