"""`ecluse attack`: what anybody can compute of the hidden cells of a protected table."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from ecluse_platform.cli.base import ExitCode, fail
from ecluse_platform.cli.public import Public, PublicMeasure
from ecluse_platform.cli.tables import Columns, read_columns, read_document
from ecluse_platform.core.disclosure.attack.intervals import Numbers, intervals
from ecluse_platform.core.disclosure.attack.propagation import InconsistentPublication
from ecluse_platform.core.disclosure.attack.publication import Publication, read_table
from ecluse_platform.core.disclosure.table import rounded
from ecluse_platform.core.disclosure.tabular.completing import completed
from ecluse_platform.core.disclosure.tabular.structure import Flags, Integers, Layout
from ecluse_platform.core.disclosure.tabular.trees import dimension_of
from ecluse_platform.core.refusals import Refusal

attack = typer.Typer(add_completion=False)


@dataclass(frozen=True)
class _Found:
    labels: str
    measure: str
    low: float
    high: float
    told: bool


@attack.command()
def run(
    folder: Annotated[Path, typer.Argument(help="Folder with protected.csv and public.json.", metavar="DIR")],
) -> None:
    """Attack a protected table from what leaves alone: the table, and how such tables are made.

    Prints the interval that can be computed for each hidden number. Ends with 3 when a hidden count is known to be
    under its threshold, 0 when none is.
    """
    public = read_document(folder / "public.json", Public)
    columns = read_columns(folder / "protected.csv")
    try:
        found = [one for measure in public.measures for one in _attacked(public, measure, columns)]
    except Refusal as refusal:
        fail(f"{folder}: {refusal.reason.en}\n{refusal.next_step.en}")
    except InconsistentPublication:
        fail(f"{folder}: no table agrees with what is shown. Protect it again from the true table.")
    for one in found:
        high = rounded(Decimal(one.high), 2) if np.isfinite(one.high) else "?"
        mark = "  << under the threshold" if one.told else ""
        typer.echo(f"{one.labels}  {one.measure}: {rounded(Decimal(one.low), 2)} to {high}{mark}")
    told = sum(one.told for one in found)
    typer.echo(f"{len(found)} hidden numbers, {told} known to be under their threshold")
    if told:
        raise typer.Exit(int(ExitCode.REFUSED))


def _attacked(public: Public, measure: PublicMeasure, columns: Columns) -> list[_Found]:
    layout, lines = _layout(public, columns)
    values, shown = _numbers(measure, columns)
    wide = np.zeros(layout.size, dtype=np.int64)
    seen = np.zeros(layout.size, dtype=bool)
    wide[:lines], seen[:lines] = values, shown
    whole = measure.threshold is not None
    table = read_table(measure.name, layout, wide, seen, measure.additive, least=measure.least, whole=whole)
    hidden = np.flatnonzero(~seen[:lines]).tolist()
    ends = intervals(Publication((table,)), hidden, Numbers.ROUNDED if whole else Numbers.REAL)
    unit = 10**measure.scale
    return [
        _Found(
            labels=" / ".join(columns[dimension.name][cell] for dimension in public.spec.dimensions),
            measure=measure.name,
            low=float(ends.low[cell]) / unit,
            high=float(ends.high[cell]) / unit,
            told=measure.threshold is not None and bool(ends.high[cell] < measure.threshold),
        )
        for cell in hidden
    ]


def _layout(public: Public, columns: Columns) -> tuple[Layout, int]:
    """Return where the lines of the file are, with the margins that tie them; the lines come first."""
    dimensions, codes = [], []
    for spec in public.spec.dimensions:
        if spec.name not in columns:
            raise Refusal("table_column_missing", {"column": spec.name, "known": ", ".join(columns)})
        dimension = dimension_of(spec, columns[spec.name], public.total)
        places = {label: place for place, label in enumerate(dimension.categories[:-1])}
        if spec.total is not None:
            places[spec.total] = dimension.total
        dimensions.append(dimension)
        codes.append([places[label] for label in columns[spec.name]])
    cells = np.array(codes, dtype=np.int64).T
    layout = Layout(tuple(dimensions), cells, np.ones(len(cells), dtype=bool))
    return completed(layout, {}, {}).layout, len(cells)


def _numbers(measure: PublicMeasure, columns: Columns) -> tuple[Integers, Flags]:
    status = f"{measure.name}__status"
    for name in (measure.name, status):
        if name not in columns:
            raise Refusal("table_column_missing", {"column": name, "known": ", ".join(columns)})
    shown = np.array([text == "published" for text in columns[status]], dtype=bool)
    values = []
    for line, (text, seen) in enumerate(zip(columns[measure.name], shown.tolist(), strict=True), 2):
        try:
            values.append(int(Decimal(text).scaleb(measure.scale)) if seen else 0)
        except InvalidOperation:
            raise Refusal("table_not_a_number", {"line": str(line), "column": measure.name}) from None
    return np.array(values, dtype=np.int64), shown
