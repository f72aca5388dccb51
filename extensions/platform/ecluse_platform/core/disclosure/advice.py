"""What would keep more of a table, or make it possible at all: recodings, best first."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ecluse_platform.core.disclosure.recoding.proposals import Proposal, propose
from ecluse_platform.core.disclosure.tabular.quantities import adds_up
from ecluse_platform.core.disclosure.tabular.statistics import Statistics
from ecluse_platform.core.disclosure.tabular.structure import Layout
from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.text import Text

_MOST = 3
# Recodings are looked for in the whole cross-product, which must fit in memory.
_LARGEST_PRODUCT = 1_000_000


class NotProtectable(Refusal):
    """A table that cannot be protected as it is; ``proposals`` say in full what would do, with labels of the data.

    The fields of the refusal, which are stored and shown widely, only say how many categories a dimension would keep.
    """

    def __init__(self, code: str, layout: Layout, proposals: Sequence[Proposal]) -> None:
        """Build the refusal of a table; ``code`` is table_not_protectable or table_too_large."""
        names = ", ".join(dimension.name for dimension in layout.dimensions)
        fields = {"cells": str(layout.size), "dimensions": names}
        brief = _brief(layout, proposals)
        super().__init__(code, {**fields, "proposals": brief}, proposals=words_of(proposals))


def recodings(layout: Layout, statistics: Statistics, profile: DisclosureProfile) -> tuple[Proposal, ...]:
    """Propose the smallest recodings with which every cell could be published; a single number has none."""
    if not layout.dimensions or math.prod(layout.shape) > _LARGEST_PRODUCT:
        return ()
    persons = statistics.persons
    return propose(layout, persons, adds_up(layout, persons), profile.threshold_persons, most=_MOST)


def words_of(proposals: Sequence[Proposal]) -> tuple[Text, ...]:
    """Return proposals as people read them."""
    return tuple(proposal.words for proposal in proposals)


def _brief(layout: Layout, proposals: Sequence[Proposal]) -> str:
    """Write proposals in signs that need no language: a dimension, its categories now, and then."""
    told = [", ".join(f"{name} {old} → {new}" for name, old, new in _sizes(layout, proposal)) for proposal in proposals]
    return " | ".join(told) or "—"


def _sizes(layout: Layout, proposal: Proposal) -> list[tuple[str, int, int]]:
    """List the dimensions that change, with how many innermost categories they have and would have."""
    return [
        (layout.dimensions[change.dimension].name, _leaves(layout, change.dimension), len(change.groups))
        for change in proposal.changes
    ]


def _leaves(layout: Layout, axis: int) -> int:
    parents = layout.dimensions[axis].parents
    return sum(category not in parents for category in range(len(parents)))
