"""The process that runs one query and dies: started anew each time, limited before it reads anything."""

from __future__ import annotations

import sys

import duckdb

from ecluse_platform.compute.database import TypesDoNotFit, WrongExtract, check_types, open_extract
from ecluse_platform.compute.job import Fault, Job, Outcome
from ecluse_platform.compute.limits import limit_this_process
from ecluse_platform.core.disclosure import Cell


def answer(job: Job) -> Outcome:
    """Run one job; say nothing of an error but its kind, since an error can depend on the data."""
    try:
        check_types(job)
        connection = open_extract(job)
        rows = connection.execute(job.sql).fetchmany(job.most_cells + 1)
    except TypesDoNotFit as error:
        return Outcome(types=str(error))
    except WrongExtract:
        return Outcome(fault=Fault.EXTRACT)
    except (duckdb.OutOfMemoryException, MemoryError):
        return Outcome(fault=Fault.MEMORY)
    except duckdb.IOException:
        return Outcome(fault=Fault.EXTRACT)
    except duckdb.Error:
        return Outcome(fault=Fault.CRASH)
    return Outcome(cells=tuple(_cell(row, job.dimensions) for row in rows))


def _cell(row: tuple[object, ...], dimensions: int) -> Cell:
    labels = tuple(None if label is None else str(label) for label in row[:dimensions])
    measured, persons, rows = (int(str(count)) for count in row[dimensions:])
    return Cell(labels, measured, persons, rows)


def main() -> None:
    """Read one job from standard input and write one outcome to standard output."""
    job = Job.model_validate_json(sys.stdin.buffer.read())
    limit_this_process(job.memory_mib, job.seconds, job.threads)
    sys.stdout.write(answer(job).model_dump_json())
    sys.stdout.flush()


if __name__ == "__main__":
    main()
