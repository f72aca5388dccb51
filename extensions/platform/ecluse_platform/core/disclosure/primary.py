"""Primary suppression: which cells are too small to be seen, and the table without them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ecluse_platform.core.disclosure.query import Measure, Unit, VerifiedQuery
from ecluse_platform.core.disclosure.table import Finding, Obeyed, ProtectedTable, Row, Rule, Summary
from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.text import Text


@dataclass(frozen=True)
class Cell:
    """One cell as computed, before any protection: it must not leave the computing process.

    ``persons`` are distinct owners of its rows. ``measured`` is the same count by the key that the researcher chose:
    it differs where several pseudonyms belong to one owner, or where the key is missing.
    """

    labels: tuple[str | None, ...]
    measured: int
    persons: int
    rows: int


def protect(query: VerifiedQuery, cells: Iterable[Cell], profile: DisclosureProfile) -> ProtectedTable:
    """Hide every measure of every cell that is too small; refuse a table with too many cells to be reviewed."""
    rows: list[Row] = []
    for cell in cells:
        if len(rows) == profile.max_cells:
            raise Refusal("too_many_cells", {"most": str(profile.max_cells)})
        finding = _finding(cell, query.measures, profile)
        values = tuple(None if finding else _value(cell, measure.unit) for measure in query.measures)
        reveals = () if finding else tuple((_value(cell, measure.unit),) for measure in query.measures)
        totals = (False,) * len(cell.labels)
        rows.append(Row(labels=cell.labels, totals=totals, values=values, reveals=reveals, finding=finding))
    return ProtectedTable(
        dimensions=query.dimensions,
        measures=query.measures,
        rows=tuple(rows),
        obeys=Obeyed.of(profile),
        summary=Summary(primary=sum(row.finding is not None for row in rows), secondary=0, kept_percent=None),
    )


def _finding(cell: Cell, measures: tuple[Measure, ...], profile: DisclosureProfile) -> Finding | None:
    # A count of persons is a value of its own: it too must reach the threshold, even where there are more owners.
    measured = cell.measured if any(measure.unit is Unit.PERSONS for measure in measures) else cell.persons
    if min(cell.persons, measured) < profile.threshold_persons:
        return _persons(profile.threshold_persons)
    if cell.rows < profile.threshold_rows:
        return _rows(profile.threshold_rows)
    return None


def _value(cell: Cell, unit: Unit) -> int:
    return cell.measured if unit is Unit.PERSONS else cell.rows


def _persons(threshold: int) -> Finding:
    wording = Text(fr=f"moins de {threshold} personnes distinctes", en=f"fewer than {threshold} distinct persons")
    return Finding(rule=Rule.THRESHOLD_PERSONS, wording=wording)


def _rows(threshold: int) -> Finding:
    wording = Text(fr=f"moins de {threshold} lignes", en=f"fewer than {threshold} rows")
    return Finding(rule=Rule.THRESHOLD_ROWS, wording=wording)
