"""The process that runs one query, protects its table and dies: started anew each time, limited before it reads."""

from __future__ import annotations

import sys
import time

import duckdb

from ecluse_platform.compute.cells import TooManyCells
from ecluse_platform.compute.database import TypesDoNotFit, WrongExtract, check_types, open_extract
from ecluse_platform.compute.history_files import MemoryDamaged
from ecluse_platform.compute.job import Answer, Doing, Fault, Job, Line, Outcome, Step, Told
from ecluse_platform.compute.limits import limit_this_process
from ecluse_platform.compute.measuring import TooLarge, measure
from ecluse_platform.compute.remembering import remembered
from ecluse_platform.core.disclosure.protecting import protect_table
from ecluse_platform.core.refusals import Refusal

_SECONDS_BETWEEN_LINES = 0.25


class Reporter:
    """Tells the parent how far the child is: at each step, then now and then."""

    def __init__(self) -> None:
        """Begin with nothing said."""
        self._said = 0.0

    def begin(self, step: Step) -> None:
        """Say that a step begins."""
        self._say(step, 0)

    def protecting(self, done: int, everything: int) -> None:
        """Say how much of the protection is done."""
        if time.monotonic() - self._said >= _SECONDS_BETWEEN_LINES:
            self._say(Step.PROTECTING, min(100, 100 * done // max(everything, 1)))

    def _say(self, step: Step, done: int) -> None:
        self._said = time.monotonic()
        _write(Line(doing=Doing(step=step, done=done)))


_FAULTS: tuple[tuple[type[Exception], Fault], ...] = (
    (duckdb.OutOfMemoryException, Fault.MEMORY),
    (MemoryError, Fault.MEMORY),
    (WrongExtract, Fault.EXTRACT),
    (duckdb.IOException, Fault.EXTRACT),
    (MemoryDamaged, Fault.HISTORY),
    (TooLarge, Fault.CRASH),
    (duckdb.Error, Fault.CRASH),
)


def outcome_of(job: Job, reporter: Reporter) -> Outcome:
    """Run one job; say nothing of an error but its kind, since an error can depend on the data."""
    try:
        return Outcome(answer=_answer(job, reporter))
    except Refusal as refusal:
        return Outcome(refusal=Told(code=refusal.code, fields=refusal.fields, proposals=refusal.proposals))
    except TypesDoNotFit as error:
        return Outcome(refusal=Told(code="sql_types", fields={"detail": str(error)}))
    except TooManyCells as error:
        return Outcome(refusal=_too_many(error, job))
    except tuple(kind for kind, _ in _FAULTS) as error:
        return Outcome(fault=next(fault for kind, fault in _FAULTS if isinstance(error, kind)))


def _answer(job: Job, reporter: Reporter) -> Answer:
    reporter.begin(Step.READING)
    check_types(job)
    connection = open_extract(job)
    query, profile = job.query, job.profile
    measured = measure(connection, query, profile.total_label, profile.max_cells, job.limits.cells)
    reporter.begin(Step.PROTECTING)
    protected = protect_table(
        measured.layout,
        measured.statistics,
        query.measures,
        profile,
        recent=query.recent,
        progress=reporter.protecting,
    )
    if job.remembering is None:
        return Answer(table=protected.table)
    reporter.begin(Step.COMPARING)
    return remembered(connection, job, protected)


def _too_many(error: TooManyCells, job: Job) -> Told:
    if error.shown:
        return Told(code="too_many_cells", fields={"most": str(job.profile.max_cells)})
    return Told(code="too_many_cells_behind", fields={"most": str(job.limits.cells)})


def _write(line: Line) -> None:
    sys.stdout.write(line.model_dump_json() + "\n")
    sys.stdout.flush()


def main() -> None:
    """Read one job from standard input; write how far it is, and then one outcome, to standard output."""
    job = Job.model_validate_json(sys.stdin.buffer.read())
    limit_this_process(job.limits, 0 if job.remembering is None else job.remembering.mib)
    _write(Line(outcome=outcome_of(job, Reporter())))


if __name__ == "__main__":
    main()
