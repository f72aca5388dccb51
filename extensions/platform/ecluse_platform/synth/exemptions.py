"""Long-term diseases: who has the exemption, since when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecluse_platform.synth.conditions import CONDITIONS
from ecluse_platform.synth.population import Population
from ecluse_platform.synth.settings import FAR_DAY, NO_DAY, Ints, Settings

_DELAY = 400
_ENDED = 0.06
_DURATION = (200, 2000)
# Long care without exemption, by share of those who are ill and not exempt; several diseases at once.
LONG_CARE, _LONG_CARE = 47, 0.2
_SEVERAL, _SEVERAL_DISEASES, _FROM = 45, 0.3, 2


@dataclass(frozen=True)
class Exemptions:
    """One position per exemption, or care for long without one, as ``nature`` says.

    ``condition`` is a position in CONDITIONS, ``end`` NO_DAY while it lasts.
    """

    person: Ints
    condition: Ints
    nature: Ints
    start: Ints
    end: Ints
    # Per person: the first day of any exemption, FAR_DAY if none.
    since: Ints


def exempt(settings: Settings, block: int, population: Population) -> Exemptions:
    """Draw the exemptions that begin before the end of the years of care, and care for long that is none."""
    rng, other = settings.stream("exemptions", block), settings.stream("long care", block)
    held: list[tuple[Ints, Ints, Ints]] = []
    cared: list[tuple[Ints, Ints, Ints]] = []
    for code, disease in enumerate(CONDITIONS.values()):
        start = population.onset[:, code] + rng.integers(10, _DELAY, population.size)
        begun = (start < settings.end_day) & (start <= population.death_day)
        exempted = (rng.random(population.size) < disease.ald) & begun
        long_care = (other.random(population.size) < _LONG_CARE) & begun & ~exempted
        for who, parts in ((np.flatnonzero(exempted), held), (np.flatnonzero(long_care), cared)):
            parts.append((who, np.full(len(who), code, dtype=np.int64), start[who]))
    person, condition, begins = _joined(held)
    ended = rng.random(len(person)) < _ENDED
    end = np.where(ended, begins + rng.integers(*_DURATION, len(person)), NO_DAY)
    since = np.full(population.size, FAR_DAY, dtype=np.int64)
    np.minimum.at(since, person, begins)
    several = np.bincount(person, minlength=population.size)[person] >= _FROM
    several &= other.random(len(person)) < _SEVERAL_DISEASES
    nature = np.where(several, _SEVERAL, np.array([c.nature for c in CONDITIONS.values()])[condition])
    both = zip((person, condition, begins), _joined(cared), strict=True)
    person, condition, begins = (np.concatenate(pair) for pair in both)
    more = len(person) - len(nature)
    nature, end = (np.concatenate([told, np.full(more, rest)]) for told, rest in ((nature, LONG_CARE), (end, NO_DAY)))
    return Exemptions(person, condition, nature, begins, end, since)


def _joined(parts: list[tuple[Ints, Ints, Ints]]) -> tuple[Ints, Ints, Ints]:
    person, condition, begins = (np.concatenate(part).astype(np.int64) for part in zip(*parts, strict=True))
    return person, condition, begins
