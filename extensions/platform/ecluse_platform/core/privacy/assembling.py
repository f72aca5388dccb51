"""From noised numbers to the table that is answered: rows in the order of their keys, and the statement of the loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import product

from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.policy.privacy import PrivacyProfile
from ecluse_platform.core.privacy.answer import Column, Figure, PrivateTable, Row, Statement
from ecluse_platform.core.privacy.calibrate import Draw, draws, exact
from ecluse_platform.core.privacy.figures import Figures, columns_of
from ecluse_platform.core.privacy.loss import loss_of
from ecluse_platform.core.privacy.precision import COUNTS, half_widths
from ecluse_platform.core.privacy.query import PrivateQuery

Labels = tuple[str | None, ...]


def known_cells(query: PrivateQuery) -> tuple[Labels, ...] | None:
    """Return every combination of known keys, in order; None where some dimension has none."""
    keys = [dimension.keys for dimension in query.dimensions]
    if any(key is None for key in keys):
        return None
    return tuple(product(*([None if key is None else str(key) for key in given or ()] for given in keys)))


def in_order(cells: Sequence[Labels]) -> list[Labels]:
    """Return cells in the order of their labels, which no data has a part in; absent labels come last."""
    return sorted(cells, key=lambda labels: [(label is None, label or "") for label in labels])


def assembled(
    query: PrivateQuery,
    profile: PrivacyProfile,
    disclosure: DisclosureProfile,
    noised: Mapping[Labels, Mapping[str, int]],
    clipped: int | None,
) -> PrivateTable:
    """Return the table of noised numbers, cell by cell and vector by vector."""
    figures = Figures(query, profile, disclosure)
    least = figures.least(query.counted)
    rows = [_row(query, figures, labels, numbers, least) for labels, numbers in noised.items()]
    return PrivateTable(
        dimensions=tuple(dimension.name for dimension in query.dimensions),
        columns=_columns(query, profile, figures),
        rows=tuple(rows),
        statement=statement(query, profile),
        clipped=None if clipped is None else figures.clipped(clipped, _clipping(query)),
        least=least,
        mark=disclosure.mark,
    )


def statement(query: PrivateQuery, profile: PrivacyProfile) -> Statement:
    """Say what an answer to the question guarantees, and what it costs; known before it is asked."""
    return Statement(
        accounting=query.accounting,
        epsilon=_text(query.epsilon),
        amount=_text(exact(loss_of(query.accounting, Fraction(query.epsilon)).amount)),
        delta=_text(query.delta),
        unit="person",
        cells=query.cells,
        rows=query.rows,
        confidence_percent=profile.confidence_percent,
    )


def _row(query: PrivateQuery, figures: Figures, labels: Labels, noised: Mapping[str, int], least: int) -> Row:
    found: list[Figure | None] = []
    counted = noised[query.counted]
    for output in query.outputs:
        found += figures.of(output, noised) if counted >= least else (None,) * len(columns_of(output))
    # A count of which no figure is shown would be told by itself.
    shown = any(figure is not None for figure in found)
    return Row(labels=labels, counted=counted if shown else None, figures=tuple(found))


def _columns(query: PrivateQuery, profile: PrivacyProfile, figures: Figures) -> tuple[Column, ...]:
    halves = half_widths(query, profile)
    return tuple(
        Column(
            name=name,
            kind=output.kind,
            decimals=output.decimals,
            half_width=_optional(halves[output.name]),
            least=figures.least(of) if output.kind in COUNTS else None,
        )
        for output in query.outputs
        for name, of in zip(columns_of(output), output.of, strict=False)
    )


def _clipping(query: PrivateQuery) -> Draw:
    return next(draw for draw in draws(query) if not draw.vectors)


def _optional(number: Decimal | None) -> str | None:
    return None if number is None else _text(number)


def _text(number: Decimal) -> str:
    """Write a number with every digit of it, no exponent and no needless zero."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
