"""A pattern as evidence that ``proof`` checks: plain whole numbers, without the suppressor's types."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_matrix

from ecluse_platform.core.disclosure import proof
from ecluse_platform.core.disclosure.suppression.system import Pattern, Protection, System


def facts_of(system: System, pattern: Pattern) -> proof.Facts:
    """Return what the certificates of a pattern are about."""
    return proof.Facts(
        values=system.values.tolist(),
        least=system.least.tolist(),
        equalities=_rows(system.equalities),
        inequalities=_rows(system.inequalities),
        hidden=frozenset(np.flatnonzero(pattern.hidden | system.unpublished).tolist()),
    )


def claims_of(pattern: Pattern) -> list[proof.Claim]:
    """Return the certificates in plain numbers; those of one move share it, however many there are."""
    known: dict[tuple[int, int], dict[int, int]] = {}
    claims = []
    for c in pattern.certificates:
        name = (id(c.support), id(c.moves))
        if name not in known:
            known[name] = dict(zip(c.support.tolist(), c.moves.tolist(), strict=True))
        claims.append(proof.Claim(c.cell, c.direction.value, c.reach, known[name]))
    return claims


def ends_of(protections: Sequence[Protection]) -> list[proof.Ends]:
    """Return the intervals asked for in plain numbers."""
    return [proof.Ends(p.cell, p.low, p.high) for p in protections]


def evidence_of(
    system: System, protections: Sequence[Protection], pattern: Pattern, knowing: Sequence[int] = ()
) -> dict[str, object]:
    """Return all that is needed to check a pattern again, for storage: it holds true values and stays inside."""
    return proof.to_json(facts_of(system, pattern), ends_of(protections), claims_of(pattern), knowing)


def unproved(
    system: System, protections: Sequence[Protection], pattern: Pattern, knowing: Sequence[int] = ()
) -> list[tuple[int, str]]:
    """Check every certificate of a pattern; return what none of them proves."""
    return proof.unproved(facts_of(system, pattern), ends_of(protections), claims_of(pattern), knowing)


def _rows(matrix: csr_matrix) -> list[list[tuple[int, int]]]:
    columns, data, ends = matrix.indices.tolist(), matrix.data.tolist(), matrix.indptr.tolist()
    return [list(zip(columns[start:end], data[start:end], strict=True)) for start, end in pairwise(ends)]
