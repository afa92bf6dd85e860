"""An official document as a value: what is printed, and what it must still say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from gongkai.errors import PaperError
from gongkai.papers.numbers import DocumentNumber
from gongkai.typesetting import clean

__all__ = ["Box", "Expectation", "Paper", "Paragraph", "Problem", "Style", "Table"]

Style = Literal["letter", "form", "envelope"]
ParagraphStyle = Literal["body", "flush", "right"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, without line breaks."""

    text: str
    style: ParagraphStyle = "body"


@dataclass(frozen=True, slots=True)
class Box:
    """A cell of a table, over `across` columns; `head` names what stands beside or below it."""

    text: str
    across: int = 1
    head: bool = False
    tall: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table: column widths as shares, rows of boxes that fill them, `heads` rows repeated."""

    caption: str
    widths: tuple[int, ...]
    rows: tuple[tuple[Box, ...], ...]
    heads: int = 0


@dataclass(frozen=True, slots=True)
class Expectation:
    """Words the document must contain for one element.

    `kept` words may not be changed at all; others are a person's prose, and only worth a second
    look when they are gone.
    """

    element: str
    words: str
    kept: bool = True


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a document: the element, the sentence for a person, whether it may leave."""

    element: str
    message: str
    severity: Literal["error", "warn"] = "error"


@dataclass(frozen=True, slots=True)
class Paper:
    """A document ready to print, or a draft of one.

    `kind` and `template` say which template made it; `remedy` is the code of the remedy it must
    tell, None where it tells none. `request` is the applicant's own words. `missing` names the
    required elements not given. A `draft` is printed with 草稿 across it until a person approves.
    `copy_to` and `printed_by` make the imprint (版记); without both there is none.
    """

    kind: str
    template: str
    style: Style
    name: str
    head: str
    number: DocumentNumber | None
    title: str
    addressee: str
    blocks: tuple[Paragraph | Table, ...]
    attachments: tuple[str, ...]
    agency: str
    on: date
    outcome: str | None = None
    remedy: str | None = None
    noun: str = "文书"
    request: str = ""
    copy_to: tuple[str, ...] = ()
    printed_by: str = ""
    printed_on: date | None = None
    draft: bool = True
    missing: tuple[str, ...] = ()
    expects: tuple[Expectation, ...] = ()
    citations: tuple[str, ...] = ()
    signed: bool = True

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The text of the body, paragraph by paragraph, without tables."""
        return tuple(one.text for one in self.blocks if isinstance(one, Paragraph))

    def edited(self, paragraphs: Iterable[str], title: str | None = None) -> Paper:
        """The document with its body as a person rewrote it; it is a draft again.

        A table stays after as many paragraphs as stood before it.

        Args:
            paragraphs: the new body; blank ones drop out, line breaks part paragraphs.
            title: the new title, None to keep it.
        """
        texts = [
            stripped
            for one in paragraphs
            for line in clean(one).splitlines()
            if (stripped := line.strip())
        ]
        blocks: list[Paragraph | Table] = [Paragraph(text) for text in texts]
        for place, block in enumerate(self.blocks):
            if isinstance(block, Table):
                blocks.insert(min(place, len(blocks)), block)
        return replace(
            self,
            blocks=tuple(blocks),
            title=self.title if title is None else clean(title).strip(),
            draft=True,
        )

    def numbered(self, number: DocumentNumber) -> Paper:
        """The document with its number, which is often given only when it is signed."""
        return replace(self, number=number)

    def approved(self) -> Paper:
        """The document as it may leave, after a person read it.

        Raises:
            PaperError: an element is missing or wrong; the message names every one.
        """
        from gongkai.papers.check import check

        faults = [one for one in check(self) if one.severity == "error"]
        if faults:
            raise PaperError(
                f"《{self.name}》还不能定稿：" + "".join(one.message for one in faults),
                tuple(dict.fromkeys(one.element for one in faults)),
            )
        return replace(self, draft=False)
