"""Words for what comparing finds: which earlier tables, and which cells by their labels; never a count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from ecluse_platform.core.disclosure.history.nested import Nested
from ecluse_platform.core.disclosure.history.partition import Partition
from ecluse_platform.core.disclosure.tabular.structure import Integers
from ecluse_platform.core.refusals import Refusal

# Cells named in a refusal; the others are of the same kind.
MOST_NAMED = 5


def because(partition: Partition, rows: Sequence[int], threshold: int) -> Mapping[str, tuple[int, ...]]:
    """Return, for each earlier table, the rows of the new one that leave only a few persons beside one of its cells.

    Rows that no single table explains are put down to all of them together.
    """
    found: dict[str, set[int]] = {}
    first = 0
    for publication in partition.earlier:
        shown: Integers = first + np.flatnonzero(publication.shown)
        theirs = {row for row in rows if _is_close(partition, partition.first_new + row, shown, threshold)}
        if theirs:
            found[publication.item] = theirs
        first += publication.size
    unexplained = set(rows) - set().union(*found.values())
    if unexplained:
        for publication in partition.earlier:
            found.setdefault(publication.item, set()).update(unexplained)
    return {item: tuple(sorted(theirs)) for item, theirs in found.items()}


def refusal_of_pairs(partition: Partition, pairs: Iterable[Nested]) -> Refusal:
    """Name the tables and cells of differences that no hiding removes."""
    return _refusal(partition, {cell for pair in pairs for cell in (pair.outer, pair.inner)})


def refusal_of_places(partition: Partition, places: Iterable[int]) -> Refusal:
    """Name the tables and cells around atoms or cells of the system that cannot be protected."""
    atoms = partition.persons.size
    named: set[int] = set()
    for place in places:
        if place >= atoms:
            named.add(place - atoms)
        else:
            around = partition.members[:, [place]].tocoo().row
            named.update(int(cell) for cell in around if partition.shown[cell])
    return _refusal(partition, named)


def _refusal(partition: Partition, cells: set[int]) -> Refusal:
    found = [partition.where(cell) for cell in sorted(cells)]
    earlier = dict.fromkeys(publication.item for publication, _ in found if publication is not partition.table)
    new = [publication.labels[row] for publication, row in found if publication is partition.table]
    labels = list(dict.fromkeys(new or [publication.labels[row] for publication, row in found]))
    more = "; …" if len(labels) > MOST_NAMED else ""
    return Refusal(
        "history_discloses",
        {
            "earlier": ", ".join(earlier or {publication.item: None for publication in partition.earlier}),
            "cells": "; ".join(labels[:MOST_NAMED]) + more,
        },
    )


def _is_close(partition: Partition, cell: int, others: Integers, threshold: int) -> bool:
    """Say whether one of some cells has people in common with a cell and differs by a few on one side."""
    counts = partition.counts
    theirs = partition.members[others]
    common = np.asarray(theirs @ (partition.members[[cell]].toarray().ravel() * partition.persons))
    beside = counts[cell] - common
    besides = counts[others] - common
    few = ((beside > 0) & (beside < threshold)) | ((besides > 0) & (besides < threshold))
    return bool((few & (common > 0)).any())
