"""A table that is asked for again tells nothing new: it is answered as before, however small the groups in it are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix, vstack

from ecluse_platform.core.disclosure.history.comparing import compare
from ecluse_platform.core.disclosure.history.partition import Partition, Publication
from ecluse_platform.core.disclosure.history.repeating import says_nothing_new
from ecluse_platform.core.disclosure.suppression.system import Pattern, Protection, System

THRESHOLD = 11


def never(system: System, protections: Sequence[Protection]) -> Pattern:
    """Fail: nothing is to be searched."""
    raise AssertionError(f"{len(protections)} protections searched over {system.size} cells")


@st.composite
def said_twice(draw: st.DrawFn) -> Partition:
    """Return a table of any cells, small ones hidden, and the same table asked for again."""
    atoms, cells = draw(st.integers(1, 8)), draw(st.integers(1, 8))
    persons = np.array(draw(st.lists(st.integers(1, 30), min_size=atoms, max_size=atoms)), dtype=np.int64)
    held = draw(st.lists(st.lists(st.integers(0, 1), min_size=atoms, max_size=atoms), min_size=cells, max_size=cells))
    members = csr_matrix(np.array(held, dtype=np.int64))
    counts = np.asarray(members @ persons)
    shown = (counts == 0) | (counts >= THRESHOLD)
    table = Publication("r1", tuple(f"cell {i}" for i in range(cells)), shown, ~shown)
    return Partition((table,), replace(table, item="r2"), persons, csr_matrix(vstack([members, members])))


@given(said_twice())
def test_the_same_table_is_answered_again_without_a_search(partition: Partition) -> None:
    """Whatever its groups are, nothing is hidden further and nothing refused: it is out already."""
    found = compare(partition, THRESHOLD, np.ones(partition.table.size), never)
    assert (found.hidden, found.because, found.proof) == ((), {}, None)


@given(said_twice(), st.data())
def test_a_cell_that_was_hidden_is_news_when_it_is_shown(partition: Partition, data: st.DataObject) -> None:
    """The same cells with one more of them shown are compared; unless that very set of persons is shown elsewhere."""
    earlier, table = partition.earlier[0], partition.table
    counts = partition.counts[: earlier.size]
    hidden = np.flatnonzero(~earlier.shown & (counts > 0))
    assume(hidden.size > 0)
    cell = data.draw(st.sampled_from(hidden.tolist()))
    shown = table.shown.copy()
    shown[cell] = True
    assert not says_nothing_new(replace(partition, table=replace(table, shown=shown)))


@given(said_twice(), st.data())
def test_persons_who_were_in_no_cell_are_news(partition: Partition, data: st.DataObject) -> None:
    """A cell of the new table with somebody else in it makes another set of persons, which is compared."""
    table = partition.table
    cell = data.draw(st.integers(0, table.size - 1))
    newcomers = np.zeros((partition.cells, 1), dtype=np.int64)
    newcomers[partition.first_new + cell] = 1
    members = csr_matrix(np.hstack([partition.members.toarray(), newcomers]))
    persons = np.append(partition.persons, 1)
    assert not says_nothing_new(Partition(partition.earlier, table, persons, members))
