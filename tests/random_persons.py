"""Random lines of care, their statistics cell by cell, and what an outsider reads of the protected table."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from ecluse_platform.core.disclosure.attack.intervals import Required, intervals
from ecluse_platform.core.disclosure.attack.knowledge import complements
from ecluse_platform.core.disclosure.attack.publication import Equation, Publication, PublishedTable, within
from ecluse_platform.core.disclosure.query import Kind, Unit
from ecluse_platform.core.disclosure.table import ProtectedTable
from ecluse_platform.core.disclosure.tabular.statistics import Statistics, Sum
from ecluse_platform.core.disclosure.tabular.structure import ROOT, Dimension, Integers, Layout
from random_tables import random_dimension


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines of care: whose they are, the leaf of each dimension that they are in, what they cost in cents."""

    dimensions: tuple[Dimension, ...]
    persons: Integers
    leaves: Integers
    cents: Integers


def random_lines(seed: int, *, most_cells: int = 120) -> Lines:
    """Draw persons with some lines each; along about half of the dimensions all lines of a person agree."""
    rng = np.random.default_rng(seed)
    while True:
        sizes = rng.integers(2, 7, int(rng.choice([1, 2, 3], p=[0.2, 0.5, 0.3])))
        dimensions = tuple(random_dimension(rng, f"d{i}", int(size)) for i, size in enumerate(sizes))
        if np.prod([len(d.categories) for d in dimensions]) <= most_cells:
            break
    count = int(rng.choice([20, 80, 250]))
    lines = rng.integers(1, 4, count)
    persons = np.repeat(np.arange(count), lines)
    columns = []
    for dimension in dimensions:
        inside = [i for i in range(len(dimension.categories)) if i not in dimension.parents]
        weights = rng.dirichlet(np.full(len(inside), rng.choice([0.4, 1.0, 4.0])))
        own = rng.choice(inside, count, p=weights)
        columns.append(own[persons] if rng.random() < 0.5 else rng.choice(inside, persons.size, p=weights))
    cents = np.floor(np.exp(rng.normal(8, 1, persons.size))).astype(np.int64)
    return Lines(dimensions, persons, np.stack(columns, axis=1).astype(np.int64), cents)


def table_of(lines: Lines) -> tuple[Layout, Statistics]:
    """Count and sum every combination of categories, groups and totals that somebody is in."""
    chains = [_upwards(dimension) for dimension in lines.dimensions]
    held: dict[tuple[int, ...], list[int]] = {}
    for line, leaves in enumerate(lines.leaves.tolist()):
        for cell in itertools.product(*(chains[axis][leaf] for axis, leaf in enumerate(leaves))):
            held.setdefault(cell, []).append(line)
    cells = sorted(held)
    by_person = []
    for cell in cells:
        inside = np.array(held[cell])
        by_person.append(np.bincount(lines.persons[inside], lines.cents[inside]).astype(np.int64))
    persons = np.array([len(np.unique(lines.persons[held[cell]])) for cell in cells], np.int64)
    rows = np.array([len(held[cell]) for cell in cells], np.int64)
    total = np.array([sums.sum() for sums in by_person], np.int64)
    largest = np.array([sorted(np.append(sums, [0, 0]))[:-3:-1] for sums in by_person], np.int64)
    squares = np.array([sum(int(lines.cents[line]) ** 2 for line in held[cell]) for cell in cells], object)
    cost = Sum(2, total, rows, persons, total, {Unit.PERSONS: largest}, squares)
    layout = Layout(lines.dimensions, np.array(cells, np.int64), np.ones(len(cells), bool))
    return layout, Statistics(persons, rows, sums={"cost": cost})


def _upwards(dimension: Dimension) -> list[list[int]]:
    chains = []
    for category in range(len(dimension.categories)):
        chain = [category]
        while dimension.parents[chain[-1]] != ROOT:
            chain.append(dimension.parents[chain[-1]])
        chains.append(chain)
    return chains


def read(
    table: ProtectedTable, dimensions: tuple[Dimension, ...], persons_add_up: Sequence[bool], *, naked: bool = False
) -> Publication:
    """Read a released table as an outsider does: its labels, its numbers, and that hidden cells hold somebody.

    Nothing of the computing process is looked at. All counts and sums are laid side by side: each person has a row.
    ``naked`` reads a table of which not even the numbers are shown.
    """
    places = [{label: i for i, label in enumerate(d.categories)} for d in dimensions]
    codes = np.array(
        [
            [d.total if total else places[axis][label] for axis, (d, label, total) in enumerate(
                zip(dimensions, row.labels, row.totals, strict=True)
            )]
            for row in table.rows
        ],
        np.int64,
    )  # fmt: skip
    tables, starts = [], {}
    for number, measure in enumerate(table.measures):
        if measure.kind not in {Kind.COUNT, Kind.SUM}:
            continue
        scale = 2 if measure.of == "cost" else 0
        shown = [None if naked else row.values[number] for row in table.rows]
        exact = [None if value is None else float(Decimal(str(value)).scaleb(scale)) for value in shown]
        least = 0.0 if scale else 1.0
        low = np.array([least if value is None else value for value in exact])
        high = np.array([np.inf if value is None else value for value in exact])
        adds = tuple(persons_add_up) if measure.unit is Unit.PERSONS and not scale else (True,) * len(dimensions)
        starts[measure.name] = sum(one.size for one in tables)
        tables.append(PublishedTable(measure.name, dimensions, codes, low, high, adds))
    links: tuple[Equation, ...] = ()
    if "persons" in starts and "rows" in starts:
        links = tuple(within(starts["persons"] + i, starts["rows"] + i) for i in range(len(codes)))
    publication = Publication(tuple(tables), links)
    return replace(publication, complements=complements(publication))


def required(
    publication: Publication, floor: Publication, measured: dict[str, Integers], threshold: int
) -> list[Required]:
    """Require 1 (or what the bare list of rows tells) to the threshold for each small count and complement."""
    true = np.concatenate([measured[table.name] for table in publication.tables])
    counts = np.concatenate([np.full(table.size, table.name != "cost") for table in publication.tables])
    pairs = np.array(publication.complements, np.int64).reshape(-1, 2)
    true = np.concatenate([true, true[pairs[:, 0]] - true[pairs[:, 1]]])
    counts = np.concatenate([counts, np.ones(len(pairs), bool)])
    small = np.flatnonzero((true > 0) & (true < threshold) & counts)
    told = intervals(floor, small.tolist()).low
    return [Required(int(cell), max(1.0, float(told[cell])), threshold) for cell in small]
