"""What is behind a line: boxes, laboratory tests, acts, devices; negative when the line is a correction."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from ecluse_platform.synth.facts import drugs
from ecluse_platform.synth.lines import Lines
from ecluse_platform.synth.services import MEDICINES, SERVICES, Kind
from ecluse_platform.synth.settings import Ints, Settings

_USUAL = 0.8
_BOXES = (0.72, 0.18, 0.1)
# Share of lines with one, two, … details.
_COUNTS = {
    Kind.PHARMACY: (0.8, 0.15, 0.05),
    Kind.LABORATORY: (0.1, 0.25, 0.3, 0.2, 0.1, 0.05),
    Kind.ACT: (0.85, 0.15),
    Kind.DEVICE: (0.75, 0.25),
    Kind.HOSPITAL_DRUG: (0.9, 0.1),
}


@dataclass(frozen=True)
class Details:
    """One position per detail row: ``line`` is its line, ``order`` counts from 1, ``code`` is a position in ``codes``.

    ``quantity`` has the line's sign. Rows are in the order of the lines given to ``detail``.
    """

    line: Ints
    order: Ints
    code: Ints
    quantity: Ints

    def per_line(self, values: Ints, lines: int) -> Ints:
        """Sum a value of each detail over its line."""
        return np.rint(np.bincount(self.line, weights=values, minlength=lines)).astype(np.int64)


def detail(settings: Settings, block: int, lines: Lines, kind: Kind) -> Details:
    """Choose the details of all lines of a kind: people keep to their usual ones; a correction repeats its source."""
    rng = settings.stream(f"details {kind}", block)
    line = lines.of_kind(kind)
    events, position = np.unique(lines.source[line], return_inverse=True)
    shares = _COUNTS[kind]
    count = 1 + rng.choice(len(shares), len(events), p=shares)
    first = np.concatenate([[0], np.cumsum(count)])
    what, person = np.empty(len(events), dtype=np.int64), np.empty(len(events), dtype=np.int64)
    what[position], person[position] = lines.what[line], lines.person[line]
    event = np.repeat(np.arange(len(events)), count)
    rank = np.arange(len(event)) - first[event]
    if kind is Kind.PHARMACY:
        usual = rng.random(len(event)) < _USUAL
        choice = np.where(usual, person[event] * 7919 + rank, rng.integers(0, 1 << 30, len(event)))
    else:
        # Different tests of one line: start anywhere, then take the next.
        choice = rng.integers(0, 1 << 30, len(events))[event] + rank
    menus, sizes = _menus()
    code = menus[what[event], choice % sizes[what[event]]]
    quantity = 1 + rng.choice(3, len(event), p=_BOXES)
    if kind in {Kind.LABORATORY, Kind.ACT}:
        quantity[:] = 1

    repeated = count[position]
    starts = np.cumsum(repeated) - repeated
    order = np.arange(int(repeated.sum())) - np.repeat(starts, repeated)
    chosen = np.repeat(first[position], repeated) + order
    owner = np.repeat(line, repeated)
    return Details(line=owner, order=order + 1, code=code[chosen], quantity=quantity[chosen] * lines.sign[owner])


@cache
def codes() -> tuple[str, ...]:
    """Return every code that a detail can have: CIP13 of drugs first, then those of the services."""
    return (*[str(d.cip13) for d in drugs()], *[code for service in SERVICES for code in service.codes])


@cache
def _menus() -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return, for each thing an event can be, the positions of its codes, and how many there are."""
    atc = [d.atc for d in drugs()]
    menus = [[i for i, a in enumerate(atc) if a.startswith(m.classes)] for m in MEDICINES]
    start = len(atc)
    for service in SERVICES:
        menus.append(list(range(start, start + len(service.codes))) or [0])
        start += len(service.codes)
    widest = max(map(len, menus))
    table = np.array([(menu * widest)[:widest] for menu in menus], dtype=np.int64)
    return table, np.array([len(menu) for menu in menus], dtype=np.int64)


def prices() -> Ints:
    """Return the price of each code, in cents: invented, the same for everyone who asks."""
    services = [service.cents for service in SERVICES for _ in service.codes]
    return np.array([d.price_cents for d in drugs()] + services, dtype=np.int64)
