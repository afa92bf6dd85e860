"""The rules of the house that a machine can hold: sizes, docstrings, and what is never tracked."""

from __future__ import annotations

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"

MAX_FILE_LINES = 600
MAX_FUNCTION_LINES = 60
WRITTEN_BY_HAND = {".py", ".html", ".css", ".js", ".yaml", ".yml", ".typ", ".sh"}
GENERATED_FOLDERS = {"migrations", "vendor"}

# Written in pieces, so that this file does not name what it forbids.
INDEX_HOSTS = [
    "pypi" + ".org",
    "python" + "hosted.org",
    "registry.npm" + "js.org",
    "deb." + "debian.org",
    "--index" + "-url",
    "--extra-index" + "-url",
]
MACHINE_PATH = re.compile(
    r"(?<![\w.~$}/-])/(?:root|Users/\w+|home/\w+|w" + r"ork/\w+|opt/gk\w+|tmp/gk\w*)(?:/|\b)"
)


@cache
def tracked() -> tuple[Path, ...]:
    """Return the files git tracks, without those deleted in the work tree."""
    git = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if git.returncode != 0:
        pytest.skip(f"not a git checkout: {git.stderr.strip()}")
    paths = [ROOT / name for name in git.stdout.split("\0") if name]
    return tuple(path for path in paths if path.is_file())


def text_of(path: Path) -> str | None:
    """Return the file as text, or None where it is not text."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return None


def hand_written() -> list[Path]:
    """Return the source files somebody has to read."""
    return [
        path
        for path in tracked()
        if path.is_relative_to(SOURCE)
        and path.suffix in WRITTEN_BY_HAND
        and not GENERATED_FOLDERS & set(path.relative_to(SOURCE).parts)
    ]


def python_files() -> list[Path]:
    return [path for path in hand_written() if path.suffix == ".py"]


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_there_is_something_to_check() -> None:
    assert ROOT / "src/gongkai/errors.py" in python_files()
    assert ROOT / "pyproject.toml" in tracked()


def test_no_source_file_is_longer_than_600_lines() -> None:
    lengths = {place(path): len((text_of(path) or "").splitlines()) for path in hand_written()}
    assert {name: lines for name, lines in lengths.items() if lines > MAX_FILE_LINES} == {}


def test_no_function_is_longer_than_60_lines() -> None:
    long = {}
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > MAX_FUNCTION_LINES:
                    long[f"{place(path)}:{node.lineno} {node.name}"] = lines
    assert long == {}


def test_every_folder_of_code_is_a_package_that_says_what_it_is_for() -> None:
    silent = []
    for folder in sorted({path.parent for path in python_files()}):
        init = folder / "__init__.py"
        if not init.is_file() or not ast.get_docstring(ast.parse(init.read_text("utf-8"))):
            silent.append(place(folder))
    assert silent == []


def test_no_tracked_file_names_a_package_index() -> None:
    found = []
    for path in tracked():
        text = text_of(path) or ""
        found += [f"{place(path)}: {host}" for host in INDEX_HOSTS if host in text]
    assert found == []


def test_no_tracked_file_names_a_folder_of_somebodys_machine() -> None:
    found = []
    for path in tracked():
        for match in MACHINE_PATH.finditer(text_of(path) or ""):
            found.append(f"{place(path)}: {match.group()}")
    assert found == []


@pytest.mark.parametrize("text", ["see |root|.cache", "cd |home|li|x", "cp |opt|gkx|a", "=|root|"])
def test_a_machine_path_is_recognised(text: str) -> None:
    assert MACHINE_PATH.search(text.replace("|", "/"))


@pytest.mark.parametrize(
    "text", ["a|root|b", "https:||x.cn|home|li", "$HOME|home|li", "docs|root|"]
)
def test_an_innocent_path_is_not(text: str) -> None:
    assert not MACHINE_PATH.search(text.replace("|", "/"))


def test_the_lock_that_holds_index_addresses_is_not_tracked() -> None:
    assert [place(path) for path in tracked() if path.name == "uv.lock"] == []


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-no-ocr.lock", "requirements-uv.lock"]
)
def test_every_locked_release_carries_a_hash(name: str) -> None:
    releases = re.split(r"^(?=[a-z0-9])", (ROOT / name).read_text("utf-8"), flags=re.MULTILINE)
    pinned = [release for release in releases if "==" in release]
    assert pinned
    assert [release for release in pinned if "--hash=sha256:" not in release] == []


def test_the_lock_without_ocr_holds_the_same_releases() -> None:
    pins = re.compile(r"^([a-z0-9-]+==\S+)", re.MULTILINE)
    everything = set(pins.findall((ROOT / "requirements.lock").read_text("utf-8")))
    without = set(pins.findall((ROOT / "requirements-no-ocr.lock").read_text("utf-8")))
    assert without < everything
