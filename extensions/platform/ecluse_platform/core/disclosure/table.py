"""A table that may be looked at: every value shown obeys the rules, every other one is absent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ecluse_platform.core.disclosure.query import Kind, Measure, Unit
from ecluse_platform.core.policy.disclosure import DisclosureProfile, Method, Zeros
from ecluse_platform.core.text import Text

# An exact number as people read it: no exponent, no sign of plus, no leading zeros.
DecimalText = Annotated[str, Field(pattern=r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$")]

# A percentage splits a count in two, and so does a quantile.
_PARTS = 2
# Digits of a number that is written: of sums of 128 bits, and of noise at an epsilon next to 0.
_DIGITS = 100
_HIDDEN = Text(fr="cellule masquée", en="hidden cell")


class Rule(StrEnum):
    """A rule that can hide a cell; HIDDEN stands for all of them where the rule itself must not be told."""

    THRESHOLD_PERSONS = "threshold_persons"
    THRESHOLD_ROWS = "threshold_rows"
    THRESHOLD_PROFESSIONALS = "threshold_professionals"
    THRESHOLD_ESTABLISHMENTS = "threshold_establishments"
    COMPLEMENT = "complement"
    DIFFERENCE = "difference"
    LARGEST_SHARE = "largest_share"
    DOMINANCE = "dominance"
    P_PERCENT = "p_percent"
    UNANIMOUS = "unanimous"
    ZERO = "zero"
    QUANTILE_TAIL = "quantile_tail"
    HISTORY = "history"
    SECONDARY = "secondary"
    HIDDEN = "hidden"


class Role(StrEnum):
    """Whether a cell is hidden for itself, or so that another one cannot be computed from it."""

    PRIMARY = "primary"
    SECONDARY = "secondary"


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Interval(_Value):
    """What an outsider who knows everything published can say of a hidden number; no ``high`` means no bound."""

    quantity: Annotated[str, Field(description="The count or sum that it bounds.")]
    low: DecimalText
    high: DecimalText | None


class Finding(_Value):
    """Why a cell is hidden; data stewards see it, the released file does not."""

    rule: Annotated[Rule, Field(strict=False, description="The rule that hides the cell.")]
    role: Annotated[Role, Field(strict=False, description="Hidden for itself, or to protect another.")] = Role.PRIMARY
    wording: Annotated[Text, Field(description="The rule in words, without the count that broke it.")]
    intervals: Annotated[tuple[Interval, ...], Field(description="What an outsider can say of it.")] = ()

    @model_validator(mode="after")
    def _role_fits_rule(self) -> Self:
        if (self.rule is Rule.SECONDARY) != (self.role is Role.SECONDARY):
            raise ValueError("a cell is secondary by the secondary rule, and by no other")
        return self


class Row(_Value):
    """One cell: its labels, and its measures or the reason why they are hidden.

    ``totals[d]`` says that the cell is the total of dimension ``d``; its label there is None. ``reveals`` lists, for
    each measure shown, the numbers of units that its value tells: a count itself; the two parts of a percentage or a
    rate; the persons behind a sum, a mean or each part of a ratio; the persons on each side of a quantile.
    """

    labels: tuple[str | None, ...]
    totals: tuple[bool, ...]
    values: tuple[int | DecimalText | None, ...]
    reveals: tuple[tuple[Annotated[int, Field(ge=0)], ...], ...]
    finding: Finding | None

    @model_validator(mode="after")
    def _hides_all_or_nothing(self) -> Self:
        shown = [value is not None for value in self.values]
        if self.finding is None and not all(shown):
            raise ValueError("a value is missing but no rule hides it")
        if self.finding is not None and (any(shown) or self.reveals):
            raise ValueError("a hidden row holds a value")
        if self.finding is None and len(self.reveals) != len(self.values):
            raise ValueError("a shown value does not say what it reveals")
        return self

    @model_validator(mode="after")
    def _totals_have_no_label(self) -> Self:
        if len(self.totals) != len(self.labels):
            raise ValueError("a row does not say which of its labels are totals")
        if any(total and label is not None for total, label in zip(self.totals, self.labels, strict=True)):
            raise ValueError("a total has a label of its own")
        return self


class Obeyed(_Value):
    """The rules of a profile that a table carries with it, and that every one of its rows is held against."""

    threshold_persons: Annotated[int, Field(ge=2)]
    threshold_rows: Annotated[int, Field(ge=2)]
    threshold_professionals: Annotated[int, Field(ge=2)] | None
    threshold_establishments: Annotated[int, Field(ge=2)] | None
    quantile_tail: Annotated[int, Field(ge=2)]
    zeros: Annotated[Zeros, Field(strict=False)]
    method: Annotated[Method, Field(strict=False)]
    rounding_base: Annotated[int, Field(ge=3)] | None
    total_label: Annotated[str, Field(min_length=1)]

    @classmethod
    def of(cls, profile: DisclosureProfile) -> Obeyed:
        """Take what a table carries out of a profile."""
        return cls(
            threshold_persons=profile.threshold_persons,
            threshold_rows=profile.threshold_rows,
            threshold_professionals=profile.threshold_professionals,
            threshold_establishments=profile.threshold_establishments,
            quantile_tail=profile.quantile_tail,
            zeros=profile.zeros,
            method=profile.method,
            rounding_base=profile.rounding_base,
            total_label=profile.total_label,
        )

    def least(self, unit: Unit) -> int:
        """Return the smallest count of a unit that may be shown; 1 where the profile has no threshold for it."""
        found = {
            Unit.PERSONS: self.threshold_persons,
            Unit.ROWS: self.threshold_rows,
            Unit.PROFESSIONALS: self.threshold_professionals,
            Unit.ESTABLISHMENTS: self.threshold_establishments,
        }[unit]
        return 1 if found is None else found


class Summary(_Value):
    """A protected table in a few numbers, and what would keep more of it; for stewards and authors.

    ``ends`` counts the ends of intervals that had to be proved: ``certificates`` of them by an integer certificate
    (``whole`` of these by a table of whole numbers), ``attacked`` by the attacker, who found them wide enough.
    """

    primary: Annotated[int, Field(ge=0)]
    secondary: Annotated[int, Field(ge=0)]
    kept_percent: DecimalText | None
    ends: Annotated[int, Field(ge=0)] = 0
    certificates: Annotated[int, Field(ge=0)] = 0
    whole: Annotated[int, Field(ge=0)] = 0
    attacked: Annotated[int, Field(ge=0)] = 0
    proposals: tuple[Text, ...] = ()


class ProtectedTable(_Value):
    """The only form in which a result leaves the computing process.

    It carries the rules that it obeys and cannot be built, nor read back from JSON, when a value breaks them.
    """

    dimensions: tuple[str, ...]
    measures: Annotated[tuple[Measure, ...], Field(min_length=1)]
    rows: tuple[Row, ...]
    obeys: Obeyed
    summary: Summary

    @property
    def columns(self) -> tuple[str, ...]:
        """Name the columns of the released file, dimensions first."""
        return (*self.dimensions, *(measure.name for measure in self.measures))

    @property
    def hidden(self) -> int:
        """Count the rows that are hidden."""
        return sum(row.finding is not None for row in self.rows)

    @property
    def published(self) -> int:
        """Count the rows that are shown."""
        return len(self.rows) - self.hidden

    @property
    def threshold_persons(self) -> int:
        """Return the least number of persons that a shown cell has."""
        return self.obeys.threshold_persons

    @property
    def threshold_rows(self) -> int:
        """Return the least number of rows that a shown cell has."""
        return self.obeys.threshold_rows

    def fits(self, profile: DisclosureProfile) -> bool:
        """Say whether the rules that the table obeys are those of a profile: older or weaker ones do not pass."""
        return self.obeys == Obeyed.of(profile)

    def hiding(self, positions: Collection[int], rule: Rule, wording: Text) -> ProtectedTable:
        """Return the table with further rows hidden; rows that are hidden already keep their finding."""
        role = Role.SECONDARY if rule is Rule.SECONDARY else Role.PRIMARY
        finding = Finding(rule=rule, role=role, wording=wording)
        rows = [
            _hidden(row, finding) if position in positions and row.finding is None else row
            for position, row in enumerate(self.rows)
        ]
        return self._with(rows)

    def for_researchers(self) -> ProtectedTable:
        """Return the table without what only stewards see: every hidden row looks the same."""
        finding = Finding(rule=Rule.HIDDEN, wording=_HIDDEN)
        return self._with([row if row.finding is None else _hidden(row, finding) for row in self.rows])

    def _with(self, rows: list[Row]) -> ProtectedTable:
        roles = Counter(row.finding.role for row in rows if row.finding is not None)
        counted = {"primary": roles[Role.PRIMARY], "secondary": roles[Role.SECONDARY]}
        # Through the validators again: a copy that skips them could hold anything.
        summary = Summary(**{**dict(self.summary), **counted})
        return ProtectedTable(**{**dict(self), "rows": tuple(rows), "summary": summary})

    @model_validator(mode="after")
    def _rows_fit_the_columns(self) -> Self:
        for row in self.rows:
            if len(row.labels) != len(self.dimensions) or len(row.values) != len(self.measures):
                raise ValueError("a row does not have the columns of its table")
            if self.obeys.total_label in row.labels:
                raise ValueError("a label reads like a total")
        if len({(row.labels, row.totals) for row in self.rows}) != len(self.rows):
            raise ValueError("two rows have the same labels")
        return self

    @model_validator(mode="after")
    def _shows_nothing_that_breaks_a_rule(self) -> Self:
        for row in self.rows:
            if row.finding is None:
                for value, reveals, measure in zip(row.values, row.reveals, self.measures, strict=True):
                    _check_value(value, reveals, measure, self.obeys, zeros_told=self._tells_zeros)
        return self

    @property
    def _tells_zeros(self) -> bool:
        # A single number that is nothing looks like a small one.
        return self.obeys.zeros is Zeros.SHOWN and bool(self.dimensions)

    @model_validator(mode="after")
    def _summary_counts_its_rows(self) -> Self:
        roles = Counter(row.finding.role for row in self.rows if row.finding is not None)
        if (roles[Role.PRIMARY], roles[Role.SECONDARY]) != (self.summary.primary, self.summary.secondary):
            raise ValueError("the summary does not count the hidden rows")
        return self


def _hidden(row: Row, finding: Finding) -> Row:
    nothing = (None,) * len(row.values)
    return Row(labels=row.labels, totals=row.totals, values=nothing, reveals=(), finding=finding)


def _check_value(
    value: int | str | None, reveals: tuple[int, ...], measure: Measure, obeys: Obeyed, *, zeros_told: bool
) -> None:
    if obeys.method is not Method.SUPPRESSION:
        _check_rounded(value, measure, obeys)
        return
    least = obeys.quantile_tail if measure.kind is Kind.QUANTILE else obeys.least(measure.unit)
    zero_allowed = zeros_told or (measure.shows_a_part and obeys.zeros is Zeros.SHOWN)
    if not reveals or any(count < least and not (count == 0 and zero_allowed) for count in reveals):
        raise ValueError("a value under its threshold is shown")
    if measure.kind is Kind.COUNT and reveals != (value,):
        raise ValueError("a count reveals itself")
    if measure.kind is Kind.QUANTILE and len(reveals) != _PARTS:
        raise ValueError("a quantile reveals the persons on both sides")
    if measure.has_complement and value != share(reveals, measure):
        raise ValueError("a percentage or rate is not that of its two parts")


def _check_rounded(value: int | str | None, measure: Measure, obeys: Obeyed) -> None:
    if measure.kind is not Kind.COUNT or not isinstance(value, int) or obeys.rounding_base is None:
        raise ValueError("only counts can be rounded")
    base = obeys.rounding_base
    # A middle is counted from the top of its class, as the rounding does.
    offset = base - base // 2 if obeys.method is Method.MIDPOINT_ROUNDING else 0
    if value < 0 or (value != 0 and value % base != offset):
        raise ValueError("a count is not rounded to its base")


def share(parts: tuple[int, ...], measure: Measure) -> str:
    """Write the percentage or rate of the first of two parts, rounded half to even."""
    if len(parts) != _PARTS or sum(parts) == 0:
        raise ValueError("a percentage or rate reveals two parts")
    per = 100 if measure.kind is Kind.PERCENTAGE else measure.per
    return rounded(Decimal(per * parts[0]) / Decimal(sum(parts)), measure.decimals)


def rounded(number: Decimal, decimals: int) -> str:
    """Write a number with so many digits after the point, rounded half to even; never minus zero, never an exponent."""
    with localcontext(prec=_DIGITS):
        exact = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)
    return f"{exact:f}" if exact else f"{abs(exact):f}"
