"""One person, with and without: no number changes by more than the noise was made for, on every small database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations_with_replacement

import pytest

from ecluse_platform.core.privacy.bounding import Bounding, bounding
from ecluse_platform.core.privacy.query import Dimension, PrivateQuery
from private_shapes import OUTPUTS, SALT, Rows, asked, breaches, database, numbers

# Two known keys, one unknown one, one absent; values inside, outside and on their bounds, and none.
KINDS = [("a", 1, 9), ("a", 0, -7), ("b", 1, 2), ("z", 1, 5), (None, None, None)]
# Each person is one of all combinations of up to two rows, or of three of the first kinds: each is there once.
PERSONS = [
    rows
    for many, kinds in ((1, KINDS), (2, KINDS), (3, KINDS[:3]))
    for rows in combinations_with_replacement(kinds, many)
]
# Two values that nobody else has: only then does who holds them change how many distinct ones there are.
PERSONS.append((("a", 1, 101), ("a", 1, 102)))
# And one person in every known cell.
PERSONS.append((KINDS[0], KINDS[2], KINDS[4]))
NOBODYS = [("a", 1, 3, None), ("b", 0, 1, None)]
EVERYBODY: Rows = [(*row, number) for number, rows in enumerate(PERSONS) for row in rows] + NOBODYS

EVERY_SHAPE = tuple(OUTPUTS)
UNKNOWN = Dimension(name="d", column="d1", type="VARCHAR", keys=None)
TEXTS = Dimension(name="d", column="d1", type="VARCHAR", keys=("a", "b", "z"))
QUERIES: dict[str, PrivateQuery] = {
    **{f"everything, {g} cells, {r} rows": asked(*EVERY_SHAPE, cells=g, rows=r) for g, r in ((1, 1), (1, 2), (2, 1))},
    "rows only": asked("rows", cells=2, rows=2),
    "persons only": asked("persons", "share", cells=1, rows=5),
    "one cell for all": asked(*EVERY_SHAPE, cells=1, rows=2, dimensions=()),
    "texts by their places": asked(*EVERY_SHAPE, cells=1, rows=1, dimensions=(TEXTS,)),
    "unknown keys": asked(*EVERY_SHAPE, cells=2, rows=2, dimensions=(UNKNOWN,), delta="0.001"),
}


def all_breaches(query: PrivateQuery, statements: Bounding) -> Iterator[str]:
    """Yield what anybody changes too much, over all persons taken away one by one."""
    connection = database(EVERYBODY)
    everybody = numbers(connection, query, statements)
    for person in range(len(PERSONS)):
        yield from breaches(query, everybody, numbers(connection, query, statements, without=person))
    connection.close()


@pytest.mark.parametrize("name", QUERIES)
def test_nobody_changes_a_number_by_more_than_its_noise_is_made_for(name: str) -> None:
    """Every shape of aggregate, every combination of bounds, every person that there can be."""
    query = QUERIES[name]
    assert list(all_breaches(query, bounding(query, SALT))) == []


def _without(part: str, instead: str) -> Callable[[Bounding], Bounding]:
    def change(statements: Bounding) -> Bounding:
        prepare = tuple(statement.replace(part, instead) for statement in statements.prepare)
        changed = replace(statements, prepare=prepare)
        if changed == statements:
            raise ValueError(f"there is no {part} to take away")
        return changed

    return change


MUTATIONS: dict[str, tuple[PrivateQuery, Callable[[Bounding], Bounding]]] = {
    "no bound on rows": (QUERIES["rows only"], _without("least(count(*), 2)", "count(*)")),
    "one row too many": (QUERIES["rows only"], _without("least(count(*), 2)", "least(count(*), 3)")),
    "one drawn row too many": (QUERIES["everything, 1 cells, 2 rows"], _without('"__n" <= 2', '"__n" <= 3')),
    "one cell too many": (
        QUERIES["everything, 2 cells, 1 rows"],
        lambda statements: _without("<= 2", "<= 3")(_without("> 2 ", "> 3 ")(statements)),
    ),
    "no bound on cells": (QUERIES["everything, 1 cells, 1 rows"], _without("HAVING count(*) > 1", "HAVING false")),
    "no clamp above": (QUERIES["everything, 1 cells, 1 rows"], _without(", (5))", ", (500))")),
    "no clamp below": (QUERIES["everything, 1 cells, 1 rows"], _without(", (-3))", ", (-300))")),
    "the owner is dropped from the draw of rows": (
        QUERIES["everything, 1 cells, 1 rows"],
        _without('PARTITION BY "__u", "d1"', 'PARTITION BY "d1"'),
    ),
    "the owner is dropped from the draw of rows of texts": (
        QUERIES["texts by their places"],
        _without('PARTITION BY "__u", "d1"', 'PARTITION BY "d1"'),
    ),
    "no bound on cells of texts": (QUERIES["texts by their places"], _without("HAVING count(*) > 1", "HAVING false")),
    "a value too many is told apart": (QUERIES["everything, 1 cells, 1 rows"], _without(", 1, 1)", ", 1, 2)")),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_each_bound_that_is_taken_away_is_missed(name: str) -> None:
    """The check above would see it: a bound removed or widened by one, the owner forgotten."""
    query, change = MUTATIONS[name]
    assert next(all_breaches(query, change(bounding(query, SALT))), None) is not None


def test_the_bounds_are_reached() -> None:
    """Noise made for more than anybody can change would be noise for nothing."""
    query = QUERIES["rows only"]
    connection, statements = database([("a", 1, 1, 1)] * 3 + [("b", 1, 1, 1)] * 3), bounding(query, SALT)
    (everybody, _), (others, _) = (numbers(connection, query, statements, without=one) for one in (None, 1))
    assert [everybody[cell]["n4"] for cell in (("a",), ("b",))] == [2, 2]
    assert others == {}


def test_what_is_left_out_is_the_same_again_and_told() -> None:
    """The draw depends on the salt and on the person's own rows; how many persons it cuts is counted."""
    query, rows = asked("rows", cells=1, rows=1), [(key, 1, at, u) for u in range(40) for at, key in enumerate("ab")]
    connection = database(rows)
    first, again = (numbers(connection, query, bounding(query, SALT)) for _ in range(2))
    other = numbers(connection, query, bounding(query, "6b" * 32))
    assert first == again
    assert first[0] != other[0]
    assert first[1] == other[1] == 40
