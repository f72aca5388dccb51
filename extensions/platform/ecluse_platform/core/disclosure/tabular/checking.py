"""A declared table, checked: from the columns of a file to a layout and exact statistics, or a refusal that says why.

Margins that the file does not have are put beside the layout as unpublished cells, since they tie published ones
together. A combination that has no line is one that nobody is in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ecluse_platform.core.disclosure.query import Kind, Measure, Unit
from ecluse_platform.core.disclosure.tabular.completing import completed
from ecluse_platform.core.disclosure.tabular.lines import sum_of_others
from ecluse_platform.core.disclosure.tabular.numbers import FIRST_LINE, amounts, counts
from ecluse_platform.core.disclosure.tabular.spec import CountedUnit, MagnitudeSpec, TableSpec
from ecluse_platform.core.disclosure.tabular.statistics import Count, Statistics, Sum, taken
from ecluse_platform.core.disclosure.tabular.structure import Dimension, Integers, Layout
from ecluse_platform.core.disclosure.tabular.trees import dimension_of
from ecluse_platform.core.refusals import Refusal

Columns = Mapping[str, Sequence[str]]
UNITS = {
    CountedUnit.PERSON: Unit.PERSONS,
    CountedUnit.EVENT: Unit.ROWS,
    CountedUnit.PROFESSIONAL: Unit.PROFESSIONALS,
    CountedUnit.ESTABLISHMENT: Unit.ESTABLISHMENTS,
}
LARGEST_PRODUCT = 2**62


@dataclass(frozen=True, eq=False)
class Declared:
    """A table ready to be protected; ``cells[i]`` is the cell that line ``i`` of the file's content describes.

    Cells are in the order of their categories, so that a whole cross-product is recognised as one.
    """

    layout: Layout
    statistics: Statistics
    measures: tuple[Measure, ...]
    cells: Integers


def read_declared(spec: TableSpec, columns: Columns, total: str) -> Declared:
    """Check a table against its description; ``columns`` holds the texts of the file, column by column.

    Raises Refusal for anything that is wrong, naming lines of the file (the header is line 1), never a value.
    """
    _check_columns(spec, columns)
    dimensions = tuple(dimension_of(d, columns[d.name], total) for d in spec.dimensions)
    product = 1
    for dimension in dimensions:
        product *= len(dimension.categories)
    if product > LARGEST_PRODUCT:
        raise Refusal("table_too_many_combinations", {"dimensions": ", ".join(d.name for d in dimensions)})
    codes = _codes(spec, dimensions, columns)
    _check_twins(np.ravel_multi_index(tuple(codes.T), tuple(len(d.categories) for d in dimensions)))
    layout = Layout(dimensions, codes, np.ones(len(codes), dtype=bool))
    vectors = _vectors(spec, columns)
    _check_no_hidden_total(spec, layout, vectors)
    whole = completed(layout, vectors, {d.name: d.constant_per_person for d in spec.dimensions})
    statistics = _statistics(spec, columns, whole.vectors)
    order = np.lexsort(whole.layout.codes.T[::-1])
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    sorted_layout = Layout(dimensions, whole.layout.codes[order], whole.layout.published[order])
    return Declared(sorted_layout, taken(statistics, order), _measures(spec), places[: len(codes)])


def _check_columns(spec: TableSpec, columns: Columns) -> None:
    declared = [d.name for d in spec.dimensions] + [c.name for c in spec.counts] + [m.name for m in spec.magnitudes]
    twice = next((name for name in declared if declared.count(name) > 1), None)
    if twice is not None:
        raise Refusal("table_column_twice", {"column": twice})
    for name in spec.columns:
        if name not in columns:
            raise Refusal("table_column_missing", {"column": name, "known": ", ".join(columns)})
    if not any(columns[name] for name in spec.columns):
        raise Refusal("table_no_cells")
    if not any(count.unit is CountedUnit.PERSON for count in spec.counts):
        raise Refusal("table_no_persons")


def _codes(spec: TableSpec, dimensions: Sequence[Dimension], columns: Columns) -> Integers:
    codes = []
    for described, dimension in zip(spec.dimensions, dimensions, strict=True):
        places = {label: place for place, label in enumerate(dimension.categories[:-1])}
        if described.total is not None:
            places[described.total] = dimension.total
        codes.append([places[label] for label in columns[described.name]])
    return np.array(codes, dtype=np.int64).T


def _check_twins(keys: Integers) -> None:
    """Refuse two lines of one cell; each combination of categories has a number of its own."""
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    again = np.flatnonzero(first[inverse] != np.arange(len(keys)))
    if again.size:
        second = int(again[0])
        one = int(first[inverse[second]])
        raise Refusal("table_duplicate_cells", {"first": str(one + FIRST_LINE), "second": str(second + FIRST_LINE)})


def _check_no_hidden_total(spec: TableSpec, layout: Layout, vectors: Mapping[str, Vector]) -> None:
    """Refuse a category that is everywhere the sum of all others: an undeclared total would give hidden cells away."""
    persons = vectors[next(count.name for count in spec.counts if count.unit is CountedUnit.PERSON)].values
    for axis, dimension in enumerate(layout.dimensions):
        found = sum_of_others(layout, persons, axis)
        if found is not None:
            label = str(dimension.categories[found])
            raise Refusal("table_total_not_declared", {"dimension": dimension.name, "category": label})


@dataclass(frozen=True, eq=False)
class Vector:
    """One column of numbers; ``unit`` is None for an amount, whose largest contributions are no sums."""

    values: Integers
    unit: Unit | None
    adds_up: bool = True


def _vectors(spec: TableSpec, columns: Columns) -> dict[str, Vector]:
    units = {count.name: UNITS[count.unit] for count in spec.counts}
    for magnitude in spec.magnitudes:
        units.setdefault(magnitude.count, Unit.PERSONS)
    found = {name: Vector(counts(name, columns[name]), unit) for name, unit in units.items()}
    for magnitude in spec.magnitudes:
        for name, values in _amounts(magnitude, columns)[1].items():
            found[name] = Vector(values, None, adds_up=name == magnitude.name)
    return found


def _amounts(magnitude: MagnitudeSpec, columns: Columns) -> tuple[int, dict[str, Integers]]:
    names = [name for name in (magnitude.name, magnitude.largest, magnitude.second) if name is not None]
    return amounts({name: columns[name] for name in names})


def _statistics(spec: TableSpec, columns: Columns, vectors: Mapping[str, Integers]) -> Statistics:
    of_unit: dict[Unit, Integers] = {}
    others: dict[str, Count] = {}
    for count in spec.counts:
        unit = UNITS[count.unit]
        if unit in of_unit:
            others[_column(count.name)] = Count(unit, vectors[count.name])
        else:
            of_unit[unit] = vectors[count.name]
    persons = of_unit[Unit.PERSONS]
    sums = {_column(m.name): _sum(m, spec, columns, vectors, persons) for m in spec.magnitudes}
    for magnitude in spec.magnitudes:
        if magnitude.count not in {count.name for count in spec.counts}:
            others[_column(magnitude.count)] = Count(Unit.PERSONS, vectors[magnitude.count])
    return Statistics(
        persons=persons,
        rows=of_unit.get(Unit.ROWS, persons),
        professionals=of_unit.get(Unit.PROFESSIONALS),
        establishments=of_unit.get(Unit.ESTABLISHMENTS),
        counts=others,
        sums=sums,
    )


def _sum(
    magnitude: MagnitudeSpec, spec: TableSpec, columns: Columns, vectors: Mapping[str, Integers], persons: Integers
) -> Sum:
    scale, _ = _amounts(magnitude, columns)
    total = vectors[magnitude.name]
    units = {count.name: UNITS[count.unit] for count in spec.counts}
    unit = units.get(magnitude.count, Unit.PERSONS)
    contributors = vectors[magnitude.count]
    largest = {}
    if magnitude.largest is not None:
        first = vectors[magnitude.largest]
        # Not declared, it may be anything up to the largest where somebody else contributes, and is taken to be so.
        second = np.where(contributors > 1, np.minimum(first, np.abs(total) - first), 0)
        if magnitude.second is not None:
            second = vectors[magnitude.second]
        known = np.arange(len(columns[magnitude.name]))
        wrong = (second > first) | (second < 0) | (first + second > np.abs(total))
        if wrong[known].any():
            line = str(int(np.argmax(wrong[known])) + FIRST_LINE)
            raise Refusal("table_contributors", {"line": line, "column": magnitude.name})
        largest[unit] = np.stack([first, second], axis=1)
    behind = contributors if unit in {Unit.PERSONS, Unit.ROWS} else persons
    return Sum(
        scale=scale,
        total=total,
        rows=behind,
        persons=behind,
        weight=np.abs(total),
        largest=largest,
        nonnegative=bool((total >= 0).all()),
    )


def _measures(spec: TableSpec) -> tuple[Measure, ...]:
    seen: set[Unit] = set()
    measures = []
    for count in spec.counts:
        unit = UNITS[count.unit]
        measures.append(Measure(name=count.name, unit=unit, of=_column(count.name) if unit in seen else ""))
        seen.add(unit)
    known = {count.name for count in spec.counts}
    contributors = dict.fromkeys(m.count for m in spec.magnitudes if m.count not in known)
    sums = [Measure(name=m.name, unit=Unit.PERSONS, kind=Kind.SUM, of=_column(m.name)) for m in spec.magnitudes]
    return (*measures, *(Measure(name=name, unit=Unit.PERSONS, of=_column(name)) for name in contributors), *sums)


def _column(name: str) -> str:
    """Name the quantity of a column so that it is no unit's, whatever people call their columns."""
    return f"column {name}"
