"""`ecluse protect`: protect a table of results by a disclosure profile, and prove it."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from ecluse_platform.cli.base import ExitCode, Policies, fail, policies_or_exit
from ecluse_platform.cli.progress import Bar
from ecluse_platform.cli.public import known_to_all
from ecluse_platform.cli.tables import Columns, read_columns, read_document, write_protected
from ecluse_platform.core.disclosure.gate import possible_of
from ecluse_platform.core.disclosure.protecting import Protected, protect_table
from ecluse_platform.core.disclosure.query import Kind
from ecluse_platform.core.disclosure.table import Role
from ecluse_platform.core.disclosure.tabular.checking import Declared, read_declared
from ecluse_platform.core.disclosure.tabular.spec import TableSpec
from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.refusals import Refusal

protect = typer.Typer(add_completion=False)

_OWNER_ONLY = 0o600


@protect.command()
def run(
    table: Annotated[Path, typer.Argument(help="The table: CSV in UTF-8, or Parquet.", metavar="TABLE")],
    spec: Annotated[Path, typer.Option(help="What its columns are.", metavar="SPEC.yaml")],
    out: Annotated[Path, typer.Option(help="Folder for protected.csv and report.json.", metavar="DIR")],
    profile: Annotated[
        str, typer.Option(help="A profile of the policies by name, or a file.", metavar="PROFILE")
    ] = "snds",
    proof: Annotated[
        Path | None, typer.Option(help="Write the certificates here. They hold true values.", metavar="FILE")
    ] = None,
    policies: Policies = None,
) -> None:
    """Hide what must be hidden in a table, and prove it; protected.csv may leave, all else stays inside.

    Ends with 0 when the table is protected and every interval was proved or attacked, 3 when it cannot be, 2 for input
    that is wrong.
    """
    began = time.monotonic()
    rules = _profile(profile, policies)
    described = read_document(spec, TableSpec)
    columns = read_columns(table)
    try:
        declared = read_declared(described, columns, rules.total_label)
    except Refusal as refusal:
        fail(f"{table}: {refusal.reason.en}\n{refusal.next_step.en}")
    bar = Bar("protecting")
    try:
        found = protect_table(
            declared.layout, declared.statistics, declared.measures, rules, reviewed=False, bounds=False, progress=bar
        )
    except Refusal as refusal:
        _write(out, {"verdict": "FAIL", **refusal.as_json(), "seconds": round(time.monotonic() - began, 3)})
        fail(f"{refusal.reason.en}\n{refusal.next_step.en}", ExitCode.REFUSED)
    finally:
        bar.close()
    _write(out, _report(declared, found, time.monotonic() - began))
    _write_table(out, described, columns, declared, found)
    _write_private(out / "public.json", known_to_all(described, declared, found, rules).model_dump_json(indent=1))
    if proof is not None:
        evidence = {one.name: one.as_evidence() for one in found.proofs}
        _write_private(proof, json.dumps(evidence, separators=(",", ":")))
        typer.echo(f"{proof} holds true values: it stays inside, with whoever may see the table itself.", err=True)
    summary = found.table.summary
    typer.echo(
        f"{found.table.published} cells published, {summary.primary} primary and {summary.secondary} secondary hidden; "
        f"{summary.certificates} of {summary.ends} ends certified, {summary.attacked} attacked"
    )


def _profile(named: str, policies: Path | None) -> DisclosureProfile:
    path = Path(named)
    if path.suffix in {".yaml", ".yml"} or path.is_file():
        return read_document(path, DisclosureProfile)
    known = policies_or_exit(policies).disclosure
    if named not in known:
        fail(f"there is no profile {named}. Known: {', '.join(sorted(known))}; or name a file.")
    return known[named]


def _report(declared: Declared, found: Protected, seconds: float) -> dict[str, Any]:
    summary = found.table.summary
    return {
        "verdict": "PASS",
        "published": found.table.published,
        "primary": summary.primary,
        "secondary": summary.secondary,
        "kept_percent": summary.kept_percent,
        "ends": summary.ends,
        "certificates": summary.certificates,
        "whole": summary.whole,
        "attacked": summary.attacked,
        "seconds": round(seconds, 3),
        "audit": _audit(declared, found),
    }


def _audit(declared: Declared, found: Protected) -> list[dict[str, Any]]:
    """List every hidden cell with what is proved possible for it; ``protected`` says that this is what was asked."""
    ends = {proof.name: possible_of(proof) for proof in found.proofs}
    asked = {proof.name: {p.cell: p for p in proof.protections} for proof in found.proofs}
    published = np.flatnonzero(declared.layout.published).tolist()
    audit = []
    for cell, row in zip(published, found.table.rows, strict=True):
        if row.finding is None:
            continue
        labels = {
            dimension.name: dimension.categories[int(code)]
            for dimension, code in zip(declared.layout.dimensions, declared.layout.codes[cell], strict=True)
        }
        for measure in found.table.measures:
            low, high = ends[measure.quantities[0]]
            scale = 10 ** (declared.statistics.sums[measure.of].scale if measure.kind is Kind.SUM else 0)
            need = asked[measure.quantities[0]].get(cell)
            audit.append(
                {
                    "dimensions": labels,
                    "measure": measure.name,
                    "status": row.finding.role.value,
                    "rule": row.finding.rule.value,
                    "lo": round(float(low[cell]) / scale, 6),
                    "hi": round(float(high[cell]) / scale, 6),
                    "protected": row.finding.role is Role.SECONDARY
                    or need is None
                    or bool(low[cell] <= need.low and high[cell] >= need.high),
                }
            )
    return audit


def _write_table(out: Path, spec: TableSpec, columns: Columns, declared: Declared, found: Protected) -> None:
    rows = dict(zip(np.flatnonzero(declared.layout.published).tolist(), found.table.rows, strict=True))
    visible = [rows[cell].finding is None for cell in declared.cells.tolist()]
    shown = {measure.name: visible.__getitem__ for measure in declared.measures}
    write_protected(out / "protected.csv", columns, shown, [dimension.name for dimension in spec.dimensions])


def _write(out: Path, report: dict[str, Any]) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        _write_private(out / "report.json", json.dumps(report, ensure_ascii=False, indent=1))
    except OSError as error:
        fail(f"{out}: cannot be written: {error.strerror}. Choose another folder with --out.")


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY), "w", encoding="utf-8") as file:
        file.write(text)
