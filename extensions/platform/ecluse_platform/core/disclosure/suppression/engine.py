"""The search for a pattern: cell by cell, hide the cheapest others that let it move far enough both ways."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np

from ecluse_platform.core.disclosure.suppression.certificates import Rounding
from ecluse_platform.core.disclosure.suppression.moves import DOWN, UP, Move, Moves, Need
from ecluse_platform.core.disclosure.suppression.near import LONGEST_BOX, PLANE, Near
from ecluse_platform.core.disclosure.suppression.programme import FINEST, Programme
from ecluse_platform.core.disclosure.suppression.sweep import sweep
from ecluse_platform.core.disclosure.suppression.system import Protection, System
from ecluse_platform.core.disclosure.tabular.structure import Flags, Integers

Progress = Callable[[int, int], None]
# In a table of no more cells a programme over all of them is as quick as one over a few.
SMALL = 600
# In a table of more cells, programmes over all of them take too long, and so do those over a whole pattern.
LARGE = 6000
# Needs that one programme over all cells is asked to meet by one move: it takes little longer than for one of them.
TOGETHER = 4
# Runs of single programmes between two sweeps.
SWEEP_AFTER = 16
# With fewer needs sweeps gain little, and their long moves are rarely whole.
MANY_NEEDS = 1500


def needs_of(system: System, protections: Iterable[Protection]) -> tuple[Need, ...]:
    """Return the moves that protections ask for, small cells first; an end at the true value asks for none."""
    both: list[tuple[int, Need]] = []
    for protection in protections:
        value = int(system.values[protection.cell])
        both.append((value, Need(protection.cell, UP, protection.high - value)))
        both.append((value, Need(protection.cell, DOWN, value - protection.low)))
    both.sort(key=lambda pair: (pair[0], pair[1].cell, -pair[1].sign))
    return tuple(need for _, need in both if need.reach > 0)


class Search:
    """A pattern in the making. ``hidden`` starts as what must be hidden and only grows."""

    def __init__(self, system: System, hidden: Flags, farthest: int, among: Flags | None = None) -> None:
        """Begin with what is hidden; ``farthest`` is the longest move that will be asked for.

        With ``among``, which holds what is hidden, no other cells are ever moved.
        """
        self.system = system
        self.hidden: Flags = hidden | system.unpublished
        self.moves = Moves(system)
        self.rounding = Rounding(system)
        self._tied = tied(system)
        closed = system if among is None else replace(system, fixed=system.fixed | ~among)
        self.near = near_of(closed, self.hidden, farthest)
        self._among = among
        self._nearby = system.size > (SMALL if among is None else LARGE)
        # In two dimensions hidden cells alone meet most needs, and several at once hide more.
        self._joint = not self._nearby and (system.grid is None or len(system.grid.shape) > PLANE)
        self._everywhere: Programme | None = None

    @property
    def programme(self) -> Programme:
        """Return the programme over all cells, made when it is asked for."""
        if self._everywhere is None:
            cells = candidates(self.system)
            cells = cells if self._among is None else cells[self._among[cells]]
            self._everywhere = Programme(self.system, cells, self.hidden)
        return self._everywhere

    def protect(self, needs: Sequence[Need], progress: Progress | None = None) -> list[Need]:
        """Meet the needs in turn; return those that no candidate cells can meet."""
        unmet: list[Need] = []
        pause, last = SWEEP_AFTER, 0
        for done, need in enumerate(needs):
            if not self.moves.covers(need) and not self._settle_first(needs[done:]):
                unmet.append(need)
            if len(needs) >= MANY_NEEDS and self._runs - last >= pause:
                met = sweep(self.system, self.hidden, needs[done + 1 :], self.moves, self.rounding)
                # A sweep that meets few needs came too early.
                pause = 2 * pause if met < pause else SWEEP_AFTER
                last = self._runs
            if progress is not None:
                progress(done + 1, len(needs))
        return unmet

    def _settle_first(self, needs: Sequence[Need]) -> bool:
        """Meet the first of these needs, and where that is cheaper some others by the same move."""
        first = needs[0]
        if self._joint and self._is_joinable(first) and (self.near is None or self.near.inside(first) is None):
            alike = (need for need in needs if need.sign == first.sign and self._is_joinable(need))
            together = list(islice(alike, TOGETHER))
            found = self.programme.move(*together) if len(together) > 1 else None
            if found is not None:
                self._take(found)
                return True
        return self.settle(first)

    def _is_joinable(self, need: Need) -> bool:
        """Say whether a need is not met yet and may share a programme: long moves are counted in units of their own."""
        return need.reach <= FINEST and self.programme.candidate(need.cell) and not self.moves.covers(need)

    def settle(self, need: Need) -> bool:
        """Find a move for one need, nearby if there is one, and hide what it needs."""
        if not self._tied[need.cell]:
            return self._alone(need)
        found = self.find(need)
        if found is None:
            return False
        self._take(found)
        return True

    def find(self, need: Need) -> Move | None:
        """Return a move for one need, nearby if there is one, and leave the pattern as it is."""
        found = None
        if self.near is not None:
            found = self.near.move(need) if self._nearby else self.near.inside(need)
        if found is None and self.programme.candidate(need.cell):
            found = self.programme.move(need)
        return found

    def ban(self, cells: Integers, *, banned: bool) -> None:
        """Keep cells from moving, or let them move again."""
        self.programme.ban(cells, banned=banned)
        if self.near is not None:
            self.near.ban(cells, banned=banned)

    @property
    def _runs(self) -> int:
        return 0 if self._everywhere is None else self._everywhere.runs

    def _alone(self, need: Need) -> bool:
        """Meet the need of a cell that nothing is known about: it moves by itself, as far as its least value allows."""
        system = self.system
        room = int(system.values[need.cell] - system.least[need.cell])
        if system.fixed[need.cell] or (need.sign == DOWN and room < need.reach):
            return False
        self.moves.add(Move(np.array([need.cell]), np.array([float(need.sign)])))
        return True

    def _take(self, move: Move) -> None:
        self.hide(move)
        self.moves.add(move)

    def hide(self, move: Move) -> None:
        """Hide what a move changes."""
        new = move.cells[~self.hidden[move.cells]]
        if new.size:
            self.hidden[new] = True
            if self._everywhere is not None:
                self._everywhere.price(new, free=True)
            if self.near is not None:
                self.near.price(new, free=True)


def part_of(progress: Progress | None, number: int, parts: int) -> Progress | None:
    """Return what tells the progress of one of several parts as that of the whole."""
    if progress is None:
        return None
    whole = progress
    return lambda done, total: whole(number * total + done, parts * total)


def near_of(system: System, hidden: Flags, farthest: int) -> Near | None:
    """Return what knows boxes and finds moves nearby, where the system is a grid and moves are short."""
    return None if system.grid is None or farthest > LONGEST_BOX else Near(system, system.grid, hidden, farthest)


def tied(system: System) -> Flags:
    """Say for every cell whether something ties it to another; the others move as they like."""
    flags: Flags = np.zeros(system.size, dtype=bool)
    for matrix in (system.equalities, system.inequalities):
        flags[matrix.indices] = True
    return flags


def candidates(system: System) -> Integers:
    """Return every cell that may be hidden and has a relation with another."""
    return np.flatnonzero(~system.fixed & tied(system))
