# The queries are made of parts of this module; what is drawn at random is which parts.
"""Cells that SQL computes against cells that plain Python computes from the same rows."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import small_cells
import small_world
from ecluse_platform.compute.measuring import Measured
from ecluse_platform.core.disclosure import Unit
from ecluse_platform.core.disclosure.queries.statements import members
from ecluse_platform.core.refusals import Refusal

Line = dict[str, Any]
Flags = tuple[bool, ...]
SETTINGS = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
DATABASE = duckdb.connect(config={"threads": "1"})
small_world.fill(DATABASE, small_world.People())
PROFILE = small_world.profile(threshold_professionals=3)

DIMENSIONS: dict[str, Callable[[Line], Any]] = {
    "b.SEX": lambda line: line["sex"],
    "b.DPT": lambda line: line["dpt"],
    "month(p.DAY)": lambda line: line["day"].month,
    "left(b.BIRTH, 3)": lambda line: None if line["birth"] is None else line["birth"][:3],
}
PART = "p.NAT = 1112"
GROUPINGS: dict[str, Callable[[int], set[Flags]]] = {
    "ALL": lambda size: {(True,) * size},
    "ROLLUP": lambda size: {tuple(at < shown for at in range(size)) for shown in range(size + 1)},
    "CUBE": lambda size: set(product((True, False), repeat=size)),
    "GROUPING SETS": lambda size: {tuple(at == alone for at in range(size)) for alone in range(size)},
}
MEASURES = (
    "count(*) AS n, count(DISTINCT b.IDT) AS k, "
    f"count(DISTINCT b.IDT) FILTER (WHERE {PART}) AS part, 100 * count(*) FILTER (WHERE {PART}) / count(*) AS share, "
    "count(DISTINCT p.PFS) AS doctors, sum(p.EUR) AS euros, avg(p.EUR) AS mean, stddev(p.EUR) AS deviation, "
    "median(p.EUR) AS middle, quantile_cont(p.EUR, 0.9) AS high"
)
persons = st.fixed_dictionaries(
    {
        # Few owners for many identifiers, some of them nobody's: keys are as wrong as they can be.
        "owner": st.one_of(st.none(), st.integers(1, 6)),
        "sex": st.sampled_from([1, 2, None]),
        "birth": st.sampled_from(["1950", "1961", None]),
        "dpt": st.sampled_from(["075", "2A", None]),
        "days": st.lists(st.integers(0, 80).map(lambda n: date(2022, 1, 1) + timedelta(days=n)), max_size=4).map(tuple),
        "nat": st.sampled_from([1111, 1112]),
        "euros": st.lists(
            st.sampled_from([None, *map(Decimal, ("-3.50", "0", "0.01", "12.34", "99999999.99"))]),
            min_size=1,
            max_size=3,
        ).map(tuple),
        "pfs": st.sampled_from(["f1", "f2", None]),
    }
)


@dataclass(frozen=True)
class Asked:
    """A query as text, and the parts that it was made of."""

    dimensions: tuple[str, ...]
    grouping: str

    @property
    def sql(self) -> str:
        """Write it."""
        listed = ", ".join([*(f"{text} AS a{at}" for at, text in enumerate(self.dimensions, 1)), MEASURES])
        names = [f"a{at}" for at in range(1, len(self.dimensions) + 1)]
        group = {
            "ALL": "ALL",
            "GROUPING SETS": f"GROUPING SETS ({', '.join(f'({name})' for name in names)})",
        }.get(self.grouping, f"{self.grouping} ({', '.join(names)})")
        return f"SELECT {listed} FROM PRS p JOIN BEN b USING (PSA, RNG) GROUP BY {group}"


asked = st.builds(
    Asked,
    st.lists(st.sampled_from(list(DIMENSIONS)), unique=True, min_size=1, max_size=3).map(tuple),
    st.sampled_from(list(GROUPINGS)),
)


def _people(drawn: list[dict[str, Any]]) -> small_world.People:
    people = small_world.People()
    for person in drawn:
        people.add(**person)
    return people


def _lines(people: small_world.People) -> list[Line]:
    """Join care to persons by hand; a line counts only where both sides have the same owner."""
    lines = []
    for psa, _, idt, sex, birth, dpt, *_, owner in people.ben:
        for care in people.prs:
            if care[2] == psa and owner is not None and care[-1] == owner:
                line = {"idt": idt, "sex": sex, "birth": birth, "dpt": dpt, "day": care[4], "nat": care[5]}
                lines.append({**line, "eur": care[7], "pfs": care[9], "owner": owner})
    return lines


def _measured(people: small_world.People, query: Asked) -> Measured:
    small_world.refill(DATABASE, people)
    return small_cells.measured(DATABASE, small_cells.planned(query.sql, PROFILE))


def _cells(lines: list[Line], query: Asked, sets: Iterable[Flags]) -> dict[Any, list[Line]]:
    """Put each line in its cell of each grouping set; the grand total is there even when it is empty."""
    cells: dict[Any, list[Line]] = {}
    for flags in sets:
        if not any(flags):
            cells[(None,) * len(flags), tuple(not one for one in flags)] = []
        for line in lines:
            values = [
                DIMENSIONS[text](line) if one else None for text, one in zip(query.dimensions, flags, strict=True)
            ]
            labels = tuple(None if value is None else str(value) for value in values)
            cells.setdefault((labels, tuple(not one for one in flags)), []).append(line)
    return cells


def _cents(values: Iterable[Decimal | None]) -> int:
    return sum(int(value * 100) for value in values if value is not None)


@SETTINGS
@given(drawn=st.lists(persons, max_size=14), query=asked)
def test_every_number_of_every_cell_is_what_plain_python_counts(drawn: list[dict[str, Any]], query: Asked) -> None:
    """Persons are owners; keys, professionals, parts, sums, squares, shares and quantiles are exact to the cent."""
    people = _people(drawn)
    found = _measured(people, query)
    wanted = GROUPINGS[query.grouping](len(query.dimensions))
    expected = _cells(_lines(people), query, wanted)
    labels = small_cells.labels_of(found)
    published = [position for position, flag in enumerate(found.layout.published) if flag]
    assert {labels[position] for position in published} == set(expected)
    assert len(published) == len(expected)
    for position in published:
        _check(found, position, expected[labels[position]])


def _check(found: Measured, at: int, lines: list[Line]) -> None:
    statistics_of, part = found.statistics, [line for line in lines if line["nat"] == 1112]
    valued = [line for line in lines if line["eur"] is not None]
    assert statistics_of.persons[at] == len({line["owner"] for line in lines})
    assert statistics_of.rows[at] == len(lines)
    counts = statistics_of.counts
    assert counts["counted_persons"].values[at] == len({line["idt"] for line in lines})
    assert counts["part_counted_persons"].values[at] == len({line["idt"] for line in part})
    assert counts["part_counted_persons"].owners is not None
    assert counts["part_counted_persons"].owners[at] == len({line["owner"] for line in part})
    assert counts["part_rows"].values[at] == len(part)
    doctors = {line["pfs"] for line in lines} - {None}
    assert counts["counted_professionals"].values[at] == len(doctors)
    assert statistics_of.professionals is not None
    assert statistics_of.professionals[at] == len(doctors)
    euros = statistics_of.sums["sum1"]
    assert euros.scale == 2
    assert euros.total[at] == _cents(line["eur"] for line in lines)
    assert euros.rows[at] == len(valued)
    assert euros.persons[at] == len({line["owner"] for line in valued})
    assert euros.squares is not None
    assert euros.squares[at] == sum(int(line["eur"] * 100) ** 2 for line in valued)
    for unit, name in ((Unit.PERSONS, "owner"), (Unit.PROFESSIONALS, "pfs")):
        shares = [
            abs(_cents(line["eur"] for line in lines if line[name] == who))
            for who in {line[name] for line in lines} - {None}
        ]
        assert list(euros.largest[unit][at]) == sorted([*shares, 0, 0], reverse=True)[: len(euros.largest[unit][at])]
        if unit is Unit.PERSONS:
            assert euros.weight[at] == sum(shares)
    _check_median(found, at, valued)


def _check_median(found: Measured, at: int, valued: list[Line]) -> None:
    middle = found.statistics.quantiles["sum1_quantile_5"]
    if valued:
        exact = statistics.median(line["eur"] for line in valued)
        assert abs(middle.values[at] - float(exact * 100)) <= 0.5
        assert middle.below[at] == len({line["owner"] for line in valued if line["eur"] < exact})
        assert middle.above[at] == len({line["owner"] for line in valued if line["eur"] > exact})


@SETTINGS
@given(drawn=st.lists(persons, max_size=14), query=asked)
def test_each_total_is_tied_to_cells_that_differ_in_one_dimension(drawn: list[dict[str, Any]], query: Asked) -> None:
    """Rows and sums of a total are those of the cells with one more dimension, down to the finest, shown or not."""
    found = _measured(_people(drawn), query)
    layout, rows, euros = found.layout, found.statistics.rows, found.statistics.sums["sum1"].total
    for at, codes in enumerate(layout.codes):
        totals = [axis for axis, code in enumerate(codes) if code == layout.dimensions[axis].total]
        ties = []
        for axis in totals:
            finer = [
                other
                for other, theirs in enumerate(layout.codes)
                if theirs[axis] != layout.dimensions[axis].total
                and all(theirs[i] == codes[i] for i in range(len(codes)) if i != axis)
            ]
            if finer:
                ties.append(finer)
        assert ties or not totals or rows[at] == 0
        for finer in ties:
            assert (rows[at], euros[at]) == (rows[finer].sum(), euros[finer].sum())


@SETTINGS
@given(drawn=st.lists(persons, max_size=14), query=asked)
def test_without_one_person_only_the_cells_that_person_is_in_change(drawn: list[dict[str, Any]], query: Asked) -> None:
    """And in those, exactly one person less."""
    people = _people(drawn)
    before = _by_labels(_measured(people, query))
    for owner in {row[-1] for row in people.ben if row[-1] is not None}:
        rest = small_world.People(
            [row for row in people.ben if row[-1] != owner],
            [row for row in people.prs if row[-1] != owner],
            [row for row in people.pha if row[-1] != owner],
        )
        mine = _cells([line for line in _lines(people) if line["owner"] == owner], query, _all_sets(query))
        after = _by_labels(_measured(rest, query))
        for labels, (persons_before, numbers) in before.items():
            persons_after, left = after.get(labels, (0, None))
            if mine.get(labels):
                assert persons_after == persons_before - 1
            else:
                assert (persons_after, left) == (persons_before, numbers)


def _all_sets(query: Asked) -> set[Flags]:
    return set(product((True, False), repeat=len(query.dimensions)))


def _by_labels(found: Measured) -> dict[Any, tuple[int, tuple[int, ...]]]:
    data = found.statistics
    rows = zip(data.rows, data.sums["sum1"].total, data.counts["part_counted_persons"].values, strict=True)
    numbers = [tuple(int(value) for value in row) for row in rows]
    return {
        labels: (int(data.persons[at]), numbers[at])
        for at, labels in enumerate(small_cells.labels_of(found))
        if found.layout.published[at]
    }


@SETTINGS
@given(drawn=st.lists(persons, max_size=14), query=asked)
def test_who_is_in_which_cell_adds_up_to_its_persons(drawn: list[dict[str, Any]], query: Asked) -> None:
    """The list of members has each person once per cell that is shown, with the number of his or her rows."""
    found = _measured(_people(drawn), query)
    planned = small_cells.planned(query.sql, PROFILE)
    size = len(query.dimensions)
    listed: dict[Any, list[tuple[int, int, int]]] = {}
    for row in DATABASE.execute(members(planned.sets, planned.facts)).fetchall():
        listed.setdefault((row[:size], row[size : 2 * size]), []).append(row[2 * size :])
    parts = found.statistics.counts["part_rows"].values
    for at, labels in enumerate(small_cells.labels_of(found)):
        if found.layout.published[at]:
            mine = listed.pop(labels, [])
            assert len({person for person, _, _ in mine}) == len(mine) == found.statistics.persons[at]
            assert sum(rows for _, rows, _ in mine) == found.statistics.rows[at]
            assert sum(part for _, _, part in mine) == parts[at]
    assert listed == {}


@settings(SETTINGS, max_examples=15, phases=(Phase.reuse, Phase.generate))
@given(drawn=st.lists(persons, max_size=14), query=asked)
def test_every_table_is_protected_or_refused(drawn: list[dict[str, Any]], query: Asked) -> None:
    """Amounts below zero, keys that are wrong: never an error, and never a cell under the threshold."""
    found = _measured(_people(drawn), query)
    rules = small_world.profile(persons=3, rows=3, threshold_professionals=2)
    try:
        table = small_cells.protected(small_cells.planned(query.sql, rules), found, rules)
    except Refusal:
        return
    for row, cell in zip(table.rows, small_cells.counted(found), strict=True):
        assert row.finding is not None or min(cell.persons, cell.rows) >= 3


def test_amounts_below_zero_are_protected_with_their_totals() -> None:
    """Outsiders know no lower bound of them, of hidden cells and of those that nobody asked for."""
    people = small_world.People()
    for number in range(40):
        amount = Decimal(-1) if number % 2 else Decimal(number)
        people.add(sex=1 + number // 35, dpt=str(number % 2), days=(date(2022, 1, 5),), euros=(amount,))
    small_world.refill(DATABASE, people)
    care = "FROM PRS JOIN BEN USING (PSA, RNG)"
    sql = f"SELECT SEX, DPT, sum(EUR) AS e {care} GROUP BY GROUPING SETS ((SEX, DPT), ())"
    query = small_cells.planned(sql)
    table = small_cells.protected(query, small_cells.measured(DATABASE, query), small_world.profile())
    assert 0 < table.hidden <= len(table.rows)


def test_a_table_without_dimensions_has_its_one_cell_even_when_nobody_is_in_it() -> None:
    """A count of nobody is a cell like any other: small."""
    small_world.refill(DATABASE, small_world.People())
    found = small_cells.measured(DATABASE, small_cells.planned("SELECT count(*) AS n, sum(EUR) AS s FROM PRS"))
    assert (found.layout.size, found.statistics.persons[0], found.statistics.sums["sum1"].total[0]) == (1, 0, 0)


@pytest.mark.parametrize("threshold", [None, 3])
def test_professionals_are_counted_where_the_rules_protect_them(threshold: int | None) -> None:
    """A query that does not count them is held against their threshold all the same."""
    profile = small_world.profile(threshold_professionals=threshold)
    small_world.refill(DATABASE, _people([{"days": (date(2022, 1, 5),)}]))
    found = small_cells.measured(DATABASE, small_cells.planned("SELECT count(*) AS n FROM PRS", profile))
    assert (found.statistics.professionals is None) == (threshold is None)
