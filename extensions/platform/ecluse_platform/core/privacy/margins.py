"""Margins of a noised table: exact sums of its published cells, which agree with them, are never negative, and free.

Whatever is computed from noised numbers is as private as they are. No hidden cell is in a margin, so that a margin less
its published cells is 0 and gives none back (docs/decisions/0024).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal, localcontext
from math import prod

from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.policy.privacy import PrivacyProfile
from ecluse_platform.core.privacy.answer import Figure, Margin, PrivateTable
from ecluse_platform.core.privacy.precision import half_widths
from ecluse_platform.core.privacy.query import OutputKind, PrivateQuery
from ecluse_platform.core.refusals import Refusal

# What adds up over cells, whoever is in them; persons do where each is in one cell at most.
_ADDING = frozenset({OutputKind.ROWS, OutputKind.SUM, OutputKind.HISTOGRAM})
# Noise at a tiny epsilon has more digits, and its squares twice as many, than decimals have unless told otherwise.
_DIGITS = 100
Flags = tuple[bool, ...]
Labels = tuple[str | None, ...]


@dataclass(frozen=True)
class Expected:
    """The margins of one grouping before anything is asked: how many cells each sums, and how far noise takes it."""

    by: tuple[str, ...]
    cells: int | None
    half_widths: Mapping[str, Decimal | None]


@dataclass(frozen=True)
class _Sum:
    """What some cells of a column add up to; ``squares`` adds up the squares of how far noise takes each."""

    value: Decimal = Decimal(0)
    squares: Decimal = Decimal(0)
    digits: int = 0
    shown: int = 0
    hidden: int = 0
    negative: bool = False

    def __add__(self, other: _Sum) -> _Sum:
        """Return what both add up to."""
        with localcontext(prec=_DIGITS):
            return _Sum(
                self.value + other.value,
                self.squares + other.squares,
                min(self.digits, other.digits),
                self.shown + other.shown,
                self.hidden + other.hidden,
                self.negative or other.negative,
            )

    @property
    def figure(self) -> Figure | None:
        """The sum with its interval; no interval of what cannot be negative goes below 0."""
        if not self.shown:
            return None
        half = root(self.squares, self.digits)
        with localcontext(prec=_DIGITS):
            low, high = self.value - half, self.value + half
        if not self.negative:
            low = max(low, Decimal((0, (0,), self.digits)))
        return Figure(value=f"{self.value:f}", low=f"{low:f}", high=f"{high:f}")


def adds_up(kind: OutputKind, cells: int) -> bool:
    """Say whether figures of a kind add up over cells, where a person is in so many of them at most."""
    return kind in _ADDING or (kind is OutputKind.PERSONS and cells == 1)


def check_groupings(query: PrivateQuery, profile: DisclosureProfile) -> None:
    """Refuse margins whose label is a category's, and more groupings than a table of the project's rules can have."""
    if not query.groupings:
        return
    most = 2**profile.max_dimensions
    if len(query.groupings) > most:
        raise Refusal("private_too_many_groupings", {"groupings": str(len(query.groupings)), "most": str(most)})
    for dimension in query.dimensions:
        _check_label(dimension.name, dimension.keys or (), profile)


def with_margins(
    table: PrivateTable, query: PrivateQuery, disclosure: DisclosureProfile, profile: PrivacyProfile
) -> PrivateTable:
    """Return a table of cells with the margins that the question asks for, and without the cells if it asks for none.

    Raises Refusal where what noise let out of unknown categories makes too many rows, or one that is no total's.
    """
    if not query.groupings:
        return table
    for at, name in enumerate(table.dimensions):
        _check_label(name, (row.labels[at] for row in table.rows), disclosure)
    every: Flags = (True,) * len(table.dimensions)
    sums = {every: {row.labels: tuple(map(_of_cell, row.figures)) for row in table.rows}}
    margins: list[Margin] = []
    for shown in query.groupings:
        if shown == every:
            continue
        # What is coarser than several is added up from the one with the fewest rows.
        finer = min((one for one in sums if _is_finer(one, shown)), key=lambda one: len(sums[one]))
        sums[shown] = _summed(sums[finer], shown)
        margins += [_margin(labels, shown, columns) for labels, columns in sums[shown].items()]
    rows = table.rows if every in query.groupings else ()
    if len(rows) + len(margins) > profile.most_cells:
        fields = {"cells": str(len(rows) + len(margins)), "most": str(profile.most_cells)}
        raise Refusal("private_too_many_cells", fields)
    changed = {"rows": rows, "margins": tuple(margins), "total": disclosure.total_label}
    return PrivateTable.model_validate({**{name: getattr(table, name) for name in type(table).model_fields}, **changed})


def expected(query: PrivateQuery, profile: PrivacyProfile) -> tuple[Expected, ...]:
    """Return how precise the margins of a question would be if no cell were hidden, from the question alone."""
    halves = half_widths(query, profile)
    found = []
    for shown in query.groupings:
        if all(shown):
            continue
        keys = [d.keys for d, held in zip(query.dimensions, shown, strict=True) if not held]
        cells = None if None in keys else prod(len(known or ()) for known in keys)
        widths = {
            name: None if cells is None or half is None else _of_many(half, cells) for name, half in halves.items()
        }
        by = tuple(d.name for d, held in zip(query.dimensions, shown, strict=True) if held)
        found.append(Expected(by, cells, widths))
    return tuple(found)


def root(squares: Decimal, digits: int) -> Decimal:
    """Return the root of a sum of squares, rounded outwards to the digits of the cells."""
    with localcontext(prec=_DIGITS):
        return squares.sqrt().quantize(Decimal(1).scaleb(digits), rounding=ROUND_UP)


def _of_many(half: Decimal, cells: int) -> Decimal:
    with localcontext(prec=_DIGITS):
        squares = half * half * cells
    return root(squares, int(half.as_tuple().exponent))


def _of_cell(figure: Figure | None) -> _Sum:
    if figure is None:
        return _Sum(hidden=1)
    value, low, high = Decimal(figure.value), Decimal(figure.low), Decimal(figure.high)
    with localcontext(prec=_DIGITS):
        wide = max(value - low, high - value)
        squares = wide * wide
    return _Sum(value, squares, int(value.as_tuple().exponent), shown=1, negative=low < 0)


def _summed(finer: Mapping[Labels, tuple[_Sum, ...]], shown: Flags) -> dict[Labels, tuple[_Sum, ...]]:
    found: dict[Labels, tuple[_Sum, ...]] = {}
    for labels, columns in finer.items():
        kept = tuple(label if held else None for label, held in zip(labels, shown, strict=True))
        before = found.get(kept)
        found[kept] = columns if before is None else tuple(a + b for a, b in zip(before, columns, strict=True))
    return found


def _margin(labels: Labels, shown: Flags, columns: tuple[_Sum, ...]) -> Margin:
    return Margin(
        labels=labels,
        totals=tuple(not held for held in shown),
        figures=tuple(column.figure for column in columns),
        missing=tuple(column.hidden for column in columns),
    )


def _is_finer(one: Flags, other: Flags) -> bool:
    """Say whether one grouping shows every dimension that another shows."""
    return all(mine or not theirs for mine, theirs in zip(one, other, strict=True))


def _check_label(dimension: str, labels: Iterable[str | int | None], profile: DisclosureProfile) -> None:
    if any(label is not None and str(label) == profile.total_label for label in labels):
        raise Refusal("private_total_label", {"dimension": dimension, "label": profile.total_label})
