"""A small catalogue, a project and data of known persons, for tests of queries and of their protection."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from ecluse_platform.core.policy.catalogue import Catalogue
from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.policy.privacy import PrivacyProfile
from ecluse_platform.core.policy.project import Project
from signed_extracts import write_key, write_signed

PROJECT = "petit-projet"
VERSION = "20261123T120000Z-0123abcd"
LONGEST_SQL = 20_000


def _text(words: str) -> dict[str, str]:
    return {"fr": words, "en": words}


def _column(kind: str, column_class: str, space: str | None = None, **more: Any) -> dict[str, Any]:
    named = {"pseudonym": space} if space else {}
    return {"type": kind, "class": column_class, "label": _text("x"), **named, **more}


def _table(kind: str, columns: dict[str, Any], **more: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {"primary_key": [], "keys": [], "owner": None, "care_date": None}
    return {"title": _text("x"), "kind": kind, "columns": columns, **empty, **more}


_TABLES = {
    "BEN": _table(
        "private",
        {
            "PSA": _column("VARCHAR", "pseudonym", "psa"),
            "RNG": _column("SMALLINT", "technical_key"),
            "IDT": _column("VARCHAR", "pseudonym", "idt"),
            "SEX": _column("SMALLINT", "dimension"),
            "BIRTH": _column("VARCHAR", "dimension"),
            "DPT": _column("VARCHAR", "dimension"),
            "COM": _column("VARCHAR", "potential_identifier", identifier="residence"),
            "DEATH": _column("DATE", "potential_identifier", identifier="death_date"),
            "SECRET": _column("VARCHAR", "dimension"),
        },
        primary_key=["PSA", "RNG"],
        keys=[{"domain": "psa_rng", "columns": ["PSA", "RNG"]}, {"domain": "idt", "columns": ["IDT"]}],
        owner="psa_rng",
    ),
    "PRS": _table(
        "private",
        {
            "FLX": _column("DATE", "technical_key"),
            "NUM": _column("INTEGER", "technical_key"),
            "PSA": _column("VARCHAR", "pseudonym", "psa"),
            "RNG": _column("SMALLINT", "technical_key"),
            "DAY": _column("DATE", "date"),
            "NAT": _column("INTEGER", "dimension"),
            "SPE": _column("SMALLINT", "dimension"),
            "EUR": _column("DECIMAL(10,2)", "measure", bounds={"low": -1000, "high": 100000}),
            "DOC": _column("VARCHAR", "pseudonym", "doc"),
            "PFS": _column("VARCHAR", "professional", "pfs"),
        },
        primary_key=["FLX", "NUM"],
        keys=[{"domain": "k2", "columns": ["FLX", "NUM"]}, {"domain": "psa_rng", "columns": ["PSA", "RNG"]}],
        owner="psa_rng",
    ),
    "PHA": _table(
        "private",
        {
            "FLX": _column("DATE", "technical_key"),
            "NUM": _column("SMALLINT", "technical_key"),
            "CIP": _column("VARCHAR", "dimension"),
            "QTY": _column("SMALLINT", "measure", bounds={"low": 0, "high": 1000}),
            "DOSE": _column("DOUBLE", "measure", bounds={"low": 0, "high": 10}),
            "WEIGHT": _column("DECIMAL(10,2)", "measure"),
        },
        keys=[{"domain": "k2", "columns": ["FLX", "NUM"]}],
        owner="k2",
    ),
    "DRUG": _table(
        "reference",
        {
            "CIP": _column("VARCHAR", "dimension"),
            "LAB": _column("VARCHAR", "dimension"),
            "ATC": _column("VARCHAR", "dimension"),
        },
        primary_key=["CIP", "LAB"],
    ),
    "DPT_V": _table(
        "reference",
        {"CODE": _column("VARCHAR", "dimension"), "NAME": _column("VARCHAR", "dimension")},
        primary_key=["CODE"],
    ),
    "DAY_V": _table(
        "reference",
        {"DAY": _column("DATE", "dimension"), "LABEL": _column("VARCHAR", "dimension")},
        primary_key=["DAY"],
    ),
    "OTHER": _table(
        "private",
        {"X": _column("VARCHAR", "pseudonym", "x"), "Y": _column("INTEGER", "dimension")},
        keys=[{"domain": "x", "columns": ["X"]}],
        owner="x",
    ),
    "FORBIDDEN": _table("reference", {"A": _column("VARCHAR", "dimension")}, primary_key=["A"]),
}


@functools.cache
def catalogue() -> Catalogue:
    """Return the small catalogue."""
    content = {"name": "small", "title": _text("small"), "identifiers_per_person": 4, "tables": _TABLES}
    return Catalogue.model_validate_json(json.dumps(content))


@functools.cache
def project() -> Project:
    """Return a project that is granted every table but FORBIDDEN, and every column but BEN.SECRET."""
    tables = [
        {"name": name, "columns": [column for column in table["columns"] if column != "SECRET"]}
        for name, table in _TABLES.items()
        if name != "FORBIDDEN"
    ]
    content = {
        "id": PROJECT,
        "title": _text("small"),
        "permit": {
            "reference": "TEST",
            "controller": "Test",
            "purpose": _text("test"),
            "start": "2026-01-01",
            "end": "2027-01-01",
            "grace_days": 30,
        },
        "members": [{"name": "researcher1", "role": "researcher"}],
        "data": {
            "years": [2022],
            "departments": None,
            "regions": None,
            "cohort": None,
            "potential_identifiers": ["COM", "DEATH"],
            "crossings": [["COM", "DEATH"]],
            "encryption": "none",
            "tables": tables,
        },
        "image": "python",
        "resources": {"memory_mib": 512, "cpus": 1.0, "pids": 64, "tmp_mib": 16},
        "disclosure": "small",
        "privacy": None,
        "release": {"lanes": ["verified_query"], "stewards": 1, "open_requests": 5, "tables_per_request": 5},
    }
    return Project.model_validate_json(json.dumps(content))


def private_project() -> Project:
    """Return the same project with the lane of private answers open, on the small profile of privacy."""
    content = json.loads(project().model_dump_json())
    content["privacy"] = "small"
    content["release"]["lanes"].append("private_query")
    return Project.model_validate_json(json.dumps(content))


def privacy(accounting: str = "pure", **others: Any) -> PrivacyProfile:
    """Return a profile of privacy with ample room; ``others`` replaces any key."""
    content = {
        "accounting": accounting,
        "budget": "1000",
        "delta": "0.001",
        "yearly": None,
        "largest_epsilon": "100",
        "largest_delta": "0.001",
        "cells": 60,
        "rows": 100,
        "usual_cells": 4,
        "usual_rows": 12,
        "most_cells": 10_000,
        "most_persons": 1_000_000,
        "nonnegative": True,
        "margins": "published_cells",
        "confidence_percent": 95,
        "clipped_percent": 10,
        "tick_seconds": 1,
        **others,
    }
    return PrivacyProfile.model_validate_json(json.dumps(content))


def profile(persons: int = 11, rows: int = 11, max_cells: int = 5000, **others: Any) -> DisclosureProfile:
    """Return the rules, with the thresholds asked for; ``others`` replaces any further key."""
    content: dict[str, Any] = {
        "threshold_persons": persons,
        "threshold_rows": rows,
        "threshold_professionals": 3,
        "threshold_establishments": 3,
        "zeros": "shown",
        "interval": {"low": 1, "high": persons},
        "interval_sums_percent": 20,
        "largest_share_percent": 85,
        "dominance": None,
        "p_percent": 10,
        "unanimous": "hide",
        "quantile_tail": persons,
        "knowing_singletons": True,
        "method": "suppression",
        "rounding_base": None,
        "costs": {"keep_totals": 2, "keep_recent": 1, "keep_large": True},
        "effort": {"work": 400_000_000, "trials": 60},
        "mark": "c",
        "total_label": "Total",
        "max_cells": max_cells,
        "max_dimensions": 4,
        "models": {
            "residual_df": 10,
            "leverage_review_percent": 20,
            "leverage_refuse_percent": 50,
            "cooks_percent": 100,
            "dfbetas_percent": 100,
            "person_share_percent": 10,
        },
        "curves": {"step_events": persons, "step_censored": persons, "at_risk": persons, "points": 60, "decimals": 4},
        "outputs": {"unknown": "review", "most_outputs": 50, "most_entries": 5000, "most_kib": 1024},
        **others,
    }
    return DisclosureProfile.model_validate(content)


@dataclass
class People:
    """Rows of the small tables, person by person."""

    ben: list[tuple[Any, ...]] = field(default_factory=list)
    prs: list[tuple[Any, ...]] = field(default_factory=list)
    pha: list[tuple[Any, ...]] = field(default_factory=list)

    def add(
        self,
        *,
        owner: int | None = 0,
        sex: int | None = 1,
        birth: str | None = "1950",
        dpt: str | None = "075",
        days: tuple[date, ...] = (),
        cips: tuple[str, ...] = (),
        nat: int = 1111,
        euros: tuple[Any, ...] = (10,),
        pfs: str | None = "",
    ) -> None:
        """Add one person, with a line of care for each day and a box of each drug on each line."""
        number = len(self.ben) + 1
        owner = number if owner == 0 else owner
        pfs = f"f{number % 7}" if pfs == "" else pfs
        psa = f"p{number:05}"
        self.ben.append((psa, 1, f"i{number:05}", sex, birth, dpt, "75056", None, "secret", owner))
        for at, day in enumerate(days):
            line = (day.replace(day=1), len(self.prs) + 1)
            eur = euros[at % len(euros)]
            self.prs.append((*line, psa, 1, day, nat, 1, eur, "d1", pfs, owner))
            self.pha.extend((*line, cip, 1, None, None, owner) for cip in cips)

    def write(self, extracts: Path) -> Path:
        """Write the extract of the small project, with its manifest; return its folder."""
        folder = extracts / PROJECT / VERSION
        entries = {}
        rows = {
            "BEN": self.ben,
            "PRS": self.prs,
            "PHA": self.pha,
            "OTHER": [],
            "DRUG": _DRUGS,
            "DPT_V": [],
            "DAY_V": [],
        }
        for name, content in rows.items():
            (folder / name).mkdir(parents=True)
            path = folder / name / "part-0.parquet"
            _write(name, content, path)
            entries[name] = {
                "rows": len(content),
                "files": [{"path": f"{name}/part-0.parquet", "bytes": path.stat().st_size}],
            }
        write_key(extracts)
        return write_signed(extracts / PROJECT, VERSION, entries)


_DRUGS = [("c1", "l", "A10BA02"), ("c2", "l", "A10BA02"), ("c3", "l", "J01CA04")]


def columns_of(name: str) -> dict[str, str]:
    """Return the columns of a table as they lie in files: owner included, for a private one."""
    owner = {"__u": "BIGINT"} if _TABLES[name]["kind"] == "private" else {}
    return {**{column: what["type"] for column, what in _TABLES[name]["columns"].items()}, **owner}


def fill(connection: duckdb.DuckDBPyConnection, people: People) -> None:
    """Make the small tables in a database."""
    rows = {"BEN": people.ben, "PRS": people.prs, "PHA": people.pha, "DRUG": _DRUGS}
    for name in _TABLES:
        _make(connection, name, rows.get(name, []))


def _make(connection: duckdb.DuckDBPyConnection, name: str, rows: list[tuple[Any, ...]]) -> None:
    columns = columns_of(name)
    connection.execute(f"CREATE TABLE {name} ({', '.join(f'{column} {kind}' for column, kind in columns.items())})")
    if rows:
        _insert(connection, name, rows)


def refill(connection: duckdb.DuckDBPyConnection, people: People) -> None:
    """Put other people in the small tables of a database."""
    for name, rows in {"BEN": people.ben, "PRS": people.prs, "PHA": people.pha}.items():
        connection.execute(f"DELETE FROM {name}")
        if rows:
            _insert(connection, name, rows)


def _insert(connection: duckdb.DuckDBPyConnection, name: str, rows: list[tuple[Any, ...]]) -> None:
    one = f"({', '.join('?' * len(rows[0]))})"
    values = [value for row in rows for value in row]
    connection.execute(f"INSERT INTO {name} VALUES {', '.join([one] * len(rows))}", values)


def _write(name: str, rows: list[tuple[Any, ...]], path: Path) -> None:
    with duckdb.connect() as connection:
        _make(connection, name, rows)
        connection.execute(f"COPY {name} TO '{path}' (FORMAT parquet)")
