"""Certificates without a search: what the tables as they are leave open, before any further cell is hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_matrix, identity, vstack

from ecluse_platform.core.disclosure.history.exchanges import Basis, basis_of
from ecluse_platform.core.disclosure.history.partition import Partition
from ecluse_platform.core.disclosure.history.sweeping import Sweeper
from ecluse_platform.core.disclosure.suppression.engine import needs_of
from ecluse_platform.core.disclosure.suppression.moves import DOWN, SLACK, UP, Floats, Need
from ecluse_platform.core.disclosure.suppression.system import Certificate, Direction, Protection, System
from ecluse_platform.core.disclosure.tabular.structure import Integers

# What a solver's weight may be beside the whole number that it means; the equations tell whether it was one.
_NEAR = 1e-3
# Common denominators of weights: exchanges that need larger ones are left to programmes for single atoms.
DENOMINATORS = (1, 2, 3, 4, 6, 12, 60)
# Fewer ends than this are found sooner one by one.
MANY = 100


@dataclass(frozen=True, eq=False)
class Certified:
    """What is proved without hiding anything, and the protections of which an end is not."""

    certificates: tuple[Certificate, ...]
    left: tuple[Protection, ...]


def certify(partition: Partition, system: System, protections: Sequence[Protection]) -> Certified:
    """Prove what exchanges of persons between atoms prove, then what programmes for many atoms at once prove.

    Every certificate is checked in whole numbers against the system. One that holds here holds after more is hidden.
    """
    needs = needs_of(system, protections)
    basis = basis_of(partition.members[np.flatnonzero(partition.shown)], partition.persons)
    if basis is None or not needs:
        return Certified((), tuple(protections))
    prover = Prover(partition, system)
    found = prover.prove(needs, basis.moves(csc_matrix(identity(basis.others.size))))
    left = [need for need in needs if need not in found]
    if len(left) >= MANY:
        found |= _swept(prover, basis, left)
    missing = {need.cell for need in needs if need not in found}
    kept = tuple(certificate for need, certificate in found.items() if need.cell not in missing)
    return Certified(kept, tuple(protection for protection in protections if protection.cell in missing))


def _swept(prover: Prover, basis: Basis, needs: list[Need]) -> dict[Need, Certificate]:
    found: dict[Need, Certificate] = {}
    sweeper = Sweeper(basis, prover.room, prover.hidden)
    for move in sweeper.moves([(prover.place(need), need) for need in needs], found):
        found |= prover.prove([need for need in needs if need not in found], move)
    return found


class Prover:
    """Turns changes of atoms into certificates over atoms and hidden cells."""

    def __init__(self, partition: Partition, system: System) -> None:
        """Take the rows of shown cells, which must not change, and of hidden ones, which may."""
        atoms = partition.persons.size
        hidden = np.flatnonzero(~partition.shown)
        self.hidden = partition.members[hidden]
        self._shown = partition.members[np.flatnonzero(partition.shown)]
        self._places: Integers = np.concatenate([np.arange(atoms), atoms + hidden])
        self.room: Integers = (system.values - system.least)[self._places]
        self._at = np.full(system.size, -1, dtype=np.int64)
        self._at[self._places] = np.arange(self._places.size)

    def place(self, need: Need) -> int:
        """Return where a need's cell is among atoms and hidden cells."""
        return int(self._at[need.cell])

    def prove(self, needs: Sequence[Need], moves: csc_matrix) -> dict[Need, Certificate]:
        """Return the certificates that some changes of atoms, one to a column, give for some needs."""
        whole = self._whole(moves)
        if not whole.shape[1]:
            return {}
        best = {sign: self._farthest(whole, sign) for sign in (UP, DOWN)}
        found: dict[Need, Certificate] = {}
        amounts: dict[int, tuple[Integers, Integers, Integers, Integers]] = {}
        for need in needs:
            columns, reach = best[need.sign]
            column = int(columns[self._at[need.cell]])
            if reach[self._at[need.cell]] < need.reach * (1 - SLACK):
                continue
            if column not in amounts:
                span = slice(whole.indptr[column], whole.indptr[column + 1])
                rows, data = whole.indices[span], whole.data[span]
                # Made once: certificates of one move share it, here and in the evidence.
                amounts[column] = (rows, self._places[rows], data, -data)
            certificate = self._certificate(need, amounts[column])
            if certificate is not None:
                found[need] = certificate
        return found

    def _whole(self, moves: csc_matrix) -> csc_matrix:
        """Return the moves that are whole and change no shown cell, with what they change in hidden ones."""
        exact = _scaled(moves)
        changed = abs(self._shown @ exact).sum(axis=0)
        exact = exact[:, np.flatnonzero(np.asarray(changed).ravel() == 0)]
        found = csc_matrix(vstack([exact, self.hidden @ exact]), dtype=np.int64)
        found.eliminate_zeros()
        found.sort_indices()
        return found

    def _farthest(self, moves: csc_matrix, sign: int) -> tuple[Integers, Floats]:
        """Return, for each place, the move that takes it farthest up or down, and how far: 0 where none does."""
        columns = np.repeat(np.arange(moves.shape[1]), np.diff(moves.indptr))
        rows, size, rises = moves.indices, np.abs(moves.data), moves.data > 0
        times: Floats = self.room[rows] / size
        forth, back = (np.full(moves.shape[1], np.inf) for _ in range(2))
        np.minimum.at(forth, columns[~rises], times[~rises])
        np.minimum.at(back, columns[rises], times[rises])
        reach = size * np.where(rises == (sign == UP), forth[columns], back[columns])
        order = np.lexsort((columns, -reach, rows))
        first = order[np.flatnonzero(np.diff(rows[order], prepend=-1))]
        best: Integers = np.zeros(self._places.size, dtype=np.int64)
        farthest: Floats = np.zeros(self._places.size)
        best[rows[first]], farthest[rows[first]] = columns[first], reach[first]
        return best, farthest

    def _certificate(self, need: Need, move: tuple[Integers, Integers, Integers, Integers]) -> Certificate | None:
        """Return the proof of one end, checked in whole numbers, or None where the move does not go so far."""
        rows, places, forth, back = move
        at = int(np.searchsorted(rows, self._at[need.cell]))
        own = int(forth[at])
        amounts = forth if (own > 0) == (need.sign == UP) else back
        falls = amounts < 0
        if (need.reach * -amounts[falls] > self.room[rows[falls]] * abs(own)).any():
            return None
        direction = Direction.HIGH if need.sign == UP else Direction.LOW
        exact = bool((need.reach * amounts % abs(own) == 0).all())
        return Certificate(need.cell, direction, need.reach, places, amounts, whole=exact)


def _scaled(moves: csc_matrix) -> csc_matrix:
    """Return each move times the smallest denominator that makes it whole; leave out those that none makes."""
    columns = np.repeat(np.arange(moves.shape[1]), np.diff(moves.indptr))
    times = np.zeros(moves.shape[1])
    for denominator in reversed(DENOMINATORS):
        apart = np.abs(np.rint(denominator * moves.data) - denominator * moves.data) > _NEAR
        broken = np.zeros(moves.shape[1], dtype=bool)
        broken[columns[apart]] = True
        times[~broken] = denominator
    data = np.rint(times[columns] * moves.data).astype(np.int64)
    scaled = csc_matrix((data, moves.indices, moves.indptr), moves.shape, dtype=np.int64)
    return scaled[:, np.flatnonzero(times)]
