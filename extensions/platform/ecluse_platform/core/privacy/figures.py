"""From noised numbers to the figures of one cell: quotients, quantiles, intervals, and what stays hidden.

All of it is post-processing: it reads noised numbers and public ones, so that it costs nothing. An interval holds the
true figure of the bounded contributions with the confidence of the profile, or more where several draws meet in it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import NormalDist

from ecluse_platform.core.disclosure.table import rounded
from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.policy.privacy import PrivacyProfile
from ecluse_platform.core.privacy.answer import Figure
from ecluse_platform.core.privacy.calibrate import Draw, draws
from ecluse_platform.core.privacy.loss import Accounting
from ecluse_platform.core.privacy.precision import deviation, half_width, miss_of
from ecluse_platform.core.privacy.query import Combine, Output, OutputKind, PrivateQuery

Noised = Mapping[str, int]


@dataclass(frozen=True)
class _Range:
    """A number that lies somewhere between two ends."""

    low: Fraction
    high: Fraction

    def over(self, other: _Range) -> _Range:
        """Return the range of the quotient by a range above 0."""
        ends = [one / two for one in (self.low, self.high) for two in (other.low, other.high)]
        return _Range(min(ends), max(ends))

    def squared(self) -> _Range:
        """Return the range of the square."""
        ends = (self.low * self.low, self.high * self.high)
        return _Range(Fraction(0) if self.low <= 0 <= self.high else min(ends), max(ends))


class Figures:
    """Turns the noised numbers of a cell into figures."""

    def __init__(self, query: PrivateQuery, profile: PrivacyProfile, disclosure: DisclosureProfile) -> None:
        """Take the question and the two profiles that its answer obeys."""
        self._query = query
        self._profile = profile
        self._disclosure = disclosure
        self._miss = miss_of(profile)
        self._vectors = {vector.name: vector for vector in query.vectors}
        self._draws = {name: draw for draw in draws(query) for name in draw.vectors}
        self._halves: dict[tuple[str, int], int] = {}

    def least(self, name: str) -> int:
        """Return the smallest noised value of a vector that may be told; distinct values are held to that of rows."""
        persons, rows = self._disclosure.threshold_persons, self._disclosure.threshold_rows
        if self._vectors[name].combine in {Combine.ANY, Combine.NONE}:
            return persons
        # Where a person has one row, rows are persons too; and each distinct value has a row of its own.
        return max(persons, rows) if self._query.rows == 1 else rows

    def of(self, output: Output, noised: Noised) -> tuple[Figure | None, ...]:
        """Return the figures of one output in one cell, one for each of its columns; None what is small."""
        if output.kind is OutputKind.HISTOGRAM:
            return tuple(self._count(name, noised) for name in output.of)
        return (self._one(output, noised),)

    def clipped(self, noised: int, draw: Draw) -> Figure:
        """Return of how many persons something was left out; a small number is only told to be small."""
        half, least = half_width(draw, self._miss), self._disclosure.threshold_persons
        if noised < least:
            return Figure(value="0", low="0", high=str(max(noised + half, least)))
        return Figure(value=str(noised), low=str(max(noised - half, 0)), high=str(noised + half))

    def _one(self, output: Output, noised: Noised) -> Figure | None:
        match output.kind:
            case OutputKind.SUM:
                found: Figure | None = self._number(output.of[0], noised, output.decimals)
            case OutputKind.MEAN:
                found = self._mean(output, noised)
            case OutputKind.DEVIATION:
                found = self._deviation(output, noised)
            case OutputKind.PROPORTION:
                found = self._proportion(output, noised)
            case OutputKind.QUANTILE:
                found = self._quantile(output, noised)
            case _:
                found = self._count(output.of[0], noised)
        return found

    def _count(self, name: str, noised: Noised) -> Figure | None:
        return None if self._few(name, noised) else self._number(name, noised, 0)

    def _number(self, name: str, noised: Noised, decimals: int) -> Figure:
        half, scale = self._half(name, 1), self._vectors[name].scale
        ends = (noised[name] - half, noised[name], noised[name] + half)
        if self._profile.nonnegative and self._vectors[name].least >= 0:
            ends = (max(ends[0], 0), max(ends[1], 0), max(ends[2], 0))
        low, value, high = (rounded(Decimal(end).scaleb(-scale), decimals) for end in ends)
        return Figure(value=value, low=low, high=high)

    def _mean(self, output: Output, noised: Noised) -> Figure | None:
        off, values = output.of
        if self._few(values, noised):
            return None
        middle, bounds = Fraction(output.middle or 0), _bounds(output)
        scale = 10 ** self._vectors[off].scale
        value = middle + Fraction(noised[off], scale * max(noised[values], 1))
        found = self._quotient(off, values, noised, 2)
        whole = None if found is None else _Range(middle + found.low / scale, middle + found.high / scale)
        return _figure(value, whole, bounds, output.decimals)

    def _deviation(self, output: Output, noised: Noised) -> Figure | None:
        off, values, squares = output.of
        if self._few(values, noised):
            return None
        bounds = _bounds(output)
        bounds = _Range(Fraction(0), (bounds.high - bounds.low) / 2)
        many = max(noised[values], 2)
        scales = [10 ** self._vectors[name].scale for name in (off, squares)]
        mean, square = Fraction(noised[off], scales[0] * many), Fraction(noised[squares], scales[1] * many)
        sample = Fraction(many, many - 1)
        value = _root(max(square - mean * mean, Fraction(0)) * sample)
        one, two = (self._quotient(name, values, noised, 3) for name in (off, squares))
        whole = None
        if one is not None and two is not None:
            around = _Range(one.low / scales[0], one.high / scales[0]).squared()
            low, high = two.low / scales[1] - around.high, two.high / scales[1] - around.low
            whole = _Range(*(_root(max(end, Fraction(0)) * sample) for end in (low, high)))
        return _figure(value, whole, bounds, output.decimals)

    def _proportion(self, output: Output, noised: Noised) -> Figure | None:
        if any(self._few(name, noised) for name in output.of):
            return None
        having, without = (self._around(name, noised, 2) for name in output.of)
        value = Fraction(noised[output.of[0]], sum(noised[name] for name in output.of))
        low = having.low / (having.low + without.high)
        high = having.high / (having.high + without.low)
        return _figure(value, _Range(low, high), _Range(Fraction(0), Fraction(1)), output.decimals)

    def _quantile(self, output: Output, noised: Noised) -> Figure | None:
        """Invert the noised distribution; the interval are the bins that the true quantile may be in."""
        bins, fraction = [noised[name] for name in output.of], Fraction(output.fraction or 0)
        total = sum(bins)
        if total < self.least(output.of[0]):
            return None
        edges = [Fraction(edge) for edge in output.edges]
        below = [Fraction(sum(bins[: place + 1])) - fraction * total for place in range(len(bins))]
        at = next((place for place, over in enumerate(below) if over >= 0), len(bins) - 1)
        before = below[at - 1] if at else -fraction * total
        inside = Fraction(0) if bins[at] <= 0 else min(max(-before / bins[at], Fraction(0)), Fraction(1))
        value = edges[at] + inside * (edges[at + 1] - edges[at])
        slack = [self._slack(output, fraction, place) for place in range(len(bins))]
        held = [
            place
            for place in range(len(bins))
            if below[place] >= -slack[place] and (place == 0 or below[place - 1] <= slack[place - 1])
        ]
        first, last = min([*held, at]), max([*held, at])
        return _figure(value, _Range(edges[first], edges[last + 1]), _bounds(output), output.decimals)

    def _slack(self, output: Output, fraction: Fraction, place: int) -> Fraction:
        """Return how far noise takes the share of values up to a bin from a fraction, with half the chance to miss."""
        draw, under, over = self._draws[output.of[0]], place + 1, len(output.of) - place - 1
        spread = deviation(draw) * math.sqrt((1 - fraction) ** 2 * under + fraction**2 * over)
        chance = float(self._miss) / 2
        # The sum of a few Laplace draws has heavier tails than a Gaussian; none is heavier than one Laplace draw.
        heavy = math.log(1 / (2 * chance)) / math.sqrt(2)
        usual = NormalDist().inv_cdf(1 - chance)
        return Fraction(spread * (max(heavy, usual) if draw.accounting is Accounting.PURE else usual))

    def _few(self, name: str, noised: Noised) -> bool:
        return noised[name] < self.least(name)

    def _around(self, name: str, noised: Noised, meeting: int) -> _Range:
        """Return where a number that counts something is, so that so many together miss as often as one."""
        half = self._half(name, meeting)
        ends = (noised[name] - half, noised[name] + half)
        if self._vectors[name].least >= 0:
            ends = (max(ends[0], 0), max(ends[1], 0))
        return _Range(Fraction(ends[0]), Fraction(ends[1]))

    def _quotient(self, above: str, below: str, noised: Noised, meeting: int) -> _Range | None:
        under = self._around(below, noised, meeting)
        return None if under.low <= 0 else self._around(above, noised, meeting).over(under)

    def _half(self, name: str, meeting: int) -> int:
        if (name, meeting) not in self._halves:
            self._halves[name, meeting] = half_width(self._draws[name], self._miss / meeting)
        return self._halves[name, meeting]


def columns_of(output: Output) -> tuple[str, ...]:
    """Name the columns of an output: one, but for a histogram, which has one for each bin between two edges."""
    if output.kind is not OutputKind.HISTOGRAM:
        return (output.name,)
    return tuple(f"{output.name}_{low:f}_{high:f}" for low, high in zip(output.edges, output.edges[1:], strict=False))


def _bounds(output: Output) -> _Range:
    if output.low is None or output.high is None:
        raise ValueError("a quotient or quantile has public bounds")
    return _Range(Fraction(output.low), Fraction(output.high))


def _figure(value: Fraction, found: _Range | None, bounds: _Range, decimals: int) -> Figure:
    """Write a figure within public bounds; where nothing is known of it, the interval is all of them."""
    around = bounds if found is None else found
    low, value, high = (min(max(end, bounds.low), bounds.high) for end in (around.low, value, around.high))
    ends = (min(low, value), value, max(high, value))
    written = [rounded(Decimal(end.numerator) / Decimal(end.denominator), decimals) for end in ends]
    return Figure(value=written[1], low=written[0], high=written[2])


def _root(number: Fraction) -> Fraction:
    return Fraction((Decimal(number.numerator) / Decimal(number.denominator)).sqrt())
