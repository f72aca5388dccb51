"""Fictitious persons: age, sex, département, diseases, death, twins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecluse_platform.synth.conditions import CONDITIONS, onset_days
from ecluse_platform.synth.facts import departments
from ecluse_platform.synth.settings import DAYS_OF_YEAR, FAR_DAY, WOMAN, Flags, Floats, Ints, Settings

# Share of the population by age, in five-year bands from 0 to 95 and over.
_AGE_BANDS = np.array(
    [5.3, 5.8, 6.2, 6.2, 5.7, 5.6, 5.9, 6.2, 6.3, 6.0, 6.6, 6.6, 6.3, 5.9, 5.7, 4.3, 2.8, 2.1, 1.1, 0.3]
)
_BAND = 5
_OLD = 65
# Share of people over 65 by région, relative to the country.
_OLD_BY_REGION = {11: 0.75, 1: 0.95, 2: 1.05, 3: 0.3, 4: 0.6, 6: 0.2, 75: 1.2, 27: 1.15, 53: 1.1, 93: 1.12, 94: 1.2}
_WOMEN_DEATH = 0.62
# Gompertz: the yearly hazard of death doubles every seven years or so; diseases multiply it.
_DEATH_AT_0, _DEATH_SLOPE = 1.3e-5, 0.097
_INFANT_DEATH = 0.003
_TWIN_PAIRS = 0.006
_MEN = 0.485
_FRAILTY = 0.8


@dataclass(frozen=True)
class Population:
    """One position per person, in the order of their first pseudonym.

    ``twin_of`` is the other of a same-sex pair, or -1; ``onset`` has a column per disease: the day it began, FAR_DAY
    if never.
    """

    sex: Ints
    birth_day: Ints
    department: Ints
    death_day: Ints
    onset: Ints
    frailty: Floats
    twin_of: Ints

    @property
    def size(self) -> int:
        """How many persons there are."""
        return len(self.sex)

    def age_at(self, person: Ints, day: Ints | int) -> Floats:
        """Return ages in years."""
        age: Floats = (day - self.birth_day[person]) / DAYS_OF_YEAR
        return age

    def ages(self, day: int) -> Floats:
        """Return everyone's age on one day, at least 0."""
        return np.maximum((day - self.birth_day) / DAYS_OF_YEAR, 0)

    def has(self, condition: str, day: int) -> Flags:
        """Say who has a disease on a day."""
        found: Flags = self.onset[:, list(CONDITIONS).index(condition)] <= day
        return found


def populate(settings: Settings, block: int) -> Population:
    """Draw the persons of a block; some are born or die during the years of care."""
    rng, n = settings.stream("population", block), settings.persons_of(block)
    band = rng.choice(len(_AGE_BANDS), n, p=_AGE_BANDS / _AGE_BANDS.sum())
    age = (band + rng.random(n)) * _BAND
    # Women live longer, so they are the majority among the oldest.
    sex = np.where(rng.random(n) < _MEN - np.clip((age - 70) / 150, 0, 0.2), 1, WOMAN).astype(np.int64)
    # Ages are those of the middle of the years of care, except for the children born since its start.
    shift = settings.span_years / 2 * np.minimum(age / 10, 1)
    birth = (settings.end_day - 1 - (age + shift) * DAYS_OF_YEAR).astype(np.int64)
    department = _departments(rng, age)

    twin_of = np.full(n, -1, dtype=np.int64)
    first = np.flatnonzero(rng.random(n // 2) < _TWIN_PAIRS) * 2
    if len(first) == 0:
        first = np.array([0])
    twin_of[first], twin_of[first + 1] = first + 1, first
    for column in (sex, birth, department):
        column[first + 1] = column[first]

    region = np.array([d.region for d in departments()])[department]
    onset = onset_days(rng, birth, sex, region)
    return Population(
        sex=sex,
        birth_day=birth,
        department=department,
        death_day=_deaths(settings, rng, birth, sex, onset),
        onset=onset,
        frailty=rng.lognormal(-_FRAILTY * _FRAILTY / 2, _FRAILTY, n),
        twin_of=twin_of,
    )


def _departments(rng: np.random.Generator, age: Floats) -> Ints:
    """Draw départements by their population, older people more often where the population is older."""
    weights = np.array([d.thousands for d in departments()], dtype=np.float64)
    old = weights * np.array([_OLD_BY_REGION.get(d.region, 1.0) for d in departments()])
    uniform = rng.random(len(age))
    places = [np.searchsorted(np.cumsum(w) / w.sum(), uniform, side="right") for w in (weights, old)]
    drawn: Ints = np.minimum(np.where(age < _OLD, *places), len(weights) - 1).astype(np.int64)
    return drawn


def _deaths(settings: Settings, rng: np.random.Generator, birth: Ints, sex: Ints, onset: Ints) -> Ints:
    """Draw days of death from a Gompertz law that diseases and sex multiply; FAR_DAY for the survivors."""
    n = len(birth)
    start = np.maximum(settings.first_day, birth)
    age = (start - birth) / DAYS_OF_YEAR
    factors = np.array([c.mortality for c in CONDITIONS.values()])
    ill = onset < (settings.first_day + settings.end_day) // 2
    yearly = _DEATH_AT_0 * np.exp(_DEATH_SLOPE * age) * np.where(sex == WOMAN, _WOMEN_DEATH, 1.0)
    yearly = yearly * np.prod(np.where(ill, factors[None, :], 1.0), axis=1)
    yearly = yearly + np.where(age < 1, _INFANT_DEATH, 0.0)
    waited = np.log1p(_DEATH_SLOPE * rng.exponential(1.0, n) / yearly) / _DEATH_SLOPE * DAYS_OF_YEAR
    death = start + np.minimum(waited, FAR_DAY).astype(np.int64)
    return np.where(death < settings.end_day, death, FAR_DAY)


def birth_years(population: Population) -> tuple[Ints, Ints]:
    """Return year and month of birth."""
    months = population.birth_day.astype("datetime64[D]").astype("datetime64[M]")
    number = months.astype(np.int64)
    return number // 12 + 1970, number % 12 + 1
