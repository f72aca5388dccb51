"""What a privacy loss means for one person, in figures that people can weigh.

Somebody who knows everything of everyone else tosses a coin about one person: is she in the data, has she the disease?
Having seen the answers they guess again. How often they are right, at most, is what the loss allows; 50 times in a
hundred is having learned nothing.
"""

from __future__ import annotations

import math
from fractions import Fraction
from statistics import NormalDist

from ecluse_platform.core.privacy.loss import Accounting, exact_text

_HUNDRED = 100
_MOST_DECIMALS = 9


def guesses_in_a_hundred(accounting: Accounting, amount: Fraction) -> str:
    """Return how many guesses of a hundred are right at most, for losses added up to this amount.

    Pure: the odds of 1 to 1 become at most e^epsilon to 1 (Wasserman and Zhou, 2010). zCDP: answers are Gaussian, and
    all of them together tell no more than one Gaussian observation whose mean the person shifts by the square root of
    2 rho standard deviations (Dong, Roth and Su, 2022); the best test is right in the middle of both. Rounded up, with
    as many decimals as it takes not to say 100: nothing is ever certain.
    """
    if accounting is Accounting.PURE:
        right = 1 / (1 + math.exp(-float(amount)))
    else:
        right = NormalDist().cdf(math.sqrt(float(amount) / 2))
    for decimals in range(_MOST_DECIMALS):
        rounded = math.ceil(right * _HUNDRED * 10**decimals)
        if rounded < _HUNDRED * 10**decimals:
            return exact_text(Fraction(rounded, 10**decimals))
    return str(_HUNDRED)
