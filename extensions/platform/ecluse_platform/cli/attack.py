"""`ecluse attack`: what anybody can compute of the hidden or rounded cells of protected tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from ecluse_platform.cli.base import ExitCode, Policies, fail
from ecluse_platform.cli.public import Public, assumed, profile_or_exit
from ecluse_platform.cli.reading import Bounds, bounds_of
from ecluse_platform.cli.tables import Columns, read_columns, read_document
from ecluse_platform.core.disclosure.attack.completing import TooManyCells
from ecluse_platform.core.disclosure.attack.intervals import Numbers, intervals
from ecluse_platform.core.disclosure.attack.propagation import InconsistentPublication
from ecluse_platform.core.disclosure.attack.publication import Publication, PublishedTable
from ecluse_platform.core.disclosure.gate import ties
from ecluse_platform.core.disclosure.table import rounded
from ecluse_platform.core.disclosure.tabular.linked import Overlay, laid_over
from ecluse_platform.core.disclosure.tabular.quantities import Quantity
from ecluse_platform.core.disclosure.tabular.spec import TableSpec
from ecluse_platform.core.disclosure.tabular.structure import Flags, Layout
from ecluse_platform.core.disclosure.tabular.trees import dimension_of
from ecluse_platform.core.refusals import Refusal

attack = typer.Typer(add_completion=False)


@dataclass(frozen=True, eq=False)
class _File:
    path: Path
    public: Public
    columns: Columns


@dataclass(frozen=True)
class _Found:
    labels: str
    measure: str
    low: float
    high: float
    told: bool


@attack.command()
def run(
    targets: Annotated[
        list[Path], typer.Argument(help="Folders that protect wrote, or protected tables.", metavar="DIR|TABLE...")
    ],
    spec: Annotated[
        list[Path] | None, typer.Option(help="What the columns are; once for each table.", metavar="SPEC.yaml")
    ] = None,
    profile: Annotated[
        str, typer.Option(help="The rules, with --spec: a profile by name, or a file.", metavar="PROFILE")
    ] = "snds",
    policies: Policies = None,
) -> None:
    """Attack protected tables from what leaves alone: the tables, and how such tables are made.

    Name the folder that protect wrote, or the tables with their --spec. Several tables are taken to be about the same
    persons, and are laid side by side. Prints the interval that can be computed for each number that is hidden or
    rounded. Ends with 3 when a count is known to be under its threshold, 0 when none is, 2 for input that is wrong.
    """
    files = _described(targets, spec, profile, policies) if spec else _folders(targets)
    named = ", ".join(str(file.path) for file in files)
    try:
        found = _attacked(files)
    except Refusal as refusal:
        fail(f"{named}: {refusal.reason.en}\n{refusal.next_step.en}")
    except InconsistentPublication:
        fail(f"{named}: no table agrees with what is shown. Protect it again from the true table.")
    except TooManyCells:
        fail(f"{named}: too many cells lie behind these tables to conclude anything. Attack fewer of them together.")
    for one in found:
        high = rounded(Decimal(one.high), 2) if np.isfinite(one.high) else "?"
        mark = "  << under the threshold" if one.told else ""
        typer.echo(f"{one.labels}  {one.measure}: {rounded(Decimal(one.low), 2)} to {high}{mark}")
    told = sum(one.told for one in found)
    typer.echo(f"{len(found)} hidden numbers, {told} known to be under their threshold")
    if told:
        raise typer.Exit(int(ExitCode.REFUSED))


def _described(targets: Sequence[Path], spec: Sequence[Path], profile: str, policies: Path | None) -> list[_File]:
    if len(targets) != len(spec):
        fail(f"there are {len(targets)} tables and {len(spec)} descriptions: give one --spec for each table.")
    rules = profile_or_exit(profile, policies)
    files = []
    for target, description in zip(targets, spec, strict=True):
        columns = read_columns(target)
        files.append(_File(target, assumed(read_document(description, TableSpec), columns, rules), columns))
    return files


def _folders(targets: Sequence[Path]) -> list[_File]:
    """Read what protect wrote; tables that were protected together are in folders of their own inside one."""
    files = []
    for target in targets:
        if target.is_file():
            fail(f"{target}: say what its columns are with --spec, or name the folder that protect wrote.")
        inside = sorted(path.parent for path in target.glob("*/public.json"))
        own = (target / "public.json").is_file()
        if not own and not inside:
            fail(f"{target}: protect wrote nothing there. Name its folder, or a table with its --spec.")
        for folder in [target] if own or not inside else inside:
            public = read_document(folder / "public.json", Public)
            files.append(_File(folder / "protected.csv", public, read_columns(folder / "protected.csv")))
    return files


def _attacked(files: Sequence[_File]) -> list[_Found]:
    laid = laid_over([_layout(file) for file in files])
    measures = files[0].public.measures
    if any([(m.name, m.unit) for m in f.public.measures] != [(m.name, m.unit) for m in measures] for f in files):
        raise Refusal("table_linked_measures")
    read = [[bounds_of(file.public, measure, file.columns) for file in files] for measure in measures]
    tables = [_table(files, laid, number, bounds) for number, bounds in enumerate(read)]
    nothing = np.zeros(0, dtype=np.int64)
    known = [Quantity(m.quantity, nothing, m.unit, t.additive, m.least) for m, t in zip(measures, tables, strict=True)]
    publication = Publication(tuple(tables), tuple(ties(laid.layout, known)))
    ends = intervals(publication, np.flatnonzero(_open(tables)).tolist(), Numbers.ROUNDED)
    found = []
    for number, measure in enumerate(measures):
        for file, places, bounds in zip(files, laid.places, read[number], strict=True):
            unit = 10**measure.scale
            for line in np.flatnonzero(bounds.low < bounds.high).tolist():
                cell = number * laid.layout.size + int(places[line])
                low, high = float(ends.low[cell]), float(ends.high[cell])
                labels = " / ".join(file.columns[dimension.name][line] for dimension in file.public.spec.dimensions)
                told = measure.threshold is not None and high < measure.threshold
                found.append(_Found(labels, measure.name, low / unit, high / unit, told))
    return found


def _layout(file: _File) -> Layout:
    """Return where the lines of a file are, in their order."""
    dimensions, codes = [], []
    for spec in file.public.spec.dimensions:
        if spec.name not in file.columns:
            raise Refusal("table_column_missing", {"column": spec.name, "known": ", ".join(file.columns)})
        dimension = dimension_of(spec, file.columns[spec.name], file.public.total)
        places = {label: place for place, label in enumerate(dimension.categories[:-1])}
        if spec.total is not None:
            places[spec.total] = dimension.total
        dimensions.append(dimension)
        codes.append([places[label] for label in file.columns[spec.name]])
    cells = np.array(codes, dtype=np.int64).T
    return Layout(tuple(dimensions), cells, np.ones(len(cells), dtype=bool))


def _table(files: Sequence[_File], laid: Overlay, number: int, read: Sequence[Bounds]) -> PublishedTable:
    """Lay one measure of all files over one another: what one of them shows of a cell is known in all."""
    low, high = np.full(laid.layout.size, -np.inf), np.full(laid.layout.size, np.inf)
    for places, bounds in zip(laid.places, read, strict=True):
        np.maximum.at(low, places, bounds.low)
        np.minimum.at(high, places, bounds.high)
    adds = [_adds_up(files, number, dimension.name) for dimension in laid.layout.dimensions]
    measure = files[0].public.measures[number]
    whole = measure.unit is not None
    return PublishedTable(measure.name, laid.layout.dimensions, laid.layout.codes, low, high, tuple(adds), whole)


def _adds_up(files: Sequence[_File], number: int, dimension: str) -> bool:
    said = [
        adds
        for file in files
        for spec, adds in zip(file.public.spec.dimensions, file.public.measures[number].additive, strict=True)
        if spec.name == dimension
    ]
    return all(said)


def _open(tables: Sequence[PublishedTable]) -> Flags:
    return np.concatenate([table.low < table.high for table in tables])
