"""The JSON of private queries, answers and budgets: every loss and every width is an exact decimal as text."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from ecluse_platform.core.privacy.answer import HIDDEN, HIGH, LOW, PrivateTable
from ecluse_platform.core.privacy.ledger import Year
from ecluse_platform.core.privacy.loss import exact_text
from ecluse_platform.core.privacy.query import PrivateQuery
from ecluse_platform.core.requests import PrivateAnswer
from ecluse_platform.egress.services.budget import Budget, Event
from ecluse_platform.egress.services.pricing import Choice, PricedItem

Json = dict[str, object]


def private_preview_json(item: PricedItem) -> Json:
    """Return what was understood of a private query, what it would cost and how precise it would be."""
    query, price, widths = item.query, item.price, item.half_widths
    return {
        "kind": "private",
        "name": item.name,
        "dimensions": [dimension.name for dimension in query.dimensions],
        "measures": [{"name": output.name, "kind": output.kind.value} for output in query.outputs],
        "tables": list(query.tables),
        "sql": query.canonical_sql,
        "private": {
            "accounting": query.accounting.value,
            "epsilon": exact_text(Fraction(query.epsilon)),
            "delta": exact_text(price.loss.delta),
            "amount": exact_text(price.loss.amount),
            "remaining": exact_text(price.remaining.amount),
            "yearly": _year(price.year),
            "fits": price.fits,
            "free": price.free,
            "cells": query.cells,
            "rows": query.rows,
            "grid": _grid(query),
            "confidence_percent": item.profile.confidence_percent,
            "outputs": [
                {"name": output.name, "kind": output.kind.value, "half_width": _text(widths[output.name])}
                for output in query.outputs
            ],
            "margins": [
                {
                    "by": list(margin.by),
                    "cells": margin.cells,
                    "half_widths": {name: _text(half) for name, half in margin.half_widths.items()},
                }
                for margin in item.margins
            ],
        },
    }


def choice_json(choice: Choice) -> Json:
    """Return an epsilon for a precision."""
    return {
        "epsilon": format(choice.epsilon, "f"),
        "half_width": format(choice.half_width, "f"),
        "amount": exact_text(choice.loss.amount),
        "fits": choice.fits,
    }


def private_table_json(table: PrivateTable, answer: PrivateAnswer | None) -> Json:
    """Return a private answer: each figure beside the ends of its interval, and what it guarantees."""
    said = table.statement
    return {
        "kind": "private",
        "columns": list(table.names),
        "rows": [[*labels, *values] for labels, values in table.lines],
        "published": table.published,
        "hidden": table.hidden,
        "mark": table.mark,
        "proposals": [],
        "private": {
            "accounting": said.accounting.value,
            "epsilon": said.epsilon,
            "amount": said.amount,
            "delta": said.delta,
            "cells": said.cells,
            "rows": said.rows,
            "unit": said.unit,
            "confidence_percent": said.confidence_percent,
            "threshold": table.least,
            "measures": [column.name for column in table.columns],
            "kinds": [column.kind.value for column in table.columns],
            "interval": {"low": LOW, "high": HIGH},
            # The last rows; the number of hidden cells that each leaves out stands beside its interval.
            "margins": None if table.total is None else {"rows": len(table.margins), "hidden": HIDDEN},
            "clipped": None if table.clipped is None else table.clipped.model_dump(),
            "reused": answer is not None and answer.reused,
        },
    }


def budget_json(budget: Budget) -> Json:
    """Return where a budget stands and how it came there; no SQL is in it."""
    stands = budget.standing
    return {
        "project": budget.project.id,
        "source": budget.source,
        "accounting": budget.profile.accounting.value,
        "granted": exact_text(stands.granted.amount),
        "spent": exact_text(stands.spent.amount),
        "remaining": exact_text(stands.remaining.amount),
        "delta_granted": exact_text(stands.granted.delta),
        "delta_spent": exact_text(stands.spent.delta),
        "delta_remaining": exact_text(stands.remaining.delta),
        "yearly": _year(budget.standing.year),
        "largest_epsilon": budget.profile.largest_epsilon,
        "epsilon_left": exact_text(budget.epsilon_left),
        # What the policy gives by itself, from the permit's first day; what was added to it are events.
        "start": {"at": budget.project.permit.start.isoformat(), "amount": budget.profile.budget},
        "events": [_event(event) for event in budget.events],
    }


def _text(number: Decimal | None) -> str | None:
    return None if number is None else format(number, "f")


def _grid(query: PrivateQuery) -> int | None:
    """Return how many cells an answer has; None where they depend on the data, by keys that are unknown."""
    keys = [dimension.keys for dimension in query.dimensions]
    return None if None in keys else math.prod(len(known) for known in keys if known is not None)


def _year(year: Year | None) -> Mapping[str, object] | None:
    if year is None:
        return None
    return {"year": year.year, "allowed": exact_text(year.allowed), "spent": exact_text(year.spent)}


def _event(event: Event) -> Json:
    return {
        "at": event.at.isoformat(timespec="seconds"),
        "kind": event.kind,
        "amount": exact_text(event.loss.amount),
        "delta": exact_text(event.loss.delta),
        "epsilon": None if event.epsilon is None else exact_text(event.epsilon),
        "remaining": exact_text(event.remaining),
        "request": event.request,
        "title": event.title,
        "reason": event.reason,
        "by": event.by,
    }
