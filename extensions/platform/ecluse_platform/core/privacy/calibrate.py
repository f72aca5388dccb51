"""How much noise each measurement gets, from exact arithmetic: what the noise costs never exceeds its share.

A measurement changes by at most ``Vector.largest`` in at most ``cells`` cells when one person is added or taken away.
Pure privacy adds discrete Laplace noise of scale L1 / epsilon, zCDP discrete Gaussian noise of variance L2² / (2 rho).
Scales are rounded up a little further than the last digit of a float, so that OpenDP, which rounds losses up, agrees.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ecluse_platform.core.privacy.loss import Accounting, loss_of
from ecluse_platform.core.privacy.query import Combine, Measurement, PrivateQuery, Vector

# Far more than the roundings of OpenDP's own arithmetic, and far less than anybody could notice.
_ROOM = 1 - Fraction(1, 2**45)


@dataclass(frozen=True)
class Draw:
    """One draw of noise: over which vectors, how much, and what it costs at most.

    ``largest`` bounds what one person changes in one cell, ``cells`` in how many; no vector means the count of persons
    of whom something was left out. Vectors of one draw are disjoint: together they change by what one of them can.
    """

    vectors: tuple[str, ...]
    accounting: Accounting
    largest: int
    cells: int
    amount: Fraction
    scale: float

    @property
    def distance(self) -> float:
        """Return what one person changes, as OpenDP is told: a whole L1 distance, or an L2 distance rounded up."""
        if self.accounting is Accounting.PURE:
            return self.cells * self.largest
        return root_above(self.cells * self.largest**2)


def draws(query: PrivateQuery) -> tuple[Draw, ...]:
    """Return the noise of every measurement; their amounts add up to the loss of the query, and to no more."""
    vectors = {vector.name: vector for vector in query.vectors}
    loss = loss_of(query.accounting, Fraction(query.epsilon)).amount
    apart = loss * Fraction(query.clipped_percent, 100)
    whole, parts = loss - apart, sum(measurement.share for measurement in query.measurements)
    found = [
        draw
        for measurement in query.measurements
        for draw in _draws(query, measurement, vectors, whole * measurement.share / parts)
    ]
    if query.clipped:
        found.append(_draw(query.accounting, (), 1, 1, apart))
    _check_counted(query, found)
    return tuple(found)


def _draws(query: PrivateQuery, measurement: Measurement, vectors: dict[str, Vector], amount: Fraction) -> list[Draw]:
    """Split what is measured together into draws of the same noise, each with its part of the loss."""
    largest = [vectors[name].largest(query.rows) for name in measurement.vectors]
    if measurement.disjoint:
        return [_draw(query.accounting, measurement.vectors, max(largest), query.cells, amount)]
    weights = [one if query.accounting is Accounting.PURE else one * one for one in largest]
    return [
        _draw(query.accounting, (name,), one, query.cells, amount * weight / sum(weights))
        for name, one, weight in zip(measurement.vectors, largest, weights, strict=True)
    ]


def _draw(accounting: Accounting, vectors: tuple[str, ...], largest: int, cells: int, amount: Fraction) -> Draw:
    share = amount * _ROOM
    if accounting is Accounting.PURE:
        scale = float_above(cells * largest / share)
    else:
        distance = Fraction(root_above(cells * largest**2))
        scale = root_above(distance * distance / (2 * share))
    return Draw(vectors, accounting, largest, cells, amount, scale)


def _check_counted(query: PrivateQuery, found: list[Draw]) -> None:
    """Refuse what the mechanism for unknown keys cannot answer: they are found by a vector measured by itself."""
    if all(dimension.keys is not None for dimension in query.dimensions):
        return
    counted = next(vector for vector in query.vectors if vector.name == query.counted)
    alone = any(draw.vectors == (query.counted,) for draw in found)
    if not alone or counted.combine is Combine.DISTINCT or counted.least < 0 or not query.delta > 0:
        raise ValueError("unknown keys need a delta, and persons or rows that are counted by themselves")


def float_above(number: Fraction) -> float:
    """Return the smallest binary number that is not below an exact one."""
    near = float(number)
    return near if Fraction(near) >= number else math.nextafter(near, math.inf)


def root_above(number: Fraction | int) -> float:
    """Return a binary number that is not below the square root of an exact one, and hardly above."""
    root = math.sqrt(number)
    while Fraction(root) ** 2 < number:
        root = math.nextafter(root, math.inf)
    return root


def exact(number: Fraction) -> Decimal:
    """Return a fraction of a finite decimal as that decimal, every digit of it."""
    twos = fives = 0
    rest = number.denominator
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        raise ValueError("this fraction has no finite decimal")
    digits = max(twos, fives)
    return Decimal(number.numerator * 10**digits // number.denominator).scaleb(-digits)
