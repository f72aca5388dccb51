"""Privacy loss in exact arithmetic: what an answer costs, added up without rounding.

Pure differential privacy counts epsilon; zero-concentrated differential privacy (Bun and Steinke, 2016) counts rho. A
project's ledger keeps one of the two. People choose one number, epsilon: under zCDP an answer at epsilon costs
rho = epsilon² / 2, which is what an epsilon-differentially private answer costs there (their proposition 1.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Accounting(StrEnum):
    """How the losses of answers add up."""

    PURE = "pure"
    ZCDP = "zcdp"


@dataclass(frozen=True)
class Loss:
    """A privacy loss: epsilon (pure) or rho (zCDP), and the delta that thresholds on unknown keys cost."""

    amount: Fraction
    delta: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        """Refuse what is no loss: adding it would give budget back."""
        if self.amount < 0 or not 0 <= self.delta < 1:
            raise ValueError("a loss is not negative, and its delta is below 1")

    def __add__(self, other: Loss) -> Loss:
        """Return the loss of both: sequential composition."""
        return Loss(self.amount + other.amount, self.delta + other.delta)

    def within(self, budget: Loss) -> bool:
        """Say whether a budget covers it, in both parts."""
        return self.amount <= budget.amount and self.delta <= budget.delta


NOTHING = Loss(Fraction(0))


def loss_of(accounting: Accounting, epsilon: Fraction, delta: Fraction = Fraction(0)) -> Loss:
    """Return what an answer at epsilon costs in a ledger of this accounting."""
    return Loss(epsilon if accounting is Accounting.PURE else epsilon * epsilon / 2, delta)
