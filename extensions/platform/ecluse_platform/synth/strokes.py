"""Anticoagulants and strokes: the planted hazard ratio, and what a wrong filter makes of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecluse_platform.synth.conditions import CONDITIONS
from ecluse_platform.synth.effects import (
    ANTICOAGULANTS,
    HARMFUL,
    HAZARD_RATIO,
    MISLEADING,
    STROKE_GRADIENT,
    STROKE_HAZARD,
)
from ecluse_platform.synth.facts import departments
from ecluse_platform.synth.population import Population
from ecluse_platform.synth.settings import DAYS_OF_YEAR, FAR_DAY, Floats, Ints, Settings

_TREATED_FIBRILLATION = 0.75
_OTHER_REASONS = ((0, 30, 60, 80, 105), (0, 0.001, 0.008, 0.025, 0.03))
_AGES, _HAZARD = (0, 40, 60, 75, 90, 105), (0.0001, 0.0005, 0.0018, 0.006, 0.015, 0.02)
_DELAY_DAYS = 45
_MISLEADING_DAYS = (2, 21)


@dataclass(frozen=True)
class Anticoagulated:
    """Who takes an anticoagulant: positions of persons, which (position in ANTICOAGULANTS), and since when."""

    person: Ints
    arm: Ints
    start: Ints


def anticoagulate(settings: Settings, block: int, population: Population) -> Anticoagulated:
    """Draw the users: most of those with fibrillation, some others; the drug is drawn at random among them."""
    rng, n = settings.stream("anticoagulants", block), population.size
    fibrillation = population.onset[:, list(CONDITIONS).index("atrial fibrillation")]
    treated = (rng.random(n) < _TREATED_FIBRILLATION) & (fibrillation < settings.end_day)
    other = rng.random(n) < np.interp(population.ages(settings.end_day), *_OTHER_REASONS)
    elsewhere = settings.first_day + rng.integers(-900, settings.end_day - settings.first_day, n)
    start = np.where(treated, fibrillation + rng.integers(0, _DELAY_DAYS, n), elsewhere)
    person = np.flatnonzero(treated | other)
    arm = rng.choice(len(ANTICOAGULANTS), len(person), p=list(ANTICOAGULANTS.values()))
    return Anticoagulated(person, arm.astype(np.int64), start[person])


def stroke_days(settings: Settings, block: int, population: Population, users: Anticoagulated, first: Ints) -> Ints:
    """Draw each person's first stroke in the years of care, FAR_DAY if none.

    ``first`` is the day of each user's first dispensing (FAR_DAY if none). From the day after it on, the hazard is
    constant and that of the drug; without anticoagulant, it follows age and région.
    """
    rng, n = settings.stream("strokes", block), population.size
    region = np.array([STROKE_GRADIENT.get(d.region, 1.0) for d in departments()])[population.department]
    middle = (settings.first_day + settings.end_day) // 2
    usual = np.interp(population.ages(middle), _AGES, _HAZARD) * region
    before = np.maximum(settings.first_day, population.birth_day) + _days(rng.exponential(1.0, n) / usual)
    harmful = users.arm == list(ANTICOAGULANTS).index(HARMFUL)
    under = first + 1 + _days(rng.exponential(1.0, len(first)) / (STROKE_HAZARD * np.where(harmful, HAZARD_RATIO, 1.0)))
    day = before.copy()
    day[users.person] = np.where(first < FAR_DAY, under, FAR_DAY)
    return np.where((day < settings.end_day) & (day <= population.death_day), day, FAR_DAY)


def misleading_lines(settings: Settings, block: int, users: Anticoagulated, first: Ints) -> tuple[Ints, Ints]:
    """Return users of another anticoagulant and the day on which a hospital says, for information, the harmful one."""
    rng = settings.stream("misleading", block)
    harmful = users.arm == list(ANTICOAGULANTS).index(HARMFUL)
    told = (rng.random(len(first)) < MISLEADING) & ~harmful & (first < FAR_DAY)
    day = np.maximum(settings.first_day, first - rng.integers(*_MISLEADING_DAYS, len(first)))
    return users.person[told], day[told]


def _days(years: Floats) -> Ints:
    days: Ints = np.minimum(years * DAYS_OF_YEAR, FAR_DAY).astype(np.int64)
    return days
