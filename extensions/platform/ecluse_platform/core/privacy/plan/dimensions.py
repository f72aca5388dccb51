"""Dimensions: whom they could identify, how they are written, and the categories that are public."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ecluse_platform.core.policy.columns import REKEYED, ColumnClass
from ecluse_platform.core.privacy.plan import kinds
from ecluse_platform.core.privacy.plan.outer import Shown
from ecluse_platform.core.privacy.plan.relation import Meaning
from ecluse_platform.core.privacy.plan.world import World
from ecluse_platform.core.privacy.query import Dimension

_IDENTIFYING: Final = REKEYED | {ColumnClass.TECHNICAL_KEY}
TEXT: Final = "VARCHAR"
WHOLE: Final = "BIGINT"


def dimension_of(shown: Shown, meaning: Meaning, keys: Mapping[str, tuple[str | int, ...]], world: World) -> Dimension:
    """Return a dimension with its public categories: those asked for, else the catalogue's; None where unknown."""
    _check_identity(shown, meaning, world)
    kind = WHOLE if kinds.whole(meaning.type) else TEXT
    asked = next((values for name, values in keys.items() if name.lower() == shown.name.lower()), None)
    values = meaning.values if asked is None else asked
    if values is not None:
        values = tuple(dict.fromkeys(_written(value, kind, shown, world) for value in values))
    return Dimension(name=shown.name, column=shown.dimension or "", type=kind, keys=values)


def column_sql(column: str, dimension: Dimension, meaning: Meaning) -> str:
    """Write a dimension in its type; a day as 2023-12-31."""
    written = f'"{column}"'
    if meaning.type == "DATE":
        written = f"TRY_CAST({written} AS DATE)"
    return f'TRY_CAST({written} AS {dimension.type}) AS "{column}"'


def _written(value: str | int, kind: str, shown: Shown, world: World) -> str | int:
    if kind == TEXT:
        return str(value)
    try:
        return int(value)
    except ValueError:
        raise world.places.refusal("private_keys_type", shown.node, what=shown.name) from None


def _check_identity(shown: Shown, meaning: Meaning, world: World) -> None:
    """Refuse categories that are persons, professionals or establishments, and potential identifiers as they are."""
    for base in sorted(meaning.touches):
        column = world.column(base)
        coarse = meaning.values is not None or kinds.whole(meaning.type) or meaning.type == "BOOLEAN"
        close = column.column_class is ColumnClass.POTENTIAL_IDENTIFIER and (meaning.base == base or not coarse)
        if column.column_class in _IDENTIFYING or close:
            coarser = column.coarser or "year(…), month(…)"
            raise world.places.refusal("private_identifying_dimension", shown.node, what=base[1], known=coarser)
