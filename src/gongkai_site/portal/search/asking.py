"""What is asked of the index, and what it answers: which documents, in which order, how many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from gongkai_site.portal.search import folding
from gongkai_site.portal.search.folding import Words
from gongkai_site.portal.search.index import Held

__all__ = ["Choices", "Found", "Question", "ask", "choices"]

_TITLE_COUNTS = 4.0
_MOST_CHOICES = 200

Sort = Literal["new", "best"]


@dataclass(frozen=True, slots=True)
class Question:
    """Words, all of which a document must hold, and what it must be. Empty: no matter."""

    words: Words
    column: str = ""
    year: int | None = None
    body: str = ""
    validity: str = ""
    sort: Sort = "best"


@dataclass(frozen=True, slots=True)
class Found:
    """The documents of one page by id; `numbered` of them, first, are called by what was asked.

    `count` is of all there are, exact.
    """

    ids: tuple[int, ...]
    count: int
    numbered: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to filter by: years, newest first, and bodies, most documents first."""

    years: tuple[int, ...]
    bodies: tuple[str, ...]


def ask(index: Held, question: Question, *, offset: int = 0, limit: int = 20) -> Found:
    """Answer one page of a question: what bears the number asked for, then the others in order."""
    import tantivy

    must, must_not = tantivy.Occur.Must, tantivy.Occur.MustNot
    filters = _filters(index.schema, question)
    called: list[int] = []
    if question.words.whole:
        number = _term(index.schema, "number", question.words.whole)
        pinned = tantivy.Query.boolean_query([(must, one) for one in (number, *filters)])
        called, _ = _search(index, pinned, "new", 0, limit)
    asked = [(must, one) for one in filters]
    asked += [(must, _word(index.schema, "pairs", one)) for one in question.words.words]
    if not asked:
        asked.append((must, tantivy.Query.all_query()))
    if called:
        others = tantivy.Query.term_set_query(index.schema, "id", called)
        asked.append((must_not, others))
    if question.sort == "best":
        titles = (_word(index.schema, "title", one) for one in _long(question.words))
        boosted = (tantivy.Query.boost_query(one, _TITLE_COUNTS) for one in titles)
        asked += [(tantivy.Occur.Should, one) for one in boosted]
    first = called[offset : offset + limit]
    ids, count = _search(
        index,
        tantivy.Query.boolean_query(asked),
        question.sort if question.words.words else "new",
        max(0, offset - len(called)),
        limit - len(first),
    )
    return Found((*first, *ids), count + len(called), frozenset(first))


def choices(index: Held) -> Choices:
    """What there is to filter by, worked out once for each state of the index."""
    found = _known.get(index.mark)
    if found is None:
        found = _choices(index.searcher)
        _known.clear()
        _known[index.mark] = found
    return found


_known: dict[tuple[str, int], Choices] = {}


def _choices(searcher: Any) -> Choices:
    import tantivy

    names = ("year", "body")
    wanted = {name: {"terms": {"field": name, "size": _MOST_CHOICES}} for name in names}
    told = searcher.aggregate(tantivy.Query.all_query(), wanted)
    keys = {name: [one["key"] for one in told[name]["buckets"]] for name in names}
    return Choices(
        tuple(sorted(map(int, keys["year"]), reverse=True)),
        tuple(str(one) for one in keys["body"] if one),
    )


def _filters(schema: Any, question: Question) -> list[Any]:
    wanted: dict[str, Any] = {
        "column": question.column,
        "year": question.year,
        "body": question.body,
        "validity": question.validity,
    }
    return [_term(schema, name, value) for name, value in wanted.items() if value not in ("", None)]


def _long(words: Words) -> list[str]:
    return [one for one in words.words if len(one) > 1]


def _term(schema: Any, name: str, value: Any) -> Any:
    import tantivy

    return tantivy.Query.term_query(schema, name, value, index_option="basic")


def _word(schema: Any, name: str, word: str) -> Any:
    """A word that must be there as it stands: its pairs one after another."""
    import tantivy

    if len(word) == 1:
        return _term(schema, "characters", word)
    pairs = folding.pairs_of(word)
    if len(pairs) == 1:
        return tantivy.Query.term_query(schema, name, pairs[0])
    return tantivy.Query.phrase_query(schema, name, list[str | tuple[int, str]](pairs))


def _search(index: Held, query: Any, sort: Sort, offset: int, limit: int) -> tuple[list[int], int]:
    order = "moment" if sort == "new" else None
    # The library answers no page of nothing.
    result = index.searcher.search(
        query, limit=max(1, limit), count=True, order_by_field=order, offset=offset
    )
    places = [place for _, place in result.hits][:limit]
    return [int(one) for one in index.searcher.fast_field_values("id", places)], result.count
