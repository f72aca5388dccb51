"""Sums of the cells of a noised table, in a notebook."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

import ecluse

ROWS = [["75", 1, 1200, 1197, 1203], ["75", 2, 900, 896, 904], ["2A", 1, 50, 47, 53], ["2A", 2, "c", "c", "c"]]


def table(kind: str = "persons", cells: int = 1) -> ecluse.Table:
    """Return a noised table by département and sex."""
    private: dict[str, Any] = {"measures": ["n"], "kinds": [kind], "cells": cells, "confidence_percent": 95}
    return ecluse.Table(
        {
            "name": "t", "columns": ["dpt", "sex", "n", "n__low", "n__high"], "rows": ROWS, "published": 3, "hidden": 1,
            "mark": "c", "proposals": [], "because": [], "private": {**private, "epsilon": "1"},
        }
    )  # fmt: skip


def test_cells_are_added_up_by_dimension_with_the_root_of_their_squares() -> None:
    """Three and four give five; a hidden cell is missing, and that is said."""
    paris, corsica = table().margins("n", by=["dpt"])
    assert (paris.labels, paris.value, paris.low, paris.high) == (("75",), 2100, 2095, 2105)
    assert (corsica.value, corsica.low, corsica.cells, corsica.hidden) == (Decimal(50), Decimal(47), 1, 1)
    [every] = table().margins("n")
    assert (every.value, every.high, every.hidden) == (2150, 2156, 1)
    assert "1" in repr(every)
    assert [margin.labels for margin in table().margins("n", by="sex")] == [(1,), (2,)]


@pytest.mark.parametrize(("kind", "cells"), [("persons", 2), ("mean", 1), ("distinct", 1), ("quantile", 1)])
def test_what_does_not_add_up_has_no_margin(kind: str, cells: int) -> None:
    """Persons of several cells would count twice; means and distinct values are no sums."""
    with pytest.raises(ecluse.EcluseError, match=r"additionnent|add up"):
        table(kind, cells).margins("n")
    assert table("sum", 12).margins("n")[0].value == 2150


def test_only_a_dimension_has_margins() -> None:
    """Those that there are, are named."""
    with pytest.raises(ecluse.EcluseError, match="dpt, sex"):
        table().margins("n", by=["n"])
