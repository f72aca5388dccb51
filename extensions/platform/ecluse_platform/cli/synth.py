"""`ecluse synth`: write a synthetic source, and say how far it is."""

from __future__ import annotations

import errno
import os
import re
import sys
import time
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import Annotated

import typer

from ecluse_platform.cli.base import fail, state_dir
from ecluse_platform.synth import NotOurs, Progress, Settings, generate

synth = typer.Typer(add_completion=False)

_BAR = 30
_SECONDS_BETWEEN_LINES = 15.0


@synth.command()
def make(
    out: Annotated[
        Path | None, typer.Option(help="Folder to write to; by default $ECLUSE_SOURCE.", metavar="DIR")
    ] = None,
    patients: Annotated[int, typer.Option(help="How many fictitious persons.", min=10)] = 20_000,
    years: Annotated[str, typer.Option(help="Years of care, such as 2019-2023.")] = "2022-2023",
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.", min=0)] = 1,
    threads: Annotated[
        int | None, typer.Option(help="Processes; by default as many as processors. Changes no byte.", min=1)
    ] = None,
) -> None:
    """Write fictitious SNDS tables: same shape, same traps, nobody's data."""
    first, last = _years(years)
    folder = out or Path(os.environ.get("ECLUSE_SOURCE") or state_dir() / "source")
    started = time.monotonic()
    try:
        settings = Settings(patients, first, last, seed)
        generate(
            settings,
            folder,
            lambda w: typer.echo(f"{w.table}: {w.rows} rows", err=True),
            threads or len(os.sched_getaffinity(0)),
            _Display(),
        )
    except ValueError as error:
        fail(f"{error}.")
    except NotOurs as error:
        fail(str(error))
    except OSError as error:
        fail(_words(error))
    except BrokenExecutor:
        fail("A process ended before its work was done, for lack of memory most often. Ask for fewer --threads.")
    except KeyboardInterrupt:
        fail("Interrupted: nothing was written over; the tables of an earlier run, if any, are as they were.")
    typer.echo(f"{time.monotonic() - started:.1f} s", err=True)


class _Display:
    """Show progress: a bar that moves on a terminal, a line now and then elsewhere."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._said = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        """Show one step."""
        now = time.monotonic()
        finished = progress.done == progress.total
        if self._terminal:
            full = _BAR * progress.done // progress.total
            bar = "#" * full + "." * (_BAR - full)
            sys.stderr.write(f"\r{progress.what:<8} [{bar}] {100 * progress.done // progress.total:3d} %")
            sys.stderr.write("\n" if finished else "")
            sys.stderr.flush()
        elif finished or now - self._said > _SECONDS_BETWEEN_LINES:
            typer.echo(f"{progress.what}: {progress.done} of {progress.total}", err=True)
            self._said = now


def _words(error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return (
            "The disk is full: nothing was written over. Make room (up to three times the size of the tables is "
            "needed while they are made), choose another folder with --out, or ask for fewer patients."
        )
    reason = error.strerror or "input or output error"
    return f"The tables could not be written: {reason}. Choose another folder with --out."


def _years(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text)
    if found is None:
        fail(f"--years is a year or a range of years, such as 2022-2023, not {text!r}.")
    return int(found[1]), int(found[2] or found[1])
