"""When people get care: months of chronic treatment, seasons of acute ones, visits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecluse_platform.synth.population import Population
from ecluse_platform.synth.settings import DAYS_OF_YEAR, Flags, Ints, Settings
from ecluse_platform.synth.treatments import CONSULTATION, TREATMENTS, Pace, Treatment

CONSULTATION_CODE = len(TREATMENTS)
_REFILL_DAYS = 30
_JITTER_DAYS = 5
_SKIPPED = 0.12
_WINTER_PEAK_DAY = 20.0


@dataclass(frozen=True)
class Events:
    """Care events: who, on which day, what (position in TREATMENTS, or CONSULTATION_CODE)."""

    person: Ints
    day: Ints
    what: Ints


def all_care(settings: Settings, population: Population) -> Events:
    """Draw all care events within the years of care, of persons born and alive."""
    parts = [_chronic(settings, population), *_acute(settings, population)]
    person, day, what = (np.concatenate([getattr(p, name) for p in parts]) for name in ("person", "day", "what"))
    alive = (day >= population.birth_day[person]) & (day <= population.death_day[person])
    inside = alive & (day >= settings.first_day) & (day < settings.end_day)
    return Events(person[inside], day[inside], what[inside])


def _chronic(settings: Settings, population: Population) -> Events:
    """Everyone has one pharmacy day per month, shared by all their chronic treatments."""
    rng, n = settings.stream("chronic"), population.size
    months = (settings.end_day - settings.first_day) // _REFILL_DAYS + 1
    phase = rng.integers(0, _REFILL_DAYS, n)
    jitter = rng.integers(0, _JITTER_DAYS, (n, months))
    everyone = np.arange(n)
    age = population.age_at(everyone, np.full(n, settings.first_day))
    persons, days, whats = [], [], []
    for code, treatment in enumerate(TREATMENTS):
        if treatment.pace is not Pace.CHRONIC:
            continue
        users = np.flatnonzero((rng.random(n) < treatment.rate(age, population.sex)) & _eligible(treatment, population))
        started = np.where(rng.random(len(users)) < 0.75, 0, rng.integers(0, months, len(users)))  # noqa: PLR2004 -- share of prevalent users
        month = np.arange(months)
        taken = (month[None, :] >= started[:, None]) & (rng.random((len(users), months)) >= _SKIPPED)
        user, step = np.nonzero(taken)
        person = users[user]
        persons.append(person)
        days.append(settings.first_day + step * _REFILL_DAYS + phase[person] + jitter[person, step])
        whats.append(np.full(len(person), code))
    return Events(np.concatenate(persons), np.concatenate(days), np.concatenate(whats))


def _eligible(treatment: Treatment, population: Population) -> Flags:
    return population.diabetic if treatment.diabetics_only else np.ones(population.size, dtype=np.bool_)


def _acute(settings: Settings, population: Population) -> list[Events]:
    """Acute treatments and visits follow age, sex, frailty and the season."""
    rng, n = settings.stream("acute"), population.size
    everyone = np.arange(n)
    middle = np.full(n, (settings.first_day + settings.end_day) // 2)
    age = np.maximum(population.age_at(everyone, middle), 0)
    years = (settings.end_day - settings.first_day) / DAYS_OF_YEAR
    events = []
    for code, treatment in [*enumerate(TREATMENTS), (CONSULTATION_CODE, CONSULTATION)]:
        if treatment.pace is not Pace.ACUTE:
            continue
        rate = treatment.rate(age, population.sex) * population.frailty * years
        person = np.repeat(everyone, rng.poisson(rate))
        day = settings.first_day + rng.integers(0, settings.end_day - settings.first_day, len(person))
        season = 1 + treatment.winter * np.cos(2 * np.pi * (day - settings.first_day - _WINTER_PEAK_DAY) / DAYS_OF_YEAR)
        kept = rng.random(len(person)) * (1 + abs(treatment.winter)) < season
        events.append(Events(person[kept], day[kept], np.full(int(kept.sum()), code)))
    return events
