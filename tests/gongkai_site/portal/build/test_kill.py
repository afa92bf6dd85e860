"""A builder killed at any moment leaves whole pages, and the next one finishes its work."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.gongkai_site.portal.build.fakes import FakeCatalogue, Held, kept, tree
from tests.gongkai_site.portal.build.openers import FromFile

from gongkai_site.portal.build.run import rebuild, run_pending
from gongkai_site.portal.build.state import State

ROOT = Path(__file__).resolve().parents[4]
CHILD = """
import sys
sys.path[:0] = [{root!r}, {source!r}]
from pathlib import Path
from tests.gongkai_site.portal.build.openers import FromFile
from gongkai_site.portal.build import full, run
full.STRETCH, full._KEEP_EVERY, run.flush = 20, 1, lambda: None
opener, var = FromFile(Path({catalogue!r})), Path({var!r})
opener()
print("ready", flush=True)
run.{what}(var, opener, workers=1)
print("done", flush=True)
"""


def killed(what: str, catalogue: Path, var: Path, after: float) -> bool:
    """Let a process build and kill it after a while; say whether it had finished."""
    code = CHILD.format(
        root=str(ROOT), source=str(ROOT / "src"), catalogue=str(catalogue), var=str(var), what=what
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(after)
        child.send_signal(signal.SIGKILL)
        return "done" in child.stdout.read()


@pytest.fixture
def catalogue() -> FakeCatalogue:
    office = FakeCatalogue()
    for number in range(120):
        office.publish(f"商务工作动态（{number}）", ["news", "documents", "budget"][number % 3])
    return office


def whole(var: Path) -> None:
    """Every page ends as a page does, and nothing unfinished lies on the site."""
    for path, data in tree(var).items():
        assert "waiting" not in path
        if path.endswith(".html"):
            assert data.endswith(b"</html>"), path


def test_a_full_build_killed_again_and_again_comes_out_the_same(
    catalogue: FakeCatalogue, tmp_path: Path
) -> None:
    file = kept(catalogue, tmp_path)
    var = tmp_path / "var"
    chance = random.Random(4)
    for _ in range(2):
        killed("rebuild", file, var, chance.uniform(0.02, 0.8))
        assert not (var / "public").exists() or tree(var)
    rebuild(var, FromFile(file), workers=1)
    rebuild(tmp_path / "anew", FromFile(file), workers=1)
    assert tree(var) == tree(tmp_path / "anew")


def test_an_update_killed_at_random_is_done_by_the_next(
    catalogue: FakeCatalogue, tmp_path: Path
) -> None:
    var = tmp_path / "var"
    run_pending(var, Held(catalogue))
    chance = random.Random(7)
    for turn in range(2):
        catalogue.withdraw(5 + turn)
        for number in range(25):
            catalogue.publish(f"新的公告（{turn}-{number}）", "news")
        killed("run_pending", kept(catalogue, tmp_path), var, chance.uniform(0.01, 0.3))
        whole(var)
    run_pending(var, Held(catalogue))
    whole(var)
    rebuild(tmp_path / "anew", Held(catalogue), workers=1)
    assert tree(var) == tree(tmp_path / "anew")
    assert list(var.glob("site/*/waiting-*")) == []


def test_the_manifest_names_every_file_with_its_digest(
    catalogue: FakeCatalogue, tmp_path: Path
) -> None:
    import hashlib

    run_pending(tmp_path, Held(catalogue))
    catalogue.publish("又一份公告", "news")
    run_pending(tmp_path, Held(catalogue))
    state = State((tmp_path / "public").resolve().parent / "state.sqlite3")
    told = {path: digest for path, digest, _ in state.manifest()}
    state.close()
    found = {path: hashlib.sha256(data).hexdigest() for path, data in tree(tmp_path).items()}
    assert told == found
