"""Searching a hundred thousand documents of 1,500 characters, or a million: time, size, recall.

    python benchmarks/bench_search.py [DOCUMENTS | --full] [--no-fts]

The documents are made up: sentences of words whose frequency falls as in a language, among them
words that stand in half, a fifth, a twentieth… of all documents. Every question is also answered by
looking through every text for it (with a million, every fourth); what the index finds must be
exactly that. The same questions are put to SQLite's FTS5 over the same pairs of characters, in the
same run (not with a million).
"""

from __future__ import annotations

import os
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gongkai_site.portal.search.index import Entry

SENTENCES = 200_000
CHARACTERS = 1500
COMMON = {"商务局": 0.5, "信息公开": 0.2, "行政许可": 0.05, "夜间经济": 0.01, "扶持资金办法": 0.002}
LENGTHS = {2: 40, 3: 40, 4: 40, 6: 20, 10: 20}
ROUNDS = 3


class Corpus:
    """Documents by number; the same number always gives the same text."""

    def __init__(self) -> None:
        from gongkai_site.portal.search.folding import fold

        chance = random.Random(2026)
        # Of the first characters of the standard, those that are simplified already.
        letters = [one for one in map(chr, range(0x4E00, 0x9FA6)) if fold(one) == one]
        chance.shuffle(letters)
        del letters[3500:]
        weights = list(accumulate(1 / (rank + 3) for rank in range(len(letters))))
        words = [
            "".join(chance.choices(letters, cum_weights=weights, k=chance.choice((1, 2, 2, 2, 3))))
            for _ in range(30_000)
        ]
        falling = list(accumulate(1 / (rank + 5) for rank in range(len(words))))
        self._sentences = [
            "".join(chance.choices(words, cum_weights=falling, k=15)) + "。"
            for _ in range(SENTENCES)
        ]

    def document(self, number: int) -> tuple[str, str]:
        """Title and text."""
        chance = random.Random(number)
        parts = chance.choices(self._sentences, k=CHARACTERS // 29)
        for word, share in COMMON.items():
            if chance.random() < share:
                parts.insert(chance.randrange(len(parts)), word)
        return f"关于{parts[0][:16]}的通知", "".join(parts)[:CHARACTERS]

    def questions(self, documents: int) -> list[str]:
        """Pieces of texts, of several lengths, and the common words."""
        chance = random.Random(7)
        found = list(COMMON)
        for length, count in LENGTHS.items():
            for _ in range(count):
                text = self.document(1 + chance.randrange(documents))[1]
                at = chance.randrange(len(text) - length)
                found.append(text[at : at + length])
        return list(dict.fromkeys(found))


def main() -> None:
    """Build, ask, compare, print."""
    full = "--full" in sys.argv
    numbers = [one for one in sys.argv[1:] if one.isdigit()]
    documents = 1_000_000 if full else int(numbers[0]) if numbers else 100_000
    with tempfile.TemporaryDirectory() as var:
        os.environ |= {"GONGKAI_VAR": var, "DJANGO_SETTINGS_MODULE": "gongkai_site.conf.settings"}
        import django

        django.setup()
        corpus = Corpus()
        questions = corpus.questions(documents)
        print(f"{documents:,} documents of {CHARACTERS:,} characters, {len(questions)} questions")
        # Looking through a million texts for every question would take longer than all else.
        expected = build(corpus, documents, questions[:: 4 if full else 1])
        answers = ask_index(questions)
        wrong = [one for one, found in expected.items() if answers[one] != found]
        hits = sum(count for count, _ in expected.values())
        print(f"recall and precision against looking through every text: {hits:,} hits, ", end="")
        print("all the same" if not wrong else f"WRONG for {wrong}")
        if not full and "--no-fts" not in sys.argv:
            ask_fts(corpus, documents, questions, expected)
        if wrong:
            raise SystemExit(1)


def build(corpus: Corpus, documents: int, questions: list[str]) -> dict[str, tuple[int, int]]:
    """Build the index; return, for each question, how many texts hold it and the sum of their ids."""
    from gongkai_site.portal.search import index
    from gongkai_site.portal.search.folding import joined

    expected = {one: [0, 0] for one in questions}
    looking = made = 0.0

    def entries() -> Iterator[index.Entry]:
        nonlocal looking, made
        for number in range(1, documents + 1):
            begun = time.perf_counter()
            entry = entry_of(corpus, number)
            made += time.perf_counter() - begun
            begun = time.perf_counter()
            folded = joined((entry.title, *entry.texts))
            for question, found in expected.items():
                if question in folded:
                    found[0] += 1
                    found[1] += number
            looking += time.perf_counter() - begun
            yield entry

    begun = time.perf_counter()
    with index.locked():
        index.build(entries(), {"seen": []})
    whole = time.perf_counter() - begun
    place = index.folder()
    size = sum(one.stat().st_size for one in place.rglob("*") if one.is_file())
    print(f"index: {whole - looking - made:.0f} s, {size / 1e6:,.0f} MB")
    count = len(questions) * documents
    print(f"looking through the texts: {looking:.0f} s for {count:,} looks")
    update(corpus, documents)
    return {question: (count, total) for question, (count, total) in expected.items()}


def update(corpus: Corpus, documents: int) -> None:
    """How long it takes until a document that is changed is found as it is now."""
    from gongkai_site.portal.search import index

    spent = []
    for number in random.Random(5).sample(range(1, documents + 1), 9):
        changed = entry_of(corpus, number)
        begun = time.perf_counter()
        with index.locked(), index.rewrite() as (writer, noted):
            writer.put(changed)
            writer.commit(noted)
            index.held()
            spent.append(time.perf_counter() - begun)
    spent.sort()
    print(f"one change: p50 {spent[4] * 1000:.0f} ms, most {spent[-1] * 1000:.0f} ms")


def entry_of(corpus: Corpus, number: int) -> Entry:
    """A document as the index takes it in: ten minutes after the one before."""
    from gongkai_site.portal.search import index

    title, text = corpus.document(number)
    moment = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(minutes=10 * number)
    return index.Entry(number, moment, moment.year, title, texts=(text,), body="商务局")


def ask_index(questions: list[str]) -> dict[str, tuple[int, int]]:
    """Time each question best first and newest first, both with the exact count; return all hits."""
    from gongkai_site.portal.search import index
    from gongkai_site.portal.search.asking import Question, Sort, ask
    from gongkai_site.portal.search.folding import words_of

    held = index.held()
    print(f"{held.searcher.num_segments} segments")
    orders: tuple[Sort, ...] = ("best", "new")
    for order in orders:

        def answered(question: str, order: Sort = order) -> None:
            ask(held, Question(words_of(question), sort=order))

        tell(f"index, {order} first, with count", questions, answered)
    found = {}
    for question in questions:
        every = ask(held, Question(words_of(question), sort="new"), limit=held.searcher.num_docs)
        found[question] = (every.count, sum(every.ids))
    return found


def ask_fts(
    corpus: Corpus, documents: int, questions: list[str], expected: dict[str, tuple[int, int]]
) -> None:
    """The same with SQLite's full-text index over the same pairs."""
    from gongkai_site.portal.search.folding import grams_of, joined, pairs_of

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fts.sqlite3"
        connection = sqlite3.connect(path)
        connection.execute(
            "CREATE VIRTUAL TABLE found USING fts5(pairs, content='', tokenize=\"unicode61 "
            "categories 'L* N* P* S* Co'\")"
        )
        begun = time.perf_counter()
        for number in range(1, documents + 1):
            text = grams_of(joined(corpus.document(number)))
            connection.execute("INSERT INTO found(rowid, pairs) VALUES (?, ?)", (number, text))
        connection.commit()
        connection.execute("INSERT INTO found(found) VALUES ('optimize')")
        connection.commit()
        size = path.stat().st_size
        print(f"FTS5: {time.perf_counter() - begun:.0f} s with making, {size / 1e6:,.0f} MB")

        def asker(order: str) -> Callable[[str], int]:
            page = f"SELECT rowid FROM found WHERE found MATCH ? ORDER BY {order} LIMIT 20"  # noqa: S608

            def ask(question: str) -> int:
                phrase = f'"{" ".join(pairs_of(question))}"'
                connection.execute(page, (phrase,)).fetchall()
                counted = "SELECT count(*) FROM found WHERE found MATCH ?"
                return int(connection.execute(counted, (phrase,)).fetchone()[0])

            return ask

        tell("FTS5, best first, with count", questions, asker("rank"))
        newest = asker("rowid DESC")
        tell("FTS5, new first, with count", questions, newest)
        same = all(newest(one) == expected[one][0] for one in questions)
        print(f"FTS5 counts the same: {'yes' if same else 'no'}")


def tell(what: str, questions: list[str], ask: Callable[[str], object]) -> None:
    """Print how long the questions take, by their length and all together.

    The time computed (of this thread) is told beside the time gone by: on a busy machine they differ.
    """
    for question in questions:
        ask(question)
    spent: dict[str, list[tuple[float, float]]] = {}
    for _ in range(ROUNDS):
        for question in questions:
            begun, computed = time.perf_counter(), time.thread_time()
            ask(question)
            took = (time.perf_counter() - begun) * 1000, (time.thread_time() - computed) * 1000
            length = "common words" if question in COMMON else f"{len(question)} characters"
            spent.setdefault(length, []).append(took)
    spent["all"] = [one for times in spent.values() for one in times]
    for name, times in spent.items():
        gone, computing = (sorted(column) for column in zip(*times, strict=True))
        p50, p95 = len(times) // 2, int(len(times) * 0.95)
        print(
            f"  {what}, {name}: p50 {gone[p50]:.2f} ms, p95 {gone[p95]:.2f} ms, "
            f"most {gone[-1]:.2f} ms; computing p95 {computing[p95]:.2f} ms"
        )


if __name__ == "__main__":
    main()
