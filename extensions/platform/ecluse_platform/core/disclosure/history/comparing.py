"""The verdict on a table in the light of everything that is out: as it is, with further cells hidden, or refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecluse_platform.core.disclosure.history.certifying import certify
from ecluse_platform.core.disclosure.history.equations import known_before, protections_of, system_of
from ecluse_platform.core.disclosure.history.naming import because, refusal_of_pairs, refusal_of_places
from ecluse_platform.core.disclosure.history.nested import nested_differences
from ecluse_platform.core.disclosure.history.partition import Partition
from ecluse_platform.core.disclosure.history.repeating import says_nothing_new
from ecluse_platform.core.disclosure.suppression.system import Pattern, Protection, Stop, System
from ecluse_platform.core.refusals import Refusal

# Protections that the earlier tables alone may have narrowed: each takes two linear programmes to find out.
MOST_LOST = 200

# Protections times atoms and cells that are worth a search: half a minute on one processor.
MOST_SEARCHED = 3_000_000

Suppress = Callable[[System, Sequence[Protection]], Pattern]


@dataclass(frozen=True, eq=False)
class Proof:
    """Why the groups of few persons stay open: the system, what was asked of it, and the certificates."""

    system: System
    protections: tuple[Protection, ...]
    pattern: Pattern


@dataclass(frozen=True, eq=False)
class Compared:
    """What comparing found: rows to hide further, for each earlier table those on its account, and the proof.

    ``proof`` is None where no equation had to be looked at: nothing was out, or the same was, and no cell is almost
    another.
    """

    hidden: tuple[int, ...]
    because: Mapping[str, tuple[int, ...]]
    proof: Proof | None


def compare(partition: Partition, threshold: int, costs: NDArray[np.float64], suppress: Suppress) -> Compared:
    """Return what must be hidden further so that all tables together disclose no group under the threshold.

    ``costs`` is what hiding each row of the table costs (> 0). Raises Refusal("history_discloses"), which names the
    earlier tables and the cells, where hiding rows of this table cannot help or would leave nothing of it, and
    Refusal("history_too_fine") where the search would take more work than it may.
    """
    shown, new = partition.shown, np.arange(partition.cells) >= partition.first_new
    if says_nothing_new(partition):
        return Compared((), {}, None)
    if not partition.earlier and not nested_differences(partition, shown, threshold):
        # A table alone is proved by its own equations.
        return Compared((), {}, None)
    proof = _proved(partition, threshold, costs, suppress)
    if proof.pattern.stopped is Stop.TOO_LARGE:
        raise Refusal("history_too_fine", {"most": str(partition.persons.size - 1)})
    if proof.pattern.unproved:
        raise refusal_of_places(partition, {cell for cell, _ in proof.pattern.unproved})
    further = proof.pattern.hidden[partition.persons.size :] & shown & new
    left = nested_differences(partition, shown & ~further, threshold)
    if left:
        raise refusal_of_pairs(partition, left)
    rows = [int(cell) - partition.first_new for cell in np.flatnonzero(further)]
    if rows and not (shown & new & ~further).any():
        raise refusal_of_places(partition, partition.persons.size + np.flatnonzero(further))
    return Compared(tuple(rows), because(partition, rows, threshold), proof)


def _proved(partition: Partition, threshold: int, costs: NDArray[np.float64], suppress: Suppress) -> Proof:
    """Look for a pattern; ask of what cannot be had only what the earlier tables still leave of it."""
    system, asked = system_of(partition, costs), protections_of(partition, threshold)
    # Most small groups are open whatever is hidden: only the others are worth a search.
    certified = certify(partition, system, asked)
    searched = certified.left
    if len(searched) * system.size > MOST_SEARCHED:
        raise Refusal("history_too_fine", {"most": str(partition.persons.size - 1)})
    pattern = suppress(system, searched)
    failed = {cell for cell, _ in pattern.unproved}
    if failed and pattern.stopped is not Stop.TOO_LARGE and len(failed) <= MOST_LOST:
        left = known_before(partition, [protection for protection in searched if protection.cell in failed])
        searched = (*(protection for protection in searched if protection.cell not in failed), *left)
        pattern = suppress(system, searched)
    sought = {protection.cell for protection in certified.left}
    asked = (*(protection for protection in asked if protection.cell not in sought), *searched)
    certificates = (*certified.certificates, *pattern.certificates)
    return Proof(system, asked, replace(pattern, certificates=certificates))
