"""Owners are exactly the connected components, whatever the shape of the pseudonym graph."""

from __future__ import annotations

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from ecluse_platform.extract.keys import install
from ecluse_platform.extract.owners import make_persons

MOST = 4
Row = tuple[str, int, str, str]
ROWS = st.lists(
    st.tuples(
        st.integers(0, 8).map(lambda n: f"P{n}"),
        st.integers(1, 2),
        st.integers(0, 8).map(lambda n: f"I{n}"),
        st.sampled_from(["00", "00", "00", "13"]),
    ),
    min_size=1,
    max_size=14,
    unique_by=lambda row: (row[0], row[1], row[2]),
)


def components(rows: list[Row]) -> dict[str, frozenset[str]]:
    """Return each identifier's component, the slow and obvious way."""
    groups: list[set[str]] = []
    for psa, _, idt, kind in rows:
        if kind == "00":
            touched = [g for g in groups if psa in g or idt in g]
            groups = [g for g in groups if g not in touched] + [{psa, idt}.union(*touched)]
    return {identifier: frozenset(group) for group in groups for identifier in group}


@settings(max_examples=120, deadline=None)
@given(rows=ROWS)
def test_an_owner_is_one_small_component_of_regular_numbers(rows: list[Row]) -> None:
    """Two keys share an owner iff their numbers are linked; irregular, ambiguous and oversized keys have none."""
    with duckdb.connect() as connection:
        install(connection, b"k" * 32)
        connection.execute(
            "CREATE TABLE r(BEN_NIR_PSA VARCHAR, BEN_RNG_GEM SMALLINT, BEN_IDT_ANO VARCHAR, BEN_CDI_NIR VARCHAR)"
        )
        connection.executemany("INSERT INTO r VALUES (?, ?, ?, ?)", rows)
        make_persons(connection, "r", None, MOST)
        found = {(p, r): u for p, r, u in connection.execute("SELECT psa, rng, u FROM person").fetchall()}
    linked = components(rows)
    expected: dict[tuple[str, int], frozenset[str] | None] = {}
    for psa, rank, _, _ in rows:
        regular = all(kind == "00" for p, r, _, kind in rows if (p, r) == (psa, rank))
        component = linked.get(psa)
        small = component is not None and len(component) <= MOST
        expected[psa, rank] = component if regular and small else None
    assert set(found) == set(expected)
    assert {k for k, u in found.items() if u is None} == {k for k, c in expected.items() if c is None}
    owners = {(found[k], expected[k]) for k in found if found[k] is not None}
    assert len(owners) == len({u for u, _ in owners}) == len({c for _, c in owners})
