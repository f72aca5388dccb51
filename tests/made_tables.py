"""Protected tables made by hand, for tests of what happens to a table after it was protected."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ecluse_platform.core.disclosure.query import Measure, Unit
from ecluse_platform.core.disclosure.table import (
    Finding,
    Interval,
    Obeyed,
    ProtectedTable,
    Role,
    Row,
    Rule,
    Summary,
)
from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import ComparedWith, ProofCount
from ecluse_platform.core.text import Text
from ecluse_platform.egress.ports import Screened

VERSION = "20261101T060000Z-0123abcd"
PATIENTS = Measure(name="patients", unit=Unit.PERSONS)
_WORDINGS = {
    Rule.THRESHOLD_PERSONS: Text(fr="moins de 11 personnes distinctes", en="fewer than 11 distinct persons"),
    Rule.SECONDARY: Text(fr="protège une autre cellule", en="protects another cell"),
    Rule.HISTORY: Text(fr="pourrait être soustraite", en="could be subtracted"),
}


@dataclass(frozen=True)
class Cell:
    """One row: its labels, its persons (shown where there are enough), and what hides it beside their number.

    A label of "Total" is the total of its dimension.
    """

    labels: tuple[str | None, ...]
    persons: int
    rule: Rule | None = None


def table_of(
    cells: Iterable[Cell],
    profile: DisclosureProfile,
    dimensions: Sequence[str] = ("BEN_SEX_COD",),
    proposals: tuple[Text, ...] = (),
    kept_percent: str | None = None,
) -> ProtectedTable:
    """Return the table of some cells under a profile; refuse too many."""
    rows = [_row(cell, profile) for cell in cells]
    if len(rows) > profile.max_cells:
        raise Refusal("too_many_cells", {"most": str(profile.max_cells)})
    roles = [row.finding.role for row in rows if row.finding is not None]
    primary, secondary = roles.count(Role.PRIMARY), roles.count(Role.SECONDARY)
    return ProtectedTable(
        dimensions=tuple(dimensions),
        measures=(PATIENTS,),
        rows=tuple(rows),
        obeys=Obeyed.of(profile),
        summary=Summary(
            primary=primary,
            secondary=secondary,
            kept_percent=kept_percent,
            certificates=2 * primary,
            whole=2 * primary,
            proposals=proposals,
        ),
    )


def _row(cell: Cell, profile: DisclosureProfile) -> Row:
    rule = Rule.THRESHOLD_PERSONS if cell.persons < profile.threshold_persons else cell.rule
    totals = tuple(label == "Total" for label in cell.labels)
    labels = tuple(None if total else label for label, total in zip(cell.labels, totals, strict=True))
    if rule is None:
        reveals = ((cell.persons,),)
        return Row(labels=labels, totals=totals, values=(cell.persons,), reveals=reveals, finding=None)
    primary = rule is not Rule.SECONDARY
    finding = Finding(
        rule=rule,
        role=Role.PRIMARY if primary else Role.SECONDARY,
        wording=_WORDINGS[rule],
        intervals=(Interval(quantity="persons", low="1", high="24"),) if primary else (),
    )
    return Row(labels=labels, totals=totals, values=(None,), reveals=(), finding=finding)


def screened(table: ProtectedTable, item: str, compared: tuple[ComparedWith, ...] = ()) -> Screened:
    """Return what compute answers with a table: proved, sealed and remembered."""
    ends = 2 * table.summary.primary
    return Screened(
        table=table,
        extract_version=VERSION,
        memory_sha256=hashlib.sha256(item.encode()).hexdigest(),
        evidence=f"sealed evidence of {item}".encode(),
        proof=ProofCount(ends=ends, certificates=ends, whole=ends, attacked=0),
        compared=compared,
    )
