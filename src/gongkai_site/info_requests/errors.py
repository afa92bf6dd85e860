"""What a verb may answer instead of acting.

RequestError                a sentence for the person who asked, with the next step
├── Impossible              what was given cannot be; `field` names the form field to look at
├── NotAllowedNow           the law or the state of the case forbids it now
│   └── Irregular           it may be recorded as it happened, and is then flagged
├── Stale                   somebody else acted on the case meanwhile
├── FourEyes                the same person may not do both
├── UnknownCase             number and code do not belong together, or there is no such case
└── TooMany                 too many attempts; come back later
"""

from __future__ import annotations

from gongkai.errors import GongkaiError
from gongkai_site.agencies import append_only

__all__ = [
    "FourEyes",
    "HistoryIsFinal",
    "Impossible",
    "Irregular",
    "NotAllowedNow",
    "RequestError",
    "Stale",
    "TooMany",
    "UnknownCase",
]


class RequestError(GongkaiError):
    """A verb on a request could not be carried out; nothing was changed."""


class HistoryIsFinal(RequestError, append_only.HistoryIsFinal):
    """Someone tried to change or delete what can only be added."""


class Impossible(RequestError):
    """What was given cannot be; `field` names the form field at fault, if one is."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class NotAllowedNow(RequestError):
    """The law or the state of the case forbids it now; the message cites the article."""


class Irregular(NotAllowedNow):
    """It should not happen so, but if it did it can be recorded with `as_happened=True`."""


class Stale(RequestError):
    """Somebody else acted on the case since the page was shown; `since` says what was done."""

    def __init__(self, message: str, since: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.since = since


class FourEyes(RequestError):
    """One person may not do both: who drafts does not sign, who proposes does not approve."""


class UnknownCase(RequestError):
    """No such case, or the code does not belong to the number. It never tells which."""


class TooMany(RequestError):
    """Too many attempts in this hour."""
