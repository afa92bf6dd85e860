"""Backups: whole, apart from their keys, cheap the second time, and put back as they were."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.gongkai_site.disclosures.factories import make_agency

from gongkai_site.agencies import crypto
from gongkai_site.agencies.file_store import FileStore
from gongkai_site.agencies.models import AuditEntry
from gongkai_site.conf.backup import databases, manifest, restoring, taking
from gongkai_site.conf.backup.manifest import BackupError

ROOT = Path(__file__).resolve().parents[2]
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
def office(settings: Any, tmp_path: Path, db: None) -> Path:
    """An office's own folder, with keys, a file someone sent, and things that can be made again."""
    var = tmp_path / "var"
    settings.VAR, settings.UPLOADS, settings.KEYS_FILE = var, var / "uploads", var / "keys.json"
    crypto.ensure_keys()
    (var / "secret_key").write_text("geheim\n", "ascii")
    FileStore("cases").put(b"%PDF-1.7 one")
    for made_again in (
        "site/1/index.html",
        "search/v1/index",
        "static/a.css",
        "calendars/2027.yaml",
    ):
        (var / made_again).parent.mkdir(parents=True, exist_ok=True)
        (var / made_again).write_text(made_again)
    (var / "public").symlink_to("site/1")
    (var / "uploads" / "cases" / "incoming-x").write_text("half")
    make_agency()
    return var


def taken(tmp_path: Path, minutes: int = 0, **how: Any) -> Path:
    now = NOON + timedelta(minutes=minutes)
    return taking.back_up(tmp_path / "backups", tmp_path / "keys", now=now, **how)


def names(folder: Path) -> set[str]:
    return {one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()}


def test_a_backup_holds_what_cannot_be_made_again_and_no_key(office: Path, tmp_path: Path) -> None:
    backup = taken(tmp_path)
    assert backup.name == "20260302-040000"
    [kept] = [one for one in names(backup) if "uploads" in one]
    assert names(backup) == {
        *("manifest.json", databases.NAMES[connection.vendor], kept, "files/calendars/2027.yaml"),
    }
    assert (backup / kept).read_bytes() == b"%PDF-1.7 one"
    assert names(tmp_path / "keys") == {"keys.json", "secret_key"}
    assert (tmp_path / "keys" / "keys.json").stat().st_mode & 0o077 == 0
    assert backup.stat().st_mode & 0o077 == 0
    held, faults = restoring.check(backup)
    assert faults == [] and held.keys == tuple(crypto.key_ids())
    assert set(held.files) == names(backup) - {"manifest.json"}
    entry = AuditEntry.objects.latest("number")
    assert (entry.action, entry.target) == ("backup.run", "20260302-040000")
    assert entry.details == {
        "files": 3,
        "sha256": manifest.digest_of(backup / "manifest.json"),
    }


def test_the_second_backup_takes_only_what_is_new(office: Path, tmp_path: Path) -> None:
    first = taken(tmp_path)
    FileStore("cases").put(b"%PDF-1.7 two")
    second = taken(tmp_path, 1)
    shared = [one for one in names(first) if one.startswith("files/")]
    assert {(first / one).stat().st_ino for one in shared} == {
        (second / one).stat().st_ino for one in shared
    }
    assert len(names(second)) == len(names(first)) + 1
    assert restoring.check(second)[1] == []
    # A file of the same size and name that was written anew is copied anew.
    calendar = office / "calendars" / "2027.yaml"
    calendar.write_text(calendar.read_text().upper())
    third = taken(tmp_path, 2)
    assert (third / "files/calendars/2027.yaml").read_text() == "CALENDARS/2027.YAML"
    assert (second / "files/calendars/2027.yaml").read_text() == "calendars/2027.yaml"


def test_the_oldest_are_deleted_and_half_ones_do_not_count(office: Path, tmp_path: Path) -> None:
    for minute in range(3):
        taken(tmp_path, minute)
    (tmp_path / "backups" / "20260302-040100.partial").mkdir()
    last = taken(tmp_path, 3, keep=2)
    assert [one.name for one in taking.backups(tmp_path / "backups")] == [
        "20260302-040200",
        last.name,
    ]
    assert not (tmp_path / "backups" / "20260302-040100.partial").exists()
    with pytest.raises(BackupError, match="至少保留一份"):
        taken(tmp_path, 4, keep=0)


def test_a_damaged_one_before_does_not_stop_the_next(office: Path, tmp_path: Path) -> None:
    first = taken(tmp_path)
    (first / "manifest.json").write_text("{")
    second = taken(tmp_path, 1)
    assert restoring.check(second)[1] == []
    [kept] = [one for one in names(second) if "uploads" in one]
    assert (second / kept).stat().st_nlink == 1


def test_new_keys_are_kept_beside_the_old(office: Path, tmp_path: Path) -> None:
    old = taken(tmp_path)
    crypto.rotate()
    taken(tmp_path, 1)
    assert names(tmp_path / "keys") == {
        *("keys.json", "secret_key", "keys.json.before-20260302-040100"),
    }
    # The newer keys open the older backup too.
    restoring._require_keys(manifest.read(old), tmp_path / "keys")


@pytest.mark.parametrize(
    ("to", "keys", "says"),
    [
        ("var/backups", "keys", "备份不能放在数据文件夹"),
        (".", "keys", "也不能包住它"),
        ("backups", "backups", "密钥要与备份、数据分开放"),
        ("backups", "backups/keys", "密钥要与备份、数据分开放"),
        ("backups", "var/keys", "密钥要与备份、数据分开放"),
    ],
)
def test_places_that_would_not_help_are_refused(
    office: Path, tmp_path: Path, to: str, keys: str, says: str
) -> None:
    before = names(tmp_path)
    with pytest.raises(BackupError, match=says):
        taking.back_up(tmp_path / to, tmp_path / keys)
    assert names(tmp_path) == before


def test_two_at_once_are_refused(office: Path, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    with taking._alone(tmp_path / "backups"), pytest.raises(BackupError, match="另一份备份"):
        taken(tmp_path)


def test_a_full_disk_leaves_the_backups_before_alone(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = taken(tmp_path)

    def full(source: Path, target: Path) -> Any:
        raise OSError(28, "No space left on device", str(target))

    FileStore("cases").put(b"%PDF-1.7 two")
    monkeypatch.setattr(taking, "_copied", full)
    with pytest.raises(BackupError, match="备份没有做成.*请检查磁盘空间"):
        taken(tmp_path, 1)
    assert taking.backups(tmp_path / "backups") == [first]
    assert restoring.check(first)[1] == []
    assert {one.name for one in (tmp_path / "backups").iterdir()} == {first.name, ".lock"}


# --- what is not put back -------------------------------------------------------------------------


def spoil(backup: Path, **told: Any) -> None:
    path = backup / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | told), "utf-8")


def test_a_damaged_backup_is_named_file_by_file(office: Path, tmp_path: Path) -> None:
    backup = taken(tmp_path)
    [kept] = [one for one in names(backup) if "uploads" in one]
    (backup / kept).write_bytes(b"%PDF-1.7 ONE")
    (backup / "files/calendars/2027.yaml").unlink()
    told: list[tuple[int, int]] = []
    _, faults = restoring.check(backup, lambda done, of: told.append((done, of)))
    assert faults == ["缺文件 files/calendars/2027.yaml", f"文件被改动 {kept}"]
    assert told == [(1, 3), (2, 3), (3, 3)]
    with pytest.raises(BackupError, match="已经损坏：缺文件"):
        restoring.restore(backup, tmp_path / "keys")


def test_it_is_not_put_over_anything(office: Path, tmp_path: Path) -> None:
    backup, before = taken(tmp_path), names(office)
    with pytest.raises(BackupError, match="不是空的，没有覆盖任何内容"):
        restoring.restore(backup, tmp_path / "keys")
    assert names(office) == before


def test_it_needs_its_keys_and_a_program_that_knows_it(office: Path, tmp_path: Path) -> None:
    backup = taken(tmp_path)
    with pytest.raises(BackupError, match="加密的内容会打不开"):
        restoring.restore(backup, tmp_path / "nowhere")
    spoil(backup, keys=["00000000"])
    with pytest.raises(BackupError, match="不是这份备份用的（缺 00000000）"):
        restoring.restore(backup, tmp_path / "keys")
    spoil(backup, migrations=["agencies.9999_of_next_year"], program="9.0")
    with pytest.raises(BackupError, match="更新的版本 9.0.*先升级程序"):
        restoring.restore(backup, tmp_path / "keys")
    spoil(backup, database="oracle")
    with pytest.raises(BackupError, match="来自 oracle"):
        restoring.restore(backup, tmp_path / "keys")


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"format": 2}, "请先升级本程序"),
        ({"files": {"../x": {"size": 1, "sha256": "0"}}}, "不合规的路径"),
        ({"files": {"/etc/x": {"size": 1, "sha256": "0"}}}, "不合规的路径"),
        ({"files": [1]}, "读不出来"),
        ({"surprise": 1}, "读不出来"),
    ],
)
def test_a_manifest_that_is_none_is_refused(
    office: Path, tmp_path: Path, told: dict[str, Any], says: str
) -> None:
    backup = taken(tmp_path)
    spoil(backup, **told)
    with pytest.raises(BackupError, match=says):
        restoring.check(backup)
    (backup / "manifest.json").write_text("{")
    with pytest.raises(BackupError, match="读不出来"):
        restoring.check(backup)
    (backup / "manifest.json").unlink()
    with pytest.raises(BackupError, match="没有完整的备份"):
        restoring.check(backup)


# --- there and back, by the command line ----------------------------------------------------------


def as_of(var: Path, url: str) -> dict[str, Any]:
    """How a process of an office is started."""
    own = {"GONGKAI_VAR": str(var), "DATABASE_URL": url}
    return {"env": {**os.environ, **own}, "cwd": ROOT, "text": True}


def told(var: Path, *arguments: str, url: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gongkai_site", *arguments]
    return subprocess.run(command, capture_output=True, **as_of(var, url))


@contextmanager
def somebody_writes(var: Path, url: str) -> Iterator[None]:
    """Meanwhile the office goes on writing."""
    command = [sys.executable, "-m", "gongkai_site", "manage", "shell", "-v0", "-c", BUSY]
    with subprocess.Popen(command, stdout=subprocess.PIPE, **as_of(var, url)) as busy:
        assert busy.stdout is not None and busy.stdout.readline() == "wrote\n"
        drain = threading.Thread(target=busy.stdout.read)
        drain.start()
        try:
            yield
            assert busy.poll() is None
        finally:
            busy.kill()
            drain.join()


SOW = """
from gongkai_site.agencies import crypto
from gongkai_site.agencies.audit import audit
from gongkai_site.agencies.file_store import FileStore
from gongkai_site.agencies.models import Agency
from gongkai_site.agencies.service import SYSTEM
crypto.ensure_keys()
sealed = crypto.encrypt("示例证件000001", purpose="test")
FileStore("cases").put(b"%PDF-1.7 one")
Agency.objects.create(name="云山县商务局", code=sealed.hex()[:20], court=sealed.hex()[:120], review_organ=sealed.hex()[120:], valid_from="2007-01-01")
for number in range(3):
    audit(SYSTEM, "backup.run", target=str(number))
"""
BUSY = """
from gongkai_site.agencies.audit import audit
from gongkai_site.agencies.service import SYSTEM
while True:
    audit(SYSTEM, "backup.run", target="meanwhile")
    print("wrote", flush=True)
"""
REAP = """
from gongkai_site.agencies import crypto
from gongkai_site.agencies.audit import verify
from gongkai_site.agencies.models import Agency
one = Agency.objects.get(name="云山县商务局")
print("opened", crypto.decrypt(bytes.fromhex(one.court + one.review_organ), purpose="test"))
found = verify()
print("log", found.entries, found.broken)
"""


def there_and_back(tmp_path: Path, before: str = "", after: str = "") -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    assert told(old, "manage", "migrate", "-v0", url=before).returncode == 0
    assert told(old, "manage", "shell", "-c", SOW, url=before).returncode == 0
    with somebody_writes(old, before):
        done = told(old, "backup", str(tmp_path / "b"), "--keys", str(tmp_path / "k"), url=before)
    assert done.returncode == 0, done.stderr
    assert "备份完成" in done.stdout
    [backup] = taking.backups(tmp_path / "b")
    done = told(old, "check-backup", str(backup), url=before)
    assert done.returncode == 0 and "备份完好" in done.stdout
    restored = ("restore", str(backup), "--keys", str(tmp_path / "k"))
    done = told(new, *restored, url=after)
    assert done.returncode == 0, done.stderr
    done = told(new, "manage", "shell", "-c", REAP, url=after)
    assert "opened 示例证件000001" in done.stdout
    # Three, what was written before the copy, and what the restoring wrote: one unbroken chain.
    [log] = re.findall(r"log (\d+) None", done.stdout)
    assert int(log) >= 5
    [kept] = (new / "uploads" / "cases").glob("*/*")
    assert kept.read_bytes() == b"%PDF-1.7 one"
    assert (new / "keys.json").stat().st_mode & 0o077 == 0
    again = told(new, *restored, url=after)
    assert again.returncode == 2 and "没有办成：数据文件夹" in again.stderr


def test_there_and_back_on_sqlite(tmp_path: Path) -> None:
    there_and_back(tmp_path)


@pytest.fixture
def two_databases() -> Iterator[tuple[str, str]]:
    """Two empty databases on the PostgreSQL server."""
    server = os.environ.get("DATABASE_URL_POSTGRES")
    if not server:
        pytest.skip("no PostgreSQL: set DATABASE_URL_POSTGRES to a server that may be written to")
    if shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is not here: install PostgreSQL's client tools")
    import psycopg

    head, _, _ = server.rpartition("/")
    own = [f"backup_{os.getpid()}_{side}" for side in ("old", "new")]
    with psycopg.connect(server, autocommit=True) as held:
        for name in own:
            held.execute(f'CREATE DATABASE "{name}"')
        yield f"{head}/{own[0]}", f"{head}/{own[1]}"
        for name in own:
            held.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.mark.postgres
def test_there_and_back_on_postgresql(tmp_path: Path, two_databases: tuple[str, str]) -> None:
    there_and_back(tmp_path, *two_databases)
