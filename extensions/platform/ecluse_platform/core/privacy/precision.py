"""How far noise takes a number, before anything is asked: half-widths, and the epsilon that a half-width needs.

All of it follows from the question and the policy alone; no data is looked at, so that it costs nothing.
"""

from __future__ import annotations

import math
from decimal import ROUND_UP, Decimal
from fractions import Fraction
from statistics import NormalDist

from ecluse_platform.core.policy.privacy import PrivacyProfile
from ecluse_platform.core.privacy.calibrate import Draw, draws
from ecluse_platform.core.privacy.loss import Accounting
from ecluse_platform.core.privacy.query import OutputKind, PrivateQuery

# Figures that are one noised number each; the others are quotients, whose intervals depend on what is in the cell.
PLAIN = frozenset({OutputKind.PERSONS, OutputKind.ROWS, OutputKind.DISTINCT, OutputKind.SUM, OutputKind.HISTOGRAM})
# Those that count persons, rows or values: none of them is shown below its threshold.
COUNTS = PLAIN - {OutputKind.SUM}
# Beyond it, a discrete Gaussian is a continuous one to more digits than matter.
_SMALL_SIGMA = 30.0
_TAILS = 12
_DIGITS = 3
_HALVINGS = 60
_SMALLEST_EPSILON = Decimal("0.000001")


def half_width(draw: Draw, miss: Fraction) -> int:
    """Return the smallest whole number that the noise exceeds, either way, with at most a chance of ``miss``."""
    if draw.accounting is Accounting.PURE:
        # P(|X| > h) = 2 q^(h + 1) / (1 + q) with q = exp(-1 / scale).
        within = math.log(2 / (float(miss) * (1 + math.exp(-1 / draw.scale)))) * draw.scale
        return max(math.ceil(within) - 1, 0)
    if draw.scale > _SMALL_SIGMA:
        return math.ceil(NormalDist().inv_cdf(1 - float(miss) / 2) * draw.scale - 0.5)
    weights = [
        math.exp(-(k * k) / (2 * draw.scale * draw.scale)) for k in range(math.ceil(_TAILS * draw.scale) + _TAILS)
    ]
    whole, inside, h = 2 * sum(weights) - weights[0], weights[0], 0
    while inside < (1 - float(miss)) * whole:
        h += 1
        inside += 2 * weights[h]
    return h


def deviation(draw: Draw) -> float:
    """Return the standard deviation of the noise."""
    if draw.accounting is Accounting.PURE:
        q = math.exp(-1 / draw.scale)
        return math.sqrt(2 * q) / -math.expm1(-1 / draw.scale)
    return draw.scale


def miss_of(profile: PrivacyProfile) -> Fraction:
    """Return the chance with which an interval may miss."""
    return 1 - Fraction(profile.confidence_percent, 100)


def half_widths(query: PrivateQuery, profile: PrivacyProfile) -> dict[str, Decimal | None]:
    """Return, by output, the half-width of its interval in every cell; None where it depends on the cell."""
    by_vector = {name: draw for draw in draws(query) for name in draw.vectors}
    scales = {vector.name: vector.scale for vector in query.vectors}
    return {
        output.name: Decimal(half_width(by_vector[output.of[0]], miss_of(profile))).scaleb(-scales[output.of[0]])
        if output.kind in PLAIN
        else None
        for output in query.outputs
    }


def clipped_half_width(query: PrivateQuery, profile: PrivacyProfile) -> int | None:
    """Return the half-width of the number of persons of whom something is left out; None where nothing can be."""
    found = [half_width(draw, miss_of(profile)) for draw in draws(query) if not draw.vectors]
    return found[0] if found else None


def epsilon_for(query: PrivateQuery, profile: PrivacyProfile, output: str, within: Decimal) -> Decimal | None:
    """Return the epsilon, to three digits, at which an output of the query is known to ± ``within``.

    None where no epsilon that the policy allows is enough, or where the interval depends on the cell.
    """
    most = Decimal(profile.largest_epsilon)

    def enough(epsilon: Decimal) -> bool:
        found = half_widths(query.model_copy(update={"epsilon": epsilon}), profile)[output]
        return found is not None and found <= within

    if not enough(most):
        return None
    low, high = _SMALLEST_EPSILON, most
    for _ in range(_HALVINGS):
        if high <= low or _rounded_up(low) >= high:
            break
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return min(_rounded_up(high), most)


def _rounded_up(epsilon: Decimal) -> Decimal:
    return epsilon.quantize(Decimal(1).scaleb(epsilon.adjusted() - _DIGITS + 1), rounding=ROUND_UP).normalize()
