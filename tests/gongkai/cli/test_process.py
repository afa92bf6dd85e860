"""The command as another process: exit codes, streams, interruption, time limits, start-up."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gongkai.annual_report.render import render
from gongkai.annual_report.value import Report
from gongkai.cli.inputs import Source
from gongkai.cli.pool import Pool
from gongkai.cli.work import Job

type Make = Callable[..., Report]
type Write = Callable[..., Path]
type Start = Callable[..., subprocess.CompletedProcess[bytes]]

WRONG = {"t3.new_received.total": 13}


def test_exit_codes(report: Make, write: Write, start: Start) -> None:
    write(report(), "好.html")
    write(report(changed=WRONG), "错.html")
    Path(write(report(), "x.html")).with_name("空.html").write_bytes(b"")
    assert start("check", "好.html").returncode == 0
    assert start("check", "错.html").returncode == 1
    assert start("check", "--wrong").returncode == 2
    assert start("check", "空.html").returncode == 3
    assert start("check", "错.html", "空.html").returncode == 3


def test_version(start: Start) -> None:
    done = start("--version")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"gongkai 0.")


def test_children_give_the_same_as_this_process(report: Make, write: Write, start: Start) -> None:
    for number in range(6):
        write(report(agency=f"第{number}局", changed=WRONG if number % 2 else {}), f"{number}.md")
    outputs = [start("check", ".", "--json", "--jobs", jobs).stdout for jobs in ("0", "1", "3")]
    assert outputs[0] == outputs[1] == outputs[2]
    assert len(json.loads(outputs[0])) == 6


def test_an_ascii_terminal(report: Make, write: Write, start: Start) -> None:
    write(report(), "甲.html")
    ascii_only = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    for arguments in (["read", "甲.html"], ["--help"], ["due", "2021-02-01"], ["check", "无"]):
        done = start(*arguments, env=ascii_only)
        assert done.returncode in (0, 2)
        assert b"Traceback" not in done.stderr
        (done.stdout + done.stderr).decode("ascii")
    shape = json.loads(start("read", "甲.html", "--json", env=ascii_only).stdout)
    assert shape["agency"] == "甲市商务局"


def test_no_colour_where_nobody_sees_it(report: Make, write: Write, start: Start) -> None:
    write(report(changed=WRONG), "错.html")
    done = start("check", "错.html")
    assert b"\033" not in done.stdout + done.stderr


def test_a_file_of_two_bytes_no_encoding_knows(start: Start) -> None:
    done = start("restore", "-", data=b"\xff\xfe\x00\xd8")
    assert b"Traceback" not in done.stderr
    assert done.returncode in (0, 3)


def test_a_reader_that_goes_away(report: Make, write: Write, tmp_path: Path) -> None:
    for number in range(30):
        write(report(agency=f"第{number}局"), f"{number}.html")
    with _popen(tmp_path, "read", ".", "--jsonl") as process:
        assert process.stdout
        assert process.stdout.readline()
        process.stdout.close()
        assert process.wait(60) == 141
        assert process.stderr
        assert b"Traceback" not in process.stderr.read()


@pytest.mark.parametrize(("sign", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interruption_leaves_nothing(
    sign: signal.Signals, code: int, report: Make, tmp_path: Path
) -> None:
    page = render(report(), "html")
    folder, scratch = tmp_path / "in", tmp_path / "scratch"
    folder.mkdir()
    scratch.mkdir()
    for number in range(200):
        (folder / f"{number}.html").write_bytes(page)
    (tmp_path / "out.xlsx").write_bytes(b"older")
    targets = ("--xlsx", "out.xlsx", "--html", "out.html")
    with _popen(tmp_path, "read", "in", "--jsonl", *targets, TMPDIR=str(scratch)) as process:
        assert process.stdout
        assert process.stdout.readline()
        process.send_signal(sign)
        process.communicate(timeout=60)
        assert process.returncode == code
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out.xlsx", "scratch"]
    assert (tmp_path / "out.xlsx").read_bytes() == b"older"
    assert list(scratch.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_file_that_never_ends_is_given_up(report: Make, write: Write, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    endless = Job(Source("pipe", path=str(tmp_path / "pipe")))
    good = Job(Source("好.html", path=str(write(report(), "好.html"))))
    with Pool(1, seconds=3) as pool:
        given_up, read = pool.run([endless, good])
    result = given_up.items[0].result
    assert (result["state"], result["code"], result["cells"]) == ("unreadable", "timeout", {})
    assert result["message"].startswith("读了 3 秒还没有读完，已经停止。")
    assert read.items[0].result["state"] == "read"


class _Deadly:
    """Ends the process that unpickles it."""

    name = "炸.html"

    def __reduce__(self) -> tuple[Callable[[int], object], tuple[int]]:
        return os._exit, (9,)


def test_a_file_that_kills_the_reader(report: Make, write: Write) -> None:
    deadly = Job(_Deadly())  # type: ignore[arg-type]
    good = Job(Source("好.html", path=str(write(report(), "好.html"))))
    with Pool(1) as pool:
        died, read = pool.run([deadly, good])
    assert (died.items[0].result["state"], died.items[0].result["code"]) == (
        "unreadable",
        "crashed",
    )
    assert read.items[0].result["state"] == "read"


@pytest.mark.parametrize("arguments", [["--help"], ["due", "2021-02-01"], ["due", "--help"]])
def test_it_starts_at_once(arguments: list[str], start: Start) -> None:
    """In processor time, the best of several: the machine may be busy with something else."""
    seconds = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert start(*arguments).returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    assert min(seconds) < 0.3, seconds


def test_help_loads_nothing_heavy(start: Start) -> None:
    code = "import sys; from gongkai.cli.app import cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    heavy = {"yaml", "lxml", "selectolax", "pdfplumber", "pypinyin", "xlsxwriter", "typst"}
    assert heavy & set(done.stdout.split()) == set()


def _popen(folder: Path, *arguments: str, **env: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "gongkai.cli", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | env,
    )
