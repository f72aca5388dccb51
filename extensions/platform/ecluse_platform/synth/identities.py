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
_CHANGED_INSURED = 0.03
_PROVISIONAL = 0.006
_WITHOUT_OWN_NUMBER = 0.03
_FICTITIOUS_RANKS = 3


@dataclass(frozen=True)
class Identities:
    """Rows of IR_BEN_R: the person behind each (-1 when nobody in particular) and the pseudonyms."""

    person: Ints
    psa: list[str]
    rank: Ints
    own_number: list[str | None]
    identifier: list[str]
    kind: list[str]
    # Row in use for each person before and from the day on which the insured changed.
    first_row: Ints
    second_row: Ints
    change_day: Ints

    def rows_on(self, person: Ints, day: Ints) -> Ints:
        """Return the row under which each person's care of a day is booked."""
        rows: Ints = np.where(day < self.change_day[person], self.first_row[person], self.second_row[person])
        return rows


def _pseudonyms(rng: np.random.Generator, count: int) -> list[str]:
    high, low = (rng.integers(0, 1 << 62, count, dtype=np.int64).tolist() for _ in range(2))
    # 36 + 32 bits: seventeen characters, as long as the portal's.
    return [f"{a >> 26:09X}{b >> 30:08X}" for a, b in zip(high, low, strict=True)]


def identify(settings: Settings, population: Population) -> Identities:
    """Give each person pseudonyms: same-sex twins share one, some persons have two, some numbers are not regular."""
    rng, n = settings.stream("identities"), population.size
    numbers, psa = _pseudonyms(rng, n), _pseudonyms(rng, n)
    person = list(range(n))
    rank = np.ones(n, dtype=np.int64)
    for one in np.flatnonzero(population.twin_of > np.arange(n)).tolist():
        other = int(population.twin_of[one])
        psa[other], rank[other] = psa[one], 2
    alone = population.twin_of < 0
    changed = np.flatnonzero(alone & (rng.random(n) < _CHANGED_INSURED))
    provisional = alone & (rng.random(n) < _PROVISIONAL)
    provisional[changed] = False
    known = rng.random(n) >= _WITHOUT_OWN_NUMBER
    known[changed] = True

    kinds = [PROVISIONAL[i % 2] if p else REGULAR for i, p in enumerate(provisional.tolist())]
    second = np.arange(n)
    second[changed] = n + np.arange(len(changed))
    change_day = np.full(n, settings.end_day, dtype=np.int64)
    change_day[changed] = rng.integers(settings.first_day, settings.end_day, len(changed))

    person += changed.tolist() + [-1] * _FICTITIOUS_RANKS
    psa += _pseudonyms(rng, len(changed)) + [FICTITIOUS_PSA] * _FICTITIOUS_RANKS
    kinds += [REGULAR] * len(changed) + [FICTITIOUS] * _FICTITIOUS_RANKS
    ranks = np.concatenate([rank, np.ones(len(changed), dtype=np.int64), np.arange(1, _FICTITIOUS_RANKS + 1)])
    own: list[str | None] = [numbers[p] if p >= 0 and known[p] else None for p in person]
    return Identities(
        person=np.array(person, dtype=np.int64),
        psa=psa,
        rank=ranks,
        own_number=own,
        identifier=[o or f"{a}{r}" for o, a, r in zip(own, psa, ranks.tolist(), strict=True)],
        kind=kinds,
        first_row=np.arange(n),
        second_row=second,
        change_day=change_day,
    )
