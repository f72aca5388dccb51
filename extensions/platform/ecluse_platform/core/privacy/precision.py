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
from ecluse_platform.core.privacy.query import Output, OutputKind, PrivateQuery

# Figures that are one noised number each; the others are quotients, whose intervals depend on what is in the cell.
PLAIN = frozenset({OutputKind.PERSONS, OutputKind.ROWS, OutputKind.DISTINCT, OutputKind.SUM, OutputKind.HISTOGRAM})
# Those whose interval follows from how many are in the cell.
OF_A_SIZE = frozenset({OutputKind.MEAN, OutputKind.PROPORTION})
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


def half_width_in(query: PrivateQuery, profile: PrivacyProfile, name: str, many: Decimal | None) -> Decimal | None:
    """Return the half-width of an output in a cell of so many values, or persons; None where it is not known.

    A number that people know in public stands for the data: of a mean, the widest interval of any values is told.
    """
    output = next(output for output in query.outputs if output.name == name)
    if output.kind not in OF_A_SIZE or many is None:
        return half_widths(query, profile)[name]
    by_vector = {one: draw for draw in draws(query) for one in draw.vectors}
    # Two draws meet in a quotient: each may miss half as often.
    one, other = (half_width(by_vector[of], miss_of(profile) / 2) for of in output.of)
    size = Fraction(many)
    if output.kind is OutputKind.PROPORTION:
        return _up(min(Fraction(max(one, other)) / size, Fraction(1)), output)
    scale = 10 ** next(vector.scale for vector in query.vectors if vector.name == output.of[0])
    low, high, middle = (Fraction(end or 0) for end in (output.low, output.high, output.middle))
    if size <= other:
        return _up(high - low, output)
    wide = (Fraction(one, scale) + max(high - middle, middle - low) * other) / (size - other)
    return _up(min(wide, high - low), output)


def _up(number: Fraction, output: Output) -> Decimal:
    return Decimal(math.ceil(number * 10**output.decimals)).scaleb(-output.decimals)


def epsilon_for(
    query: PrivateQuery, profile: PrivacyProfile, output: str, within: Decimal, many: Decimal | None = None
) -> Decimal | None:
    """Return the epsilon, to three digits, at which an output of the query is known to ± ``within``.

    ``many``: the public size of a cell, of which a mean or proportion is. None where no epsilon that the policy allows
    is enough, or where the interval depends on the cell.
    """
    most = Decimal(profile.largest_epsilon)

    def enough(epsilon: Decimal) -> bool:
        found = half_width_in(query.model_copy(update={"epsilon": epsilon}), profile, output, many)
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
