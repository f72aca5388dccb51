"""Reimbursement lines: care events as the insurance books them, with corrections, surcharges and lines to ignore."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecluse_platform.synth.care import Events
from ecluse_platform.synth.services import FIRST_SERVICE, MEDICINES, SERVICES, Executor, Kind, kinds
from ecluse_platform.synth.settings import Flags, Ints, Settings

SURCHARGES = (1125, 1126)
SURCHARGE_TOP = 2
FOR_INFORMATION, FOR_INFORMATION_TOO = 71, 72
# DPN_QLF is sometimes missing: a filter that is not NULL-safe loses these lines.
MISSING_QUALIFIER = -1
# ETE_IND_TAA of lines without a hospital, and of the ones with: outside the tariff, public (to exclude), private.
NOWHERE, OUTSIDE, PUBLIC, PRIVATE = -1, 0, 1, 2
_SURCHARGED, _INFORMATION, _CORRECTIONS, _REISSUED = 0.06, 0.05, 0.012, 0.5
_MISSING, _FICTITIOUS = 0.01, 0.003
_HOSPITAL_SHARES = (0.4, 0.35, 0.25)
# Shares of lines for information that say so as 72, as 71 or 72, in one of the two qualifiers.
_BY_72, _BY_QUALIFIER, _BY_EITHER = 0.1, 0.5, 0.75


@dataclass(frozen=True)
class Lines:
    """One position per line of ER_PRS_F; ``source`` is the event that it repeats or corrects."""

    source: Ints
    person: Ints
    day: Ints
    what: Ints
    statement: Ints
    nature: Ints
    sign: Ints
    surcharge: Ints
    qualifier: Ints
    transmitted: Ints
    delay: Ints
    fictitious: Flags
    hospital: Ints

    @property
    def size(self) -> int:
        """How many lines there are."""
        return len(self.source)

    def of_kind(self, kind: Kind) -> Ints:
        """Return the lines whose care is of a kind; a surcharge has no detail of its own."""
        wanted = np.array([k is kind for k in kinds()])
        return np.flatnonzero(wanted[self.what] & (self.surcharge == 0))


def book(settings: Settings, block: int, events: Events) -> Lines:
    """Turn events into lines: care of one day by one kind of executor is one statement, each care one line of it."""
    rng, n = settings.stream("lines", block), len(events.person)
    kind = kinds()
    visit = np.array([k is Kind.VISIT for k in kind])[events.what]
    executors = list(Executor)
    by = np.array([executors.index(e) for e in [Executor.PHARMACIST] * len(MEDICINES) + [s.executor for s in SERVICES]])
    statement = _groups(events.person, events.day, by[events.what])
    natures = np.array([m.nature for m in MEDICINES] + [s.nature for s in SERVICES])
    nature = natures[events.what]
    shares = np.array([0.0] * len(MEDICINES) + [s.hospital for s in SERVICES])
    at_hospital = rng.random(n) < shares[events.what]
    hospital = np.where(at_hospital, rng.choice(3, n, p=_HOSPITAL_SHARES), NOWHERE)
    only_drug = np.array([k is Kind.HOSPITAL_DRUG for k in kind])[events.what]
    hospital = np.where(only_drug, OUTSIDE, hospital)

    told = events.informed == 1
    surcharged = np.flatnonzero(visit & (rng.random(n) < _SURCHARGED))
    informed = np.flatnonzero(visit & (rng.random(n) < _INFORMATION))
    corrected = np.flatnonzero(~visit & ~told & (rng.random(n) < _CORRECTIONS))
    reissued = corrected[rng.random(len(corrected)) < _REISSUED]
    parts = (np.arange(n), surcharged, informed, corrected, reissued)
    sizes = [len(p) for p in parts]
    source = np.concatenate(parts)

    # Corrections and lines for information come in statements of their own.
    statements = int(statement.max(initial=-1)) + 1
    fresh = statements + np.arange(sum(sizes[2:]))
    statement = np.concatenate([statement, statement[surcharged], fresh])
    fictitious = rng.random(statements + len(fresh)) < _FICTITIOUS
    qualifier, transmitted, place = _qualifiers(rng, sizes, told, hospital, source)
    generalist = nature[surcharged] == natures[FIRST_SERVICE]
    return Lines(
        source=source,
        person=events.person[source],
        day=events.day[source],
        what=events.what[source],
        statement=statement,
        nature=np.concatenate([nature, np.where(generalist, *SURCHARGES), nature[np.concatenate(parts[2:])]]),
        sign=_column(sizes, 3, -1, otherwise=1),
        surcharge=_column(sizes, 1, SURCHARGE_TOP),
        qualifier=qualifier,
        transmitted=transmitted,
        delay=np.concatenate(
            [np.zeros(sum(sizes[:3])), rng.integers(30, 120, sizes[3]), rng.integers(120, 150, sizes[4])]
        ).astype(np.int64),
        fictitious=fictitious[statement],
        hospital=place,
    )


def _qualifiers(
    rng: np.random.Generator, sizes: list[int], told: Flags, hospital: Ints, source: Ints
) -> tuple[Ints, Ints, Ints]:
    """Say of each line DPN_QLF, PRS_DPN_QLP and ETE_IND_TAA.

    Lines for information say it in one of three ways: in DPN_QLF, only in PRS_DPN_QLP, or only in ETE_IND_TAA. Lines
    told about a visit that is also booked use the first two; those for what a hospital gave use all three.
    """
    total = sum(sizes)
    qualifier = np.zeros(total, dtype=np.int64)
    qualifier[: sizes[0]] = np.where(rng.random(sizes[0]) < _MISSING, MISSING_QUALIFIER, 0)
    transmitted, place = np.zeros(total, dtype=np.int64), hospital[source]
    start = sizes[0] + sizes[1]
    informed = np.zeros(total, dtype=np.bool_)
    informed[start : start + sizes[2]] = True
    given = np.zeros(total, dtype=np.bool_)
    given[: sizes[0]] = told
    way = rng.random(total)
    by_both = np.where(way < _BY_72, FOR_INFORMATION_TOO, FOR_INFORMATION)
    qualifier = np.where((informed | given) & (way < _BY_QUALIFIER), by_both, np.where(informed | given, 0, qualifier))
    transmitted = np.where(informed | (given & (way < _BY_EITHER)), FOR_INFORMATION, transmitted)
    place = np.where(given, PUBLIC, place)
    return qualifier, transmitted, place


def _groups(*columns: Ints) -> Ints:
    """Number the distinct combinations of some columns from 0."""
    order = np.lexsort(columns[::-1])
    changed = np.zeros(len(order), dtype=np.int64)
    for column in columns:
        ordered = column[order]
        changed[1:] |= ordered[1:] != ordered[:-1]
    numbers = np.empty(len(order), dtype=np.int64)
    numbers[order] = np.cumsum(changed)
    return numbers


def _column(sizes: list[int], part: int, value: int, otherwise: int = 0) -> Ints:
    column = np.full(sum(sizes), otherwise, dtype=np.int64)
    start = sum(sizes[:part])
    column[start : start + sizes[part]] = value
    return column
