"""When people get care: months of chronic treatment, seasons of acute ones, campaigns, visits, acts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ecluse_platform.synth import effects
from ecluse_platform.synth.conditions import CONDITIONS
from ecluse_platform.synth.population import Population
from ecluse_platform.synth.services import FIRST_ANTICOAGULANT, FIRST_SERVICE, SERVICES, Service
from ecluse_platform.synth.settings import DAYS_OF_YEAR, FAR_DAY, Ints, Settings
from ecluse_platform.synth.strokes import Anticoagulated, misleading_lines
from ecluse_platform.synth.treatments import TREATMENTS, Pace, Treatment

_REFILL_DAYS = 30
_JITTER_DAYS = 5
_SKIPPED = 0.12
_PREVALENT = 0.75
_WINTER_PEAK_DAY = 20.0


@dataclass(frozen=True)
class Events:
    """Care events: who, on which day, what (a position in MEDICINES then SERVICES).

    ``informed`` marks those that a hospital only told about: they are booked for information and nothing else.
    """

    person: Ints
    day: Ints
    what: Ints
    informed: Ints

    def at(self, rows: Ints) -> Events:
        """Take some events."""
        return Events(self.person[rows], self.day[rows], self.what[rows], self.informed[rows])


def chronic_care(settings: Settings, block: int, population: Population, users: Anticoagulated) -> Events:
    """Draw the months of treatment: everyone has one pharmacy day per month, shared by all their treatments."""
    rng, n = settings.stream("chronic", block), population.size
    months = (settings.end_day - settings.first_day) // _REFILL_DAYS + 1
    phase = rng.integers(0, _REFILL_DAYS, n)
    jitter = rng.integers(0, _JITTER_DAYS, (n, months))
    age = population.ages(settings.first_day)
    parts = []

    def take(code: int, who: Ints, since: Ints) -> None:
        """Dispense to some persons from a month on."""
        taken = (np.arange(months)[None, :] >= since[:, None]) & (rng.random((len(who), months)) >= _SKIPPED)
        user, step = np.nonzero(taken)
        person = who[user]
        day = settings.first_day + step * _REFILL_DAYS + phase[person] + jitter[person, step]
        parts.append(_events(person, day, code))

    for code, treatment in enumerate(TREATMENTS):
        if treatment.pace is Pace.CHRONIC:
            who = np.flatnonzero(rng.random(n) < treatment.rate(age, population.sex))
            new = np.where(rng.random(len(who)) < _PREVALENT, 0, rng.integers(0, months, len(who)))
            if treatment.condition is not None:
                who, new = _of_the_ill(settings, population, treatment, who, new)
            take(code, who, new)
    for arm in range(len(effects.ANTICOAGULANTS)):
        chosen = users.arm == arm
        # Rounded up: nobody is dispensed the drug before the day of the prescription.
        since = -(-(users.start[chosen] - settings.first_day) // _REFILL_DAYS)
        take(FIRST_ANTICOAGULANT + arm, users.person[chosen], np.maximum(since, 0))
    return living(settings, population, joined(*parts))


def _of_the_ill(
    settings: Settings, population: Population, treatment: Treatment, who: Ints, new: Ints
) -> tuple[Ints, Ints]:
    onset = population.onset[who, list(CONDITIONS).index(str(treatment.condition))]
    ill = onset < settings.end_day
    month = np.maximum(onset[ill] - settings.first_day, 0) // _REFILL_DAYS + 1
    return who[ill], np.maximum(new[ill], np.where(onset[ill] > settings.first_day, month, 0))


def first_dispensing(events: Events, users: Anticoagulated) -> Ints:
    """Return the day on which each user was first dispensed the anticoagulant, FAR_DAY if never."""
    days = np.full(int(users.person.max(initial=-1)) + 1, FAR_DAY, dtype=np.int64)
    dispensed = (events.what >= FIRST_ANTICOAGULANT) & (events.what < FIRST_SERVICE)
    np.minimum.at(days, events.person[dispensed], events.day[dispensed])
    return days[users.person]


def other_care(settings: Settings, block: int, population: Population, users: Anticoagulated, first: Ints) -> Events:
    """Draw what is not chronic: acute treatments, services, the campaign, and what hospitals say for information."""
    rng, n = settings.stream("acute", block), population.size
    everyone = np.arange(n)
    middle = population.ages((settings.first_day + settings.end_day) // 2)
    span = settings.end_day - settings.first_day
    parts = []
    kinds: list[tuple[int, Treatment | Service]] = [*enumerate(TREATMENTS), *enumerate(SERVICES, FIRST_SERVICE)]
    for code, kind in kinds:
        if isinstance(kind, Treatment) and kind.pace is not Pace.ACUTE:
            continue
        rate = kind.rate(middle, population.sex) * population.frailty * settings.span_years
        person = np.repeat(everyone, rng.poisson(rate))
        day = settings.first_day + rng.integers(0, span, len(person))
        season = 1 + kind.winter * np.cos(2 * np.pi * (day - settings.first_day - _WINTER_PEAK_DAY) / DAYS_OF_YEAR)
        kept = rng.random(len(person)) * (1 + abs(kind.winter)) < season
        parts.append(_events(person[kept], day[kept], code))
        if kind.name == "antibiotic":
            parts[-1:] = _antibiotics(rng, parts[-1])
    parts += _campaigns(settings, rng, population)
    person, day = misleading_lines(settings, block, users, first)
    harmful = FIRST_ANTICOAGULANT + list(effects.ANTICOAGULANTS).index(effects.HARMFUL)
    parts.append(replace(_events(person, day, harmful), informed=np.ones(len(person), dtype=np.int64)))
    return living(settings, population, joined(*parts))


def _antibiotics(rng: np.random.Generator, events: Events) -> list[Events]:
    """Let antibiotics fall in March 2020, when hospitals begin to say for information what they give themselves."""
    after = events.day >= effects.ANTIBIOTICS_FALL
    kept = ~after | (rng.random(len(after)) < effects.ANTIBIOTICS_LEFT)
    told = after & (rng.random(len(after)) < effects.ANTIBIOTICS_INFORMATION * effects.ANTIBIOTICS_LEFT)
    information = events.at(np.flatnonzero(told))
    return [
        events.at(np.flatnonzero(kept)),
        replace(information, informed=np.ones(len(information.day), dtype=np.int64)),
    ]


def _campaigns(settings: Settings, rng: np.random.Generator, population: Population) -> list[Events]:
    """Vaccinate once a year from mid-October, most in the first weeks."""
    parts = []
    for year in range(settings.first_year, settings.last_year + 1):
        january = int(np.datetime64(f"{year}-01-01").astype("datetime64[D]").astype(np.int64))
        age = population.ages(january)
        for code, treatment in enumerate(TREATMENTS):
            if treatment.pace is Pace.CAMPAIGN:
                who = np.flatnonzero(rng.random(population.size) < treatment.rate(age, population.sex))
                waited = rng.exponential(effects.INFLUENZA_CAMPAIGN_DAYS, len(who)).astype(np.int64)
                parts.append(_events(who, january + effects.INFLUENZA_CAMPAIGN_START + waited, code))
    return parts


def _events(person: Ints, day: Ints, code: int) -> Events:
    n = len(person)
    return Events(person, day, np.full(n, code, dtype=np.int64), np.zeros(n, dtype=np.int64))


def joined(*parts: Events) -> Events:
    """Put events together."""
    names = ("person", "day", "what", "informed")
    return Events(*(np.concatenate([getattr(p, name) for p in parts]) for name in names))


def living(settings: Settings, population: Population, events: Events) -> Events:
    """Keep the events within the years of care, of persons born and alive."""
    day, person = events.day, events.person
    alive = (day >= population.birth_day[person]) & (day <= population.death_day[person])
    return events.at(np.flatnonzero(alive & (day >= settings.first_day) & (day < settings.end_day)))
