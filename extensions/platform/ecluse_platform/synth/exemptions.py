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


@dataclass(frozen=True)
class Exemptions:
    """One position per exemption; ``condition`` is a position in CONDITIONS, ``end`` NO_DAY while it lasts."""

    person: Ints
    condition: Ints
    start: Ints
    end: Ints
    # Per person: the first day of any exemption, FAR_DAY if none.
    since: Ints


def exempt(settings: Settings, block: int, population: Population) -> Exemptions:
    """Draw the exemptions that begin before the end of the years of care."""
    rng = settings.stream("exemptions", block)
    persons, codes, starts = [], [], []
    for code, disease in enumerate(CONDITIONS.values()):
        onset = population.onset[:, code]
        start = onset + rng.integers(10, _DELAY, population.size)
        held = (
            (rng.random(population.size) < disease.ald) & (start < settings.end_day) & (start <= population.death_day)
        )
        who = np.flatnonzero(held)
        persons.append(who)
        codes.append(np.full(len(who), code, dtype=np.int64))
        starts.append(start[who])
    person, condition, begun = (np.concatenate(part).astype(np.int64) for part in (persons, codes, starts))
    ended = rng.random(len(person)) < _ENDED
    end = np.where(ended, begun + rng.integers(*_DURATION, len(person)), NO_DAY)
    since = np.full(population.size, FAR_DAY, dtype=np.int64)
    np.minimum.at(since, person, begun)
    return Exemptions(person, condition, begun, end, since)
