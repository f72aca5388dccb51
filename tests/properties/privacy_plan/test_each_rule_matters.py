from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ecluse_platform.core.privacy.plan import (
    distinct,
    expressions,
    grouping,
    joins,
    relation,
    select,
    set_operations,
    subqueries,
    totality,
    windows,
)
from ecluse_platform.core.refusals import Refusal
from private_queries import LINE_KEY
from private_rows import Database, problems
from private_world import planned
from private_written import as_written

Switch = Callable[[pytest.MonkeyPatch], None]


def without(module: Any, rule: str) -> Switch:
    """Take one rule out of the planner: the function that holds it does nothing."""
    return lambda patch: patch.setattr(module, rule, lambda *_args, **_named: None)


def allowing(module: Any, name: str, *less: str) -> Switch:
    """Take words off a list of what is refused."""

    def switch(patch: pytest.MonkeyPatch) -> None:
        listed = getattr(module, name)
        kept = {k: v for k, v in listed.items() if k not in less} if isinstance(listed, dict) else listed - set(less)
        patch.setattr(module, name, kept)

    return switch


def also(module: Any, name: str, *more: str) -> Switch:
    """Put words on a list of what is accepted."""
    return lambda patch: patch.setattr(module, name, getattr(module, name) | set(more))


def both(*switches: Switch) -> Switch:
    """Do several at once."""
    return lambda patch: [switch(patch) for switch in switches] and None


IDS = "IR_BEN_R a join KI_CCI_R b on a.BEN_IDT_ANO = b.BEN_IDT_ANO"
LINES = f"ER_PRS_F p join ER_PHA_F h using ({LINE_KEY})"
# The rule, how it is switched off, and a query by which its absence must be seen.
RULES: dict[str, tuple[Switch, str]] = {
    "the owner in JOIN": (without(joins, "tie"), f"select count(*) from {LINES}"),
    "a key of persons in JOIN": (
        without(joins, "require_key"),
        "select count(*) from ER_PRS_F a join ER_PRS_F b on a.EXE_SOI_DTD = b.EXE_SOI_DTD",
    ),
    "no public row kept by who is there": (
        without(joins, "require_persons_kept"),
        ("select r.PHA_ATC_CLA, count(*) from IR_PHA_R r left join ER_PHA_F h on h.PHA_PRS_C13 = r.PHA_CIP_C13 "
        "and h.PHA_ACT_QSN > 50 group by 1"),
    ),
    "the owner in GROUP BY": (
        without(grouping, "tie"),
        "select n, count(*) from (select BEN_IDT_ANO, count(*) n from IR_BEN_R group by 1) group by 1",
    ),
    "a key of persons in GROUP BY": (
        without(grouping, "require_key"),
        "select n, count(*) from (select EXE_SOI_DTD, count(*) n from ER_PRS_F group by 1) group by 1",
    ),
    "no aggregate over everybody": (
        without(grouping, "require_group"),
        "select x, count(*) from (select max(PRS_ACT_QTE) x from ER_PRS_F) group by 1",
    ),
    "a key of persons in DISTINCT": (
        without(distinct, "require_key"),
        "select count(*) from (select distinct BEN_RES_DPT from ER_PRS_F)",
    ),
    "the owner in OVER": (
        without(windows, "tie"),
        "select n, count(*) from (select count(*) over (partition by BEN_NIR_PSA) n from ER_PRS_F) group by 1",
    ),
    "a key of persons in OVER": (
        without(windows, "require_key"),
        "select n, count(*) from (select count(*) over (partition by BEN_RES_DPT) n from ER_PRS_F) group by 1",
    ),
    "only columns of one written value leave a key": (
        lambda patch: patch.setattr(relation.Equalities, "value", lambda _, ref: None if ref[1] == "eta_num" else "1"),
        ("select n, count(*) from (select ETA_NUM, count(*) n from (select ETA_NUM from T_MCO_B) group by 1) "
        "group by 1"),
    ),
    "no ties in OVER": (
        without(windows, "order_fully"),
        ("select q, count(*) from (select PRS_PAI_MNT q from ER_PRS_F "
        "qualify row_number() over (partition by BEN_NIR_PSA order by BEN_RNG_GEM) = 1) group by 1"),
    ),
    "the owner in a subquery": (
        without(subqueries, "tie"),
        ("select n, count(*) from (select (select count(*) from ER_PRS_F p where p.BEN_NIR_PSA = b.BEN_NIR_PSA) n "
        "from IR_BEN_R b) group by 1"),
    ),
    "a key of persons in a subquery": (
        without(subqueries, "require_key"),
        "select count(*) from IR_BEN_R where BEN_RES_DPT in (select BEN_RES_DPT from ER_PRS_F where DPN_QLF = 71)",
    ),
    "one row of a subquery": (
        without(subqueries, "require_one_row"),
        ("select x, count(*) from (select (select PRS_PAI_MNT from ER_PRS_F p where p.BEN_NIR_PSA = b.BEN_NIR_PSA) x "
        "from IR_BEN_R b) group by 1"),
    ),
    "an owner on both sides of a set operation": (
        without(set_operations, "require_owners"),
        "select x, count(*) from (select BEN_RES_DPT x from IR_BEN_R union all select 'z') group by 1",
    ),
    "a key of persons in UNION": (
        without(set_operations, "require_key"),
        "select count(*) from (select BEN_RES_DPT from ER_PRS_F union select BEN_RES_DPT from IR_BEN_R)",
    ),
    "no error of a row": (
        without(totality, "guard"),
        "select BEN_NAI_ANN::int y, count(*) from IR_BEN_R group by 1",
    ),
    "no overflow of a sum": (
        without(totality, "exactly"),
        ("select count(*) from (select BEN_NIR_PSA, sum(170141183460469231731687303715884105727) s "
        "from ER_PRS_F group by 1) where s > 0"),
    ),
    "no LIMIT": (
        also(select, "_CLAUSES", "limit"),
        "select q, count(*) from (select PRS_PAI_MNT q from ER_PRS_F limit 2) group by 1",
    ),
    "nothing volatile": (
        both(
            allowing(expressions, "_VOLATILE", "rand"), also(expressions, "_ROW_FUNCTIONS", "rand"),
        ),
        "select count(*) from ER_PRS_F where random() < 0.5",
    ),
    "nothing that depends on order": (
        both(allowing(expressions, "_ORDERED", "first"), also(expressions, "AGGREGATES", "first")),
        "select f, count(*) from (select BEN_NIR_PSA, first(PRS_PAI_MNT) f from ER_PRS_F group by 1) group by 1",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def databases() -> list[Database]:
    """Return small databases: two whose keys are true, two whose keys are broken."""
    return [Database(seed, broken=seed % 2 == 1) for seed in range(4)]


def seen(databases: list[Database], sql: str) -> list[str]:
    """Return what is wrong with a query on the databases, or that it is refused."""
    given = {"keys": {"r": (1,)}} if sql.startswith("select r,") else {}
    try:
        query = planned(sql, **given)
    except Refusal:
        return []
    written = as_written(sql, query)
    return [problem for database in databases for problem in problems(database, query, written)]


@pytest.mark.parametrize("rule", sorted(RULES))
def test_without_the_rule_the_proof_fails(
    rule: str, databases: list[Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its rules, the planner refuses the query or makes it right; without one of them, that is seen."""
    switch, sql = RULES[rule]
    assert seen(databases, sql) == []
    switch(monkeypatch)
    assert seen(databases, sql)
