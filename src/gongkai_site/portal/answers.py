"""A correction or proof being sent: what was typed and kept so far, sealed in the page itself.

So that an answer refused for one file, or sent after the session ended, need not be written again.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from gongkai_site.agencies import crypto
from gongkai_site.agencies.crypto import CannotOpen
from gongkai_site.info_requests.attachments import Kept
from gongkai_site.info_requests.intake import Application, Asked, Faulty, tidy
from gongkai_site.info_requests.models import Case, RequestText
from gongkai_site.portal import forms

__all__ = ["Answer", "carried", "carry", "cleaned", "faults", "says_the_same", "values_of"]

_SEAL = "portal.answer"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was typed, by field, and the files kept so far. Its repr holds nothing of it."""

    values: Mapping[str, Any] = field(repr=False, default_factory=dict)
    files: tuple[Kept, ...] = field(repr=False, default=())


def carry(answer: Answer) -> str:
    """The answer sealed for a hidden field."""
    text = json.dumps([dict(answer.values), [asdict(one) for one in answer.files]])
    return base64.urlsafe_b64encode(crypto.encrypt(text, purpose=_SEAL)).decode("ascii")


def carried(sealed: str) -> Answer | None:
    """Return what `carry` sealed, None for anything else."""
    try:
        text = crypto.decrypt(base64.urlsafe_b64decode(sealed), purpose=_SEAL)
    except (CannotOpen, ValueError):
        return None
    values, files = json.loads(text)
    return Answer(values, tuple(Kept(**one) for one in files))


def values_of(text: RequestText | None) -> dict[str, Any]:
    """The request's text as a form holds it."""
    if text is None:
        return {}
    names = ("document_number", "description", "claim", "form_wanted", "way", "form_words")
    return {"what": text.name, **{name: getattr(text, name) for name in names}}


def cleaned(case: Case, values: Mapping[str, Any], today: date) -> Asked:
    """What is now asked, put right.

    Raises:
        Faulty: with the faults of what is asked.
    """
    applicant = case.applicant
    asked = forms.asked_of(values)
    whole = Application(applicant.kind, applicant.details, asked, case.kind)
    return tidy(whole, today, strict=False).asked


def says_the_same(text: RequestText | None, asked: Asked) -> bool:
    """Whether the request's standing text is this correction, come in already."""
    if text is None or text.source != "correction":
        return False
    return forms.asked_of(values_of(text)) == asked


def faults(faulty: Faulty) -> dict[str, str]:
    """Field → sentence."""
    return {one.field: one.message for one in faulty.faults}
