"""Noise from OpenDP's core: discrete Laplace and discrete Gaussian on whole numbers, drawn by its own sampler.

OpenDP itself says what each draw costs; a draw that would cost more than its share is not made.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from opendp.domains import atom_domain, map_domain, vector_domain
from opendp.measurements import make_gaussian, make_gaussian_threshold, make_laplace, make_laplace_threshold
from opendp.metrics import absolute_distance, l01inf_distance, l02inf_distance, l1_distance, l2_distance
from opendp.mod import Measurement, enable_features

from ecluse_platform.core.privacy.calibrate import Draw
from ecluse_platform.core.privacy.loss import Accounting

enable_features("contrib")
_LARGEST_THRESHOLD = 2**62


class TooDear(Exception):
    """A draw would cost more than its share of the loss."""


def noised(values: Sequence[int], draw: Draw) -> list[int]:
    """Return the values with noise."""
    measurement = measurement_of(draw)
    if not Fraction(loss_of(measurement, draw.distance)) <= draw.amount:
        raise TooDear
    return [int(value) for value in measurement(list(values))]


def measurement_of(draw: Draw) -> Measurement:
    """Return OpenDP's measurement of a vector of whole numbers."""
    domain = vector_domain(atom_domain(T="i64"))
    if draw.accounting is Accounting.PURE:
        return make_laplace(domain, l1_distance(T="i64"), scale=draw.scale)
    return make_gaussian(domain, l2_distance(T="f64"), scale=draw.scale)


def loss_of(measurement: Any, distance: object) -> Any:
    """Return what OpenDP says that a measurement costs: epsilon or rho, and delta where there is a threshold."""
    return measurement.map(distance)


def noised_above(counts: Mapping[str, int], draw: Draw, delta: Decimal) -> dict[str, int]:
    """Return the noised counts that exceed the smallest threshold that delta pays for; the others are not even named.

    The chance that a key of one person alone is told is at most ``delta``. OpenDP 0.16 tells a noised count that equals
    its threshold, yet prices only those above, which can cost three times its delta: such a count is dropped here.
    """
    threshold = threshold_of(draw, delta)
    measurement = _threshold(draw, threshold)
    amount, chance = loss_of(measurement, _distances(draw))
    if not (Fraction(amount) <= draw.amount and Fraction(chance) <= Fraction(delta)):
        raise TooDear
    return {str(key): int(value) for key, value in measurement(dict(counts)).items() if value > threshold}


def threshold_of(draw: Draw, delta: Decimal) -> int:
    """Return the smallest threshold of counts by unknown keys that delta pays for."""
    low, high = draw.largest, _LARGEST_THRESHOLD
    if not _pays(draw, high, delta):
        raise TooDear
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _pays(draw, middle, delta) else (middle + 1, high)
    return low


def _pays(draw: Draw, threshold: int, delta: Decimal) -> bool:
    return Fraction(loss_of(_threshold(draw, threshold), _distances(draw))[1]) <= Fraction(delta)


def _threshold(draw: Draw, threshold: int) -> Measurement:
    domain = map_domain(atom_domain(T=str), atom_domain(T="i64"))
    if draw.accounting is Accounting.PURE:
        metric = l01inf_distance(absolute_distance(T="i64"))
        return make_laplace_threshold(domain, metric, scale=draw.scale, threshold=threshold)
    metric = l02inf_distance(absolute_distance(T="f64"))
    return make_gaussian_threshold(domain, metric, scale=draw.scale, threshold=threshold)


def _distances(draw: Draw) -> tuple[int, float, float]:
    """Return in how many keys one person is, how much all of them change together, and how much one."""
    if draw.accounting is Accounting.PURE:
        return draw.cells, draw.cells * draw.largest, draw.largest
    return draw.cells, draw.distance, math.nextafter(float(draw.largest), math.inf)
