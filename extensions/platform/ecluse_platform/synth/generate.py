"""Write a synthetic source: one folder of Parquet files per table."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ecluse_platform.synth import columns as c
from ecluse_platform.synth.care import all_care
from ecluse_platform.synth.flow import carry
from ecluse_platform.synth.identities import identify
from ecluse_platform.synth.lines import book
from ecluse_platform.synth.persons import ir_ben_r, ir_imb_r
from ecluse_platform.synth.population import populate
from ecluse_platform.synth.products import dispense
from ecluse_platform.synth.reference import ir_dpt_v, ir_pha_r, ir_reg_v
from ecluse_platform.synth.reimbursements import er_pha_f, er_prs_f, key_columns, records_of, storage_order
from ecluse_platform.synth.settings import NO_DAY, Ints, Settings


@dataclass(frozen=True)
class Written:
    """A table that has been written."""

    table: str
    rows: int


def generate(settings: Settings, out: Path, report: Callable[[Written], None]) -> None:
    """Write all tables under ``out``; each is reported once it is complete. Same settings, same bytes."""
    population = populate(settings)
    ids = identify(settings, population)
    lines = book(settings, all_care(settings, population))
    flow = carry(settings, population, lines)
    products = dispense(settings, lines)

    record = records_of(lines, ids)
    last_entry = np.full(len(ids.psa), NO_DAY, dtype=np.int64)
    np.maximum.at(last_entry, record, flow.entered)
    for name, table in (
        ("IR_PHA_R", ir_pha_r()),
        ("IR_DPT_V", ir_dpt_v()),
        ("IR_REG_V", ir_reg_v()),
        ("IR_BEN_R", ir_ben_r(settings, population, ids, last_entry)),
        ("IR_IMB_R", ir_imb_r(settings, population, ids)),
    ):
        with _replaced(out / name) as folder:
            rows = c.write(folder / "part-0000.parquet", table)
        report(Written(name, rows))

    order = storage_order(flow, lines, record, ids)
    main = er_prs_f(settings, population, ids, lines, flow, products)
    with _replaced(out / "ER_PRS_F") as folder:
        rows = _by_month(folder, main, flow.month, order)
    report(Written("ER_PRS_F", rows))
    place = np.empty(lines.size, dtype=np.int64)
    place[order] = np.arange(lines.size)
    detail = er_pha_f(key_columns(flow, lines, population, narrow=True), products)
    detail_order = np.lexsort((products.order, place[products.line]))
    with _replaced(out / "ER_PHA_F") as folder:
        rows = _by_month(folder, detail, flow.month[products.line], detail_order)
    report(Written("ER_PHA_F", rows))


@contextmanager
def _replaced(folder: Path) -> Iterator[Path]:
    """Give a folder to write a table in, which then takes the place of the table of an earlier run."""
    fresh = folder.with_name(f".making-{folder.name}")
    shutil.rmtree(fresh, ignore_errors=True)
    yield fresh
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def _by_month(folder: Path, table: Mapping[str, Any], month: Ints, order: Ints) -> int:
    """Write one file per flow month, in a folder named after it."""
    ordered = month[order]
    rows = 0
    for number in np.unique(ordered).tolist():
        start, end = np.searchsorted(ordered, [number, number + 1])
        name = f"flx_year={number // 12 + 1970}/flx_month={number % 12 + 1:02d}/part-0000.parquet"
        rows += c.write(folder / name, c.chosen(table, order[start:end]))
    return rows
