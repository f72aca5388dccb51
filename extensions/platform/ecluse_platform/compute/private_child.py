"""The process that answers one private query and dies: it bounds, adds up, draws noise, and says nothing else.

Whatever goes wrong once data is read is one and the same fault: what exactly it was could depend on a person.
"""

from __future__ import annotations

import sys

import duckdb

from ecluse_platform.compute.database import TypesDoNotFit, WrongExtract, open_views
from ecluse_platform.compute.job import Fault, Line, Outcome, PrivateJob, Told
from ecluse_platform.compute.limits import limit_this_process
from ecluse_platform.compute.noise import TooDear
from ecluse_platform.compute.private_numbers import answered
from ecluse_platform.compute.private_types import check_binds
from ecluse_platform.core.privacy.bounding import bounding


def outcome_of(job: PrivateJob) -> Outcome:
    """Answer one job; an error of types is told from empty tables, before any data is read."""
    try:
        statements = bounding(job.query, job.salt)
        check_binds(job.views, job.query, statements)
        connection = open_views(job.views, job.limits, [job.folder])
        return Outcome(private=answered(connection, job, statements))
    except TypesDoNotFit as error:
        return Outcome(refusal=Told(code="sql_types", fields={"detail": str(error)}))
    except WrongExtract:
        return Outcome(fault=Fault.EXTRACT)
    except (duckdb.Error, MemoryError, TooDear):
        return Outcome(fault=Fault.CRASH)


def main() -> None:
    """Read one job from standard input; write one outcome to standard output."""
    job = PrivateJob.model_validate_json(sys.stdin.buffer.read())
    limit_this_process(job.limits, 0)
    sys.stdout.write(Line(outcome=outcome_of(job)).model_dump_json() + "\n")


if __name__ == "__main__":
    main()
