"""Disclosure control: which queries can be protected, and what of their results may be seen.

Here are the values alone. What reads SQL is imported from ``queries.plan`` by those who read some: a process that binds
or answers what was planned elsewhere starts without a parser.
"""

from __future__ import annotations

from ecluse_platform.core.disclosure.csv_text import to_csv
from ecluse_platform.core.disclosure.query import Kind, Measure, Unit, VerifiedQuery
from ecluse_platform.core.disclosure.table import Finding, Interval, Obeyed, ProtectedTable, Role, Row, Rule, Summary

__all__ = [
    "Finding",
    "Interval",
    "Kind",
    "Measure",
    "Obeyed",
    "ProtectedTable",
    "Role",
    "Row",
    "Rule",
    "Summary",
    "Unit",
    "VerifiedQuery",
    "to_csv",
]
