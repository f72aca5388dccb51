"""Histograms: every bar covers enough persons, and the outer edges are not the smallest and the largest value.

Sources: Griffiths et al., *Handbook on Statistical Disclosure Control for Outputs* (2019): a histogram is a frequency
table; statbarns *Frequencies* and *Endpoints*. Most software puts the outer edges at the minimum and the maximum.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from itertools import accumulate, pairwise
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from ecluse_platform.core.disclosure.outputs.evidence import Count, Number, Output, Place, check_parts, contradict
from ecluse_platform.core.disclosure.outputs.findings import (
    Check,
    OutputRule,
    Part,
    overall,
    small,
    smallest_shown,
    within,
)
from ecluse_platform.core.disclosure.outputs.merging import merged
from ecluse_platform.core.disclosure.tabular.structure import Flags
from ecluse_platform.core.policy.disclosure import DisclosureProfile, Unanimity


class Edges(StrEnum):
    """Where the edges of bins come from."""

    CHOSEN = "chosen"
    DATA = "data"


class Histogram(Output):
    """A histogram, or a bar chart of one quantity."""

    kind: Annotated[Literal["histogram"], Field(description="A histogram.")]
    persons: Annotated[Count, Field(description="Distinct persons with a value.")]
    constant_per_person: Annotated[bool, Field(description="Each person is in one bin only.")] = True
    edges: Annotated[
        tuple[Number | None, ...],
        Field(min_length=2, description="Edges of the bins, one more than bins; null for an open first or last bin."),
    ]
    edges_from: Annotated[
        Edges, Field(strict=False, description="Chosen beforehand; or from the data, such as its minimum and maximum.")
    ]
    bins: Annotated[tuple[Count, ...], Field(min_length=1, description="Distinct persons in each bin.")]

    @property
    def everybody(self) -> int:
        """Return the persons with a value."""
        return self.persons

    @property
    def entries(self) -> int:
        """Count the bins."""
        return len(self.bins)

    def check_consistent(self, at: Place) -> None:
        """Hold the bins against their edges and against the number of persons."""
        if len(self.edges) != len(self.bins) + 1 or None in self.edges[1:-1]:
            contradict("output_edges", at)
        inside = [edge for edge in self.edges if edge is not None]
        if any(second <= first for first, second in pairwise(inside)):
            contradict("output_edges", at)
        check_parts(self.bins, self.persons, at, once=self.constant_per_person)


def check(shown: Histogram, profile: DisclosureProfile) -> Iterator[Check]:
    """Apply every rule to a histogram."""
    least = profile.threshold_persons
    yield overall(OutputRule.THRESHOLD, broken=shown.persons < least)
    few = [((Part.BIN, number),) for number, count in enumerate(shown.bins, 1) if small(count, least, profile)]
    yield within(OutputRule.THRESHOLD, few)
    yield overall(OutputRule.ENDPOINTS, broken=shown.edges_from is Edges.DATA)
    if profile.unanimous is not Unanimity.OFF:
        alone = shown.constant_per_person and sum(count > 0 for count in shown.bins) == 1
        yield overall(OutputRule.UNANIMOUS, broken=alone and len(shown.bins) > 1)


def with_merged_bins(shown: Histogram, profile: DisclosureProfile) -> Histogram | None:
    """Return the histogram with as many bins as pass the rules, by merging neighbours; None where there are none.

    Edges of equal bins that begin at the minimum tell it wherever some of them are left, so those are chosen again by
    their author. Where a person may be in several bins, how many are in two of them together is not known here.
    """
    if not shown.constant_per_person or shown.edges_from is Edges.DATA:
        return None
    so_far = np.array([0, *accumulate(shown.bins)], dtype=np.int64)
    least, told = profile.threshold_persons, smallest_shown(profile) == 0

    def fits(end: int) -> Flags:
        counts = so_far[end] - so_far[:end]
        flags: Flags = (counts >= least) | (counts == 0) & told
        return flags

    cuts = merged(len(shown.bins), fits, np.arange(len(so_far)) == len(shown.bins))
    if cuts is None:
        return None
    bins = tuple(int(so_far[end] - so_far[start]) for start, end in pairwise(cuts))
    return shown.model_copy(update={"edges": tuple(shown.edges[cut] for cut in cuts), "bins": bins})


def as_csv(shown: Histogram) -> str:
    """Write a histogram as a table; an open end is an empty field."""
    texts = ["" if edge is None else f"{edge:.15g}" for edge in shown.edges]
    lines = ["from,to,persons"]
    lines += [f"{texts[number]},{texts[number + 1]},{count}" for number, count in enumerate(shown.bins)]
    return "".join(f"{line}\r\n" for line in lines)
