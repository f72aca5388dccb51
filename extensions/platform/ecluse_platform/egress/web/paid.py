"""A private answer in short, for stewards: what it cost, what is left, what it is worth, what was chosen for it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ecluse_platform.core.privacy.answer import PrivateTable
from ecluse_platform.core.privacy.ask import PrivacyAsk
from ecluse_platform.core.privacy.loss import exact_text
from ecluse_platform.core.privacy.meaning import guesses_in_a_hundred
from ecluse_platform.egress.services.looking import SeenTable
from ecluse_platform.egress.web.budgetview import BudgetView

_FEW = 12


@dataclass(frozen=True)
class Paid:
    """What a steward wants to know of one private answer before reading its rows; ``seen.table`` is None."""

    seen: SeenTable
    table: PrivateTable
    budget: BudgetView | None
    guess: str
    reused: bool
    chosen: tuple[tuple[str, str], ...]


def paid_for(seen: SeenTable, table: PrivateTable, budget: BudgetView | None) -> Paid:
    """Say what one private answer cost and is worth; ``budget`` is None where the project has none any more."""
    said = table.statement
    return Paid(
        seen=seen,
        table=table,
        budget=budget,
        guess=guesses_in_a_hundred(said.accounting, Fraction(said.amount)),
        reused=seen.screened.private is not None and seen.screened.private.reused,
        chosen=() if seen.query.ask is None else tuple(_chosen(seen.query.ask)),
    )


def _chosen(ask: PrivacyAsk) -> list[tuple[str, str]]:
    """Return what the researcher chose beside epsilon, named as in the notebook."""
    found = [
        (name, exact_text(Fraction(value)))
        for name, value in (("delta", ask.delta), ("cells", ask.cells), ("rows", ask.rows))
        if value is not None
    ]
    found += [
        (f"bounds: {name}", f"{exact_text(Fraction(given.low))} … {exact_text(Fraction(given.high))}")
        for name, given in ask.bounds.items()
    ]
    found += [(f"keys: {name}", _listed([str(key) for key in keys])) for name, keys in ask.keys.items()]
    found += [
        (f"edges: {name}", _listed([exact_text(Fraction(edge)) for edge in edges])) for name, edges in ask.edges.items()
    ]
    return found


def _listed(words: list[str]) -> str:
    return ", ".join(words) if len(words) <= _FEW else f"{', '.join(words[:_FEW])}… ({len(words)})"
