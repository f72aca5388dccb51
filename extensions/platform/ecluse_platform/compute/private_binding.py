"""The process that tells whether a private query can be answered, before it is paid for; it opens no file of data."""

from __future__ import annotations

import sys

from ecluse_platform.compute.database import TypesDoNotFit
from ecluse_platform.compute.job import BindingJob, Line, Outcome, Told
from ecluse_platform.compute.limits import limit_this_process
from ecluse_platform.compute.private_types import check_binds
from ecluse_platform.core.privacy.bounding import bounding

# On empty tables nothing is drawn: any salt binds as the secret one does.
_NO_SALT = "0" * 32


def outcome_of(job: BindingJob) -> Outcome:
    """Bind one query as its answer will be bound; what does not fit is a refusal, in the words of its types."""
    try:
        check_binds(job.views, job.query, bounding(job.query, _NO_SALT))
    except TypesDoNotFit as error:
        return Outcome(refusal=Told(code="sql_types", fields={"detail": str(error)}))
    return Outcome(bound=True)


def main() -> None:
    """Read one job from standard input; write one outcome to standard output."""
    job = BindingJob.model_validate_json(sys.stdin.buffer.read())
    limit_this_process(job.limits, 0)
    sys.stdout.write(Line(outcome=outcome_of(job)).model_dump_json() + "\n")


if __name__ == "__main__":
    main()
