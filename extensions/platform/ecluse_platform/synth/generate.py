"""Write a synthetic source: one folder of Parquet files per table, made block by block, whatever the processes."""

from __future__ import annotations

import multiprocessing
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from ecluse_platform.synth import reference
from ecluse_platform.synth.assemble import assemble
from ecluse_platform.synth.block import Piece, pieces
from ecluse_platform.synth.origin import check_replaceable, reserved
from ecluse_platform.synth.schema import tables
from ecluse_platform.synth.settings import Settings
from ecluse_platform.synth.spill import Made, index_of, keep

_AHEAD = 2
_SCRATCH = ".making-"
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Progress:
    """How far a generation is: steps done of all, and what the last one was."""

    done: int
    total: int
    what: str


@dataclass(frozen=True)
class Written:
    """A table that has been written."""

    table: str
    rows: int


def generate(
    settings: Settings,
    out: Path,
    report: Callable[[Written], None],
    threads: int = 1,
    progress: Callable[[Progress], None] = lambda _: None,
) -> None:
    """Write all tables under ``out``; each is reported once all are in place. Same settings, same bytes.

    ``threads`` is a number of processes and changes nothing in the bytes. Memory does not grow with the number of
    persons: a process holds one block, then one row group. Everything is written in a folder of its own under ``out``,
    and takes the place of an earlier run's tables only when it is complete; tables that this does not make stay.
    Raises OSError when the folder cannot be written or the disk is full, NotOurs when it has a table of the same name
    that no generation made, or another generation; what was there then still is.
    """
    out.mkdir(parents=True, exist_ok=True)
    with reserved(out), _scratch(out) as scratch:
        check_replaceable(out, tables())
        spill, fresh = scratch / "spill", scratch / "tables"
        spill.mkdir()
        with _workers(threads if settings.blocks > 1 else 1) as run:
            made: list[Made] = _shared_tables(settings, spill)
            total = settings.blocks
            for done, found in enumerate(run(partial(_one_block, settings, spill), range(settings.blocks)), 1):
                made += found
                progress(Progress(done, total, "persons"))
            groups = index_of(iter(made))
            rows = dict.fromkeys((table for table, _ in groups), 0)
            work = list(groups.values())
            for done, (table, count) in enumerate(run(partial(_one_file, spill, fresh), work), 1):
                rows[table] += count
                progress(Progress(done, len(work), "files"))
        _put_in_place(fresh, out, scratch / "earlier", list(rows))
    for table, count in rows.items():
        report(Written(table, count))


@contextmanager
def _scratch(out: Path) -> Iterator[Path]:
    """Give a folder to work in, on the disk where the tables go; what a killed generation left is removed first."""
    for left in out.glob(f"{_SCRATCH}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=out) as folder:
        yield Path(folder)


def _shared_tables(settings: Settings, spill: Path) -> list[Made]:
    """Keep the tables that no block makes, as pieces of a block before the first."""
    years = range(settings.first_year, settings.last_year + 1)
    whole = [
        ("IR_PHA_R", reference.ir_pha_r()),
        ("IR_DPT_V", reference.ir_dpt_v()),
        ("IR_REG_V", reference.ir_reg_v()),
        ("DA_PRA_R", reference.da_pra_r(settings)),
        ("BE_IDE_R", reference.be_ide_r(settings)),
    ]
    pieces_of_one = [Piece(name, columns) for name, columns in whole]
    yearly = []
    for year in years:
        columns = reference.t_mco_e(settings, year)
        yearly.append(Piece("T_MCO_E", columns, columns["ANNEE"].to_numpy().astype("int64")))
    return list(chain.from_iterable(keep(spill, 0, i, piece) for i, piece in enumerate([*pieces_of_one, *yearly])))


def _one_block(settings: Settings, spill: Path, block: int) -> list[Made]:
    return list(chain.from_iterable(keep(spill, block, i, piece) for i, piece in enumerate(pieces(settings, block))))


def _one_file(spill: Path, fresh: Path, made: list[Made]) -> tuple[str, int]:
    return made[0].table, assemble(spill, fresh, made)


def _put_in_place(fresh: Path, out: Path, earlier: Path, names: list[str]) -> None:
    """Let complete tables take the place of earlier ones, all or none; the earlier ones go with the scratch folder."""
    earlier.mkdir()
    placed = []
    try:
        for name in names:
            if (out / name).exists():
                (out / name).rename(earlier / name)
            (fresh / name).rename(out / name)
            placed.append(name)
    except BaseException:
        for name in placed:
            shutil.rmtree(out / name)
        for name in names:
            if (earlier / name).exists():
                (earlier / name).rename(out / name)
        raise


_Runner = Callable[[Callable[[Any], _Result], Iterable[Any]], Iterator[_Result]]


@contextmanager
def _workers(threads: int) -> Iterator[_Runner[Any]]:
    """Give a way to run a function over many arguments, in processes of their own if there are to be several.

    Results come in the order of completion: whoever uses them must not depend on it.
    """
    if threads <= 1:
        yield map
        return
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(threads, mp_context=multiprocessing.get_context("spawn"), initializer=_alone)
    try:
        yield partial(_in_pool, pool, threads)
    except BaseException:
        # What the processes are at is of no use any more: nobody waits for the end of a block.
        for process in set(multiprocessing.active_children()) - others:
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _alone() -> None:
    """Keep each process to one thread, as there is one per processor, and leave interruptions to the parent."""
    pa.set_cpu_count(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _in_pool(
    pool: ProcessPoolExecutor, threads: int, function: Callable[[Any], _Result], arguments: Iterable[Any]
) -> Iterator[_Result]:
    """Keep a few tasks ahead of the processes, so that what waits does not grow with the work."""
    running: set[Future[_Result]] = set()
    for argument in arguments:
        running.add(pool.submit(function, argument))
        if len(running) >= threads * _AHEAD:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    for future in running:
        yield future.result()
