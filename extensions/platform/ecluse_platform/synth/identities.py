"""Pseudonyms as the SNDS holds them, with every way in which they mislead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecluse_platform.synth.population import Population
from ecluse_platform.synth.settings import Ints, Settings

PSEUDONYM_LENGTH = 17
REGULAR = "00"
PROVISIONAL = ("03", "04")
FICTITIOUS = "13"
# Many different people's care is booked under this one: linking by it would merge them all.
FICTITIOUS_PSA = "x" * PSEUDONYM_LENGTH
# What some hospitals write in place of a number: no beneficiary has it, and no return code tells.
UNTOLD_PSA = "X" * (PSEUDONYM_LENGTH - 1) + "D"
FICTITIOUS_RANKS = 3
_CHANGED_INSURED = 0.03
_PROVISIONAL = 0.006
_WITHOUT_OWN_NUMBER = 0.03
_HIGH, _LOW = 36, 32


@dataclass(frozen=True)
class Identities:
    """Rows of IR_BEN_R of a block: the person behind each and the pseudonyms, in no order.

    After the rows of persons come ``FICTITIOUS_RANKS`` that belong to nobody, the same in every block: their
    ``person`` is -1.
    ``place`` is the position of each row once sorted by pseudonym and rank, ``order`` the same for both twins.
    """

    person: Ints
    psa: list[str]
    rank: Ints
    own_number: list[str | None]
    identifier: list[str]
    kind: list[str]
    place: Ints
    order: Ints
    # Row in use for each person before and from the day on which the insured changed.
    first_row: Ints
    second_row: Ints
    change_day: Ints

    @property
    def rows(self) -> int:
        """How many rows belong to somebody."""
        return len(self.psa) - FICTITIOUS_RANKS

    def rows_on(self, person: Ints, day: Ints) -> Ints:
        """Return the row under which each person's care of a day is booked."""
        rows: Ints = np.where(day < self.change_day[person], self.first_row[person], self.second_row[person])
        return rows

    def latest(self) -> Ints:
        """Return each person's last row."""
        return self.second_row


def identify(settings: Settings, block: int, population: Population) -> Identities:
    """Give each person pseudonyms: same-sex twins share one, some persons have two, some numbers are not regular.

    Pseudonyms of a block lie between those of the blocks before and after it, so that files sorted by pseudonym can be
    written block by block.
    """
    rng, n = settings.stream("identities", block), population.size
    alone = population.twin_of < 0
    changed = np.flatnonzero(alone & (rng.random(n) < _CHANGED_INSURED))
    width = (1 << _HIGH) // settings.blocks
    high = width * block + rng.integers(0, width, n + len(changed))
    # Persons stand in the order of their first pseudonym.
    high[:n].sort()
    low = rng.integers(0, 1 << _LOW, n + len(changed))
    second_twin = np.flatnonzero((population.twin_of >= 0) & (population.twin_of < np.arange(n)))
    high[second_twin], low[second_twin] = high[second_twin - 1], low[second_twin - 1]
    rank = np.ones(n + len(changed), dtype=np.int64)
    rank[second_twin] = 2

    provisional = alone & (rng.random(n) < _PROVISIONAL)
    provisional[changed] = False
    known = rng.random(n) >= _WITHOUT_OWN_NUMBER
    known[changed] = True
    second = np.arange(n)
    second[changed] = n + np.arange(len(changed))
    change_day = np.full(n, settings.end_day, dtype=np.int64)
    change_day[changed] = rng.integers(settings.first_day, settings.end_day, len(changed))

    numbers = _written(rng.integers(0, 1 << _HIGH, n), rng.integers(0, 1 << _LOW, n))
    persons = [*range(n), *changed.tolist()]
    psa = _written(high, low)
    own: list[str | None] = [numbers[p] if known[p] else None for p in persons]
    kinds = [PROVISIONAL[i % 2] if p else REGULAR for i, p in enumerate(provisional.tolist())]
    order = np.lexsort((rank, low, high))
    place = np.empty(len(order) + FICTITIOUS_RANKS, dtype=np.int64)
    place[order] = np.arange(len(order))
    place[len(order) :] = len(order) + np.arange(FICTITIOUS_RANKS)
    shared = place.copy()
    shared[second_twin] = place[second_twin - 1]
    nobody = [FICTITIOUS_PSA] * FICTITIOUS_RANKS
    return Identities(
        person=np.array(persons + [-1] * FICTITIOUS_RANKS, dtype=np.int64),
        psa=psa + nobody,
        rank=np.concatenate([rank, np.arange(1, FICTITIOUS_RANKS + 1)]),
        own_number=own + [None] * FICTITIOUS_RANKS,
        identifier=[o or f"{a}{r}" for o, a, r in zip(own, psa, rank.tolist(), strict=True)]
        + [f"{FICTITIOUS_PSA}{r + 1}" for r in range(FICTITIOUS_RANKS)],
        kind=kinds + [REGULAR] * len(changed) + [FICTITIOUS] * FICTITIOUS_RANKS,
        place=place,
        order=shared,
        first_row=np.arange(n),
        second_row=second,
        change_day=change_day,
    )


def _written(high: Ints, low: Ints) -> list[str]:
    # Seventeen characters, as long as the portal's; capital digits sort as the numbers do.
    return [f"{a:09X}{b:08X}" for a, b in zip(high.tolist(), low.tolist(), strict=True)]
