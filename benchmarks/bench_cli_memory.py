"""Memory of `gongkai check FOLDER` as the folder grows: it should not.

    python benchmarks/bench_cli_memory.py [reports …]

For folders of 100 and 1,000 made-up reports (HTML, each different), runs the command with every
output at once and prints the highest memory of the command itself and of its largest child, as the
system accounts them, with the time taken.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from made_reports import made_report

from gongkai.annual_report.render import render

_EVERY = 0.02


def resident(process: int) -> int:
    """Highest resident memory so far in kB, or 0 where the process is gone."""
    try:
        status = Path(f"/proc/{process}/status").read_text("ascii", "replace")
    except OSError:
        return 0
    return next((int(x.split()[1]) for x in status.splitlines() if x.startswith("VmHWM")), 0)


def children(process: int) -> list[int]:
    try:
        listed = Path(f"/proc/{process}/task/{process}/children").read_text("ascii")
    except OSError:
        return []
    return [int(child) for child in listed.split()]


def measure(folder: Path, count: int) -> tuple[int, int, float]:
    """Check `count` reports; return peak kB of the command, of a child, and seconds."""
    reports = folder / "reports"
    reports.mkdir()
    for number in range(count):
        (reports / f"{number}.html").write_bytes(render(made_report(number), "html"))
    outputs = ("--json", "--xlsx", str(folder / "out.xlsx"), "--html", str(folder / "out.html"))
    peaks = {"command": 0, "child": 0}
    done = threading.Event()
    began = time.perf_counter()
    with (folder / "out.json").open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "gongkai.cli", "check", str(reports), *outputs],
            stdout=out,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )

        def watch() -> None:
            while not done.wait(_EVERY):
                peaks["command"] = max(peaks["command"], resident(process.pid))
                largest = max(map(resident, children(process.pid)), default=0)
                peaks["child"] = max(peaks["child"], largest)

        watcher = threading.Thread(target=watch)
        watcher.start()
        code = process.wait()
        done.set()
        watcher.join()
    assert code in (0, 1), code
    return peaks["command"], peaks["child"], time.perf_counter() - began


def main() -> None:
    if not Path("/proc/self/status").exists():
        sys.exit("this benchmark reads /proc, which this system does not have")
    counts = [int(word) for word in sys.argv[1:]] or [100, 1000]
    print(f"{'reports':>8}{'command, MB':>14}{'child, MB':>12}{'seconds':>10}{'reports/s':>12}")
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            command, child, spent = measure(Path(folder), count)
        print(
            f"{count:>8}{command / 1024:>14.1f}{child / 1024:>12.1f}{spent:>10.1f}"
            f"{count / spent:>12.1f}"
        )


if __name__ == "__main__":
    main()
