"""The exit codes, one meaning each."""

__all__ = ["CLEAN", "FINDINGS", "INTERRUPTED", "MISUSE", "NOT_READ", "PIPE_CLOSED", "TERMINATED"]

CLEAN = 0
FINDINGS = 1
MISUSE = 2
# Unsupported or unreadable: a file, or a date outside the law or the calendar we hold.
NOT_READ = 3
INTERRUPTED = 130
PIPE_CLOSED = 141
TERMINATED = 143
