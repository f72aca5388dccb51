"""The gate: every interval asked for has a certificate that was checked again, and withstands the attacker.

The certificates prove each quantity by itself, against what the suppressor knows of the table. The attacker is other
code that starts from what would be published: all quantities side by side, persons being no more than their rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ecluse_platform.core.disclosure.attack.intervals import Required, intervals, too_narrow
from ecluse_platform.core.disclosure.attack.publication import (
    Equation,
    Publication,
    PublishedTable,
    Reals,
    read_table,
    within,
)
from ecluse_platform.core.disclosure.suppression import evidence
from ecluse_platform.core.disclosure.suppression.relations import Related
from ecluse_platform.core.disclosure.suppression.system import Pattern, Protection, System
from ecluse_platform.core.disclosure.table import Interval, rounded
from ecluse_platform.core.disclosure.tabular.quantities import Quantity, contained, wholes
from ecluse_platform.core.disclosure.tabular.structure import ROOT, Flags, Integers, Layout


@dataclass(frozen=True, eq=False)
class Proof:
    """All that is needed to check one quantity's pattern again; it holds true values and stays inside.

    ``knowing`` are cells whose value somebody is assumed to know.
    """

    quantity: Quantity
    related: Related
    protections: tuple[Protection, ...]
    knowing: tuple[int, ...]
    pattern: Pattern

    @property
    def name(self) -> str:
        """Name the quantity."""
        return self.quantity.name

    @property
    def system(self) -> System:
        """Return the equations that the certificates are about."""
        return self.related.system

    @property
    def ends(self) -> int:
        """Count the ends of intervals that had to be proved."""
        values = self.system.values
        return sum(int(p.low < values[p.cell]) + int(p.high > values[p.cell]) for p in self.protections)

    def as_evidence(self) -> dict[str, object]:
        """Return plain numbers that ``proof.check_json`` re-checks without any of this code."""
        return evidence.evidence_of(self.system, self.protections, self.pattern, self.knowing)

    def uncertified(self) -> list[tuple[int, str]]:
        """Check every certificate again, once; return the cells and ends that none of them proves."""
        return self._uncertified

    @cached_property
    def _uncertified(self) -> list[tuple[int, str]]:
        return evidence.unproved(self.system, self.protections, self.pattern, self.knowing)


@dataclass(frozen=True, eq=False)
class Outside:
    """What an outsider reads: ``places[i]`` says where the cells of proof ``i`` (complements included) are in it."""

    publication: Publication
    places: tuple[Integers, ...]


def outside(layout: Layout, proofs: Sequence[Proof], hidden: Flags, known: int | None = None) -> Outside:
    """Lay everything published side by side; ``known`` is a cell in which somebody is alone, for proofs that name it.

    They know the amount there, and of a count that it is at least their own.

    Raises TooManyCells where so much exists unpublished that nothing can be concluded.
    """
    tables = []
    for proof in proofs:
        shown, least = ~hidden, np.full(layout.size, proof.quantity.least, dtype=np.int64)
        if known is not None and known in proof.knowing:
            if proof.quantity.unit is None:
                shown[known] = True
            else:
                least[known] = proof.quantity.values[known]
        tables.append(_table(layout, proof.quantity, shown, least))
    starts = [layout.size * number for number in range(len(proofs))]
    pairs: list[tuple[int, int]] = []
    places = []
    for start, proof in zip(starts, proofs, strict=True):
        own = proof.related.complements
        first = layout.size * len(proofs) + len(pairs)
        places.append(np.concatenate([np.arange(start, start + layout.size), np.arange(first, first + len(own))]))
        pairs += [(start + complement.margin, start + complement.part) for complement in own]
    equations = tuple(ties(layout, [proof.quantity for proof in proofs]))
    return Outside(Publication(tuple(tables), equations, tuple(pairs)), tuple(places))


def narrow_cells(layout: Layout, proofs: Sequence[Proof], hidden: Flags) -> tuple[frozenset[int], ...]:
    """Attack everything; return, by proof, the cells that an outsider can bound more narrowly than asked.

    Where somebody knows a cell and a certificate against them is missing, they attack too. What they know of the
    groups that they are in themselves cannot be taken back; who else is there is asked for, part by part.
    """
    narrow = [set[int]() for _ in proofs]
    asking = {known for proof in proofs if proof.knowing and proof.uncertified() for known in proof.knowing}
    for known in (None, *sorted(asking)):
        seen = outside(layout, proofs, hidden, known)
        required, back = [], {}
        around = _around(layout, known)
        for number, (proof, places) in enumerate(zip(proofs, seen.places, strict=True)):
            for protection in proof.protections:
                if known in proof.knowing and _holds(proof, protection.cell, around):
                    continue
                place = int(places[protection.cell])
                back[place] = number, protection.cell
                required.append(Required(place, protection.low, protection.high))
        for found in too_narrow(seen.publication, required):
            number, cell = back[found.cell]
            narrow[number].add(cell)
    return tuple(frozenset(cells) for cells in narrow)


def _around(layout: Layout, known: int | None) -> Flags:
    """Flag the cell that somebody knows and all groups and totals that hold it."""
    if known is None:
        return np.zeros(layout.size, dtype=bool)
    flags = np.ones(layout.size, dtype=bool)
    for axis, dimension in enumerate(layout.dimensions):
        chain = [int(layout.codes[known, axis])]
        while dimension.parents[chain[-1]] != ROOT:
            chain.append(dimension.parents[chain[-1]])
        flags &= np.isin(layout.codes[:, axis], chain)
    return flags


def _holds(proof: Proof, cell: int, around: Flags) -> bool:
    """Say whether a cell, or what a part leaves of its margin, holds the cell that somebody knows."""
    if cell < around.size:
        return bool(around[cell])
    complement = proof.related.complements[cell - around.size]
    return bool(around[complement.margin] and not around[complement.part])


def possible_of(proof: Proof) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return, for each cell, the lowest and highest value that the certificates prove possible to outsiders.

    An outsider's interval holds these and may be wider; they follow from true values, so they stay inside.
    """
    low = proof.system.values.astype(np.float64)
    high = low.copy()
    for certificate in proof.pattern.certificates:
        own = np.abs(certificate.moves[certificate.support == certificate.cell][0])
        moved = proof.system.values[certificate.support] + certificate.moves * (certificate.reach / own)
        low[certificate.support] = np.minimum(low[certificate.support], moved)
        high[certificate.support] = np.maximum(high[certificate.support], moved)
    return low, high


def intervals_of(layout: Layout, proofs: Sequence[Proof], hidden: Flags) -> dict[int, tuple[Interval, ...]]:
    """Compute what an outsider can say of each hidden cell, quantity by quantity; it tells nothing that is not out."""
    cells = np.flatnonzero(hidden).tolist()
    if not proofs or not cells:
        return {}
    lows, highs = bounds_of(layout, proofs, hidden)
    return {
        cell: tuple(
            Interval(
                quantity=proof.name,
                low=_text(low[cell]),
                high=_text(high[cell]) if np.isfinite(high[cell]) else None,
            )
            for proof, low, high in zip(proofs, lows, highs, strict=True)
        )
        for cell in cells
    }


def bounds_of(layout: Layout, proofs: Sequence[Proof], hidden: Flags) -> tuple[list[Reals], list[Reals]]:
    """Return, by proof and cell of the layout, the lowest and the highest value that an outsider finds possible."""
    seen = outside(layout, proofs, hidden)
    asked = [int(place) for places in seen.places for place in places[: layout.size][hidden]]
    ends = intervals(seen.publication, asked)
    inside = [places[: layout.size] for places in seen.places]
    return [ends.low[places] for places in inside], [ends.high[places] for places in inside]


def _table(layout: Layout, quantity: Quantity, shown: Flags, least: Integers) -> PublishedTable:
    return read_table(
        quantity.name,
        layout,
        quantity.values,
        shown,
        quantity.additive,
        least=least.astype(np.float64),
        whole=quantity.unit is not None,
    )


def ties(layout: Layout, quantities: Sequence[Quantity]) -> Iterator[Equation]:
    """Say of every cell what is no more than what, and that a part and what it leaves make the whole.

    The quantities are tables of one publication, in this order, over the same layout.
    """
    for lesser, greater in contained(quantities):
        for cell in range(layout.size):
            yield within(lesser * layout.size + cell, greater * layout.size + cell)
    for three in wholes(quantities):
        part, rest, whole = (place * layout.size for place in three)
        for cell in range(layout.size):
            yield Equation({part + cell: 1.0, rest + cell: 1.0, whole + cell: -1.0}, 0.0, 0.0)


def _text(number: float) -> str:
    """Write an end as computed, to the hundredth: it is a bound, and bounds of counts need not be whole."""
    return rounded(Decimal(float(number)), 2)
