"""Run-together cells are split by the relations of the form, and by nothing else."""

from gongkai.reading.splits import splits_of, surviving
from gongkai.regulation.report_formats import ReportFormat, report_format


def row(form: ReportFormat, key: str) -> list[str]:
    return [a for a in form.addresses if a.startswith(f"t3.{key}.")]


def split(texts: list[str], key: str = "res_granted") -> list[tuple[str, ...]] | None:
    form = report_format("2021")
    return splits_of(texts, [form.cells[a] for a in row(form, key)])


def test_as_many_digits_as_cells_leave_one_way_even_if_the_sum_is_wrong() -> None:
    assert split(["1000009"]) == [("1", "0", "0", "0", "0", "0", "9")]


def test_the_total_decides_where_a_number_ends() -> None:
    # 64+0+0+2+0+4 = 70; no other cut of these digits adds up.
    assert split(["640020470"]) == [("64", "0", "0", "2", "0", "4", "70")]


def test_two_ways_that_both_add_up_are_both_kept() -> None:
    # 27+0+0+2+0+1 = 30 and 2+7+0+0+20+1 = 30.
    assert split(["270020130"]) == [
        ("2", "7", "0", "0", "20", "1", "30"),
        ("27", "0", "0", "2", "0", "1", "30"),
    ]


def test_white_space_is_an_edge_no_number_crosses() -> None:
    assert split(["500000", "5"]) == [("5", "0", "0", "0", "0", "0", "5")]


def test_digits_that_cannot_add_up_are_no_row() -> None:
    assert split(["12345678"]) is None


def test_fewer_digits_than_cells_are_no_row() -> None:
    assert split(["26", "26"]) is None


def test_table_four_splits_group_by_group() -> None:
    form = report_format("2021")
    addresses = [a for a in form.addresses if a.startswith("t4.")]
    # 1+0+2+0 = 3 · 12+0+0+0 = 12 · 0+0+0+0 = 0
    assert splits_of(["10203120001200000"], [form.cells[a] for a in addresses]) == [
        tuple("1 0 2 0 3 12 0 0 0 12 0 0 0 0 0".split())
    ]


def test_the_other_rows_settle_what_a_row_leaves_open() -> None:
    """New 30, granted 2|7|20 or 27|0|2: with one research case in no other row, only 27 fits."""
    form = report_format("2021")
    zero = {a: 0 for a in form.addresses if a.startswith("t3.")}
    natural = {"new_received": 27, "res_total": 27}
    known = zero | {f"t3.{k}.natural_person": v for k, v in natural.items()}
    for key in natural:
        known |= {
            f"t3.{key}.legal_public_welfare": 2,
            f"t3.{key}.legal_other": 1,
            f"t3.{key}.total": 30,
        }
    addresses = tuple(row(form, "res_granted"))
    for address in addresses:
        del known[address]
    ways = splits_of(["270020130"], [form.cells[a] for a in addresses])
    assert ways is not None and len(ways) == 2
    outcome = surviving(form, {addresses: ways}, known, {})[addresses]
    assert outcome.splits == [("27", "0", "0", "2", "0", "1", "30")]
    assert not outcome.doubtful


def test_prose_settles_what_no_relation_speaks_of() -> None:
    form = report_format("2021")
    addresses = tuple(a for a in form.addresses if a.startswith("t2.art20_1.normative_docs"))
    ways = splits_of(["8855698"], [form.cells[a] for a in addresses])
    assert ways is not None and ("88", "55", "698") in ways and len(ways) == 15
    stated = {addresses[0]: frozenset({88}), addresses[2]: frozenset({698})}
    assert surviving(form, {addresses: ways}, {}, stated)[addresses].splits == [("88", "55", "698")]


def test_prose_that_leaves_several_ways_settles_nothing() -> None:
    form = report_format("2021")
    addresses = tuple(a for a in form.addresses if a.startswith("t2.art20_1.normative_docs"))
    ways = splits_of(["8855698"], [form.cells[a] for a in addresses]) or []
    stated = {addresses[2]: frozenset({698})}  # 8 855, 88 55 and 885 5 all remain
    assert len(surviving(form, {addresses: ways}, {}, stated)[addresses].splits) == 15
