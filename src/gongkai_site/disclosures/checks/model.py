"""What is checked, what may be asked, and what is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from gongkai_site.disclosures.checks.catalogue import field_label
from gongkai_site.disclosures.hooks import Severity

__all__ = ["AttachedText", "Content", "Context", "Finding", "Hit", "Place"]


@dataclass(frozen=True, slots=True)
class AttachedText:
    """An attachment: its name, and its text by lines (None where no text can be read)."""

    name: str
    text: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A document as it would be published. Texts are plain; `body_html` is what `text` came from.

    `paragraphs` are the body's lines. The names are those of the catalogue record.
    """

    title: str
    kind: str = ""
    nature: str = "proactive"
    index_number: str = ""
    doc_number: str = ""
    publisher: str = ""
    maker: str = ""
    lead_organ: str = ""
    author: str = ""
    source: str = ""
    written_on: date | None = None
    formed_on: date | None = None
    published_on: date | None = None
    topic: str = ""
    genre: str = ""
    audience: str = ""
    ground: str = ""
    re_review_on: date | None = None
    keywords: str = ""
    summary: str = ""
    column: str = ""
    body_html: str = field(default="", repr=False)
    paragraphs: tuple[str, ...] = field(default=(), repr=False)
    attachments: tuple[AttachedText, ...] = ()

    def texts(self) -> Iterator[tuple[Place, str]]:
        """Every text that would be published, a line at a time, with its place."""
        for name in ("title", "summary", "keywords", "source", "author"):
            text = getattr(self, name)
            if text:
                yield Place(name), text
        for number, line in enumerate(self.paragraphs, 1):
            if line:
                yield Place("body", number), line
        for one in self.attachments:
            yield Place("attachment", 0, 0, one.name), one.name
            for number, line in enumerate((one.text or "").splitlines(), 1):
                if line.strip():
                    yield Place("attachment", number, 0, one.name), line


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the checks may know of the world, all of it given.

    Args:
        today: the day of the check.
        due_on: until when the document must be out (条例26), None where that is unknown.
        hosts: hosts this body may link to, with all below them; those of everybody are added.
        own_hosts: hosts of the built site itself; their links and relative ones are `resolves`d.
        allowed: telephone numbers and accounts the body publishes, in any spelling.
        addresses: office addresses that may appear.
        resolves: whether a path of the built site leads somewhere.
        same_title: names the documents that have this title already.
    """

    today: date
    due_on: date | None = None
    hosts: frozenset[str] = frozenset()
    own_hosts: frozenset[str] = frozenset()
    allowed: frozenset[str] = frozenset()
    addresses: tuple[str, ...] = ()
    resolves: Callable[[str], bool] | None = None
    same_title: Callable[[str], Sequence[str]] | None = None

    def allows(self, number: str) -> bool:
        """Whether a number is one the body publishes."""
        return _digits(number) in {_digits(one) for one in self.allowed}


def _digits(text: str) -> str:
    digits = "".join(char for char in text if char.isalnum())
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: a field, a line of it (from 1, 0 for none) and a character (from 0).

    `name` is an attachment's.
    """

    field: str
    paragraph: int = 0
    offset: int = 0
    name: str = ""

    def at(self, offset: int) -> Place:
        """The same line, another character."""
        return Place(self.field, self.paragraph, offset, self.name)

    @property
    def label(self) -> str:
        """正文第3段第12字."""
        if self.field == "attachment":
            line = f"第{self.paragraph}行" if self.paragraph else "的名称"
            return f"附件“{self.name}”{line}"
        if self.field == "body" and self.paragraph:
            return f"正文第{self.paragraph}段第{self.offset + 1}字"
        return field_label(self.field)


@dataclass(frozen=True, slots=True)
class Hit:
    """What a check saw: the code, where, an excerpt fit to be shown, and what its words need."""

    code: str
    place: Place
    excerpt: str = ""
    words: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to correct, confirm or know of. `excerpt` holds no number and no address in clear."""

    code: str
    severity: Severity
    place: Place
    excerpt: str
    message: str
    advice: str

    def as_event(self) -> dict[str, Any]:
        """What may be kept in an event: code, severity, place and masked excerpt."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "place": asdict(self.place),
            "excerpt": self.excerpt,
        }
