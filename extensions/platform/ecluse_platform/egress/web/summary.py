"""A protected table in a few numbers: how many rows are shown, how many hidden, and by which rule."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ecluse_platform.core.disclosure.table import ProtectedTable
from ecluse_platform.core.text import Text


@dataclass(frozen=True)
class Hidden:
    """One rule and the number of rows that it hides."""

    wording: Text
    rows: int


@dataclass(frozen=True)
class Summary:
    """What a steward wants to know before reading the rows."""

    published: int
    hidden: int
    rules: tuple[Hidden, ...]


def summary_of(table: ProtectedTable) -> Summary:
    """Count what is shown and what each rule hides, the busiest rule first."""
    findings = [row.finding for row in table.rows if row.finding is not None]
    wordings = {finding.rule: finding.wording for finding in findings}
    counts = Counter(finding.rule for finding in findings)
    rules = tuple(Hidden(wordings[rule], rows) for rule, rows in counts.most_common())
    return Summary(table.published, table.hidden, rules)
