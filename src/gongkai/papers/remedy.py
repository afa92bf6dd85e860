"""The remedy a document tells: which one, its paragraph, and the words that prove it is there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from gongkai.papers.template import Template
from gongkai.regulation.outcomes import Remedy, remedies

__all__ = ["contradicts", "periods", "remedy_of", "remedy_wording", "review_comes_first"]

_BY_OUTCOME = "outcome"
_PERIOD = re.compile(r"\d+(?:个月|日)内")
_OWN_NAME = "答复书"


def remedy_of(form: Template, on: date) -> Remedy | None:
    """The remedy for a document of this kind on a day; None for internal papers.

    Raises:
        NotInForce: the outcome did not exist in law on that day.
    """
    if form.letter is None or form.letter.remedy is None:
        return None
    if form.letter.remedy == _BY_OUTCOME:
        return form.outcome.remedy_on(on) if form.outcome else None
    return remedies()[form.letter.remedy]


def remedy_wording(remedy: Remedy, noun: str) -> str:
    """The paragraph, calling the document what it is: 本答复书 in a 告知书 is 本告知书."""
    text = remedy.text or ""
    if noun == _OWN_NAME:
        return text
    return text.replace("本答复书", f"本{noun}").replace("本答复，", f"本{noun}，")


def periods(code: str | None) -> tuple[str, ...]:
    """The periods a remedy names, as printed: 60日内, 6个月内."""
    text = remedies()[code].text if code else None
    return tuple(dict.fromkeys(_PERIOD.findall(text or "")))


def review_comes_first(code: str | None) -> bool:
    """Whether this remedy has to say that review comes first (行政复议法第二十三条第二款)."""
    return code is not None and "先向" in (remedies()[code].text or "")


def contradicts(code: str | None, text: str) -> tuple[str, ...]:
    """The periods in `text` that belong to another remedy than this one."""
    own = periods(code)
    others: Iterable[str] = (one for other in remedies() for one in periods(other))
    return tuple(
        dict.fromkeys(
            one for one in others if one not in own and re.search(rf"(?<![\d月]){one}", text)
        )
    )
