"""Differentially private queries, as they are written in a notebook and as the service prices them.

Whatever is chosen here is only a wish: the service holds each value against the policy and plans the query itself.
"""

from __future__ import annotations

import operator
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from html import escape
from typing import TYPE_CHECKING, Any

from ecluse.errors import EcluseError
from ecluse.language import language, words

if TYPE_CHECKING:
    from ecluse.tables import Table

Exact = Decimal | int | float | str


@dataclass(frozen=True)
class Choice:
    """An epsilon that gives a wanted precision: what it costs, and whether the budget holds it."""

    output: str
    epsilon: Decimal
    half_width: Decimal
    amount: Decimal
    fits: bool

    def __repr__(self) -> str:
        """Show the choice in one sentence."""
        said = words(
            "epsilon_choice",
            output=self.output,
            epsilon=number(self.epsilon),
            half=number(self.half_width),
            amount=number(self.amount),
        )
        return said if self.fits else f"{said}\n{words('does_not_fit')}"

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self))}</p>".replace("\n", "<br>")


def ask(
    epsilon: Exact,
    delta: Exact | None,
    cells: int | None,
    rows: int | None,
    bounds: Mapping[str, Sequence[Exact]],
    keys: Mapping[str, Iterable[Any]],
    edges: Mapping[str, Sequence[Exact]],
) -> dict[str, Any]:
    """Return what goes with the SQL, every number as exact text."""
    return {
        "epsilon": exact(epsilon, "epsilon"),
        "delta": None if delta is None else exact(delta, "delta"),
        "cells": None if cells is None else whole(cells, "cells"),
        "rows": None if rows is None else whole(rows, "rows"),
        "bounds": {name: _range(given, name) for name, given in dict(bounds).items()},
        "keys": {name: [_key(value) for value in several(given)] for name, given in dict(keys).items()},
        "edges": {name: [exact(value, name) for value in several(given)] for name, given in dict(edges).items()},
    }


def exact(value: Exact, name: str) -> str:
    """Return a number as the text that people write: 0.1 stays 0.1, whatever binary fraction stands for it."""
    try:
        known = Decimal(str(value))
    except InvalidOperation:
        known = Decimal("NaN")
    if not known.is_finite() or isinstance(value, bool):
        raise EcluseError(words("no_number", name=name, value=str(value)))
    return f"{known.normalize():f}"


def whole(value: object, name: str) -> int:
    """Return a whole number; R writes 12 as 12.0."""
    text = exact(str(value), name)
    if "." in text or isinstance(value, bool):
        raise EcluseError(words("no_number", name=name, value=str(value)))
    return int(text)


def several(given: Any) -> list[Any]:
    """Return what was given as a list; R gives a vector of one as the one."""
    return list(given) if isinstance(given, Iterable) and not isinstance(given, str) else [given]


def number(value: object) -> str:
    """Write a number of the service as people of this language read it, without losing a digit."""
    text = f"{Decimal(str(value)):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(",", "\u202f").replace(".", ",") if language() == "fr" else text


def middle(of: Exact | Table, output: str) -> Decimal:
    """Return the size that a percentage is of: a number known in public, or the median of a released answer."""
    if isinstance(of, Decimal | int | float | str):
        return Decimal(exact(of, "of"))
    shown = [value for value, _, _ in of.interval(output)[: of.cells] if value is not None]
    if not shown:
        raise EcluseError(words("nothing_released", output=output))
    return Decimal(str(statistics.median(shown)))


def priced(item: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what a private query would cost and how precise it would be, as name-value lines."""
    private = item.get("private")
    if not private:
        return []
    price = words(
        f"price_{private['accounting']}", epsilon=number(private["epsilon"]), amount=number(private["amount"])
    )
    if Decimal(private["delta"]):
        price += f", δ = {private['delta']}"
    if private.get("free"):
        price = words("free")
    left = _left_after(private) if private["fits"] else words("does_not_fit")
    person = words("person_bound", cells=str(private["cells"]), rows=str(private["rows"]))
    expected = [_expected(output) for output in private["outputs"]]
    grid = private.get("grid")
    return [
        (words("price"), price),
        (words("would_remain"), left),
        (words("one_person"), person),
        (words("cells"), words("keys_unknown") if grid is None else number(grid)),
        (words("expected", percent=str(private["confidence_percent"])), "\n".join(expected)),
        *((words("expected_margins"), text) for text in [_margins(private.get("margins", []))] if text),
    ]


def _margins(margins: Iterable[Mapping[str, Any]]) -> str:
    """Return a line for each margin asked for: what it is by, and how precise it would be with no cell hidden."""
    lines = []
    for margin in margins:
        widths = [f"{name} ± {number(half)}" for name, half in margin["half_widths"].items() if half is not None]
        by = ", ".join(margin["by"]) or words("all_cells")
        lines.append(f"{by}{words('colon')}{', '.join(widths) or words('margin_varies')}")
    return "\n".join(lines)


def _left_after(private: Mapping[str, Any]) -> str:
    left, year = number(private["remaining"]), private.get("yearly")
    if year is None:
        return left
    of_year = max(Decimal(year["allowed"]) - Decimal(year["spent"]), Decimal(0))
    return words("left_this_year", left=left, year=str(year["year"]), of_year=number(of_year))


def _expected(output: Mapping[str, Any]) -> str:
    if output.get("half_width") is None:
        return words("half_width_varies", name=str(output["name"]))
    return f"{output['name']} ± {number(output['half_width'])}"


def _range(given: Any, name: str) -> dict[str, str]:
    ends = several(given.values() if isinstance(given, Mapping) else given)
    if len(ends) != 2:  # noqa: PLR2004 - a range has two ends
        raise EcluseError(words("no_range", name=name))
    return {"low": exact(ends[0], name), "high": exact(ends[1], name)}


def _key(value: Any) -> str | int:
    if isinstance(value, str):
        return value
    try:
        return operator.index(value)
    except TypeError:
        # R's numbers are floating; a date or a decimal is written as it prints.
        return int(value) if isinstance(value, float) and value.is_integer() else str(value)
