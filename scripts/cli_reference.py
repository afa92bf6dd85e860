"""Write docs/reference/cli.md from the command's own help, or with --check say whether it is current.

Run: python scripts/cli_reference.py [--check]
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from gongkai.cli.app import cli

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "cli.md"
_HEAD = """# The command line

<!-- Written by scripts/cli_reference.py from the help of the command; change that, then run it again. -->

Every verb of `gongkai`, as `gongkai VERB --help` prints it. What `--json` prints is described in
[the JSON shapes](json.md); how to check a year's reports in
[checking a batch](../how-to/batch-checking.md).

| Exit code | Meaning |
|---|---|
| 0 | nothing to say |
| 1 | findings (`check`: of the severity of `--fail-on` or graver; `roll-up`: errors and warnings) |
| 2 | misuse: no such option or file, an extension the law does not allow, a result that cannot be written |
| 3 | something is not supported or could not be read: a file, a date beyond the holiday notices or before the law. Goes before 1 |
| 130, 143, 141 | interrupted, told to terminate, or whoever read our output went away. No file is left half written |
"""


def page() -> str:
    """Return the whole page."""
    parts = [_HEAD, _help("gongkai", cli)]
    parts += [_help(f"gongkai {name}", command) for name, command in cli.commands.items()]
    return "\n".join(parts)


def _help(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=name)
    return f"## {name}\n\n```text\n{command.get_help(context)}\n```\n"


def main(arguments: list[str]) -> int:
    """Write the page, or compare it."""
    os.environ["COLUMNS"] = "100"
    text = page()
    if "--check" in arguments:
        if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text:
            return 0
        print("docs/reference/cli.md is stale: run python scripts/cli_reference.py")
        return 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
