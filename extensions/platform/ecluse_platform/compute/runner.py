"""Run one job in a process of its own, and be rid of that process whatever happens to it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys

from pydantic import ValidationError

from ecluse_platform.compute.job import Fault, Job, Outcome

# Starting an interpreter and opening DuckDB is not the query's time.
_START_SECONDS = 5
_LARGEST_OUTCOME = 64 * 1024 * 1024
_COMMAND = (sys.executable, "-I", "-m", "ecluse_platform.compute.child")


async def run(job: Job) -> Outcome:
    """Return what the child found; a child that is late, too large or dead is a fault, never an exception."""
    # Its environment is empty and its errors go nowhere: neither can carry anything in or out.
    child = await asyncio.create_subprocess_exec(
        *_COMMAND,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
        cwd="/",
        start_new_session=True,
        limit=1024 * 1024,
    )
    try:
        async with asyncio.timeout(job.seconds + _START_SECONDS):
            written = await _exchange(child, job)
    except TimeoutError:
        return Outcome(fault=Fault.TIMEOUT)
    finally:
        await _end(child)
    return _read(written, child.returncode)


async def _exchange(child: asyncio.subprocess.Process, job: Job) -> bytes:
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("the child has no pipes")
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        child.stdin.write(job.model_dump_json().encode())
        await child.stdin.drain()
    child.stdin.close()
    parts: list[bytes] = []
    size = 0
    while size <= _LARGEST_OUTCOME and (part := await child.stdout.read(1024 * 1024)):
        parts.append(part)
        size += len(part)
    if size <= _LARGEST_OUTCOME:
        await child.wait()
    return b"".join(parts)


async def _end(child: asyncio.subprocess.Process) -> None:
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        await child.wait()


def _read(written: bytes, code: int | None) -> Outcome:
    if code == -signal.SIGXCPU:
        return Outcome(fault=Fault.TIMEOUT)
    if code == 0 and len(written) <= _LARGEST_OUTCOME:
        with contextlib.suppress(ValidationError):
            return Outcome.model_validate_json(written)
    return Outcome(fault=Fault.CRASH)
