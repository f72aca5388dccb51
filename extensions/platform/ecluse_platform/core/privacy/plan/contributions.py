"""How much one person may count: what is asked, else what the query proves, else the policy's usual bounds."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from ecluse_platform.core.policy.privacy import PrivacyProfile
from ecluse_platform.core.privacy.ask import PrivacyAsk
from ecluse_platform.core.privacy.plan.facts import closure
from ecluse_platform.core.privacy.plan.relation import OWNER, ROW, Relation
from ecluse_platform.core.privacy.query import Dimension, Vector
from ecluse_platform.core.refusals import Refusal

_LARGEST = 2**62


@dataclass(frozen=True)
class Contribution:
    """Most cells of a person, most rows in one; ``proven``: no person can be cut, but twins and double numbers."""

    cells: int
    rows: int
    proven: bool


def contribution(
    relation: Relation, dimensions: tuple[Dimension, ...], ask: PrivacyAsk, profile: PrivacyProfile, *, rows_count: bool
) -> Contribution:
    """Return the bounds of one person; without ``rows_count`` no output counts rows, and one is as good as many."""
    names = {dimension.column for dimension in dimensions}
    by_person = closure({OWNER}, relation.rules)
    one_cell = names <= by_person
    one_row = ROW in closure({OWNER, *names}, relation.rules)
    cells = ask.cells or (1 if one_cell else profile.usual_cells)
    known = [len(dimension.keys) for dimension in dimensions if dimension.keys is not None]
    if len(known) == len(dimensions):
        cells = min(cells, prod(known))
    rows = ask.rows or (1 if one_row or not rows_count else profile.usual_rows)
    proven = (one_cell or cells == prod(known)) and (one_row or not rows_count)
    return Contribution(cells, rows, proven)


def check_size(dimensions: tuple[Dimension, ...], profile: PrivacyProfile) -> None:
    """Refuse more cells than an answer may have."""
    cells = prod(len(dimension.keys) for dimension in dimensions if dimension.keys is not None)
    if cells > profile.most_cells:
        raise Refusal("private_too_many_cells", {"cells": str(cells), "most": str(profile.most_cells)})


def check_sums(vectors: tuple[Vector, ...], rows: int, profile: PrivacyProfile) -> None:
    """Refuse bounds so wide that sums over all persons would not fit 64 bits."""
    for vector in vectors:
        if profile.most_persons * vector.largest(rows) >= _LARGEST:
            raise Refusal("private_sum_too_large", {"largest": str(vector.largest(rows))})
