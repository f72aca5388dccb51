"""Noised tables of any kind, some of their cells hidden, and questions that ask for margins of them."""

from __future__ import annotations

import itertools
from decimal import Decimal

from hypothesis import strategies as st

import small_world
from ecluse_platform.core.privacy.answer import Column, Figure, PrivateTable, Row, Statement
from ecluse_platform.core.privacy.loss import Accounting
from ecluse_platform.core.privacy.query import Dimension, OutputKind, PrivateQuery
from private_shapes import asked

RULES, PROFILE = small_world.profile(), small_world.privacy()
LEAST = RULES.threshold_rows
COLUMNS = (
    Column(name="n", kind=OutputKind.ROWS, decimals=0, half_width="5", least=LEAST),
    Column(name="paid", kind=OutputKind.SUM, decimals=2, half_width="7.25", least=None),
)
STATEMENT = Statement(
    accounting=Accounting.PURE,
    epsilon="1",
    amount="1",
    delta="0",
    unit="person",
    cells=4,
    rows=2,
    confidence_percent=95,
)
LABELS = (None, "a", "b")


@st.composite
def figures(draw: st.DrawFn, digits: int, least: int, *, nonnegative: bool) -> Figure:
    """Return a figure, whose interval stops at 0 where figures do."""
    value = draw(st.decimals(least, 10**9, places=digits))
    half = draw(st.decimals(0, 10**4, places=digits))
    low = max(value - half, Decimal(0)) if nonnegative else value - half
    return Figure(value=str(value), low=str(low), high=str(value + half))


@st.composite
def tables(draw: st.DrawFn) -> tuple[PrivateTable, PrivateQuery]:
    """Return a table of cells, some of them hidden in part or whole, and a question that asks for margins of it."""
    width = draw(st.integers(1, 3))
    every = list(itertools.product(LABELS, repeat=width))
    labels = draw(st.lists(st.sampled_from(every), unique=True, max_size=len(every)))
    nonnegative = draw(st.booleans())
    rows = []
    for one in labels:
        n = draw(st.none() | figures(0, LEAST, nonnegative=nonnegative))
        paid = draw(st.none() | figures(2, 0 if nonnegative else -(10**6), nonnegative=nonnegative))
        rows.append(Row(labels=one, counted=None if n is None and paid is None else LEAST, figures=(n, paid)))
    sets = list(itertools.product((True, False), repeat=width))
    shown = draw(st.lists(st.sampled_from(sets), unique=True, min_size=1))
    names = tuple("xyz"[:width])
    table = table_of(names, tuple(rows))
    return table, question(names, tuple(shown))


def table_of(names: tuple[str, ...], rows: tuple[Row, ...]) -> PrivateTable:
    """Return a noised table of a count and a sum."""
    return PrivateTable(
        dimensions=names, columns=COLUMNS, rows=rows, statement=STATEMENT, clipped=None, least=LEAST, mark="c"
    )


def question(names: tuple[str, ...], shown: tuple[tuple[bool, ...], ...]) -> PrivateQuery:
    """Return a question of unknown keys that shows some groupings."""
    dimensions = tuple(
        Dimension(name=name, column=f"d{at}", type="VARCHAR", keys=None) for at, name in enumerate(names, 1)
    )
    return asked("rows", dimensions=dimensions, groupings=shown)
