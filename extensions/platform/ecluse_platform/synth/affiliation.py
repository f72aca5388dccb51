"""Insurance schemes: whose body each person belongs to, and the deaths that the self-employed's did not tell."""

from __future__ import annotations

from datetime import date

import numpy as np

from ecluse_platform.synth.facts import departments
from ecluse_platform.synth.population import Population
from ecluse_platform.synth.settings import FAR_DAY, NO_DAY, Flags, Ints, Settings, day_number

_GENERAL, _SELF_EMPLOYED = "01C", "03A"
# The scheme of the self-employed became part of the general one.
_LAST_YEAR = 2019
_SHARE = 0.07
_TOLD_SINCE, _UNTOLD = day_number(date(2016, 1, 1)), 0.5


def body_of(portal: str, scheme: str = _GENERAL) -> str:
    """Name the local insurance body of a département, in nine characters."""
    return f"{scheme}{portal}000"


def bodies(settings: Settings, block: int, population: Population) -> tuple[Ints, list[str]]:
    """Return the body of each person, as a position in the list of all bodies."""
    places = [d.portal for d in departments()]
    body: Ints = population.department + len(places) * self_employed(settings, block, population)
    return body, [body_of(place, scheme) for scheme in (_GENERAL, _SELF_EMPLOYED) for place in places]


def self_employed(settings: Settings, block: int, population: Population) -> Flags:
    """Say who belongs to the scheme of the self-employed."""
    drawn = settings.stream("schemes", block).random(population.size)
    found: Flags = (drawn < _SHARE) & (settings.first_year <= _LAST_YEAR)
    return found


def told_deaths(settings: Settings, block: int, population: Population) -> Ints:
    """Return the day of each death that beneficiaries' data tell: NO_DAY for the living and some self-employed."""
    drawn = settings.stream("untold deaths", block).random(population.size)
    untold = (drawn < _UNTOLD) & (population.death_day < _TOLD_SINCE) & self_employed(settings, block, population)
    return np.where(untold | (population.death_day == FAR_DAY), NO_DAY, population.death_day)
