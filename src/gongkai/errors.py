"""Every exception Gongkai raises on purpose.

    GongkaiError                    carries a sentence for the user, in Chinese, with the next step
    ├── CalendarMissing             no holiday notice is loaded for a year
    ├── LawError                    the law data cannot answer
    │   ├── NotInForce              nothing was in force on that day
    │   └── LawDataInvalid          a data file contradicts itself or cites nothing
    ├── ClockError                  the facts given do not make a lawful period
    ├── CaseworkError               an event that cannot follow the events before it
    │   └── CaseFileInvalid         a case file that cannot be read, with its line
    ├── ReportError                 a report cannot be what was asked
    │   ├── UnknownFormat           no such report format
    │   └── ReportMismatch          reports that cannot be compared or added
    ├── PaperError                  an official document cannot be made, or may not leave yet
    ├── RedactionError              a file cannot be redacted, or what came out proves unsafe
    └── ReadingError                a file could not be turned into a report
        ├── Unreadable              damaged, empty, encrypted, too large, not a document
        └── Unsupported             readable, but not a report this system knows

A message says what is wrong, where, and what to do next; it never holds personal data.
"""

from __future__ import annotations

__all__ = [
    "CalendarMissing",
    "CaseFileInvalid",
    "CaseworkError",
    "ClockError",
    "GongkaiError",
    "LawDataInvalid",
    "LawError",
    "NotInForce",
    "PaperError",
    "ReadingError",
    "RedactionError",
    "ReportError",
    "ReportMismatch",
    "UnknownFormat",
    "Unreadable",
    "Unsupported",
]


class GongkaiError(Exception):
    """The root: `str(error)` is a sentence a clerk can read and act on."""


class CalendarMissing(GongkaiError):
    """No working-day calendar is loaded for a year; the message names the notice to load."""


class LawError(GongkaiError):
    """The law data cannot answer the question."""


class NotInForce(LawError):
    """Nothing was in force on the day asked about; the message names the first day."""


class LawDataInvalid(LawError):
    """A law data file contradicts itself, or cites an instrument or article we do not hold."""


class ClockError(GongkaiError):
    """The facts given do not make a lawful period (an extension too long, a pause before its start)."""


class CaseworkError(GongkaiError):
    """An event cannot be recorded after the events before it.

    `event` is the id of the event at fault ("" where it has none yet), `code` the rule it breaks.
    """

    def __init__(self, message: str, *, event: str = "", code: str = "") -> None:
        super().__init__(message)
        self.event = event
        self.code = code


class CaseFileInvalid(CaseworkError):
    """A case file cannot be read; `line` is the line at fault, counted from 1."""

    def __init__(self, message: str, *, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class ReportError(GongkaiError):
    """A report cannot be what was asked of it."""


class UnknownFormat(ReportError):
    """No report format with that name, or none for that year."""


class ReportMismatch(ReportError):
    """Reports that cannot be compared or added together."""


class PaperError(GongkaiError):
    """An official document cannot be made, or may not leave yet.

    `missing` names every required element that was not given.
    """

    def __init__(self, message: str, missing: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.missing = missing


class RedactionError(GongkaiError):
    """A file cannot be redacted, or what came out proves unsafe to hand over.

    `code` is a stable word for programs (`encrypted`, `box`, `bomb`, `leak`, …).
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ReadingError(GongkaiError):
    """A file could not be turned into a report.

    `code` is a stable word for programs (`empty`, `too_large`, `encrypted`, …).
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Unreadable(ReadingError):
    """The bytes are damaged, empty, encrypted, too large, or no document at all."""


class Unsupported(ReadingError):
    """The document can be read, but it is not an annual report in a format we know."""
