"""Applications accepted per second, each durably committed, against a bare insert of one row.

    [DATABASE_URL=postgresql://…] python benchmarks/bench_request_intake.py [SECONDS]

Both on the same scratch database, with the disk waited for. Each application makes the case with
its number, the first event, the text, the sealed applicant, the notices, the submission and the
audit entry: eight rows, two of them sealed. The ratio hangs on the disk: where it takes a write in
less than a tenth of a millisecond, Python is compared with nothing; so that time is printed too.
Also: the time of one verb, and of one letter issued.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import date
from typing import Any

FAR = date(2000, 1, 1)


def main() -> None:
    """Measure and print."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    with tempfile.TemporaryDirectory() as var:
        os.environ |= {"GONGKAI_VAR": var, "DJANGO_SETTINGS_MODULE": "gongkai_site.conf.settings"}
        import django

        django.setup()
        from django.conf import settings
        from django.db import connection
        from django.test.utils import setup_databases, teardown_databases

        if connection.vendor == "sqlite":
            connection.settings_dict["TEST"]["NAME"] = f"{var}/bench.sqlite3"
        settings.UPLOADS = f"{var}/uploads"
        held = setup_databases(verbosity=0, interactive=False)
        try:
            measure(seconds)
        finally:
            teardown_databases(held, verbosity=0)


def measure(seconds: float) -> None:
    """Compare the two, one client and four."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("CREATE TABLE bare (id bigint PRIMARY KEY, body text)")
    agencies = [_agency(number) for number in range(4)]
    print(f"{connection.vendor}, committed and on disk; the disk takes {disk():.2f} ms a write")
    for clients in (1, 4):
        bare = rate(clients, seconds, _bare)
        ours = rate(clients, seconds, lambda client, _: _submit(agencies[client % 4]))
        print(
            f"{clients} client(s): bare insert {bare:7.0f}/s   application {ours:7.0f}/s   {ours / bare:.2f}×"
        )
    one_by_one(agencies[0])


def disk() -> float:
    """Milliseconds for eight kilobytes to be on the disk of this machine's temporary folder."""
    with tempfile.TemporaryFile() as file:
        begun = time.perf_counter()
        for _ in range(100):
            file.seek(0)
            file.write(b"x" * 8192)
            file.flush()
            os.fsync(file.fileno())
        return (time.perf_counter() - begun) * 10


def rate(clients: int, seconds: float, act: Callable[[int, int], Any]) -> float:
    """How often `act(client, number)` is done per second by that many clients at once."""
    from django.db import connections

    done = [0] * clients
    end = time.perf_counter() + seconds

    def work(client: int) -> None:
        while time.perf_counter() < end:
            act(client, done[client])
            done[client] += 1
        connections.close_all()

    threads = [threading.Thread(target=work, args=(client,)) for client in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / seconds


_COUNTER = iter(range(10**9))
_LOCK = threading.Lock()


def _bare(client: int, number: int) -> None:
    from django.db import connection

    with _LOCK:
        key = next(_COUNTER)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite" and number == 0:
            cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("INSERT INTO bare (id, body) VALUES (%s, %s)", [key, "x" * 200])


def _agency(number: int) -> Any:
    from gongkai_site.agencies.models import Agency

    return Agency.objects.create(
        code="示" + "甲乙丙丁"[number], name=f"示例机关{number}", valid_from=FAR, phone="0",
        office_name="办公室", review_organ="示例市人民政府", court="示例法院",
    )  # fmt: skip


def _application() -> Any:
    from gongkai_site.info_requests.intake import Application, Asked
    from gongkai_site.info_requests.models import Details

    who = Details("王小明", "resident_id", "11010519491231002X", email="a@example.cn")
    asked = Asked("2025年夜间经济扶持资金分配方案", form_wanted="electronic", way="email")
    return Application("natural_person", who, asked)


def _submit(agency: Any) -> Any:
    from gongkai_site.agencies.service import PUBLIC
    from gongkai_site.info_requests import service

    return service.submit(PUBLIC, agency.pk, _application(), key=service.new_key())


def one_by_one(agency: Any) -> None:
    """Time the verbs of one case, and the issue of its letter."""
    from gongkai_site.agencies.models import User
    from gongkai_site.agencies.roles import Role
    from gongkai_site.agencies.service import Actor
    from gongkai_site.info_requests import service

    def actor(role: Role) -> Actor:
        user = User.objects.create(username=role.value, display_name="某", agency=agency)
        return Actor(user.pk, "某", agency.pk, None, frozenset({role}))

    officer, head = actor(Role.CASE_OFFICER), actor(Role.DISCLOSURE_HEAD)
    facts = {"supplied": ["《方案》"], "supplied_form": "电子文档"}
    took: dict[str, list[float]] = {}

    def timed(name: str, act: Callable[[], Any]) -> Any:
        begun = time.perf_counter()
        given = act()
        took.setdefault(name, []).append((time.perf_counter() - begun) * 1000)
        return given

    for _ in range(12):
        case = _submit(agency).case_id
        timed("confirm", lambda case=case: service.confirm(officer, case))
        letter = timed("draft", lambda case=case: service.draft_letter(officer, case, "G1", facts))
        timed("sign", lambda pk=letter.pk: service.approve_letter(head, pk))
        timed("issue (PDF and DOCX)", lambda pk=letter.pk: service.issue_letter(officer, pk))
        timed("serve", lambda case=case: service.serve(officer, case, method="direct"))
    for name, times in took.items():
        times.sort()
        print(f"{name:24} median {statistics.median(times):7.1f} ms   worst {times[-1]:7.1f} ms")


if __name__ == "__main__":
    main()
