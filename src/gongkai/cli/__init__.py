"""`gongkai`: the command line. It parses arguments, opens files, prints; the rooms below do the work.

The pieces: `app` (the command and its errors), `commands` (one module a verb), `inputs` (what is to
be read), `pool` and `worker` (reading in child processes, under a time limit), `work` (what a child
does), `batch` (many files, flat in memory), `outputs` (text, JSON, XLSX, HTML), `terminal` and
`chinese` (how it looks).
"""

__all__ = ["main"]


def main() -> None:
    """The console script: run the command line's arguments and leave with the exit code.

    Told to terminate, it ends in good order: children stop, temporary files go.
    """
    import signal
    import sys

    from gongkai.cli import exits
    from gongkai.cli.app import cli

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(exits.TERMINATED))
    cli.main(prog_name="gongkai")
