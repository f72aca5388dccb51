"""Moves against those who know a cell's value: for each need and each known cell, one that leaves this cell in place.

One move often does for many: it takes other cells far enough too, and leaves most known cells where they are. So every
move is held against every need, and programmes are asked only for what is left: first among hidden cells alone, for
all known cells at once, and one by one where there is no such move.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from ecluse_platform.core.disclosure.suppression.engine import Search, candidates
from ecluse_platform.core.disclosure.suppression.moves import DOWN, SLACK, UP, Move, Need
from ecluse_platform.core.disclosure.suppression.programme import Programme
from ecluse_platform.core.disclosure.tabular.structure import Flags, Integers


def against_knowing(search: Search, found: Mapping[Need, Move], knowing: Sequence[int]) -> dict[Need, tuple[Move, ...]]:
    """Return the moves of each need of which, for each known cell but its own, one leaves it in place.

    Needs for which there is no such move are not in the answer. What the moves use is hidden in ``search``.
    """
    apart = _Apart(search, found, knowing)
    for move in search.moves.found:
        apart.add(move)
    inside, everywhere = _Inside(search), _Everywhere(search)
    met = [number for number in range(len(found)) if apart.ask(inside, number) or apart.ask(everywhere, number)]
    needs = tuple(found)
    return {needs[number]: apart.moves(number) for number in met}


class _Questions(Protocol):
    """What finds moves that leave some cells in place."""

    def without(self, need: Need, cells: Integers) -> Move | None:
        """Return a move that takes the need's cell far enough and changes none of these cells."""


class _Everywhere:
    """Asks over all cells of a search."""

    def __init__(self, search: Search) -> None:
        self._search = search

    def without(self, need: Need, cells: Integers) -> Move | None:
        self._search.ban(cells, banned=True)
        found = self._search.find(need)
        self._search.ban(cells, banned=False)
        return found


class _Inside:
    """Asks over what is hidden by now: a fraction of the table, and nothing more needs hiding."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._made_of = 0
        self._programme: Programme | None = None

    def without(self, need: Need, cells: Integers) -> Move | None:
        programme = self._current()
        if not programme.candidate(need.cell):
            return None
        programme.ban(cells, banned=True)
        found = programme.move(need)
        programme.ban(cells, banned=False)
        return found

    def _current(self) -> Programme:
        hidden = self._search.hidden
        size = int(np.count_nonzero(hidden))
        if self._programme is None or size != self._made_of:
            among = candidates(self._search.system)
            self._programme = Programme(self._search.system, among[hidden[among]], hidden)
            self._made_of = size
        return self._programme


class _Apart:
    """The moves of each need, and which known cells all of them use."""

    def __init__(self, search: Search, found: Mapping[Need, Move], knowing: Sequence[int]) -> None:
        size = search.system.size
        self._search = search
        self._needs = tuple(found)
        self._known = np.array(sorted(set(knowing)), dtype=np.int64)
        self._column = np.full(size, -1, dtype=np.int64)
        self._column[self._known] = np.arange(self._known.size)
        self._row = {sign: np.full(size, -1, dtype=np.int64) for sign in (UP, DOWN)}
        self._asked = {sign: np.full(size, np.inf) for sign in (UP, DOWN)}
        self._moves: list[list[Move]] = []
        # Known cells that all moves of a need use, a row for each need; whoever is alone in its own cell knows it.
        self._left: Flags = np.zeros((len(self._needs), self._known.size), dtype=bool)
        for number, (need, move) in enumerate(found.items()):
            self._row[need.sign][need.cell] = number
            self._asked[need.sign][need.cell] = need.reach * (1 - SLACK)
            self._moves.append([move])
            self._left[number] = self._uses(move) & (self._known != need.cell)

    def moves(self, number: int) -> tuple[Move, ...]:
        """Return the moves of a need without those that the later ones make superfluous."""
        kept = self._moves[number]
        own = self._known == self._needs[number].cell
        for move in tuple(kept):
            others = [other for other in kept if other is not move]
            if others and not (np.logical_and.reduce([self._uses(other) for other in others]) & ~own).any():
                kept = others
        return tuple(kept)

    def add(self, move: Move) -> None:
        """Hold a move, done or undone, against every need that it meets."""
        uses = self._uses(move)
        for sign, reach in self._search.moves.reaches(move).items():
            for number in self._row[sign][move.cells[reach >= self._asked[sign][move.cells]]].tolist():
                self._give(number, move, uses)

    def ask(self, questions: _Questions, number: int) -> bool:
        """Look for moves of a need until no known cell is used by all of them; say whether they were found."""
        left = self._known[self._left[number]]
        return self._split(questions, number, left)

    def _split(self, questions: _Questions, number: int, cells: Integers) -> bool:
        """Find a move that leaves all these cells in place, or two or more that do so between them."""
        cells = cells[self._left[number, self._column[cells]]]
        if not cells.size:
            return True
        move = questions.without(self._needs[number], cells)
        if move is not None:
            self._search.hide(move)
            self.add(move)
            self._give(number, move, self._uses(move))
            return True
        half = cells.size // 2
        return half > 0 and all(self._split(questions, number, part) for part in (cells[:half], cells[half:]))

    def _give(self, number: int, move: Move, uses: Flags) -> None:
        left = self._left[number]
        if (left & ~uses).any():
            self._moves[number].append(move)
            left &= uses

    def _uses(self, move: Move) -> Flags:
        uses: Flags = np.zeros(self._known.size, dtype=bool)
        columns = self._column[move.cells]
        uses[columns[columns >= 0]] = True
        return uses
