from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import small_world
from ecluse_platform.core.disclosure import proof
from ecluse_platform.core.disclosure.protecting import Protected, protect_table
from ecluse_platform.core.disclosure.query import Kind, Measure, Unit
from ecluse_platform.core.disclosure.table import ProtectedTable
from ecluse_platform.core.disclosure.tabular.structure import Layout
from ecluse_platform.core.refusals import Refusal
from random_persons import random_lines, table_of

PERSONS = Measure(name="persons", unit=Unit.PERSONS)
ROWS = Measure(name="rows", unit=Unit.ROWS)
MEAN = Measure(name="mean", unit=Unit.PERSONS, kind=Kind.MEAN, of="cost", decimals=4)
SPREAD = Measure(name="sd", unit=Unit.PERSONS, kind=Kind.STANDARD_DEVIATION, of="cost", decimals=4)
EACH = Measure(name="each", unit=Unit.PERSONS, kind=Kind.RATIO, of="rows", over="persons", decimals=2)
PROFILE = small_world.profile(persons=3, rows=3)
SETTINGS = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def measures_of(layout: Layout, kind: str) -> Sequence[Measure]:
    """Return the measures of one kind of table; a share is of the total of the first dimension."""
    share = Measure(
        name="share",
        unit=Unit.PERSONS,
        kind=Kind.PERCENTAGE,
        of="persons",
        margin=(layout.dimensions[0].name,),
        decimals=1,
    )
    tables: dict[str, tuple[Measure, ...]] = {
        "counts": (PERSONS, ROWS),
        "amounts": (PERSONS, MEAN, SPREAD),
        "ratios": (EACH,),
        "shares": (PERSONS, share),
    }
    return tables[kind]


def protected(seed: int, kind: str) -> Protected | None:
    """Protect a random table, None where it is refused."""
    layout, statistics = table_of(random_lines(seed))
    try:
        return protect_table(layout, statistics, measures_of(layout, kind), PROFILE, bounds=False)
    except Refusal:
        return None


@SETTINGS
@given(st.integers(0, 10_000), st.sampled_from(["counts", "amounts", "ratios", "shares"]))
def test_every_hidden_cell_is_proved_again_or_left_to_the_attacker(seed: int, kind: str) -> None:
    """The evidence is checked by code that shares nothing with the search; the summary counts what it proves."""
    found = protected(seed, kind)
    if found is None:
        return
    missing = sum(len(proof.check_json(one.as_evidence())) for one in found.proofs)
    summary = found.table.summary
    assert summary.attacked == missing
    assert summary.ends == summary.certificates + summary.attacked == sum(one.ends for one in found.proofs)
    assert ProtectedTable.model_validate_json(found.table.model_dump_json()) == found.table


@SETTINGS
@given(st.integers(0, 10_000))
def test_the_same_table_is_always_protected_in_the_same_way(seed: int) -> None:
    """Nothing depends on a clock, on chance, or on the order in which things are found."""
    one, other = protected(seed, "counts"), protected(seed, "counts")
    assert (one and one.table) == (other and other.table)


@pytest.mark.parametrize("kind", ["counts", "amounts", "ratios", "shares"])
def test_most_random_tables_can_be_protected(kind: str) -> None:
    """Refusing everything would be safe, and useless."""
    found = [protected(seed, kind) for seed in range(12)]
    assert sum(one is not None and one.table.published > 0 for one in found) >= 8
