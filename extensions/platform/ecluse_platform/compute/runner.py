"""Run one job in a process of its own, and be rid of that process whatever happens to it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable

from pydantic import ValidationError

from ecluse_platform.compute.job import BindingJob, Doing, Fault, Job, Line, Outcome, PrivateJob, Step

# Starting an interpreter and opening DuckDB is not the query's time.
_START_SECONDS = 5
_LARGEST_OUTCOME = 64 * 1024 * 1024
_COMMAND = (sys.executable, "-I", "-m")
_CHILDREN = {
    Job: "ecluse_platform.compute.child",
    PrivateJob: "ecluse_platform.compute.private_child",
    BindingJob: "ecluse_platform.compute.private_binding",
}
# Numerical libraries would start threads of their own, each with its own memory.
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

Watcher = Callable[[Doing], None]


def _nobody(_doing: Doing) -> None:
    """Watch nothing."""


async def run(job: Job | PrivateJob | BindingJob, watcher: Watcher = _nobody) -> Outcome:
    """Return what the child found; a child that is late, too large or dead is a fault, never an exception.

    Reading the extract has its own time, and so has what comes after it. ``watcher`` is told how far the child is.
    """
    doing = Step.READING

    def watching(now: Doing) -> None:
        nonlocal doing
        doing = now.step
        watcher(now)

    def late() -> Outcome:
        return Outcome(fault=Fault.COMPARISON if doing is Step.COMPARING else Fault.TIMEOUT)

    # Its environment holds nothing and its errors go nowhere: neither can carry anything in or out.
    child = await asyncio.create_subprocess_exec(
        *_COMMAND,
        _CHILDREN[type(job)],
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=_ENVIRONMENT,
        cwd="/",
        start_new_session=True,
        limit=_LARGEST_OUTCOME,
    )
    try:
        async with asyncio.timeout(job.limits.seconds + _START_SECONDS) as deadline:
            outcome = await _exchange(child, job, watching, deadline)
    except TimeoutError:
        return late()
    finally:
        await _end(child)
    if child.returncode == -signal.SIGXCPU:
        return late()
    return outcome if outcome is not None and child.returncode == 0 else Outcome(fault=Fault.CRASH)


async def _exchange(
    child: asyncio.subprocess.Process, job: Job | PrivateJob | BindingJob, watcher: Watcher, deadline: asyncio.Timeout
) -> Outcome | None:
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("the child has no pipes")
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        child.stdin.write(job.model_dump_json().encode())
        await child.stdin.drain()
    child.stdin.close()
    reading = True
    # A line that is too long is a ValueError, and so is one of an unknown form.
    with contextlib.suppress(ValueError, ValidationError):
        while written := await child.stdout.readline():
            line = Line.model_validate_json(written)
            if line.outcome is not None:
                await child.wait()
                return line.outcome
            if line.doing is not None:
                if reading and line.doing.step is not Step.READING:
                    reading = False
                    deadline.reschedule(asyncio.get_running_loop().time() + job.limits.protection_seconds)
                watcher(line.doing)
        await child.wait()
    return None


async def _end(child: asyncio.subprocess.Process) -> None:
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        await child.wait()
