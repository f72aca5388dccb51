"""Concentration: sums that one or two contributors make nearly alone, so that they could be estimated from the sum.

Formulas: Hundepool, Domingo-Ferrer, Franconi, Giessing, Schulte Nordholt, Spicer, de Wolf, *Statistical Disclosure
Control* (Wiley, 2012), section 4.2. With the contributions x1 >= x2 >= ... of a cell and their sum X:

- largest share: x1 > s/100 X (INSEE: no business above 85 %; CASD, amounts of the SNDS);
- (n,k) dominance: x1 + ... + xn > k/100 X;
- p-percent: X - x1 - x2 < p/100 x1: the second contributor, who knows x2, estimates x1 to within p percent.

All comparisons are between whole numbers. Where amounts can be negative, X is the sum of absolute contributions.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ecluse_platform.core.disclosure.table import Rule
from ecluse_platform.core.disclosure.tabular.statistics import Sum
from ecluse_platform.core.disclosure.tabular.structure import Flags, Integers
from ecluse_platform.core.policy.disclosure import DisclosureProfile

_PERCENT = 100


def concentrated(found: Sum, profile: DisclosureProfile) -> dict[Rule, Flags]:
    """Flag, by rule, the cells where contributors of any protected unit make too much of a sum."""
    return {
        Rule.LARGEST_SHARE: _any(found, lambda x: largest_share(x, found.weight, profile.largest_share_percent)),
        Rule.DOMINANCE: _any(
            found,
            lambda x: (
                _none(x)
                if profile.dominance is None
                else dominated(x, found.weight, profile.dominance.contributors, profile.dominance.percent)
            ),
        ),
        Rule.P_PERCENT: _any(found, lambda x: estimable(x, found.weight, profile.p_percent)),
    }


def largest_share(largest: Integers, weight: Integers, percent: int | None) -> Flags:
    """Flag cells where the largest contributor holds more than so many percent."""
    return _none(largest) if percent is None else dominated(largest, weight, 1, percent)


def dominated(largest: Integers, weight: Integers, contributors: int, percent: int) -> Flags:
    """Flag cells where the ``contributors`` largest hold together more than so many percent.

    ``largest`` has a column for each contributor that is known, in descending order. Further ones are taken to be as
    large as they may be: no larger than the last that is known, nor than what is left.
    """
    known = largest[:, :contributors]
    together, last = known.sum(axis=1), known[:, -1]
    for _ in range(contributors - known.shape[1]):
        last = np.minimum(last, weight - together)
        together = together + last
    flags: Flags = _scaled(together, _PERCENT) > _scaled(weight, percent)
    return flags


def estimable(largest: Integers, weight: Integers, percent: int | None) -> Flags:
    """Flag cells where the second largest contributor can estimate the largest to within so many percent.

    A cell to which nobody contributes anything is not one of them.
    """
    if percent is None:
        return _none(largest)
    first, second = largest[:, 0], largest[:, 1]
    rest = weight - first - second
    flags: Flags = _scaled(rest, _PERCENT) < _scaled(first, percent)
    return flags


def _any(found: Sum, rule: Callable[[Integers], Flags]) -> Flags:
    flags = [rule(largest) for largest in found.largest.values()]
    return np.logical_or.reduce(flags) if flags else np.zeros(found.total.shape, dtype=bool)


def _none(largest: Integers) -> Flags:
    return np.zeros(largest.shape[0], dtype=bool)


def _scaled(values: Integers, factor: int) -> Integers:
    """Multiply without overflow: amounts near the end of 64 bits become whole numbers without a bound."""
    if values.size and int(np.abs(values).max()) > np.iinfo(np.int64).max // _PERCENT:
        return values.astype(object) * factor
    return values * factor
