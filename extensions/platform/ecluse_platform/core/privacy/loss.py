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


def exact_text(amount: Fraction) -> str:
    """Write an exact decimal: no exponent, no zero at its end; refuse what no decimal is equal to."""
    scale, rest = 0, amount.denominator
    while rest % 10 == 0:
        scale, rest = scale + 1, rest // 10
    while rest % 2 == 0 or rest % 5 == 0:
        scale, rest = scale + 1, rest // (2 if rest % 2 == 0 else 5)
    if rest != 1:
        raise ValueError("no decimal number is equal to this fraction")
    digits = str(abs(amount.numerator) * 10**scale // amount.denominator).rjust(scale + 1, "0")
    whole, part = digits[: len(digits) - scale], digits[len(digits) - scale :].rstrip("0")
    return f"{'-' if amount < 0 else ''}{whole}{'.' + part if part else ''}"
