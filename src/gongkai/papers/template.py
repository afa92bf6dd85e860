"""Templates of documents: versioned data that a body may rewrite, checked before use.

A template is YAML. `body` is a list of paragraphs, tables and forms in order:

    text      the words, with {项目} to fill in and [[…]] to drop where a 项目 is not given
    part      a shared paragraph by name, in place of text
    when      the paragraph stands only where these 项目 are given (unless: where they are not)
    each      the paragraph is repeated for every entry of this list
    element   the elements of the document (要素) this paragraph carries
    form      rows of name, words, name, words
    table     a worked table by name (收费明细)

Nothing in it is run: conditions are names, not expressions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from gongkai.errors import PaperError
from gongkai.papers.catalogue import papers_text
from gongkai.papers.paper import ParagraphStyle, Style
from gongkai.papers.wording import Segment
from gongkai.regulation.outcomes import Letter, Outcome, letters, outcomes
from gongkai.regulation.references import Reference
from gongkai.regulation.versions import Versions

__all__ = ["Part", "Template", "element_name", "template", "templates"]

FRAME = ("标题", "文号", "申请人姓名/名称", "第三方名称", "落款机关名称、印章、日期")


@dataclass(frozen=True, slots=True)
class Part:
    """One block of a body. `words` of a form are its cells, row by row, names first."""

    words: tuple[tuple[tuple[Segment, ...], ...], ...]
    text: str = ""
    form: tuple[tuple[str, ...], ...] = ()
    elements: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    each: str | None = None
    table: str | None = None
    tall: tuple[str, ...] = ()
    style: ParagraphStyle = "body"

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label the block fills in, optional ones too."""
        found = [n for row in self.words for cell in row for part in cell for n in part.labels]
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Template:
    """A document's wording in one version.

    `kind` is a letter's key or an outcome's code; `to` the label of the addressee. `wording` is
    `ours` until a body's lawyers confirm it (`verified`), `title_wording` likewise for the title.
    `leaves_out` says why an element is not needed, `sample` changes made-up facts of the preview.
    """

    kind: str
    version: str
    effective: date
    wording: str
    title_wording: str
    title: str
    noun: str
    to: str | None
    style: Style
    letter: Letter | None
    outcome: Outcome | None
    parts: tuple[Part, ...]
    cites: Mapping[str, Reference]
    attachments: tuple[str, ...]
    leaves_out: Mapping[str, str]
    optional: tuple[str, ...]
    sample: Mapping[str, object]

    @property
    def id(self) -> str:
        """What names this version among all: N6/2019-05-15/1."""
        return f"{self.kind}/{self.effective}/{self.version}"

    @property
    def elements(self) -> tuple[str, ...]:
        """The elements its body must carry: those of the letter and of the outcome."""
        wanted = [*(self.letter.contents if self.letter else ())]
        wanted += self.outcome.must_state if self.outcome and self.letter else ()
        left_out = {element_name(one) for one in (*FRAME, *self.leaves_out)}
        return tuple(dict.fromkeys(one for one in wanted if element_name(one) not in left_out))

    @classmethod
    def parse(cls, text: str) -> Template:
        """Read a template and check it.

        Raises:
            PaperError: every fault found, one a line: not YAML, an unknown name, braces that do not
                match, a required element that no paragraph carries.
        """
        from gongkai.papers.parsing import read_template

        return read_template(text)

    def to_yaml(self) -> str:
        """The template as a person edits it, its shared paragraphs written out."""
        from gongkai.papers.parsing import write_template

        return write_template(self)


def element_name(element: str) -> str:
    """An element without the remark in brackets after it."""
    return element.split("（", 1)[0]


@lru_cache(maxsize=1)
def templates() -> Mapping[str, Versions[Template]]:
    """Return every packaged template by kind.

    Raises:
        PaperError: a packaged file is faulty.
    """
    from importlib.resources import files

    folder = files("gongkai.papers").joinpath("data", "templates")
    found: dict[str, list[Template]] = {}
    for name in sorted(one.name for one in folder.iterdir() if one.name.endswith(".yaml")):
        held = Template.parse(papers_text(f"templates/{name}"))
        found.setdefault(held.kind, []).append(held)
    order = [*letters(), *outcomes()]
    kinds = sorted(found, key=lambda kind: (order.index(kind) if kind in order else 999, kind))
    return MappingProxyType(
        {
            kind: Versions.of(
                f"文书模板“{kind}”", "文书日期", [(one.effective, one) for one in found[kind]]
            )
            for kind in kinds
        }
    )


def template(kind: str, on: date) -> Template:
    """Return the packaged template of a kind in force on a day.

    Args:
        kind: a letter's key, as `correction_notice`, or an outcome's code, as `N6`.
        on: the day of the document.

    Raises:
        PaperError: no such kind.
        NotInForce: the document did not exist on that day.
    """
    held = templates().get(kind)
    if held is None:
        raise PaperError(f"没有名为“{kind}”的文书模板。可用的有：{'、'.join(templates())}。")
    return held.on(on)
