"""The demonstration's catalogue, permit and privacy profile, as tests of private queries use them."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from ecluse_platform.compute.job import View
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.catalogue import TableKind
from ecluse_platform.core.privacy.ask import PrivacyAsk, Range
from ecluse_platform.core.privacy.plan import plan_private
from ecluse_platform.core.privacy.query import PrivateQuery
from ecluse_platform.policyfiles import load_policies

ROOT = Path(__file__).resolve().parents[1]
PROJECT = "avc-parcours"
_MOST_CHARACTERS = 20_000


@cache
def policies() -> PolicyBundle:
    """Return the policies of the repository."""
    return load_policies(ROOT / "policies")


def ask(**given: Any) -> PrivacyAsk:
    """Return what goes with a query: epsilon 1 and a delta, unless said otherwise."""
    return PrivacyAsk(**{"epsilon": Decimal(1), "delta": Decimal("0.0000001"), **given})


def bounds(**given: tuple[int, int]) -> dict[str, Range]:
    """Return ranges by output."""
    return {name: Range(low=Decimal(low), high=Decimal(high)) for name, (low, high) in given.items()}


def planned(sql: str, *, project: str = PROJECT, profile: str = "snds", **given: Any) -> PrivateQuery:
    """Plan a query as the demonstration's project would."""
    held = policies()
    return plan_private(
        held.catalogue, held.projects[project], held.privacy[profile], sql, _MOST_CHARACTERS, ask(**given)
    )


def asked_for(name: str) -> dict[str, Any]:
    """Return what a hand-written or benchmark query needs beside its text: bounds and edges that are public."""
    if "median(n)" in name:
        return {"edges": {"median(n)": (Decimal(0), Decimal(10), Decimal(20))}}
    given = {"b1": {"n_boites": (0, 30)}, "b3": {"age_moy": (0, 110), "age_sd": (0, 110)}}
    return {"bounds": bounds(**given[name])} if name in given else {}


def golden(name: str) -> str:
    """Return one of the benchmark queries."""
    return (ROOT / "tests" / "golden" / "queries" / f"{name}.sql").read_text(encoding="utf-8")


def create_tables(connection: duckdb.DuckDBPyConnection, project: str = PROJECT) -> None:
    """Create the project's tables, empty, as compute opens them: granted columns, and the owner of each row."""
    held = policies()
    for granted in held.projects[project].data.tables:
        table = held.catalogue.tables[granted.name]
        columns = [f'"{c}" {table.columns[c].type}' for c in table.columns if c in granted.columns]
        columns += ['"__u" BIGINT'] if table.kind is TableKind.PRIVATE else []
        connection.execute(f'CREATE TABLE "{granted.name}" ({", ".join(columns)})')


def views(project: str = PROJECT) -> dict[str, View]:
    """Return the project's tables as compute describes them."""
    held = policies()
    tables = {t.name: (held.catalogue.tables[t.name], t.columns) for t in held.projects[project].data.tables}
    return {
        name: View(
            files=("not read",),
            columns={c: table.columns[c].type for c in table.columns if c in granted},
            private=table.kind is TableKind.PRIVATE,
        )
        for name, (table, granted) in tables.items()
    }
