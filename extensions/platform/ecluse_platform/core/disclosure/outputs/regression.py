"""Regression tables: coefficients of linear, logistic, Poisson, Cox and other models.

A coefficient is a weighted mean of many persons unless few of them carry it. Sources:

- residual degrees of freedom: ACRO, ``MinimumDoFCheck``, so that a model is not a look-up table; ESSNet, *Guidelines
  for the checking of output based on microdata research* (Brandt et al., 2010), at least 10. Persons are counted here,
  not rows, and events for a Cox model, whose likelihood is made of them;
- counts per level: with a dummy variable for a level, the likelihood equations of a logistic or Poisson model make the
  fitted events of that level equal to its true events, and those of a linear model its mean: the table of levels is
  implied by the coefficients (ACRO's risk *ImplicitTables*);
- saturated models: as many parameters as combinations of covariates, and the coefficients *are* the table of means;
- leverage: Huber, *Robust Statistics* (1981), 0.2 risky and 0.5 to be avoided; at 1 a person's outcome is the fitted
  value. Cook's distance at 1: Cook and Weisberg, *Residuals and Influence in Regression* (1982). DFBETAS at 1: Belsley,
  Kuh and Welsch, *Regression Diagnostics* (1980), for models without leverage.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from ecluse_platform.core.disclosure.outputs.evidence import (
    Count,
    Label,
    Number,
    Output,
    Place,
    Value,
    check_labels,
    check_parts,
    contradict,
)
from ecluse_platform.core.disclosure.outputs.findings import (
    Check,
    OutputRule,
    Part,
    Position,
    overall,
    small,
    undeclared,
    within,
)
from ecluse_platform.core.disclosure.verdict import Verdict
from ecluse_platform.core.policy.disclosure import DisclosureProfile, Unanimity

_PERCENT = 100


class Family(StrEnum):
    """What a model is of."""

    LINEAR = "linear"
    LOGISTIC = "logistic"
    POISSON = "poisson"
    COX = "cox"
    OTHER = "other"


_OF_EVENTS = frozenset({Family.LOGISTIC, Family.POISSON, Family.COX})


class Level(Value):
    """One category of a variable, the reference included."""

    label: Annotated[Label, Field(description="Its label; never repeated in a report.")]
    persons: Annotated[Count, Field(description="Distinct persons in it.")]
    events: Annotated[Count | None, Field(description="Those of them who have the event.")] = None


class Variable(Value):
    """One categorical variable of the model, or one interaction of such variables."""

    name: Annotated[Label, Field(description="Its name.")]
    levels: Annotated[tuple[Level, ...], Field(min_length=1, description="All its levels, the reference included.")]
    constant_per_person: Annotated[bool, Field(description="Each person is in one level only.")] = True


class Combinations(Value):
    """The distinct rows of all covariates."""

    number: Annotated[Count, Field(ge=1, description="How many there are.")]
    fewest_persons: Annotated[Count, Field(description="Distinct persons in the smallest of them.")]
    fewest_events: Annotated[
        Count | None, Field(description="Fewest persons with the event, or without it, in any of them.")
    ] = None


class Regression(Output):
    """A table of coefficients, with what is known of the fit behind it."""

    kind: Annotated[Literal["regression"], Field(description="A table of coefficients.")]
    family: Annotated[Family, Field(strict=False, description="What the model is of.")]
    persons: Annotated[Count, Field(description="Distinct persons in the fit.")]
    rows: Annotated[Count, Field(description="Rows in the fit; as many as persons, or more.")]
    parameters: Annotated[Count, Field(ge=1, description="Estimated parameters, intercept and absorbed effects too.")]
    residual_df: Annotated[Count | None, Field(description="Residual degrees of freedom that the software says.")] = (
        None
    )
    events: Annotated[
        Count | None, Field(description="Persons with the event; required for logistic, poisson and cox.")
    ] = None
    variables: Annotated[tuple[Variable, ...], Field(description="Its categorical variables; [] for none.")]
    continuous: Annotated[Count, Field(description="How many continuous covariates it has.")]
    combinations: Annotated[Combinations | None, Field(description="The distinct rows of all covariates.")] = None
    largest_leverage: Annotated[
        Number | None, Field(ge=0, le=1, description="Largest diagonal element of the hat matrix.")
    ] = None
    largest_cooks: Annotated[Number | None, Field(ge=0, description="Largest Cook's distance.")] = None
    largest_dfbetas: Annotated[
        Number | None, Field(ge=0, description="Largest absolute DFBETAS, for models without leverage.")
    ] = None
    most_rows_of_a_person: Annotated[Count | None, Field(ge=1, description="Rows of the person who has most.")] = None

    @property
    def everybody(self) -> int:
        """Return the persons in the fit."""
        return self.persons

    @property
    def entries(self) -> int:
        """Count the levels."""
        return sum(len(variable.levels) for variable in self.variables)

    def check_consistent(self, at: Place) -> None:
        """Hold levels against the whole, rows against persons, parameters against what can be estimated."""
        if self.rows < self.persons:
            contradict("output_rows_fewer", at)
        most = self.most_rows_of_a_person
        if most is not None and not -(-self.rows // max(self.persons, 1)) <= most <= self.rows - self.persons + 1:
            contradict("output_rows_of_a_person", at)
        if self.residual_df is not None and self.residual_df > self.rows - self.parameters:
            contradict("output_df_more", at)
        if self.family in _OF_EVENTS and self.events is None:
            contradict("output_events_missing", at)
        if self.events is not None and self.events > self.persons:
            contradict("output_events_more", at)
        check_labels([variable.name for variable in self.variables], "variables", at)
        for index, variable in enumerate(self.variables):
            self._check_variable(variable, at.of("variables", index))
        self._check_combinations(at)

    def _check_variable(self, variable: Variable, at: Place) -> None:
        once = variable.constant_per_person
        check_labels([level.label for level in variable.levels], "levels", at)
        check_parts((level.persons for level in variable.levels), self.persons, at, once=once)
        for index, level in enumerate(variable.levels):
            if (level.events is None) != (self.events is None):
                contradict("output_events_missing", at.of("levels", index))
            if level.events is not None and level.events > level.persons:
                contradict("output_events_more", at.of("levels", index))
        if self.events is not None:
            check_parts((level.events or 0 for level in variable.levels), self.events, at, once=once)

    def _check_combinations(self, at: Place) -> None:
        found = self.combinations
        if found is None:
            return
        counts = [level.persons for v in self.variables for level in v.levels if level.persons]
        smallest = min(counts, default=self.persons)
        finest = max((sum(level.persons > 0 for level in v.levels) for v in self.variables), default=1)
        if not finest <= found.number <= self.rows or found.fewest_persons > smallest or not found.fewest_persons:
            contradict("output_combinations", at)
        if self.parameters > found.number:
            contradict("output_parameters_more", at)


def check(model: Regression, profile: DisclosureProfile) -> Iterator[Check]:
    """Apply every rule to a table of coefficients."""
    # Whether other models have events that coefficients tell is for a person to say.
    yield overall(OutputRule.UNKNOWN_KIND, broken=model.family is Family.OTHER, verdict=Verdict.REVIEW)
    levels = tuple(_levels(model))
    few = [at for at, level in levels if small(level.persons, profile.threshold_persons, profile)]
    if model.persons < profile.threshold_persons:
        yield overall(OutputRule.THRESHOLD, broken=True)
    yield within(OutputRule.THRESHOLD, few)
    yield overall(OutputRule.THRESHOLD_ROWS, broken=model.rows < profile.threshold_rows)
    if model.events is not None:
        yield from _events(model, model.events, levels, profile)
    yield overall(OutputRule.RESIDUAL_DF, broken=_residual_df(model) < profile.models.residual_df)
    yield _saturation(model, profile)
    yield from _influence(model, profile)
    yield from _one_person(model, profile)


def _levels(model: Regression) -> Iterator[tuple[Position, Level]]:
    for v, variable in enumerate(model.variables, 1):
        for number, level in enumerate(variable.levels, 1):
            yield ((Part.VARIABLE, v), (Part.LEVEL, number)), level


def _events(
    model: Regression, events: int, levels: tuple[tuple[Position, Level], ...], profile: DisclosureProfile
) -> Iterator[Check]:
    """Both parts of every count of events are told: those who have it and those who do not."""
    least = profile.threshold_persons
    yield overall(OutputRule.EVENTS, broken=_splits_few(events, model.persons, least))
    split = [(at, level.events or 0, level.persons) for at, level in levels if level.persons]
    yield within(OutputRule.EVENTS, [at for at, part, whole in split if _splits_few(part, whole, least)])
    if profile.unanimous is not Unanimity.OFF:
        yield overall(OutputRule.UNANIMOUS, broken=events in {0, model.persons})
        yield within(OutputRule.UNANIMOUS, [at for at, part, whole in split if part in {0, whole}])


def _splits_few(part: int, whole: int, threshold: int) -> bool:
    return 0 < part < threshold or 0 < whole - part < threshold


def _residual_df(model: Regression) -> int:
    """Return the degrees of freedom that are left: of persons, and of events where the likelihood is made of them."""
    left = [model.persons - model.parameters]
    if model.residual_df is not None:
        left.append(model.residual_df)
    if model.family is Family.COX and model.events is not None:
        left.append(model.events - model.parameters)
    return min(left)


def _saturation(model: Regression, profile: DisclosureProfile) -> Check:
    """A model with a parameter for each combination is a table: its smallest cell must be one that may be shown."""
    least, found = profile.threshold_persons, model.combinations
    if found is None:
        if model.continuous or len(model.variables) > 1:
            full = not model.continuous and model.parameters >= math.prod(len(v.levels) for v in model.variables)
            # As many parameters as there can be combinations: how small the smallest is must be known.
            return undeclared("combinations", verdict=Verdict.FAIL if full else Verdict.REVIEW)
        # The combinations are the levels of one variable, or everybody: both are counted.
        return overall(OutputRule.SATURATED, broken=False)
    if model.parameters < found.number:
        return overall(OutputRule.SATURATED, broken=False)
    if model.events is not None and found.fewest_events is None:
        return undeclared("fewest_events", verdict=Verdict.FAIL)
    few = found.fewest_persons < least
    if found.fewest_events is not None:
        told = found.fewest_events > 0 or profile.unanimous is not Unanimity.OFF
        few |= told and found.fewest_events < least
    return overall(OutputRule.SATURATED, broken=few)


def _influence(model: Regression, profile: DisclosureProfile) -> Iterator[Check]:
    rules = profile.models
    if model.largest_leverage is None and model.largest_dfbetas is None:
        yield undeclared("largest_leverage", "largest_dfbetas")
        return
    leverage = _PERCENT * (model.largest_leverage or 0.0)
    if leverage > rules.leverage_refuse_percent:
        yield overall(OutputRule.INFLUENCE, broken=True)
        return
    measures = ((model.largest_cooks, rules.cooks_percent), (model.largest_dfbetas, rules.dfbetas_percent))
    high = any(most is not None and value is not None and _PERCENT * value > most for value, most in measures)
    doubtful = leverage > rules.leverage_review_percent or high
    yield overall(OutputRule.INFLUENCE, broken=doubtful, verdict=Verdict.REVIEW)


def _one_person(model: Regression, profile: DisclosureProfile) -> Iterator[Check]:
    share = profile.models.person_share_percent
    if share is None:
        return
    most = 1 if model.rows == model.persons else model.most_rows_of_a_person
    if most is None:
        yield undeclared("most_rows_of_a_person")
    else:
        yield overall(OutputRule.PERSON_SHARE, broken=_PERCENT * most > share * model.rows)
