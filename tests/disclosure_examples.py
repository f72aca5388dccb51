"""The executable specification of disclosure control: small tables with what comes out of them, from YAML chapters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML

import small_world
from ecluse_platform.core.disclosure.protecting import Protected, protect_table
from ecluse_platform.core.disclosure.query import Measure, Unit
from ecluse_platform.core.disclosure.table import ProtectedTable
from ecluse_platform.core.disclosure.tabular.completing import completed
from ecluse_platform.core.disclosure.tabular.spec import DimensionSpec
from ecluse_platform.core.disclosure.tabular.statistics import Count, Quantile, Statistics, Sum
from ecluse_platform.core.disclosure.tabular.structure import Integers, Layout
from ecluse_platform.core.disclosure.tabular.trees import dimension_of
from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.text import Text

CHAPTERS = Path(__file__).resolve().parent / "spec" / "disclosure" / "chapters"
MARK, TOTAL, MISSING = "c", "Total", "-"
# Small enough to be read: 1 or 2 of anything is too few.
READABLE = {
    "threshold_professionals": 2,
    "threshold_establishments": 2,
    "interval": {"low": 1, "high": 3},
    "largest_share_percent": None,
    "p_percent": None,
    "unanimous": "off",
    "knowing_singletons": False,
}
# What each column of an example may be: a protected unit, or a part of a quantity.
UNITS = {unit.value: unit for unit in Unit}


@dataclass(frozen=True)
class Line:
    """One cell: its labels, its numbers, what is released of it, and by which rule it is hidden."""

    labels: tuple[str, ...]
    numbers: tuple[int, ...]
    released: tuple[str, ...]
    rule: str


@dataclass(frozen=True)
class Example:
    """One table and what is released of it, or the refusal that it meets."""

    name: str
    title: Text
    text: Text
    profile: Mapping[str, Any]
    dimensions: tuple[DimensionSpec, ...]
    columns: tuple[str, ...]
    measures: tuple[Measure, ...]
    lines: tuple[Line, ...]
    refusal: str | None
    certificate: bool

    @property
    def rules(self) -> DisclosureProfile:
        """Return the profile: thresholds of 3, and what the example says otherwise."""
        return small_world.profile(3, 3, **{**READABLE, **self.profile})

    def layout(self) -> Layout:
        """Return where the example's cells are; margins that it does not list are unpublished."""
        dimensions = tuple(
            dimension_of(spec, [_label(line.labels[axis]) for line in self.lines], TOTAL)
            for axis, spec in enumerate(self.dimensions)
        )
        codes = [
            [
                dimension.total
                if spec.total is not None and line.labels[axis] == spec.total
                else dimension.categories.index(_label(line.labels[axis]))
                for axis, (spec, dimension) in enumerate(zip(self.dimensions, dimensions, strict=True))
            ]
            for line in self.lines
        ]
        cells = np.array(codes, dtype=np.int64).reshape(len(self.lines), len(dimensions))
        return Layout(dimensions, cells, np.ones(len(cells), dtype=bool))

    def protected(self) -> Protected:
        """Protect the table as the compute service does; raise Refusal where it would."""
        vectors = {name: _Column(self._column(name), UNITS.get(name)) for name in self.columns}
        constant = {spec.name: spec.constant_per_person for spec in self.dimensions}
        whole = completed(self.layout(), vectors, constant)
        return protect_table(
            whole.layout, _statistics(whole.vectors), self.measures, self.rules, reviewed=False, bounds=False
        )

    def _column(self, name: str) -> Integers:
        place = self.columns.index(name)
        return np.array([line.numbers[place] for line in self.lines], dtype=np.int64)


@dataclass(frozen=True)
class Chapter:
    """One rule, explained and shown by examples."""

    file: str
    title: Text
    text: Text
    examples: tuple[Example, ...]


@dataclass(frozen=True, eq=False)
class _Column:
    values: Integers
    unit: Unit | None
    adds_up: bool = True


def chapters() -> tuple[Chapter, ...]:
    """Read every chapter, in the order of the file names."""
    return tuple(_chapter(path) for path in sorted(CHAPTERS.glob("*.yaml")))


def examples() -> Iterator[Example]:
    """Read every example of every chapter."""
    for chapter in chapters():
        yield from chapter.examples


def released(table: ProtectedTable) -> list[tuple[tuple[str, ...], str]]:
    """Return what leaves of each row, and the rule that hides it; an empty rule for a row that is shown."""
    return [
        (
            tuple(MARK if value is None else str(value) for value in row.values),
            "" if row.finding is None else row.finding.rule.value,
        )
        for row in table.rows
    ]


def refusal_of(example: Example) -> str | None:
    """Return the code of the refusal that an example meets, None for none."""
    try:
        example.protected()
    except Refusal as refusal:
        return refusal.code
    return None


def _chapter(path: Path) -> Chapter:
    content = YAML(typ="safe").load(path)
    found = tuple(
        _example(f"{path.stem}: {one['title']['en']}", one, content.get("shared", {})) for one in content["examples"]
    )
    return Chapter(path.stem, Text(**content["title"]), Text(**content["text"]), found)


def _example(name: str, own: Mapping[str, Any], shared: Mapping[str, Any]) -> Example:
    content = {**shared, **own}
    columns = tuple(content["columns"])
    measures = content.get("measures") or [{"name": name, "unit": name} for name in columns]
    return Example(
        name=name,
        title=Text(**content["title"]),
        text=Text(**content["text"]),
        profile=content.get("profile", {}),
        dimensions=tuple(DimensionSpec.model_validate(one, strict=False) for one in content["dimensions"]),
        columns=columns,
        measures=tuple(Measure.model_validate(one) for one in measures),
        lines=tuple(_line(line) for line in content["cells"].strip().splitlines()),
        refusal=content.get("refusal"),
        certificate=content.get("certificate", False),
    )


def _line(text: str) -> Line:
    labels, numbers, *rest = (part.split() for part in text.split("|"))
    shown, rule = (*rest, [], [])[:2]
    return Line(tuple(labels), tuple(int(number) for number in numbers), tuple(shown), " ".join(rule))


def _label(text: str) -> str | None:
    return None if text == MISSING else text


def _statistics(columns: Mapping[str, Integers]) -> Statistics:
    persons = columns["persons"]
    counts, sums, quantiles = {}, {}, {}
    if "with" in columns:
        counts["with"] = Count(Unit.PERSONS, columns["with"], part_of="persons")
    if "amount" in columns:
        sums["amount"] = _sum(columns, persons)
    if "median" in columns:
        quantiles["median"] = Quantile(0, columns["median"], columns["below"], columns["above"])
    return Statistics(
        persons=persons,
        rows=columns.get("rows", persons),
        professionals=columns.get("professionals"),
        establishments=columns.get("establishments"),
        counts=counts,
        sums=sums,
        quantiles=quantiles,
    )


def _sum(columns: Mapping[str, Integers], persons: Integers) -> Sum:
    total = columns["amount"]
    largest: dict[Unit, Integers] = {}
    if "largest" in columns:
        unit = Unit.ESTABLISHMENTS if "establishments" in columns else Unit.PERSONS
        largest[unit] = _side_by_side([columns["largest"], columns.get("second", np.zeros_like(total))])
    return Sum(0, total, rows=persons, persons=persons, weight=np.abs(total), largest=largest)


def _side_by_side(columns: Sequence[Integers]) -> Integers:
    return np.stack(columns, axis=1)
