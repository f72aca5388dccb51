"""The small-cell rule on a stored private answer, under the rules of today: hiding more of it costs no privacy."""

from __future__ import annotations

from decimal import Decimal

from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.privacy.answer import Column, PrivateTable, Row
from ecluse_platform.core.privacy.precision import COUNTS
from ecluse_platform.core.privacy.query import Combine, OutputKind, PrivateQuery


def threshold_of(query: PrivateQuery, profile: DisclosureProfile) -> int:
    """Return the smallest noised count of a cell of which anything may be shown: of persons, else of rows."""
    counted = next(vector for vector in query.vectors if vector.name == query.counted)
    return _least_rows(query, profile) if counted.combine is Combine.ADD else profile.threshold_persons


def _least_rows(query: PrivateQuery, profile: DisclosureProfile) -> int:
    # Where a person has one row, rows are persons too.
    return max(profile.threshold_persons, profile.threshold_rows) if query.rows == 1 else profile.threshold_rows


def hidden_under(table: PrivateTable, query: PrivateQuery, profile: DisclosureProfile) -> PrivateTable:
    """Return an answer with every cell hidden that the rules of today hide; nothing that was hidden comes back."""
    least = max(table.least, threshold_of(query, profile))
    columns = tuple(_column(column, query, profile) for column in table.columns)
    rows = tuple(_row(row, columns, least) for row in table.rows)
    changed = {"columns": columns, "rows": rows, "least": least, "mark": profile.mark}
    return PrivateTable.model_validate({**{name: getattr(table, name) for name in type(table).model_fields}, **changed})


def _column(column: Column, query: PrivateQuery, profile: DisclosureProfile) -> Column:
    if column.kind not in COUNTS:
        return column
    most = profile.threshold_persons if column.kind is OutputKind.PERSONS else _least_rows(query, profile)
    return column.model_copy(update={"least": max(column.least or most, most)})


def _row(row: Row, columns: tuple[Column, ...], least: int) -> Row:
    if row.counted is None or row.counted < least:
        return Row(labels=row.labels, counted=None, figures=(None,) * len(columns))
    figures = tuple(
        None if figure is None or (column.least is not None and Decimal(figure.value) < column.least) else figure
        for figure, column in zip(row.figures, columns, strict=True)
    )
    # A count of which no figure is shown would be told by itself.
    counted = row.counted if any(figure is not None for figure in figures) else None
    return Row(labels=row.labels, counted=counted, figures=figures)
