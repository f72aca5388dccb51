"""Every kind of output: what is declared of it, its rules, and the safe version that the machine can make of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from ecluse_platform.core.disclosure.outputs import binned, histogram, positions, regression, survival, zoning
from ecluse_platform.core.disclosure.outputs.evidence import Output
from ecluse_platform.core.disclosure.outputs.findings import Check, OutputRule, overall
from ecluse_platform.core.disclosure.verdict import Verdict
from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.policy.outputs import Unknown


class UnknownOutput(Output):
    """An output that no rule speaks of; what is said of it is not looked at."""

    model_config = ConfigDict(extra="ignore")

    kind: Annotated[str, Field(min_length=1, max_length=40, description="What it is called.")]


@dataclass(frozen=True)
class Safe:
    """What may leave instead: its own evidence, held against the same rules, and the file."""

    evidence: Output
    text: str


@dataclass(frozen=True)
class Kind:
    """One kind of output; ``safer`` makes a version of it that may leave, where a machine can."""

    model: type[Output]
    check: Callable[[Any, DisclosureProfile], Iterator[Check]]
    safer: Callable[[Any, DisclosureProfile], Safe | None] = lambda _, __: None


def model_of(kind: object) -> type[Output]:
    """Return what evidence of a kind looks like; that of an unknown kind may say anything."""
    found = KINDS.get(kind) if isinstance(kind, str) else None
    return UnknownOutput if found is None else found.model


def rules_of(output: Output) -> Kind:
    """Return the rules for an output."""
    return KINDS.get(output.kind, _UNKNOWN)


def _of_unknown(_: UnknownOutput, profile: DisclosureProfile) -> Iterator[Check]:
    refused = profile.outputs.unknown is Unknown.FAIL
    yield overall(OutputRule.UNKNOWN_KIND, broken=True, verdict=Verdict.FAIL if refused else Verdict.REVIEW)


def _binned(shown: survival.Survival, profile: DisclosureProfile) -> Safe | None:
    found = binned.binned(shown, profile)
    return None if found is None else Safe(found, binned.as_csv(found, profile.curves.decimals))


def _merged(shown: histogram.Histogram, profile: DisclosureProfile) -> Safe | None:
    found = histogram.with_merged_bins(shown, profile)
    return None if found is None else Safe(found, histogram.as_csv(found))


_UNKNOWN = Kind(UnknownOutput, _of_unknown)
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "regression": Kind(regression.Regression, regression.check),
        "survival": Kind(survival.Survival, survival.check, _binned),
        "percentiles": Kind(positions.Percentiles, positions.check_percentiles),
        "histogram": Kind(histogram.Histogram, histogram.check, _merged),
        "box_plot": Kind(positions.BoxPlot, positions.check_box_plot),
        "map": Kind(zoning.ZoningMap, zoning.check),
    }
)
