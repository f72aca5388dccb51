"""An extract's dictionary, code values and code lists, made from the shipped policies by the extractor's own code."""

from __future__ import annotations

import functools
from dataclasses import asdict
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ecluse_platform.core.dictionary.entries import entries
from ecluse_platform.extract import codes
from ecluse_platform.policyfiles import load_policies

ROOT = Path(__file__).resolve().parents[3]
GRANTED = {
    "ER_PRS_F": ("BEN_NIR_PSA", "EXE_SOI_DTD", "PRS_NAT_REF", "PRS_ACT_QTE", "PSP_SPE_COD"),
    "T_MCO_B": ("ANNEE", "ETA_NUM", "RSA_NUM", "DGN_PAL", "SOR_MOD"),
}


@functools.cache
def _lines() -> pa.Table:
    catalogue = load_policies(ROOT / "policies").catalogue
    return pa.Table.from_pylist([asdict(entry) for entry in entries(catalogue, GRANTED)])


def write(root: Path) -> None:
    """Write what the extractor writes beside the tables, for a permit of two tables."""
    bundle = load_policies(ROOT / "policies")
    pq.write_table(_lines(), root / "dictionary.parquet")
    with duckdb.connect(str(root / "snds.duckdb")) as connection:
        codes.create(connection, bundle.catalogue, bundle.codelists)
        connection.execute("CREATE VIEW pha AS SELECT 1 AS boites")
        connection.execute("COMMENT ON VIEW pha IS 'Dispensations nettes\nNet dispensings\n2026-1 · reference'")
        connection.execute("COMMENT ON COLUMN pha.boites IS 'Boîtes\nBoxes'")
        connection.execute("CREATE VIEW T_MCO23B AS SELECT 1 AS ETA_NUM")
