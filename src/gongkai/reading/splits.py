"""Splitting run-together cells, by the relations of the form and nothing else.

A row's own total leaves few splits; the balance and the result total of table three, taken over all
rows at once, leave fewer. What is left where several remain is the honest answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from gongkai.regulation.report_formats import CellSpec, Relation, ReportFormat

__all__ = ["Split", "splits_of", "surviving"]

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
    for split in _distribute(atoms, wanted, totals):
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


def _distribute(
    atoms: Sequence[re.Match[str]], wanted: int, totals: Mapping[int, list[int]] | None = None
) -> Iterator[Split]:
    """All splits of the atoms into `wanted` cells; a total that fails ends its branch at once."""
    parts: list[str] = []
    values: list[int] = []
    totals = totals or {}

    def sound() -> bool:
        last = len(parts) - 1
        return last not in totals or values[last] == sum(values[i] for i in totals[last])

    def walk(atom: int, offset: int) -> Iterator[Split]:
        if atom == len(atoms):
            if len(parts) == wanted:
                yield tuple(parts)
            return
        match = atoms[atom]
        if len(parts) + len(atoms) - atom > wanted:
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


def surviving(
    form: ReportFormat,
    candidates: Mapping[tuple[str, ...], list[Split]],
    known: Mapping[str, int],
    stated: Mapping[str, frozenset[int]],
) -> dict[tuple[str, ...], list[Split]]:
    """The splits that some solution of all relations uses, for each run-together row.

    `known` are the cells already read. Where the relations admit no solution at all (the report
    itself is wrong) they decide nothing, and each row keeps its own splits.
    """
    left = {addresses: list(splits) for addresses, splits in candidates.items()}
    _by_prose(left, stated)
    rows = _vectors(form, left, known)
    supported = _solve(form, rows)
    for addresses, splits in left.items():
        key = _row_key(addresses)
        if key in supported:
            kept = [s for s in splits if _vector(s) in supported[key]]
            left[addresses] = kept or splits
    return left


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


def _equation(form: ReportFormat, code: str) -> tuple[list[str], list[str]]:
    """Row keys left and right of a column relation of table three."""
    relation: Relation = next(r for r in form.relations if r.code == code)
    return (
        [t.address.rsplit(".", 1)[0] for t in relation.left],
        [t.address.rsplit(".", 1)[0] for t in relation.right],
    )


def _solve(form: ReportFormat, rows: _Rows) -> dict[str, set[_Vector]]:
    """The vectors that take part in a solution; {} if rows are missing or none exists."""
    opening, closing = _equation(form, "T3-BALANCE")
    totals, parts = _equation(form, "T3-RESULT-TOTAL")
    outer = [*opening, *closing]
    if any(key not in rows for key in outer):
        return {}
    inner_known = all(key in rows for key in parts)
    supported: dict[str, set[_Vector]] = {}
    by_total: dict[_Vector, dict[str, set[_Vector]] | None] = {}
    combinations = 1
    for key in outer:
        combinations *= len(rows[key])
    if combinations > _MOST_COMBINATIONS:
        return {}
    for chosen in product(*(rows[key] for key in outer)):
        picked = dict(zip(outer, chosen, strict=True))
        if _add(picked[k] for k in opening) != _add(picked[k] for k in closing):
            continue
        total = picked[totals[0]]
        if inner_known and total not in by_total:
            by_total[total] = _parts_of(total, {key: rows[key] for key in parts})
        inner = by_total.get(total) if inner_known else {}
        if inner is None:
            continue
        for key, vector in (*picked.items(),):
            supported.setdefault(key, set()).add(vector)
        for key, vectors in inner.items():
            supported.setdefault(key, set()).update(vectors)
    return supported


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
