"""Hospital stays: who, when, why, and every way in which the hospital's data lead astray."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from ecluse_platform.synth.actors import LAST_YEAR_OF_DUPLICATES, Actors
from ecluse_platform.synth.causes import CAUSES, STROKE
from ecluse_platform.synth.conditions import CONDITIONS
from ecluse_platform.synth.population import Population
from ecluse_platform.synth.settings import FAR_DAY, Flags, Ints, Settings
from ecluse_platform.synth.strokes import Anticoagulated

_ERRORS, _FALSE_STROKES = 0.012, 0.02
_UNCHAINED, _WRONG_PERSON, _UNTOLD = 0.012, 0.006, 0.004
# Instead of a person: the stay carries no number, or one that is nobody's while every check says that it is right.
NO_NUMBER, UNTOLD_NUMBER = -1, -2
_DUPLICATED, _BETWEEN_HOSPITALS, _UNPRICED = 0.25, 0.006, 0.003
_LAST_STAY, _LAST_STAY_DAYS = 0.55, 9.0
_SESSION_DAYS = 14
_FRAILTY_POWER = 0.6


@dataclass(frozen=True)
class Stays:
    """One position per stay, sorted by person and day of entry.

    ``chained`` is the person whose pseudonym the stay carries, below 0 when it carries none; ``error`` marks those
    whose grouping failed, ``between`` those of a patient lent by another hospital, ``duplicate`` a geographic code, or
    -1.
    """

    person: Ints
    entry: Ints
    exit: Ints
    cause: Ints
    diagnosis: Ints
    died: Flags
    hospital: Ints
    chained: Ints
    error: Flags
    between: Flags
    unpriced: Flags
    duplicate: Ints

    @property
    def size(self) -> int:
        """How many stays there are."""
        return len(self.person)

    @property
    def year(self) -> Ints:
        """Return the year of each exit, under which the PMSI files the stay."""
        return self.exit.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970

    def at(self, rows: Ints) -> Stays:
        """Take some stays."""
        return Stays(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def fatal_strokes(settings: Settings, block: int, strokes: Ints) -> tuple[Ints, Flags]:
    """Return how long each person's stroke keeps them in hospital, and for whom it is the last."""
    rng = settings.stream("fatal strokes", block)
    cause = CAUSES[STROKE]
    days = 1 + rng.poisson(cause.days, len(strokes))
    return days.astype(np.int64), (strokes < FAR_DAY) & (rng.random(len(strokes)) < cause.death)


def stay(
    settings: Settings, block: int, population: Population, actors: Actors, strokes: Ints, days: Ints,
    users: Anticoagulated,
) -> Stays:  # fmt: skip
    """Draw all MCO stays of a block; ``strokes`` and ``days`` are the planted ones, already decided."""
    rng = settings.stream("stays", block)
    person, entry, cause = _drawn(settings, rng, population)
    means = np.array([c.days for c in CAUSES])[cause]
    length = np.where(means > 0, 1 + rng.poisson(np.maximum(means - 1, 0)), 0)
    struck = np.flatnonzero(strokes < FAR_DAY)
    false = users.person[rng.random(len(users.person)) < _FALSE_STROKES * settings.span_years]
    dead = np.flatnonzero((population.death_day < FAR_DAY) & (rng.random(population.size) < _LAST_STAY))
    other = len(CAUSES) - 1
    span = settings.end_day - settings.first_day
    before = rng.poisson(_LAST_STAY_DAYS, len(dead))
    parts = (
        (person, entry, length, cause),
        (struck, strokes[struck], days[struck], np.full(len(struck), STROKE)),
        (
            false,
            settings.first_day + rng.integers(0, span, len(false)),
            np.full(len(false), 1),
            np.full(len(false), STROKE),
        ),
        (dead, population.death_day[dead] - before, before, np.full(len(dead), other)),
    )
    person, entry, length, cause = (np.concatenate([p[i] for p in parts]).astype(np.int64) for i in range(4))
    error = np.zeros(len(person), dtype=np.bool_)
    start = len(parts[0][0]) + len(struck)
    error[start : start + len(false)] = True
    error |= (rng.random(len(person)) < _ERRORS) & (cause != STROKE)
    last = np.minimum(population.death_day[person], settings.end_day - 1)
    leave = np.minimum(entry + length, last)
    kept = (entry >= np.maximum(settings.first_day, population.birth_day[person])) & (entry <= last)
    kept &= population.birth_day[person] <= entry
    rows = np.flatnonzero(kept)
    rows = rows[np.lexsort((entry[rows], person[rows]))]
    person, n = person[rows], len(rows)
    codes = np.array([len(c.diagnoses) for c in CAUSES])[cause[rows]]
    hospital = actors.hospital_near(population.department[person], person * 3 + rng.integers(0, 3, n))
    stays = Stays(
        person=person,
        entry=entry[rows],
        exit=leave[rows],
        cause=cause[rows],
        diagnosis=rng.integers(0, 1 << 20, n) % codes,
        died=leave[rows] == population.death_day[person],
        hospital=hospital,
        chained=_chained(rng, population, person),
        error=error[rows],
        between=np.zeros(n, dtype=np.bool_),
        unpriced=rng.random(n) < _UNPRICED,
        duplicate=np.full(n, -1, dtype=np.int64),
    )
    return _repeated(rng, actors, stays)


def _drawn(settings: Settings, rng: np.random.Generator, population: Population) -> tuple[Ints, Ints, Ints]:
    """Draw stays from the rates; a course of sessions is drawn once and repeated."""
    age = population.ages((settings.first_day + settings.end_day) // 2)
    everyone, span = np.arange(population.size), settings.end_day - settings.first_day
    persons, entries, causes = [], [], []
    for code, cause in enumerate(CAUSES):
        rate = cause.rate(age, population.sex) * settings.span_years
        if cause.name == "newborn":
            born = (population.birth_day >= settings.first_day) & (rng.random(population.size) < cause.rates[0])
            persons.append(np.flatnonzero(born))
            entries.append(population.birth_day[born])
            causes.append(np.full(int(born.sum()), code))
            continue
        if cause.among is not None:
            rate = rate * population.has(cause.among, settings.end_day)
        person = np.repeat(everyone, rng.poisson(rate * population.frailty**_FRAILTY_POWER))
        entry = settings.first_day + rng.integers(0, span, len(person))
        if cause.among is not None:
            onset = population.onset[person, list(CONDITIONS).index(cause.among)]
            person, entry = person[entry >= onset], entry[entry >= onset]
        count = 1 + rng.poisson(cause.sessions - 1, len(person))
        starts = np.repeat(np.cumsum(count) - count, count)
        person, entry = np.repeat(person, count), np.repeat(entry, count)
        persons.append(person)
        entries.append(entry + (np.arange(len(person)) - starts) * _SESSION_DAYS)
        causes.append(np.full(len(person), code))
    return np.concatenate(persons), np.concatenate(entries), np.concatenate(causes)


def _chained(rng: np.random.Generator, population: Population, person: Ints) -> Ints:
    """Say whose pseudonym each stay carries: for a few nobody's, for fewer another person's."""
    way = rng.random(len(person))
    other = rng.integers(0, population.size, len(person))
    known = _UNCHAINED + _WRONG_PERSON
    cases = [way < _UNCHAINED, way < known, way < known + _UNTOLD]
    return np.select(cases, [np.full_like(person, NO_NUMBER), other, np.full_like(person, UNTOLD_NUMBER)], person)


def _repeated(rng: np.random.Generator, actors: Actors, stays: Stays) -> Stays:
    """Add what is counted twice: geographic codes until 2017, and patients lent from hospital to hospital."""
    code = actors.duplicates(stays.hospital, rng.integers(0, 1 << 20, stays.size))
    twice = (code >= 0) & (stays.year <= LAST_YEAR_OF_DUPLICATES) & (rng.random(stays.size) < _DUPLICATED)
    lent = rng.random(stays.size) < _BETWEEN_HOSPITALS
    rows = np.concatenate([np.arange(stays.size), np.flatnonzero(twice), np.flatnonzero(lent)])
    every = stays.at(rows)
    duplicate, between = every.duplicate.copy(), every.between.copy()
    start = stays.size + int(twice.sum())
    duplicate[stays.size : start] = code[twice]
    between[start:] = True
    marked = Stays(
        **{**{f.name: getattr(every, f.name) for f in fields(every)}, "duplicate": duplicate, "between": between}
    )
    return marked.at(np.lexsort((duplicate, between, marked.entry, marked.person)))
