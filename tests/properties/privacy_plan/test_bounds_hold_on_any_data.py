from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from ecluse_platform.core.privacy.bounding import bounding
from ecluse_platform.core.privacy.query import PrivateQuery
from private_rows import PERSONS, Database
from private_world import bounds, planned

SALT = "0123456789abcdef" * 2
EDGES = (Decimal(0), Decimal(15), Decimal(30))
LINES = "month(EXE_SOI_DTD) m, DPN_QLF is null d"
QUESTIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "persons, rows and sums": (
        f"select {LINES}, count(distinct BEN_NIR_PSA) p, count(*) n, sum(PRS_PAI_MNT) s from ER_PRS_F group by all",
        {"bounds": bounds(s=(-5, 40))},
    ),
    "means and deviations": (
        f"select {LINES}, avg(PRS_ACT_QTE) a, stddev(PRS_ACT_QTE) s from ER_PRS_F group by all",
        {"bounds": bounds(a=(0, 2), s=(0, 2))},
    ),
    "proportions and distinct values": (
        (
            f"select {LINES}, count(distinct case when PRS_ACT_QTE > 1 then BEN_NIR_PSA end) / "
            "count(distinct BEN_NIR_PSA) p, count(distinct BEN_RES_DPT) r from ER_PRS_F group by all"
        ),
        {},
    ),
    "quantiles": (
        f"select {LINES}, quantile_cont(PRS_PAI_MNT, 0.5) q, histogram(PRS_PAI_MNT) h from ER_PRS_F group by all",
        {"edges": {"q": EDGES, "h": EDGES}},
    ),
    "unknown categories": (
        "select BEN_RES_DPT r, count(distinct BEN_NIR_PSA) p, count(*) n from ER_PRS_F group by all",
        {},
    ),
    "through two joins and a group": (
        (
            "select c m, sum(n) s from (select b.BEN_IDT_ANO, count(*) n, min(month(m.EXE_SOI_DTD)) c from T_MCO_C m "
            "join IR_BEN_R b on m.NIR_ANO_17 = b.BEN_NIR_PSA join T_MCO_B x using (ANNEE, ETA_NUM, RSA_NUM) group by 1"
            ") group by 1"
        ),
        {"bounds": bounds(s=(0, 3))},
    ),
}


def numbers(database: Database, query: PrivateQuery) -> dict[str, Counter[tuple[Any, ...]]]:
    """Return each vector's whole number in each cell, as the bounding SQL gives it."""
    statements = bounding(query, SALT)
    for statement in statements.prepare:
        database.connection.execute(statement)
    size = len(query.dimensions)
    found: dict[str, Counter[tuple[Any, ...]]] = {vector.name: Counter() for vector in query.vectors}
    for row in database.connection.execute(statements.sums).fetchall():
        for name, number in zip(statements.summed, row[size:], strict=True):
            found[name][row[:size]] = int(number or 0)
    for name, sql in statements.distinct.items():
        found[name].update({row[:size]: int(row[size]) for row in database.connection.execute(sql).fetchall()})
    for kind, name in (("VIEW", "__kept"), ("TABLE", "__cells"), ("TABLE", "__beyond")):
        database.connection.execute(f'DROP {kind} "{name}"')
    return found


@pytest.mark.parametrize("question", sorted(QUESTIONS))
@pytest.mark.parametrize("seed", range(4))
def test_one_person_changes_no_more_than_was_planned(question: str, seed: int) -> None:
    """In at most so many cells, by at most so much in each; disjoint vectors together by no more than one of them."""
    sql, given = QUESTIONS[question]
    query = planned(sql, **{"cells": 2, "rows": 2, **given})
    database = Database(seed, broken=seed % 2 == 1)
    vectors = {vector.name: vector for vector in query.vectors}
    everybody = numbers(database, query)
    for person in range(PERSONS):
        database.without(person)
        others = numbers(database, query)
        changed = {
            name: {cell: abs(everybody[name][cell] - others[name][cell]) for cell in {*everybody[name], *others[name]}}
            for name in vectors
        }
        for name, vector in vectors.items():
            assert max(changed[name].values(), default=0) <= vector.largest(query.rows)
            assert sum(1 for change in changed[name].values() if change) <= query.cells
        for measurement in query.measurements:
            if measurement.disjoint:
                largest = max(vectors[name].largest(query.rows) for name in measurement.vectors)
                cells = {cell for name in measurement.vectors for cell in changed[name]}
                for cell in cells:
                    assert sum(changed[name].get(cell, 0) for name in measurement.vectors) <= largest
