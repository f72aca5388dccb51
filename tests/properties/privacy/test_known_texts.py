"""Known categories, whatever is written in them: each row counts in its own, and in none where none is its own."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ecluse_platform.core.privacy.bounding import bounding
from ecluse_platform.core.privacy.query import Dimension
from private_shapes import SALT, asked, database, numbers

# Quotes, accents, blanks, letters of another case, what looks like a number or like nothing; and anything else.
TEXTS = st.one_of(
    st.sampled_from(["a", "A", "a ", "", "'", "''", '"', "\\", "é", "e\u0301", "1", "01", "NULL", "('a')", "🙂"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=3),
)
MANY = 8


@given(
    st.lists(TEXTS, min_size=1, max_size=5),
    st.lists(st.tuples(st.none() | TEXTS, st.integers(0, 3)), max_size=12),
    st.lists(st.none(), max_size=1),
)
@settings(max_examples=60, deadline=None)
def test_persons_are_counted_in_the_text_that_is_theirs(
    keys: list[str], rows: list[tuple[str | None, int]], absent: list[None]
) -> None:
    """With and without a category for rows that have none; a text that is asked for twice is one category."""
    known = (*keys, *absent)
    dimension = Dimension(name="d", column="d1", type="VARCHAR", keys=known)
    query = asked("persons", cells=MANY, rows=1, dimensions=(dimension,))
    connection = database([(text, 1, 1, owner) for text, owner in rows])
    found, clipped = numbers(connection, query, bounding(query, SALT))
    connection.close()
    owners = {text: {owner for other, owner in rows if other == text} for text, _ in rows if text in known}
    assert {cell: told["n1"] for cell, told in found.items()} == {(text,): len(them) for text, them in owners.items()}
    assert clipped == 0


def test_whole_numbers_are_told_as_they_are_written() -> None:
    """Numbers and texts side by side: each in its own type, each as its text."""
    dimensions = (
        Dimension(name="n", column="d1", type="BIGINT", keys=(1, 2)),
        Dimension(name="d", column="d2", type="VARCHAR", keys=("x", "y")),
    )
    inner = "SELECT m1::BIGINT AS d1, d1 AS d2, m1, m2, __u FROM t"
    query = asked("persons", cells=MANY, rows=1, dimensions=dimensions, inner_sql=inner)
    connection = database([("x", 1, 0, 7), ("y", 2, 0, 7), ("y", 3, 0, 7), ("z", 1, 0, 7), ("x", None, 0, 8)])
    found, _ = numbers(connection, query, bounding(query, SALT))
    connection.close()
    assert {cell: told["n1"] for cell, told in found.items()} == {("1", "x"): 1, ("2", "y"): 1}
