"""What a rule found in an output: where, and what follows from it; never a value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ecluse_platform.core.disclosure.verdict import Verdict
from ecluse_platform.core.policy.disclosure import DisclosureProfile, Zeros


class OutputRule(StrEnum):
    """A rule on outputs that are no tables."""

    THRESHOLD = "threshold"
    THRESHOLD_ROWS = "threshold_rows"
    EVENTS = "events"
    UNANIMOUS = "unanimous"
    RESIDUAL_DF = "residual_df"
    SATURATED = "saturated"
    INFLUENCE = "influence"
    PERSON_SHARE = "person_share"
    STEP_EVENTS = "step_events"
    STEP_CENSORED = "step_censored"
    AT_RISK = "at_risk"
    WHOLE_AND_PARTS = "whole_and_parts"
    ENDPOINTS = "endpoints"
    TAIL = "tail"
    OUTLIERS = "outliers"
    POINTS = "points"
    OVERLAP = "overlap"
    DIFFERENCE = "difference"
    NOT_DECLARED = "not_declared"
    UNKNOWN_KIND = "unknown_kind"


class Part(StrEnum):
    """What a position counts."""

    OUTPUT = "output"
    VARIABLE = "variable"
    LEVEL = "level"
    CURVE = "curve"
    STEP = "step"
    PERCENTILE = "percentile"
    BIN = "bin"
    BOX = "box"
    LINE = "line"
    ZONING = "zoning"
    AREA = "area"


# From the outside in, with numbers from 1: the second level of the first variable.
Position = tuple[tuple[Part, int], ...]


@dataclass(frozen=True)
class Check:
    """One rule applied to one output.

    ``positions`` are those that break it, none where the output as a whole does; ``missing`` are keys of evidence.
    """

    rule: OutputRule
    verdict: Verdict
    positions: tuple[Position, ...] = ()
    missing: tuple[str, ...] = ()


def within(rule: OutputRule, positions: Iterable[Position], verdict: Verdict = Verdict.FAIL) -> Check:
    """Return what a rule on parts found: PASS where no position breaks it, else the verdict given."""
    found = tuple(positions)
    return Check(rule, verdict if found else Verdict.PASS, found)


def overall(rule: OutputRule, *, broken: bool, verdict: Verdict = Verdict.FAIL) -> Check:
    """Return what a rule on the whole output found."""
    return Check(rule, verdict if broken else Verdict.PASS)


def undeclared(*keys: str, verdict: Verdict = Verdict.REVIEW) -> Check:
    """Say that a rule could not be applied, for want of evidence under one of these keys."""
    return Check(OutputRule.NOT_DECLARED, verdict, missing=keys)


def small(count: int, threshold: int, profile: DisclosureProfile) -> bool:
    """Say whether a count tells of too few; nobody is too few only where policy protects zeros."""
    return count < threshold and (count > 0 or smallest_shown(profile) > 0)


def smallest_shown(profile: DisclosureProfile) -> int:
    """Return 0 where policy lets it be told that nobody is there, else 1."""
    return int(profile.zeros is Zeros.PROTECTED)
