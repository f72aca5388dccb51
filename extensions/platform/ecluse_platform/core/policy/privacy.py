"""A privacy profile: the budget of a project, and the most that one answer may take of it."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Self

from pydantic import Field, model_validator

from ecluse_platform.core.policy.strict import Policy
from ecluse_platform.core.privacy.loss import Accounting

# Written as text, so that no number of a budget ever passes through binary floating point.
Exact = Annotated[str, Field(pattern=r"^[0-9]{1,6}(\.[0-9]{1,15})?$")]


class Margins(StrEnum):
    """What ROLLUP, CUBE and GROUPING SETS get in a noised answer."""

    NONE = "none"
    PUBLISHED_CELLS = "published_cells"


class PrivacyProfile(Policy):
    """policies/privacy/<name>.yaml: how projects may ask for differentially private answers."""

    accounting: Annotated[Accounting, Field(description="What the ledger counts: epsilon (pure) or rho (zcdp).")]
    budget: Annotated[Exact, Field(description="Total loss of a project on its source, in the accounting's measure.")]
    delta: Annotated[Exact, Field(description="Total delta of a project on its source.")]
    yearly: Annotated[
        Exact | None,
        Field(description="Most loss in one calendar year; null when the whole budget may be spent at any time."),
    ]
    largest_epsilon: Annotated[Exact, Field(description="Most epsilon that one answer may ask for.")]
    largest_delta: Annotated[Exact, Field(description="Most delta that one answer may ask for.")]
    cells: Annotated[int, Field(ge=1, description="Most cells per person that a query may ask for.")]
    rows: Annotated[int, Field(ge=1, description="Most rows of one person in one cell that a query may ask for.")]
    usual_cells: Annotated[
        int, Field(ge=1, description="Cells per person where a query neither says how many nor lets them be inferred.")
    ]
    usual_rows: Annotated[
        int, Field(ge=1, description="Rows per person and cell where a query neither says nor lets them be inferred.")
    ]
    most_cells: Annotated[int, Field(ge=1, description="Most cells (product of known keys) that an answer may have.")]
    most_persons: Annotated[
        int, Field(ge=1, description="No extract holds more persons: bounds the sums that must fit 64 bits.")
    ]
    clipped_percent: Annotated[
        int,
        Field(ge=1, le=50, description="Part of an answer's loss that says how much was clipped, where some may be."),
    ]
    nonnegative: Annotated[bool, Field(description="Whether noised counts below 0 are shown as 0.")]
    margins: Annotated[
        Margins,
        Field(
            description="Totals of noised answers: refused (none), or free sums of the published cells, which agree "
            "with them and are never negative (published_cells)."
        ),
    ]
    confidence_percent: Annotated[int, Field(ge=50, le=99, description="Confidence of the intervals shown.")]
    tick_seconds: Annotated[
        int, Field(ge=1, description="Answers are given at multiples of so many seconds after the question.")
    ]

    @model_validator(mode="after")
    def _parts_fit_the_whole(self) -> Self:
        if self.yearly is not None and Fraction(self.yearly) > Fraction(self.budget):
            raise ValueError("`yearly` allows more in one year than in all of them: see `budget`")
        if Fraction(self.largest_epsilon) == 0:
            raise ValueError("`largest_epsilon` must be above 0")
        if not Fraction(self.largest_delta) <= Fraction(self.delta) < 1:
            raise ValueError("`largest_delta` must be at most `delta`, and `delta` below 1")
        if self.usual_cells > self.cells or self.usual_rows > self.rows:
            raise ValueError("`usual_cells` and `usual_rows` are at most `cells` and `rows`")
        return self
