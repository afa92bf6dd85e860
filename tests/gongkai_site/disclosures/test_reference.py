"""The table of verbs is what `service` holds, and the reference page is what the program knows."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

from tests.gongkai_site.disclosures.test_verbs import VERBS as TRIED

from gongkai_site.agencies.roles import permission
from gongkai_site.disclosures import service
from gongkai_site.disclosures.verbs import VERBS

ROOT = Path(__file__).resolve().parents[3]
NO_VERB_ON_ONE = {
    "adopt_many",
    "add_column",
    "change_column",
    "set_index_pattern",
    "recalculate",
    "file_address",
}


def test_every_verb_is_in_the_table() -> None:
    functions = {name for name in service.__all__ if inspect.isfunction(getattr(service, name))}
    assert {verb.key for verb in VERBS} == functions - NO_VERB_ON_ONE


def test_the_table_names_the_roles_each_verb_was_tried_with() -> None:
    for verb in VERBS:
        if verb.key in TRIED:
            assert permission(verb.permission).roles == TRIED[verb.key][1], verb.key


def test_the_page_is_current() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/disclosures_reference.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
