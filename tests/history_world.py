"""A project that asks for one table after another of the same persons, and someone who holds all of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
from scipy.optimize import linprog

from ecluse_platform.compute.history import Earlier, Found, Memories, remember_and_compare
from ecluse_platform.core.disclosure.query import Kind, Measure, Unit
from ecluse_platform.core.disclosure.suppression.suppress import Effort, suppress
from ecluse_platform.core.disclosure.suppression.system import Pattern, Protection, System
from ecluse_platform.core.disclosure.table import Finding, Obeyed, ProtectedTable, Role, Row, Rule, Summary
from ecluse_platform.core.policy.disclosure import Method, Zeros
from ecluse_platform.core.text import Text

SMALL = Finding(rule=Rule.THRESHOLD_PERSONS, role=Role.PRIMARY, wording=Text(fr="x", en="x"))
PERSONS = Measure(name="persons", unit=Unit.PERSONS)
MEAN = Measure(name="cost", unit=Unit.PERSONS, kind=Kind.MEAN, of="sum1")
THRESHOLD = 11
OBEYED = Obeyed(
    threshold_persons=THRESHOLD,
    threshold_rows=THRESHOLD,
    threshold_professionals=None,
    threshold_establishments=None,
    quantile_tail=THRESHOLD,
    zeros=Zeros.SHOWN,
    method=Method.SUPPRESSION,
    rounding_base=None,
    total_label="Total",
)


def search(system: System, protections: Sequence[Protection]) -> Pattern:
    """Suppress with effort enough for small tables."""
    return suppress(system, protections, Effort(work=10**9, trials=0))


@dataclass
class Project:
    """Persons with attributes, and the tables over them that were asked for."""

    folder: Path
    people: list[dict[str, object]]
    remembers: bool = True
    out: list[Earlier] = field(default_factory=list)
    tables: list[ProtectedTable] = field(default_factory=list)
    holding: list[list[frozenset[int]]] = field(default_factory=list)

    def ask(
        self,
        by: Sequence[str],
        where: str = "TRUE",
        *,
        margins: bool = False,
        measures: tuple[Measure, ...] = (PERSONS,),
    ) -> Found:
        """Ask for the persons by some attributes, and let out what may leave."""
        with duckdb.connect() as connection:
            self._fill(connection)
            members = _members(by, where, margins=margins)
            table, sets = _protected(connection, members, by, measures)
            known = tuple(self.out) if self.remembers else ()
            memories = Memories(self.folder, f"r{len(self.out)}-1-0", known, 5000)
            found = remember_and_compare(connection, members, table, memories, search)
        self.out.append(Earlier(memories.item, found.memory_sha256))
        self.tables.append(found.table)
        self.holding.append(sets)
        return found

    def leaks(self) -> list[tuple[int, int, int]]:
        """Return the small groups whose size everything that is out bounds too well: persons, lowest, highest."""
        return attacked(self.tables, self.holding, THRESHOLD)

    def _fill(self, connection: duckdb.DuckDBPyConnection) -> None:
        names = [name for name in self.people[0] if name != "u"]
        connection.execute(f"CREATE TABLE people (u BIGINT, {', '.join(f'{name} VARCHAR' for name in names)})")
        one = f"({', '.join('?' * (len(names) + 1))})"
        values = [None if person[n] is None else str(person[n]) for person in self.people for n in ("u", *names)]
        connection.execute(f"INSERT INTO people VALUES {', '.join([one] * len(self.people))}", values)


def _members(by: Sequence[str], where: str, *, margins: bool) -> str:
    labels = [f"CASE WHEN grouping({name}) = 1 THEN NULL ELSE {name} END AS d{i + 1}" for i, name in enumerate(by)]
    totals = [f"grouping({name}) = 1 AS t{i + 1}" for i, name in enumerate(by)]
    each = ["(" + ", ".join(("u", *chosen)) + ")" for chosen in _chosen(by, margins=margins)]
    sets = f"GROUPING SETS ({', '.join(each)})"
    columns = ", ".join([*labels, *totals, "u", "count(*) AS n", "0 AS r"])
    return f"SELECT {columns} FROM people WHERE {where} GROUP BY {sets}"


def _chosen(by: Sequence[str], *, margins: bool) -> Iterable[tuple[str, ...]]:
    if not margins:
        return [tuple(by)]
    return itertools.chain.from_iterable(itertools.combinations(by, size) for size in range(len(by) + 1))


def _protected(
    connection: duckdb.DuckDBPyConnection, members: str, by: Sequence[str], measures: tuple[Measure, ...]
) -> tuple[ProtectedTable, list[frozenset[int]]]:
    width = len(by)
    keys = ", ".join(str(i + 1) for i in range(2 * width))
    group = f"GROUP BY {keys}" if width else ""
    rows, sets, small = [], [], 0
    for found in connection.execute(
        f"SELECT {', '.join([*(f'd{i + 1}' for i in range(width)), *(f't{i + 1}' for i in range(width)), 'list(u)'])} "
        f"FROM ({members}) {group} ORDER BY ALL"
    ).fetchall():
        labels, totals, persons = found[:width], found[width:-1], frozenset(found[-1])
        hidden = len(persons) < THRESHOLD
        small += hidden
        values = tuple(None if hidden else len(persons) if m.kind is Kind.COUNT else "1.0" for m in measures)
        reveals = () if hidden else ((len(persons),),) * len(measures)
        rows.append(
            Row(labels=labels, totals=totals, values=values, reveals=reveals, finding=SMALL if hidden else None)
        )
        sets.append(persons)
    table = ProtectedTable(
        dimensions=tuple(by),
        measures=measures,
        rows=tuple(rows),
        obeys=OBEYED,
        summary=Summary(primary=small, secondary=0, kept_percent=None),
    )
    return table, sets


def attacked(
    tables: Sequence[ProtectedTable], holding: Sequence[Sequence[frozenset[int]]], threshold: int
) -> list[tuple[int, int, int]]:
    """Bound every small group of persons who are in the same cells, by linear programming over what is shown.

    Written from the definition, sharing nothing with what it checks: groups, one equation for each shown cell.
    """
    cells = [
        (seen.finding is None, persons)
        for table, sets in zip(tables, holding, strict=True)
        for seen, persons in zip(table.rows, sets, strict=True)
    ]
    places: dict[int, list[int]] = {}
    for place, (_, persons) in enumerate(cells):
        for person in persons:
            places.setdefault(person, []).append(place)
    groups: dict[tuple[int, ...], int] = {}
    for held in places.values():
        groups[tuple(held)] = groups.get(tuple(held), 0) + 1
    names, sizes = list(groups), np.array(list(groups.values()), dtype=float)
    matrix = np.array([[place in name for name in names] for place in range(len(cells))], dtype=float)
    shown = np.array([seen for seen, _ in cells])
    found = []
    for column, size in enumerate(sizes):
        if size >= threshold:
            continue
        ends = []
        for sign in (1, -1):
            aim = np.zeros(len(names))
            aim[column] = sign
            answer = linprog(
                aim,
                A_eq=matrix[shown] if shown.any() else None,
                b_eq=matrix[shown] @ sizes if shown.any() else None,
                A_ub=-matrix[~shown] if (~shown).any() else None,
                b_ub=-np.ones(int((~shown).sum())) if (~shown).any() else None,
                bounds=(0, 10**6),
            )
            ends.append(sign * float(answer.fun))
        low, high = round(ends[0] - 1e-6 + 0.499999), round(ends[1] + 1e-6 - 0.499999)
        if low > 1 or high < threshold:
            found.append((int(size), low, high))
    return found
