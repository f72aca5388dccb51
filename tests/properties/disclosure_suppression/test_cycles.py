"""Flows among the hidden cells of rows and columns: they find a move wherever there is one, and only such a move."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecluse_platform.core.disclosure.suppression.cycles import Cycles
from ecluse_platform.core.disclosure.suppression.moves import DOWN, UP, Move, Moves, Need
from ecluse_platform.core.disclosure.suppression.programme import Programme
from ecluse_platform.core.disclosure.suppression.system import Grid, System
from ecluse_platform.core.disclosure.tabular.structure import Flags
from suppression_tables import flat_system, with_margins


@st.composite
def hidden_tables(draw: st.DrawFn) -> tuple[System, Flags, Need]:
    """Draw a table with small cells, some of them hidden, and what one hidden cell is asked."""
    shape = draw(st.tuples(st.integers(2, 6), st.integers(2, 5)))
    inner = draw(st.lists(st.integers(0, 8), min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]))
    system = flat_system(shape, with_margins(np.array(inner, dtype=np.int64).reshape(shape))).system
    hidden = np.array(draw(st.lists(st.booleans(), min_size=system.size, max_size=system.size)))
    hidden[draw(st.integers(0, system.size - 1))] = True
    cell = draw(st.sampled_from(np.flatnonzero(hidden).tolist()))
    # A cell that falls further than it can is not asked for: no table has it there.
    falls = int(system.values[cell] - system.least[cell])
    sign = draw(st.sampled_from([UP, DOWN])) if falls else UP
    return system, hidden, Need(cell, sign, draw(st.integers(1, 12 if sign == UP else falls)))


def is_right(system: System, hidden: Flags, need: Need, move: Move) -> bool:
    """Say whether a move keeps every sum, stays among the hidden cells, has room and takes the cell far enough."""
    changed = np.zeros(system.size, dtype=np.int64)
    changed[move.cells] = move.amounts.astype(np.int64)
    return bool(
        (changed[move.cells] == move.amounts).all()
        and not (system.equalities @ changed).any()
        and not changed[~hidden].any()
        and (system.values + changed >= system.least).all()
        and changed[need.cell] == need.sign * need.reach
    )


@given(hidden_tables())
def test_a_flow_is_found_exactly_where_a_programme_finds_a_move(table: tuple[System, Flags, Need]) -> None:
    """Rows and columns are a network: where whole numbers find no way, fractions find none either."""
    system, hidden, need = table
    found = Cycles(system, _grid(system), hidden).move(need)
    other = Programme(system, np.flatnonzero(hidden), hidden).move(need)
    assert (found is None) == (other is None)
    if found is not None:
        assert is_right(system, hidden, need, found)
        moves = Moves(system)
        moves.add(found)
        assert moves.covers(need)


@given(hidden_tables(), st.data())
def test_cells_that_were_closed_are_not_used(table: tuple[System, Flags, Need], data: st.DataObject) -> None:
    """Closing cells, and opening some of them again, is the same as beginning without the others."""
    system, hidden, need = table
    cells = np.flatnonzero(hidden)
    closed = np.array(data.draw(st.lists(st.booleans(), min_size=cells.size, max_size=cells.size)))
    cycles = Cycles(system, _grid(system), hidden)
    cycles.close(cells)
    cycles.open(cells[~closed])
    hidden = hidden.copy()
    hidden[cells[closed]] = False
    found, anew = cycles.move(need), Cycles(system, _grid(system), hidden).move(need)
    assert (found is None) == (anew is None)
    assert found is None or is_right(system, hidden, need, found)


def _grid(system: System) -> Grid:
    assert system.grid is not None
    return system.grid
