"""Identifiers found by number are the identifiers found by comparing text."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse_platform.extract.texts import ABSENT, Texts

ANY = st.text(max_size=30)
ALIKE = st.text("0AZé\x00", min_size=4, max_size=6)


def places(values: list[str], asked: list[str]) -> list[int]:
    """Return where each text asked for stands, by looking."""
    return [values.index(text) if text in values else ABSENT for text in asked]


@given(st.lists(ANY | ALIKE, unique=True, max_size=40), st.lists(ANY | ALIKE, max_size=40))
def test_every_text_is_found_where_it_stands_and_no_other_is(values: list[str], asked: list[str]) -> None:
    """Texts of any length and alphabet, present or not, asked for more than once."""
    asked = [*asked, *values[::2], *values[::-1]]
    found = Texts(pa.array(values, pa.string())).turns(pa.array(asked, pa.string()))
    assert found.tolist() == places(values, asked)


@pytest.mark.parametrize("length", [1, 17, 23, 24, 40])
def test_texts_of_one_length(length: int) -> None:
    """The lengths around those that are found by number; a slice of a longer column too."""
    values = [f"{i:0{length}d}" for i in range(10)]
    texts = Texts(pa.array(["other", *values], pa.string()).slice(1))
    asked = [*values, "x" * length, values[0] + "0", values[3][1:], ""]
    found = texts.turns(pa.array(["more", *asked], pa.string()).slice(1))
    assert found.tolist() == places(values, asked)
    alike = texts.turns(pa.array(["x" * length, values[7]], pa.string()))
    assert alike.tolist() == places(values, ["x" * length, values[7]])


def test_a_text_padded_with_nothing_is_another() -> None:
    """A NUL at the end of one text does not make it the shorter one."""
    assert Texts(pa.array(["ab\x00", "cd\x00"])).turns(pa.array(["ab", "cd"])).tolist() == [ABSENT, ABSENT]
    assert Texts(pa.array(["ab", "cd"])).turns(pa.array(["ab\x00", "cd\x00"])).tolist() == [ABSENT, ABSENT]
