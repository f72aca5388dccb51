"""The part of a disclosure profile about models and figures: results that are no tables of counts."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from ecluse_platform.core.policy.strict import Policy


class Unknown(StrEnum):
    """What becomes of an output of a kind that no rule speaks of."""

    REVIEW = "review"
    FAIL = "fail"


class ModelRules(Policy):
    """What a table of regression coefficients must have behind it; null switches a rule off."""

    residual_df: Annotated[
        int, Field(ge=1, description="Fewest degrees of freedom that a model leaves: persons minus parameters.")
    ]
    leverage_review_percent: Annotated[
        int, Field(ge=1, le=99, description="A person looks at a model in which one observation has more leverage.")
    ]
    leverage_refuse_percent: Annotated[
        int, Field(ge=1, le=99, description="A model in which one observation has more leverage is refused.")
    ]
    cooks_percent: Annotated[
        int | None, Field(ge=1, description="A person looks at a model with a greater Cook's distance; 100 is 1.")
    ]
    dfbetas_percent: Annotated[
        int | None, Field(ge=1, description="A person looks at a model with a greater DFBETAS; 100 is 1.")
    ]
    person_share_percent: Annotated[
        int | None, Field(ge=1, le=99, description="A model of which one person has more of the rows is refused.")
    ]

    @model_validator(mode="after")
    def _review_comes_first(self) -> Self:
        if self.leverage_review_percent > self.leverage_refuse_percent:
            raise ValueError("a leverage that is refused is smaller than one that is only looked at")
        return self


class CurveRules(Policy):
    """What each step of a survival curve or life table must cover."""

    step_events: Annotated[int, Field(ge=2, description="Fewest events between two published times, unless none.")]
    step_censored: Annotated[int, Field(ge=2, description="Fewest persons censored between them, unless nobody.")]
    at_risk: Annotated[int, Field(ge=2, description="Fewest persons at risk at a published time, unless nobody.")]
    points: Annotated[
        int, Field(ge=2, le=500, description="Most times that a binned curve is looked for on, where none are given.")
    ]
    decimals: Annotated[int, Field(ge=1, le=6, description="Digits after the point of a binned curve's survival.")]


class OutputRules(Policy):
    """How outputs are taken in, and what becomes of unknown ones."""

    unknown: Annotated[
        Unknown, Field(strict=False, description="Whether an output of an unknown kind is looked at, or refused.")
    ]
    most_outputs: Annotated[int, Field(ge=1, description="Most outputs in one file.")]
    most_entries: Annotated[int, Field(ge=1, description="Most levels, steps, bins or pieces in one output.")]
    most_kib: Annotated[int, Field(ge=1, description="Largest file that describes outputs, in KiB.")]
