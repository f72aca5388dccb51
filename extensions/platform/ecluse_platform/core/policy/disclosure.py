"""A disclosure profile: the rules and numbers that decide which cells may be seen outside."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from ecluse_platform.core.policy.outputs import CurveRules, ModelRules, OutputRules
from ecluse_platform.core.policy.strict import Policy


class Zeros(StrEnum):
    """What a table says of a combination that nobody is in."""

    SHOWN = "shown"
    PROTECTED = "protected"


class Unanimity(StrEnum):
    """What happens to a group that falls into one cell whole, or whose every member has a property."""

    REFUSE = "refuse"
    HIDE = "hide"
    OFF = "off"


class Method(StrEnum):
    """How the small cells of a table are protected."""

    SUPPRESSION = "suppression"
    CONTROLLED_ROUNDING = "controlled_rounding"
    MIDPOINT_ROUNDING = "midpoint_rounding"


class Dominance(Policy):
    """The (n,k) rule: a few contributors must not make up nearly all of a sum."""

    contributors: Annotated[int, Field(ge=1, le=5, description="How many of the largest contributors: n.")]
    percent: Annotated[int, Field(ge=1, le=99, description="Most of the sum that they may hold together: k.")]


class CountInterval(Policy):
    """Two numbers that an outsider must both find possible for a hidden count."""

    low: Annotated[int, Field(ge=0, description="The smaller one; 1 where every hidden count is known to be positive.")]
    high: Annotated[int, Field(ge=2, description="The larger one; the threshold, as a rule.")]

    @model_validator(mode="after")
    def _is_an_interval(self) -> Self:
        if self.low >= self.high:
            raise ValueError("the interval ends before it starts: put the smaller number in low")
        return self


class Costs(Policy):
    """What secondary suppression keeps first where it has a choice; 1 is no preference."""

    keep_totals: Annotated[
        int, Field(ge=1, le=100, description="How many times dearer a cell is for each dimension it is a total of.")
    ]
    keep_recent: Annotated[
        int, Field(ge=1, le=100, description="How many times dearer the last year is than the first.")
    ]
    keep_large: Annotated[
        bool, Field(description="Hide few people rather than few cells: the cost of a cell follows its count.")
    ]


class Effort(Policy):
    """How much computing a table is worth; counted in steps, never in seconds, so that results never vary."""

    work: Annotated[int, Field(ge=1, description="Most work for one table: ends of intervals to protect, times cells.")]
    trials: Annotated[
        int,
        Field(
            ge=0, description="Most attempts to show one more hidden cell again; with 0, the quickest pattern is kept."
        ),
    ]


class DisclosureProfile(Policy):
    """policies/disclosure/<name>.yaml: the rules that a project's exports obey; null switches a rule off."""

    threshold_persons: Annotated[
        int,
        Field(ge=2, description="A cell with fewer distinct persons is hidden."),
    ]
    threshold_rows: Annotated[
        int,
        Field(ge=2, description="A cell with fewer rows (dispensings, stays, acts) is hidden."),
    ]
    threshold_professionals: Annotated[
        int | None,
        Field(ge=2, description="A cell with fewer distinct professionals is hidden, where the query names them."),
    ]
    threshold_establishments: Annotated[
        int | None,
        Field(ge=2, description="A cell with fewer distinct establishments is hidden, where the query names them."),
    ]
    zeros: Annotated[
        Zeros,
        Field(strict=False, description="Whether absent combinations are told (shown) or may be hidden (protected)."),
    ]
    interval: Annotated[
        CountInterval,
        Field(description="What an outsider's interval for every hidden count must contain."),
    ]
    interval_sums_percent: Annotated[
        int,
        Field(ge=1, le=100, description="Percent of a hidden sum, each way, that an outsider must not exclude."),
    ]
    largest_share_percent: Annotated[
        int | None,
        Field(ge=1, le=99, description="A sum of which one contributor holds more is hidden."),
    ]
    dominance: Annotated[
        Dominance | None,
        Field(description="The (n,k) rule on sums."),
    ]
    p_percent: Annotated[
        int | None,
        Field(ge=1, le=99, description="A sum is hidden if its second contributor could estimate the first this well."),
    ]
    unanimous: Annotated[
        Unanimity,
        Field(strict=False, description="When a whole group is in one cell, or 0 or 100 % of it: hide, refuse or off."),
    ]
    quantile_tail: Annotated[
        int,
        Field(ge=2, description="Fewest persons on each side of a quantile that is shown."),
    ]
    knowing_singletons: Annotated[
        bool,
        Field(description="Assume that who is alone in a hidden cell knows it, and subtracts itself."),
    ]
    method: Annotated[
        Method,
        Field(strict=False, description="Suppression of cells, or rounding of all of them."),
    ]
    rounding_base: Annotated[
        int | None,
        Field(ge=3, description="Counts are rounded to its multiples (or midpoints); null for suppression."),
    ]
    costs: Annotated[Costs, Field(description="Which cells secondary suppression keeps rather than others.")]
    effort: Annotated[Effort, Field(description="Limits to the computing that one table may take.")]
    mark: Annotated[
        str,
        Field(
            pattern=r"^[a-z]{1,3}$",
            description="What stands in place of every hidden value; the European statistical flag is c.",
        ),
    ]
    total_label: Annotated[
        str,
        Field(min_length=1, max_length=40, description="What stands for a total; no label of the data may equal it."),
    ]
    max_cells: Annotated[int, Field(ge=1, description="Most rows that a table may have to be reviewed.")]
    max_dimensions: Annotated[int, Field(ge=1, description="Most dimensions that a table may have.")]
    models: Annotated[ModelRules, Field(description="What regression tables must have behind them.")]
    curves: Annotated[CurveRules, Field(description="What survival curves and life tables must cover.")]
    outputs: Annotated[OutputRules, Field(description="How declared outputs (models, figures, maps) are taken in.")]

    @model_validator(mode="after")
    def _method_and_base_agree(self) -> Self:
        if (self.method is Method.SUPPRESSION) != (self.rounding_base is None):
            raise ValueError("rounding_base is given with a rounding method, and null with suppression")
        return self
