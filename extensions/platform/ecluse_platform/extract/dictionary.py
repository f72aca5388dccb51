"""``dictionary.parquet``: what every table and column of the source is, and which of them the permit grants."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ecluse_platform.core.dictionary.entries import entries
from ecluse_platform.extract.plan import ExtractPlan

DICTIONARY = "dictionary.parquet"


def write_dictionary(folder: Path, plan: ExtractPlan) -> Path:
    """Write the dictionary next to the tables."""
    path = folder / DICTIONARY
    lines = list(entries(plan.catalogue, {table.name: table.columns for table in plan.tables}))
    columns = {name: [getattr(line, name) for line in lines] for name in _SCHEMA.names}
    pq.write_table(pa.table(columns, schema=_SCHEMA), path, compression="zstd")
    return path


_SCHEMA = pa.schema(
    [
        ("table_name", pa.string()),
        ("column_name", pa.string()),
        ("position", pa.int32()),
        ("type", pa.string()),
        ("label_fr", pa.string()),
        ("label_en", pa.string()),
        ("granted", pa.bool_()),
        ("column_class", pa.string()),
        ("identifier", pa.string()),
        ("keys", pa.string()),
        ("code_list", pa.string()),
        ("refers", pa.string()),
        ("coarser", pa.string()),
        ("sensitive", pa.bool_()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("since", pa.int32()),
        ("until", pa.int32()),
        ("formerly", pa.string()),
        ("source", pa.string()),
    ]
)
