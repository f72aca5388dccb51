"""The gate: every interval asked for has a certificate that was checked again, or the attacker's verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from ecluse_platform.core.disclosure.attack.intervals import Required, intervals, too_narrow
from ecluse_platform.core.disclosure.attack.publication import Publication, read_table
from ecluse_platform.core.disclosure.suppression import evidence
from ecluse_platform.core.disclosure.suppression.relations import Related
from ecluse_platform.core.disclosure.suppression.system import Pattern, Protection, System
from ecluse_platform.core.disclosure.table import Interval, rounded
from ecluse_platform.core.disclosure.tabular.quantities import Quantity
from ecluse_platform.core.disclosure.tabular.structure import Flags, Layout


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


@dataclass(frozen=True)
class Verdict:
    """What the gate found: ends proved, ends that the attacker found wide enough, cells that are too narrow."""

    proved: int
    attacked: int
    narrow: tuple[int, ...]


def check(layout: Layout, proof: Proof, hidden: Flags) -> Verdict:
    """Re-check every certificate; attack what has none, once as anybody and once as each of those who know a cell."""
    missing = evidence.unproved(proof.system, proof.protections, proof.pattern, proof.knowing)
    if not missing:
        return Verdict(proof.ends, 0, ())
    open_cells = {cell for cell, _ in missing}
    asked = [protection for protection in proof.protections if protection.cell in open_cells]
    narrow: set[int] = set()
    for known in (None, *proof.knowing):
        narrow |= attacked(layout, proof, hidden, asked, known)
    return Verdict(proof.ends - len(missing), len(missing), tuple(sorted(narrow)))


def publication_of(layout: Layout, proof: Proof, hidden: Flags, known: int | None = None) -> Publication:
    """Return what an outsider reads of one quantity; ``known`` is a cell that this outsider knows."""
    shown = ~hidden
    published = layout
    if known is not None:
        shown = shown.copy()
        shown[known] = True
    quantity = proof.quantity
    table = read_table(
        quantity.name,
        published,
        quantity.values,
        shown,
        quantity.additive,
        least=quantity.least,
        whole=quantity.unit is not None,
    )
    pairs = tuple((complement.margin, complement.part) for complement in proof.related.complements)
    return Publication((table,), complements=pairs)


def attacked(
    layout: Layout, proof: Proof, hidden: Flags, protections: Iterable[Protection], known: int | None = None
) -> set[int]:
    """Return the cells whose interval an outsider can make narrower than asked."""
    required = [Required(p.cell, p.low, p.high) for p in protections if p.cell != known]
    return {found.cell for found in too_narrow(publication_of(layout, proof, hidden, known), required)}


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
    found: dict[int, list[Interval]] = {}
    for proof in proofs:
        cells = np.flatnonzero(hidden).tolist()
        seen = intervals(publication_of(layout, proof, hidden), cells)
        for cell in cells:
            low, high = seen.low[cell], seen.high[cell]
            found.setdefault(cell, []).append(
                Interval(quantity=proof.name, low=_text(low), high=_text(high) if np.isfinite(high) else None)
            )
    return {cell: tuple(bounds) for cell, bounds in found.items()}


def _text(number: float) -> str:
    """Write an end as computed, to the hundredth: it is a bound, and bounds of counts need not be whole."""
    return rounded(Decimal(float(number)), 2)
