"""A protected table in short, for stewards: what is hidden and why, what outsiders can tell, how it is proved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ecluse_platform.core.disclosure.table import Interval, ProtectedTable, Role, Row, Rule
from ecluse_platform.core.requests import ProofCount
from ecluse_platform.core.text import Text
from ecluse_platform.egress.services.looking import SeenTable

# Rules about who is behind a sum, rather than how many are behind a count.
_SHARES = frozenset({Rule.LARGEST_SHARE, Rule.DOMINANCE, Rule.P_PERCENT})


@dataclass(frozen=True)
class Hidden:
    """One rule and the number of rows that it hides."""

    wording: Text
    rows: int
    role: Role


@dataclass(frozen=True)
class Bound:
    """A row that is hidden for itself (numbered from 1), by its labels, and what outsiders can say of its numbers."""

    number: int
    row: Row
    intervals: tuple[Interval, ...]


@dataclass(frozen=True)
class Report:
    """What a steward wants to know of one table before reading its rows."""

    seen: SeenTable
    published: int
    hidden: int
    primary: int
    secondary: int
    kept: str | None
    rules: tuple[Hidden, ...]
    shares: int
    bounds: tuple[Bound, ...]
    proof: ProofCount | None
    proposals: tuple[Text, ...]
    because: Mapping[str, int]


def report_of(seen: SeenTable, table: ProtectedTable) -> Report:
    """Count what is shown and what each rule hides, the busiest rule first."""
    findings = [row.finding for row in table.rows if row.finding is not None]
    wordings = {finding.rule: (finding.wording, finding.role) for finding in findings}
    counts = Counter(finding.rule for finding in findings)
    return Report(
        seen=seen,
        published=table.published,
        hidden=table.hidden,
        primary=table.summary.primary,
        secondary=table.summary.secondary,
        kept=table.summary.kept_percent,
        rules=tuple(Hidden(wordings[rule][0], rows, wordings[rule][1]) for rule, rows in counts.most_common()),
        shares=sum(rows for rule, rows in counts.items() if rule in _SHARES),
        bounds=tuple(
            Bound(number, row, row.finding.intervals)
            for number, row in enumerate(table.rows, start=1)
            if row.finding is not None and row.finding.role is Role.PRIMARY and row.finding.intervals
        ),
        proof=seen.screened.proof,
        proposals=table.summary.proposals,
        because=MappingProxyType(dict(seen.because)),
    )
