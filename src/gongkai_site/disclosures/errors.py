"""What a verb may answer instead of acting.

DisclosureError             a sentence for the person who asked, with the next step
├── Impossible              what was given cannot be; `field` names the form field to look at
│   └── DocNumberInvalid    a 文号 that is not one; `at` is the place of the wrong character
├── NotAllowedNow           the law or the state of the document forbids it now
│   ├── ChecksFailed        the automatic checks found what must be put right; `findings` says what
│   └── OnlyByService       somebody tried to change or publish a document past `service`
├── Stale                   somebody else acted on the document meanwhile
├── FourEyes                the same person may not do both
└── UnknownDisclosure       there is no such document, or it is none of theirs
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongkai.errors import GongkaiError

if TYPE_CHECKING:
    from gongkai_site.disclosures.hooks import Finding

__all__ = [
    "ChecksFailed",
    "DisclosureError",
    "DocNumberInvalid",
    "FourEyes",
    "Impossible",
    "NotAllowedNow",
    "OnlyByService",
    "Stale",
    "UnknownDisclosure",
]


class DisclosureError(GongkaiError):
    """A verb on a document could not be carried out; nothing was changed."""


class Impossible(DisclosureError):
    """What was given cannot be; `field` names the form field at fault, if one is."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class DocNumberInvalid(Impossible):
    """A 文号 that is not one; `at` is the place of the wrong character, from 0, or None."""

    def __init__(self, message: str, at: int | None = None) -> None:
        super().__init__(message, "doc_number")
        self.at = at


class NotAllowedNow(DisclosureError):
    """The law or the state of the document forbids it now."""


class ChecksFailed(NotAllowedNow):
    """The automatic checks found what must be put right before a person looks at it."""

    def __init__(self, message: str, findings: tuple[Finding, ...]) -> None:
        super().__init__(message)
        self.findings = findings


class OnlyByService(NotAllowedNow):
    """Somebody tried to change or publish a document past `service`."""


class Stale(DisclosureError):
    """Somebody else acted on the document since the page was shown; `since` says what was done."""

    def __init__(self, message: str, since: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.since = since


class FourEyes(DisclosureError):
    """One person may not do both: who writes does not review, who reviews does not issue."""


class UnknownDisclosure(DisclosureError):
    """No such document, or none the actor may touch. It never tells which."""
