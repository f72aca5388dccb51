"""Fictitious persons: age, sex, département, diabetes, death, twins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from ecluse_platform.synth.facts import departments
from ecluse_platform.synth.settings import DAYS_OF_YEAR, FAR_DAY, Flags, Floats, Ints, Settings, day_number

# Share of the population by age, in five-year bands from 0 to 95 and over.
_AGE_BANDS = np.array(
    [5.3, 5.8, 6.2, 6.2, 5.7, 5.6, 5.9, 6.2, 6.3, 6.0, 6.6, 6.6, 6.3, 5.9, 5.7, 4.3, 2.8, 2.1, 1.1, 0.3]
)
_BAND = 5
_DIABETES_AGES, _DIABETES = (0, 20, 40, 50, 60, 70, 80, 100), (0.001, 0.004, 0.015, 0.05, 0.10, 0.17, 0.19, 0.14)
_WOMEN_DIABETES, _WOMEN_DEATH = 0.75, 0.65
# Gompertz: the yearly hazard of death doubles every seven years or so.
_DEATH_AT_0, _DEATH_SLOPE = 3.2e-5, 0.095
_TWIN_PAIRS = 0.006
_MEN = 0.485


@dataclass(frozen=True)
class Population:
    """One position per person; ``twin_of`` is the other of a same-sex pair, or -1."""

    sex: Ints
    birth_day: Ints
    department: Ints
    death_day: Ints
    diabetic: Flags
    frailty: Floats
    twin_of: Ints

    @property
    def size(self) -> int:
        """How many persons there are."""
        return len(self.sex)

    def age_at(self, person: Ints, day: Ints) -> Floats:
        """Return ages in years."""
        age: Floats = (day - self.birth_day[person]) / DAYS_OF_YEAR
        return age


def populate(settings: Settings) -> Population:
    """Draw the persons; some are born or die during the years of care."""
    rng, n = settings.stream("population"), settings.patients
    middle = (settings.first_day + settings.end_day) // 2
    band = rng.choice(len(_AGE_BANDS), n, p=_AGE_BANDS / _AGE_BANDS.sum())
    age = (band + rng.random(n)) * _BAND
    # Women live longer, so they are the majority among the oldest.
    sex = np.where(rng.random(n) < _MEN - np.clip((age - 70) / 150, 0, 0.2), 1, 2).astype(np.int64)
    birth = (middle - age * DAYS_OF_YEAR).astype(np.int64)
    weights = np.array([d.thousands for d in departments()], dtype=np.float64)
    department = rng.choice(len(weights), n, p=weights / weights.sum()).astype(np.int64)

    twin_of = np.full(n, -1, dtype=np.int64)
    first = np.flatnonzero(rng.random(n // 2) < _TWIN_PAIRS) * 2
    if len(first) == 0:
        first = np.array([0])
    twin_of[first], twin_of[first + 1] = first + 1, first
    for column in (sex, birth, department):
        column[first + 1] = column[first]

    at_start = np.maximum((settings.first_day - birth) / DAYS_OF_YEAR, 0)
    women = sex == 2  # noqa: PLR2004 -- the portal's code of women
    yearly = _DEATH_AT_0 * np.exp(_DEATH_SLOPE * at_start) * np.where(women, _WOMEN_DEATH, 1.0)
    waited = rng.exponential(1.0, n) / yearly * DAYS_OF_YEAR
    death = np.maximum(settings.first_day, birth) + np.minimum(waited, FAR_DAY).astype(np.int64)
    death = np.where(death < settings.end_day, death, FAR_DAY)

    diabetes = np.interp(at_start, _DIABETES_AGES, _DIABETES) * np.where(women, _WOMEN_DIABETES, 1.0)
    return Population(
        sex=sex,
        birth_day=birth,
        department=department,
        death_day=death,
        diabetic=rng.random(n) < diabetes,
        frailty=rng.lognormal(-0.32, 0.8, n),
        twin_of=twin_of,
    )


def birth_years(population: Population) -> tuple[Ints, Ints]:
    """Return year and month of birth."""
    months = (population.birth_day - day_number(date(1970, 1, 1))).astype("datetime64[D]").astype("datetime64[M]")
    number = months.astype(np.int64)
    return number // 12 + 1970, number % 12 + 1
