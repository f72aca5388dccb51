# Random tables of two to five dimensions: trees, holes, several tables in one, persons in several categories.
from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from ecluse_platform.core.disclosure import proof
from ecluse_platform.core.disclosure.suppression import evidence
from ecluse_platform.core.disclosure.suppression.costs import costs
from ecluse_platform.core.disclosure.suppression.linking import cell_keys, join_systems
from ecluse_platform.core.disclosure.suppression.relations import Related, relate
from ecluse_platform.core.disclosure.suppression.suppress import Effort, Task, suppress, suppress_together
from ecluse_platform.core.disclosure.suppression.system import Pattern, Protection, System
from ecluse_platform.core.disclosure.tabular.structure import ROOT, Dimension, Layout
from suppression_tables import KEEP, product_layout, small_cells

THRESHOLD = 6
EFFORT = Effort(work=10**7, trials=6)
# With complements counted: one table of several thousand cells, asked against each person, takes half a minute.
MOST_AGAINST_PERSONS = 1200
MANY = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@st.composite
def dimension(draw: st.DrawFn, name: str, most: int) -> Dimension:
    """Draw a flat dimension, or one whose leaves are in groups."""
    leaves = draw(st.integers(1, most))
    groups = draw(st.integers(0, 2))
    if not groups or leaves < 2:
        return Dimension.flat(name, tuple(map(str, range(leaves))))
    total = leaves + groups
    inside = draw(st.lists(st.integers(leaves, total - 1), min_size=leaves, max_size=leaves))
    names = (*map(str, range(leaves)), *(f"g{i}" for i in range(groups)), "all")
    return Dimension(name, names, (*inside, *[total] * groups, ROOT))


@st.composite
def tables(draw: st.DrawFn) -> tuple[Layout, tuple[bool, ...], np.ndarray]:
    """Draw persons who have a leaf, or several where a dimension is not additive, and count them in every cell."""
    size = draw(st.integers(2, 5))
    dimensions = tuple(draw(dimension(f"d{i}", 4 if size < 4 else 2)) for i in range(size))
    additive = tuple(draw(st.lists(st.booleans(), min_size=len(dimensions), max_size=len(dimensions))))
    layout = product_layout(dimensions)
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    people = draw(st.sampled_from([5, 30, 120, 400]))
    skew = draw(st.sampled_from([1.0, 3.0]))
    members = []
    for axis, adds in zip(dimensions, additive, strict=True):
        leaves = [i for i in range(len(axis.categories)) if i not in set(axis.parents)]
        inside = np.zeros((people, len(axis.categories)), dtype=bool)
        for _ in range(1 if adds else 2):
            picked = (generator.random(people) ** skew * len(leaves)).astype(int)
            inside[np.arange(people), np.array(leaves)[picked]] = True
        for _ in axis.categories:
            for child, parent in enumerate(axis.parents):
                if parent != ROOT:
                    inside[:, parent] |= inside[:, child]
        members.append(inside)
    counts = np.array(
        [np.logical_and.reduce([m[:, c] for m, c in zip(members, row, strict=True)]).sum() for row in layout.codes]
    )
    published = np.ones(layout.size, dtype=bool)
    for axis_number, axis in enumerate(dimensions):
        if draw(st.integers(0, 4)) == 0:
            published &= layout.codes[:, axis_number] != axis.total
    return replace(layout, published=published), additive, counts.astype(np.int64)


def _related(layout: Layout, additive: tuple[bool, ...], values: np.ndarray, least: int) -> Related:
    price = costs(layout, values, KEEP)
    return relate(layout, values, additive, price, least=least, smallest_complement=THRESHOLD)


def _protections(related: Related) -> tuple[Protection, ...]:
    """Protect small cells that are published, and the small complements that nobody publishes."""
    system = related.system
    asked = ~system.unpublished
    asked[[complement.cell for complement in related.complements]] = True
    return small_cells(np.where(asked, system.values, 0), THRESHOLD)


def _bounds(system: System, hidden: np.ndarray, cell: int) -> tuple[float, float]:
    """Return what an outsider can bound a cell to, by linear programming over absolute values."""
    free = hidden | system.unpublished
    at = np.flatnonzero(free)
    known = np.where(free, 0, system.values)
    bounds = [(int(system.least[i]), None) for i in at]
    rows = [system.equalities, system.inequalities]
    ends = []
    for sign in (1.0, -1.0):
        cost = np.where(at == cell, sign, 0.0)
        answer = linprog(
            cost,
            A_eq=rows[0][:, at] if rows[0].shape[0] else None,
            b_eq=-(rows[0] @ known) if rows[0].shape[0] else None,
            A_ub=-rows[1][:, at] if rows[1].shape[0] else None,
            b_ub=rows[1] @ known if rows[1].shape[0] else None,
            bounds=bounds,
            method="highs",
        )
        ends.append(sign * answer.fun if answer.status == 0 else -sign * np.inf)
    return ends[0], ends[1]


def _holds(
    system: System, protections: tuple[Protection, ...], pattern: Pattern, knowing: tuple[int, ...] = ()
) -> None:
    said = sorted((cell, direction.value) for cell, direction in pattern.unproved)
    assert sorted(evidence.unproved(system, protections, pattern, knowing)) == said
    assert not (pattern.hidden & (system.fixed | system.unpublished)).any()
    primary = [p.cell for p in protections if not system.unpublished[p.cell]]
    assert pattern.hidden[[c for c in primary if not system.fixed[c]]].all()


@MANY
@given(tables(), st.integers(0, 1))
def test_every_certificate_is_right_and_outsiders_learn_no_more(
    table: tuple[Layout, tuple[bool, ...], np.ndarray], least: int
) -> None:
    """What is certified holds against linear programming too; what is not is impossible with every cell hidden."""
    related = _related(*table, least)
    system, protections = related.system, _protections(related)
    pattern = suppress(system, protections, EFFORT)
    _holds(system, protections, pattern)
    missing = {cell for cell, _ in pattern.unproved}
    for protection in protections[:6]:
        low, high = _bounds(system, pattern.hidden, protection.cell)
        if protection.cell not in missing:
            assert low <= protection.low + 1e-6
            assert high >= protection.high - 1e-6
    for cell in sorted(missing)[:3]:
        low, high = _bounds(system, ~system.fixed, cell)
        assert low > 1 + 1e-6 or high < THRESHOLD - 1e-6 or system.fixed[cell]


@MANY
@given(tables())
def test_the_same_table_has_the_same_pattern(table: tuple[Layout, tuple[bool, ...], np.ndarray]) -> None:
    """Nothing but the arguments decides."""
    first, second = (_related(*table, 1) for _ in range(2))
    one, two = (suppress(r.system, _protections(r), EFFORT) for r in (first, second))
    assert (one.hidden == two.hidden).all()
    assert [(c.cell, c.moves.tolist()) for c in one.certificates] == [
        (c.cell, c.moves.tolist()) for c in two.certificates
    ]


@MANY
@given(tables(), tables())
def test_linked_tables_are_protected_as_one(
    one: tuple[Layout, tuple[bool, ...], np.ndarray], two: tuple[Layout, tuple[bool, ...], np.ndarray]
) -> None:
    """Two tables that share their grand total: certificates hold for both at once."""
    relateds = [_related(*table, 0) for table in (one, two)]
    systems = [related.system for related in relateds]
    if systems[0].values[one[0].size - 1] != systems[1].values[two[0].size - 1]:
        return
    keys: list[list[object]] = []
    for number, ((layout, _, _), system) in enumerate(zip((one, two), systems, strict=True)):
        named: list[object] = [(number, key) if key else key for key in cell_keys(layout)]
        keys.append([*named, *[None] * (system.size - layout.size)])
    joined = join_systems(systems, keys)
    assert joined.places[0][one[0].size - 1] == joined.places[1][two[0].size - 1]
    ends = {
        int(place[p.cell]): (p.low, p.high)
        for place, related in zip(joined.places, relateds, strict=True)
        for p in _protections(related)
    }
    protections = tuple(Protection(cell, low, high) for cell, (low, high) in sorted(ends.items()))
    _holds(joined.system, protections, suppress(joined.system, protections, EFFORT))


@MANY
@given(tables(), st.integers(1, 40))
def test_counts_and_sums_share_one_pattern(table: tuple[Layout, tuple[bool, ...], np.ndarray], cents: int) -> None:
    """Each measure's certificates hold under the pattern that they share."""
    layout, _, counts = table
    all_additive = (True,) * len(layout.dimensions)
    try:
        persons = relate(layout, counts, all_additive, costs(layout, counts, KEEP)).system
    except ValueError:
        return
    amounts = counts * (1000 * cents + 7)
    sums = relate(layout, amounts, all_additive, costs(layout, counts, KEEP)).system
    small = small_cells(np.where(layout.published, counts, 0), THRESHOLD)
    wide = tuple(Protection(p.cell, int(amounts[p.cell] * 8 // 10), int(amounts[p.cell] * 12 // 10)) for p in small)
    first, second = suppress_together([Task(persons, small), Task(sums, wide)], EFFORT)
    assert (first.hidden == second.hidden).all()
    _holds(persons, small, first)
    _holds(sums, wide, second)


@MANY
@given(tables())
def test_who_is_alone_in_a_cell_learns_no_more(table: tuple[Layout, tuple[bool, ...], np.ndarray]) -> None:
    """For each known cell, one certificate of every other protected cell leaves it in place."""
    related = _related(*table, 0)
    system, protections = related.system, _protections(related)
    assume(system.size <= MOST_AGAINST_PERSONS)
    alone = tuple(p.cell for p in protections if system.values[p.cell] == 1)[:5]
    pattern = suppress(system, protections, EFFORT, knowing=alone)
    _holds(system, protections, pattern, alone)


@MANY
@given(tables(), st.data())
def test_a_tampered_certificate_is_seen(
    table: tuple[Layout, tuple[bool, ...], np.ndarray], data: st.DataObject
) -> None:
    """Evidence survives storage, and any change of an amount, a reach or a hidden cell that matters is seen."""
    related = _related(*table, 0)
    system, protections = related.system, _protections(related)
    pattern = suppress(system, protections, EFFORT)
    stored = evidence.evidence_of(system, protections, pattern)
    before = proof.check_json(stored)
    if not pattern.certificates:
        return
    chosen = data.draw(st.integers(0, len(pattern.certificates) - 1))
    certificate = pattern.certificates[chosen]
    hidden = stored["hidden"]
    assert isinstance(hidden, list)
    moved = data.draw(st.sampled_from(certificate.support.tolist()))
    tampered = {**stored, "hidden": [cell for cell in hidden if cell != moved]}
    assert len(proof.check_json(tampered)) > len(before)
