"""What the source has no longer, or not yet: lost partitions stop a build, granted years that it lacks are told.

A file that is missing cannot be told from one that never was, but by the version before: it was made from each
partition that there was, rows or none.
"""

from __future__ import annotations

from collections.abc import Iterable

from ecluse_platform.core.policy.catalogue import YEAR_COLUMN, Partition
from ecluse_platform.extract.plan import ExtractPlan
from ecluse_platform.extract.problems import ExtractProblem
from ecluse_platform.extract.source import FLUX_MONTH, Part, Source

_SHOWN = 3
_TELLS = {Partition.YEAR: YEAR_COLUMN, Partition.FLUX_MONTH: FLUX_MONTH}


def check_nothing_lost(source: Source, made_before: Iterable[tuple[str, str]]) -> None:
    """Refuse a source that lacks a (table, partition) of which the last version was made."""
    lost = sorted(f"{t}/{label}" for t, label in made_before if label not in source.parts.get(t, {label: None}))
    if lost:
        more = f" and {len(lost) - _SHOWN} more" if len(lost) > _SHOWN else ""
        raise ExtractProblem(
            f"the source has lost {', '.join(lost[:_SHOWN])}{more}, of which the published version was made.",
            "Restore what is missing; if it is gone for good, or cut otherwise, build with --accept-lost.",
        )


def years_without_source(source: Source, plan: ExtractPlan) -> dict[int, tuple[str, ...]]:
    """Return the granted years that the source lacks, each with the granted tables that have nothing of it."""
    lacking: dict[int, list[str]] = {}
    for table in plan.tables:
        column = None if table.table.partition is None else _TELLS[table.table.partition]
        if column is None or column not in plan.needed[table.name].columns:
            continue
        spans = [_years(part, column) for part in source.parts[table.name].values()]
        known = {year for span in spans if span is not None for year in span}
        for year in sorted(set(plan.years) - known) if None not in spans else ():
            lacking.setdefault(year, []).append(table.name)
    return {year: tuple(tables) for year, tables in lacking.items()}


def _years(part: Part, column: str) -> set[int] | None:
    """Return the years between the first and the last of a partition, by its files' statistics; None if unknown."""
    found: set[int] = set()
    for file in part.files:
        name, metadata = file.names[column], file.metadata
        place = metadata.schema.names.index(name) if name is not None else None
        for group in range(metadata.num_row_groups):
            statistics = None if place is None else metadata.row_group(group).column(place).statistics
            if statistics is None or not statistics.has_min_max:
                return None
            first, last = (getattr(v, "year", v) for v in (statistics.min, statistics.max))
            found.update(range(first, last + 1))
    return found
