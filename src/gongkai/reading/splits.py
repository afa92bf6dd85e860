"""Splitting run-together cells, by the relations of the form and nothing else.

A row's own total leaves few splits; the balance and the result total of table three, taken over all
rows at once, leave fewer. What is left where several remain is the honest answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod

from gongkai.regulation.report_formats import CellSpec, ReportFormat, Term

__all__ = ["Outcome", "Split", "splits_of", "surviving"]

Split = tuple[str, ...]
_Vector = tuple[int, ...]
_Rows = dict[str, list[_Vector]]

_ATOM = re.compile(
    r"(?P<sign>[-+－])?(?P<digits>\d+(?:\.\d+)?)(?P<tail>(?:[(（][^()（）]*[)）])?(?:亿元|万元|元)?)|(?P<dash>[-—－–/]+)"
)
_MOST_SPLITS = 4000
_MOST_SUMS = 20_000
_MOST_COMBINATIONS = 20_000


def splits_of(texts: Sequence[str], specs: Sequence[CellSpec]) -> list[Split] | None:
    """Every way `texts` may be the cells `specs`, in order; None if there is none, or too many.

    Cells that total others must hold their total, unless only one way exists at all (as many
    digits as cells): that is taken as it stands, right or wrong.
    """
    atoms = [match for text in texts for match in _ATOM.finditer(text)]
    if not atoms or "".join(texts) != "".join(match.group() for match in atoms):
        return None
    wanted = len(specs)
    if sum(len(match.group("digits") or "-") for match in atoms) == wanted or wanted == 1:
        only = list(_distribute(atoms, wanted))
        return only if len(only) == 1 else None
    totals = _totals(specs)
    found: list[Split] = []
    one_row = len(atoms) == 1 and atoms[0].group().isdigit() and list(totals) == [wanted - 1]
    ways = _row(atoms[0].group(), wanted) if one_row else _distribute(atoms, wanted, totals)
    for split in ways:
        found.append(split)
        if len(found) > _MOST_SPLITS:
            return None
    return found or None


def _totals(specs: Sequence[CellSpec]) -> dict[int, list[int]]:
    """Position of each total column → positions of the cells it adds up, within one row."""
    totals: dict[int, list[int]] = {}
    part: list[int] = []
    group = None
    for n, spec in enumerate(specs):
        if (spec.table, spec.row) != group:
            group, part = (spec.table, spec.row), []
        if spec.column == "total":
            totals[n], part = part, []
        else:
            part.append(n)
    return totals


def _row(digits: str, wanted: int) -> Iterator[Split]:
    """All splits of one run of digits into parts and, last, their total.

    The total is chosen first: it bounds what the parts may still add up to.
    """

    def walk(offset: int, left: int, cells: int) -> Iterator[Split]:
        if cells == 0:
            if offset == end and left == 0:
                yield ()
            return
        stop = offset + 1 if digits[offset : offset + 1] == "0" else end - cells + 1
        for beyond in range(offset + 1, stop + 1):
            value = int(digits[offset:beyond])
            if value > left:
                return
            for rest in walk(beyond, left - value, cells - 1):
                yield (digits[offset:beyond], *rest)

    for length in range(1, len(digits) - wanted + 2):
        end = len(digits) - length
        if digits[end] != "0" or length == 1:
            for parts in walk(0, int(digits[end:]), wanted - 1):
                yield (*parts, digits[end:])


def _distribute(
    atoms: Sequence[re.Match[str]], wanted: int, totals: Mapping[int, list[int]] | None = None
) -> Iterator[Split]:
    """All splits of the atoms into `wanted` cells; a total that fails ends its branch at once."""
    parts: list[str] = []
    values: list[int] = []
    totals = totals or {}
    behind = [sum(len(m.group()) for m in atoms[n:]) for n in range(len(atoms) + 1)]

    def sound() -> bool:
        last = len(parts) - 1
        return last not in totals or values[last] == sum(values[i] for i in totals[last])

    def walk(atom: int, offset: int) -> Iterator[Split]:
        if atom == len(atoms):
            if len(parts) == wanted:
                yield tuple(parts)
            return
        match = atoms[atom]
        cells = wanted - len(parts)
        if not len(atoms) - atom <= cells <= behind[atom] - offset:
            return
        for text, value, beyond in _pieces(match, offset):
            parts.append(text)
            values.append(value)
            if sound():
                done = beyond < 0
                yield from walk(atom + 1 if done else atom, 0 if done else beyond)
            parts.pop()
            values.pop()

    return walk(0, 0)


def _pieces(match: re.Match[str], offset: int) -> Iterator[tuple[str, int, int]]:
    """(text, value, next offset or -1) of each first cell of an atom from `offset` on."""
    if match["dash"]:
        yield match["dash"], 0, -1
        return
    digits = match["digits"]
    sign = (match["sign"] or "") if offset == 0 else ""
    longest = len(digits)
    if "." not in digits:
        stop = offset + 1 if digits[offset] == "0" else longest
        for end in range(offset + 1, min(stop, longest - 1) + 1):
            yield sign + digits[offset:end], _signed(sign, digits[offset:end]), end
        if digits[offset] == "0" and longest - offset > 1:
            return
    elif offset:
        return
    whole = digits[offset:]
    yield sign + whole + match["tail"], _signed(sign, whole.split(".")[0]), -1


def _signed(sign: str, digits: str) -> int:
    return -int(digits) if sign in ("-", "－") else int(digits)


@dataclass(frozen=True)
class Outcome:
    """What the relations leave of a run-together row: its splits, and whether to trust one alone.

    `doubtful` rows stand in a relation that no choice of splits satisfies: the report itself is
    wrong there, and a split that is the only one left may be so by accident.
    """

    splits: list[Split]
    doubtful: bool


def surviving(
    form: ReportFormat,
    candidates: Mapping[tuple[str, ...], list[Split]],
    known: Mapping[str, int],
    stated: Mapping[str, frozenset[int]],
) -> dict[tuple[str, ...], Outcome]:
    """The splits that some solution of all relations uses, for each run-together row.

    `known` are the cells already read, `stated` the numbers prose states for a cell.
    """
    left = {addresses: list(splits) for addresses, splits in candidates.items()}
    _by_prose(left, stated)
    system = _System.of(form, _vectors(form, left, known))
    system.solve()
    outcomes = {}
    for addresses, splits in left.items():
        key = _row_key(addresses)
        allowed = system.supported.get(key)
        kept = [s for s in splits if allowed is None or _vector(s) in allowed]
        outcomes[addresses] = Outcome(
            kept or splits, key in system.doubtful and not _plain_digits(addresses, splits)
        )
    return outcomes


def _plain_digits(addresses: Sequence[str], splits: list[Split]) -> bool:
    """True if each cell is one digit: no relation was needed to split the row."""
    return len(splits) == 1 and len("".join(splits[0])) == len(addresses)


def _by_prose(
    left: dict[tuple[str, ...], list[Split]], stated: Mapping[str, frozenset[int]]
) -> None:
    """Keep the splits that agree with every number the prose states, if exactly one does."""
    for addresses, splits in left.items():
        spoken = [(n, stated[a]) for n, a in enumerate(addresses) if a in stated]
        if not spoken or len(splits) < 2:
            continue
        agreeing = [s for s in splits if all(_plain(s[n]) in numbers for n, numbers in spoken)]
        if len(agreeing) == 1:
            left[addresses] = agreeing


def _plain(text: str) -> int:
    match = _ATOM.match(text)
    if match is None or match["dash"]:
        return 0
    return _signed(match["sign"] or "", match["digits"].split(".")[0])


def _vector(split: Iterable[str]) -> _Vector:
    return tuple(_plain(text) for text in split)


def _row_key(addresses: Sequence[str]) -> str:
    return addresses[0].rsplit(".", 1)[0]


def _vectors(
    form: ReportFormat, left: Mapping[tuple[str, ...], list[Split]], known: Mapping[str, int]
) -> _Rows:
    """For each row of table three, the vectors its cells may be; rows not read are absent."""
    table = form.tables["t3"]
    rows: _Rows = {}
    for line in table.rows:
        addresses = tuple(f"t3.{line.key}.{column.key}" for column in table.columns)
        if addresses in left:
            rows[_row_key(addresses)] = sorted({_vector(s) for s in left[addresses]})
        elif all(a in known for a in addresses):
            rows[_row_key(addresses)] = [tuple(known[a] for a in addresses)]
    return rows


@dataclass
class _System:
    """The two column relations of table three, as equations between rows.

    opening = closing (balance), total = sum of parts (result total). `rows` are the vectors each
    row may be; what `solve` finds is in `supported` (only rows it could decide) and `doubtful`.
    """

    rows: _Rows
    opening: list[str]
    closing: list[str]
    total: str
    parts: list[str]
    supported: dict[str, set[_Vector]] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)

    @staticmethod
    def of(form: ReportFormat, rows: _Rows) -> _System:
        def keys(terms: Iterable[Term]) -> list[str]:
            return [term.address.rsplit(".", 1)[0] for term in terms]

        balance = next(r for r in form.relations if r.code == "T3-BALANCE")
        result = next(r for r in form.relations if r.code == "T3-RESULT-TOTAL")
        total = keys(result.left)[0]
        return _System(rows, keys(balance.left), keys(balance.right), total, keys(result.right))

    def solve(self) -> None:
        """Decide what can be decided."""
        outer = [*self.opening, *self.closing]
        chosen = self._balanced(outer)
        totals = {dict(zip(outer, c, strict=True))[self.total] for c in chosen}
        by_total: dict[_Vector, dict[str, set[_Vector]]] = {}
        if all(key in self.rows for key in [self.total, *self.parts]):
            for total in totals or set(self.rows[self.total]):
                found = _parts_of(total, {key: self.rows[key] for key in self.parts})
                if found is not None:
                    by_total[total] = found
            if by_total:
                chosen = [
                    c for c in chosen if dict(zip(outer, c, strict=True))[self.total] in by_total
                ]
            else:
                self._doubt([self.total], self.parts)
        for choice in chosen:
            for key, vector in zip(outer, choice, strict=True):
                self.supported.setdefault(key, set()).add(vector)
        for total, found in by_total.items():
            self.supported.setdefault(self.total, set()).add(total)
            for key, vectors in found.items():
                self.supported.setdefault(key, set()).update(vectors)

    def _balanced(self, outer: list[str]) -> list[tuple[_Vector, ...]]:
        """Choices of the outer rows that balance; none if undecidable."""
        if any(key not in self.rows for key in outer):
            return []
        if prod(len(self.rows[key]) for key in outer) > _MOST_COMBINATIONS:
            return []
        n = len(self.opening)
        chosen = [
            c for c in product(*(self.rows[key] for key in outer)) if _add(c[:n]) == _add(c[n:])
        ]
        if not chosen:
            self._doubt(self.opening, self.closing)
        return chosen

    def _doubt(self, left: list[str], right: list[str]) -> None:
        """No choice satisfies left = right: trust the rows only if one or two columns are off."""
        every = [*left, *right]
        if all(len(self.rows[key]) == 1 for key in every):
            sums = [_add(self.rows[key][0] for key in side) for side in (left, right)]
            if sum(a != b for a, b in zip(*sums, strict=True)) <= 2:
                return
        self.doubtful.update(every)


def _add(vectors: Iterable[_Vector]) -> _Vector:
    return tuple(map(sum, zip(*vectors, strict=True)))


def _within(vector: _Vector, limit: _Vector) -> bool:
    return all(x <= most for x, most in zip(vector, limit, strict=True))


def _parts_of(total: _Vector, rows: _Rows) -> dict[str, set[_Vector]] | None:
    """Which vectors of each row can add up to `total`; None if no choice can, {} if too many."""
    keys = list(rows)
    zero = tuple(0 for _ in total)
    fitting = {key: [v for v in rows[key] if _within(v, total)] for key in keys}
    forward = [{zero}]
    for key in keys:
        reached = (_add((before, v)) for before in forward[-1] for v in fitting[key])
        sums = {s for s in reached if _within(s, total)}
        if len(sums) > _MOST_SUMS:
            return {}
        forward.append(sums)
    if total not in forward[-1]:
        return None
    supported: dict[str, set[_Vector]] = {}
    reachable = {total}
    for n in range(len(keys) - 1, -1, -1):
        earlier = set()
        for v in fitting[keys[n]]:
            for after in reachable:
                before = tuple(a - x for a, x in zip(after, v, strict=True))
                if before in forward[n]:
                    earlier.add(before)
                    supported.setdefault(keys[n], set()).add(v)
        reachable = earlier
    return supported
