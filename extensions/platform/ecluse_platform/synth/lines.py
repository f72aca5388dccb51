"""Reimbursement lines: care events as the insurance books them, with corrections, surcharges and lines to ignore."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecluse_platform.synth.care import CONSULTATION_CODE, Events
from ecluse_platform.synth.settings import Ints, Settings
from ecluse_platform.synth.treatments import TREATMENTS

GENERALIST_VISIT, SPECIALIST_VISIT, SURCHARGE = 1111, 1112, 1125
SURCHARGE_TOP = 2
FOR_INFORMATION = 71
# DPN_QLF is sometimes missing: a filter that is not NULL-safe loses these lines.
MISSING_QUALIFIER = -1
_SURCHARGES, _INFORMATION, _CORRECTIONS, _REISSUED = 0.06, 0.05, 0.012, 0.5
_SPECIALISTS, _MISSING, _FICTITIOUS = 0.3, 0.01, 0.003


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
    fictitious: Ints

    @property
    def size(self) -> int:
        """How many lines there are."""
        return len(self.source)


def book(settings: Settings, events: Events) -> Lines:
    """Turn events into lines: a pharmacy day is one statement, each treatment one line of it."""
    rng, n = settings.stream("lines"), len(events.person)
    visit = events.what == CONSULTATION_CODE
    statement = _groups(events.person, events.day, visit)
    natures = np.array([t.nature for t in TREATMENTS] + [GENERALIST_VISIT])
    nature = natures[events.what]
    nature = np.where(visit & (rng.random(n) < _SPECIALISTS), SPECIALIST_VISIT, nature)

    surcharged = np.flatnonzero(visit & (rng.random(n) < _SURCHARGES))
    informed = np.flatnonzero(visit & (rng.random(n) < _INFORMATION))
    corrected = np.flatnonzero(~visit & (rng.random(n) < _CORRECTIONS))
    reissued = corrected[rng.random(len(corrected)) < _REISSUED]
    parts = (np.arange(n), surcharged, informed, corrected, reissued)
    sizes = [len(p) for p in parts]
    source = np.concatenate(parts)

    # Corrections and lines for information come in statements of their own.
    fresh = int(statement.max(initial=-1)) + 1 + np.arange(sum(sizes[2:]))
    qualifier = np.where(rng.random(n) < _MISSING, MISSING_QUALIFIER, 0)
    in_qualifier = rng.random(len(informed)) < 0.5  # noqa: PLR2004 -- half of them say it in DPN_QLF, half only in PRS_DPN_QLP
    later = rng.integers(30, 120, len(corrected))
    return Lines(
        source=source,
        person=events.person[source],
        day=events.day[source],
        what=events.what[source],
        statement=np.concatenate([statement, statement[surcharged], fresh]),
        nature=np.concatenate([nature, np.full(sizes[1], SURCHARGE), nature[np.concatenate(parts[2:])]]),
        sign=_column(sizes, 3, -1, otherwise=1),
        surcharge=_column(sizes, 1, SURCHARGE_TOP),
        qualifier=np.concatenate(
            [qualifier, np.zeros(sizes[1]), np.where(in_qualifier, FOR_INFORMATION, 0), np.zeros(sum(sizes[3:]))]
        ).astype(np.int64),
        transmitted=_column(sizes, 2, FOR_INFORMATION),
        delay=np.concatenate([np.zeros(sum(sizes[:3])), later, rng.integers(120, 150, sizes[4])]).astype(np.int64),
        fictitious=(rng.random(int(statement.max(initial=-1)) + 1 + len(fresh)) < _FICTITIOUS).astype(np.int64)[
            np.concatenate([statement, statement[surcharged], fresh])
        ],
    )


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
