"""How lines reach the insurance's information system: late, in monthly flows, under a key of nine columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecluse_platform.synth.lines import Lines
from ecluse_platform.synth.population import Population
from ecluse_platform.synth.settings import Ints, Settings

_SHORTEST_LAG, _USUAL_LAG = 2, 9.0
_LATE, _LATEST = 0.03, 330
SENDERS = 60


@dataclass(frozen=True)
class Flow:
    """Key columns of each line; ``month`` counts months since 1970 and dates FLX_DIS_DTD."""

    month: Ints
    entered: Ints
    sender: Ints
    sequence: Ints
    statement: Ints
    order: Ints

    @property
    def available(self) -> Ints:
        """Return FLX_DIS_DTD: the first day of the flow's month."""
        return self.month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def carry(settings: Settings, block: int, population: Population, lines: Lines) -> Flow:
    """Date and number every statement: it is available in the month after it entered."""
    rng = settings.stream("flow", block)
    statements = int(lines.statement.max(initial=-1)) + 1
    lag = _SHORTEST_LAG + rng.exponential(_USUAL_LAG, statements).astype(np.int64)
    late = rng.random(statements) < _LATE
    lag[late] += rng.integers(30, _LATEST, int(late.sum()))
    entered = lines.day + lines.delay + lag[lines.statement]
    month = entered.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1
    body = population.department[lines.person]
    # Each block numbers its own statements; the numbers of blocks interleave, so none is used twice.
    number = _numbers(statements, lines.statement, entered, body) * settings.blocks + block + 1
    return Flow(
        month=month,
        entered=entered,
        sender=1 + body * 7 % SENDERS,
        sequence=1 + entered % 28,
        statement=number,
        order=_positions(lines.statement),
    )


def _numbers(statements: int, statement: Ints, entered: Ints, body: Ints) -> Ints:
    """Number statements from 0 within each body and day, as each body does."""
    day, where = np.zeros(statements, dtype=np.int64), np.zeros(statements, dtype=np.int64)
    day[statement], where[statement] = entered, body
    order = np.argsort(day * 128 + where, kind="stable")
    new = np.ones(statements, dtype=np.bool_)
    new[1:] = (day[order][1:] != day[order][:-1]) | (where[order][1:] != where[order][:-1])
    start = np.maximum.accumulate(np.where(new, np.arange(statements), 0))
    number = np.empty(statements, dtype=np.int64)
    number[order] = np.arange(statements) - start
    return number[statement]


def _positions(statement: Ints) -> Ints:
    """Number the lines of each statement from 1."""
    order = np.argsort(statement, kind="stable")
    ordered = statement[order]
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = ordered[1:] != ordered[:-1]
    start = np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
    position = np.empty(len(order), dtype=np.int64)
    position[order] = np.arange(len(order)) - start + 1
    return position
