"""Private answers made by hand, for tests of what happens to an answer once it was drawn."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction

from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.policy.privacy import PrivacyProfile
from ecluse_platform.core.privacy.answer import Column, Figure, PrivateTable, Row, Statement
from ecluse_platform.core.privacy.hiding import threshold_of
from ecluse_platform.core.privacy.loss import exact_text
from ecluse_platform.core.privacy.query import PrivateQuery
from ecluse_platform.egress.services.budget import loss_of_query

HALF = 12


def answer_to(
    query: PrivateQuery, privacy: PrivacyProfile, disclosure: DisclosureProfile, counts: Sequence[int]
) -> PrivateTable:
    """Return an answer of one column of counts: as many rows as counts, of the first known keys; small ones hidden."""
    least, loss = threshold_of(query, disclosure), loss_of_query(query)
    labels = itertools.product(*(dimension.keys or ("a", "b", "c") for dimension in query.dimensions))
    return PrivateTable(
        dimensions=tuple(dimension.name for dimension in query.dimensions),
        columns=tuple(
            Column(name=output.name, kind=output.kind, decimals=0, half_width=str(HALF), least=least)
            for output in query.outputs
        ),
        rows=tuple(
            _row(tuple(map(str, row)), n, least, len(query.outputs)) for row, n in zip(labels, counts, strict=False)
        ),
        statement=Statement(
            accounting=query.accounting,
            epsilon=exact_text(Fraction(query.epsilon)),
            amount=exact_text(loss.amount),
            delta=exact_text(loss.delta),
            unit="person",
            cells=query.cells,
            rows=query.rows,
            confidence_percent=privacy.confidence_percent,
        ),
        clipped=Figure(value="7", low="2", high="12") if query.clipped else None,
        least=least,
        mark=disclosure.mark,
    )


def _row(labels: tuple[str, ...], count: int, least: int, columns: int) -> Row:
    if count < least:
        return Row(labels=labels, counted=None, figures=(None,) * columns)
    figure = Figure(value=str(count), low=str(max(count - HALF, 0)), high=str(count + HALF))
    return Row(labels=labels, counted=count, figures=(figure,) * columns)
