"""The child of `sandbox`: reads files with the core and answers with plain data, line by line.

Each line of input is {"path", "name"}; each line of output {"readings": [...]}, one for each
report in the file:

    {"state", "code", "message",
     "report":      the report in the core's own JSON, or null,
     "document":    {"container", "title", "encoding", "notes"}, "found": its text as found,
     "restoration": as `Restoration.to_dict()`, or null,
     "findings":    what the report contradicts by itself}
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gongkai.annual_report.render import render
from gongkai.annual_report.verify import verify
from gongkai.reading import Reading, read
from gongkai_site.reporting.processes import die_with_parent

__all__ = ["main"]


def main() -> None:
    """Answer until the input ends. What libraries print goes nowhere."""
    die_with_parent()
    _limit_memory(int(sys.argv[1]))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    for line in sys.stdin.buffer:
        order = json.loads(line)
        readings = read(Path(order["path"]).read_bytes(), order["name"])
        answer = {"readings": [_storable(_plain(reading)) for reading in readings]}
        answers.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        answers.flush()


def _plain(reading: Reading) -> dict[str, Any]:
    document = reading.document
    return {
        "state": reading.state,
        "code": reading.code,
        "message": reading.message,
        "report": render(reading.report, "json").decode() if reading.report else None,
        "found": _found(reading),
        "document": {
            "container": document.container,
            "title": document.title,
            "encoding": document.encoding,
            "notes": list(document.notes),
        }
        if document
        else {},
        "restoration": reading.restoration.to_dict() if reading.restoration else None,
        "findings": [asdict(f) for f in verify(reading.report)] if reading.report else [],
    }


def _found(reading: Reading) -> str:
    """The text that the restoration's offsets and the cells' evidence point into."""
    if reading.restoration:
        return reading.restoration.raw
    return reading.document.text if reading.document else ""


def _storable(value: Any) -> Any:
    """`value` without the null characters that a database may refuse; lengths are kept."""
    match value:
        case str():
            return value.replace("\0", "\ufffd")
        case dict():
            return {key: _storable(item) for key, item in value.items()}
        case list() | tuple():
            return [_storable(item) for item in value]
    return value


def _limit_memory(size: int) -> None:
    """Bound the address space, where the system can."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
