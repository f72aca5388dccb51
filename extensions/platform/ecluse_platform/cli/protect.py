"""`ecluse protect`: protect a table of results by a disclosure profile, and prove it."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from ecluse_platform.cli.base import ExitCode, Policies, fail
from ecluse_platform.cli.findings import hidden_by, not_declared, verdict_of
from ecluse_platform.cli.progress import Bar
from ecluse_platform.cli.public import known_to_all, profile_or_exit
from ecluse_platform.cli.tables import (
    PUBLISHED,
    ROUNDED,
    Columns,
    read_columns,
    read_document,
    status_of,
    write_protected,
)
from ecluse_platform.core.disclosure.advice import NotProtectable
from ecluse_platform.core.disclosure.attack.publication import Reals
from ecluse_platform.core.disclosure.gate import Proof, bounds_of, possible_of
from ecluse_platform.core.disclosure.protecting import Protected, protect_table
from ecluse_platform.core.disclosure.query import Kind
from ecluse_platform.core.disclosure.table import Role
from ecluse_platform.core.disclosure.tabular.checking import Declared, read_declared
from ecluse_platform.core.disclosure.tabular.linked import link
from ecluse_platform.core.disclosure.tabular.spec import TableSpec
from ecluse_platform.core.disclosure.tabular.structure import Integers
from ecluse_platform.core.disclosure.verdict import Verdict
from ecluse_platform.core.policy.disclosure import DisclosureProfile, Method
from ecluse_platform.core.refusals import Refusal

protect = typer.Typer(add_completion=False)

_OWNER_ONLY = 0o600


@protect.command()
def run(
    tables: Annotated[list[Path], typer.Argument(help="The table: CSV in UTF-8, or Parquet.", metavar="TABLE...")],
    spec: Annotated[list[Path], typer.Option(help="What its columns are; once for each table.", metavar="SPEC.yaml")],
    out: Annotated[Path, typer.Option(help="Folder for protected.csv and report.json.", metavar="DIR")],
    profile: Annotated[
        str, typer.Option(help="A profile of the policies by name, or a file.", metavar="PROFILE")
    ] = "snds",
    proof: Annotated[
        Path | None, typer.Option(help="Write the certificates here. They hold true values.", metavar="FILE")
    ] = None,
    policies: Policies = None,
) -> None:
    """Hide what must be hidden in a table, and prove it; protected.csv may leave, report.json stays inside.

    Where the profile rounds, every count is written rounded, and the attacker says whether that is enough.

    Several tables about the same persons are protected together: cells that they share are hidden in all or in none;
    each gets a folder of its own in DIR. Ends with 0 when all is protected, proved and attacked, 3 when it cannot be, 2
    for input that is wrong. The report's verdict is REVIEW where a rule of the profile wanted more than was declared.
    """
    began = time.monotonic()
    if len(tables) != len(spec):
        fail(f"there are {len(tables)} tables and {len(spec)} descriptions: give one --spec for each table.")
    rules = profile_or_exit(profile, policies)
    files = [_read(table, description, rules) for table, description in zip(tables, spec, strict=True)]
    try:
        linked = link([file.declared for file in files])
    except Refusal as refusal:
        fail(f"{refusal.reason.en}\n{refusal.next_step.en}")
    folders = _cleared(out, files)
    found = _protected(linked.table, rules, out, began)
    rows = dict(zip(np.flatnonzero(linked.table.layout.published).tolist(), found.table.rows, strict=True))
    findings = hidden_by(rows, linked.cells) + not_declared([file.spec for file in files], rules)
    _write(out, _report(linked.table, found, findings, time.monotonic() - began))
    if verdict_of(findings) is Verdict.REVIEW:
        typer.echo("REVIEW: " + "; ".join(one["reason"]["en"] for one in findings if one["action"] == "look"), err=True)
    if proof is not None:
        evidence = {one.name: one.as_evidence() for one in found.proofs}
        _write_private(proof, json.dumps(evidence, separators=(",", ":")))
        typer.echo(f"{proof} holds true values: it stays inside, with whoever may see the table itself.", err=True)
    for folder, file, cells in zip(folders, files, linked.cells, strict=True):
        folder.mkdir(exist_ok=True)
        _write_table(folder, file, cells, linked.table, found)
        known = known_to_all(file.spec, linked.table, rules)
        _write_private(folder / "public.json", known.model_dump_json(indent=1))
    summary = found.table.summary
    if rules.method is not Method.SUPPRESSION:
        typer.echo(f"{found.table.published} cells rounded; {summary.attacked} ends left to the attacker")
        return
    typer.echo(
        f"{found.table.published} cells published, {summary.primary} primary and {summary.secondary} secondary hidden; "
        f"{summary.certificates} of {summary.ends} ends certified, {summary.attacked} left to the attacker alone"
    )


@dataclass(frozen=True, eq=False)
class _File:
    path: Path
    spec: TableSpec
    columns: Columns
    declared: Declared


def _read(table: Path, description: Path, rules: DisclosureProfile) -> _File:
    described = read_document(description, TableSpec)
    columns = read_columns(table)
    try:
        _check_free(described, columns)
        return _File(table, described, columns, read_declared(described, columns, rules.total_label))
    except Refusal as refusal:
        fail(f"{table}: {refusal.reason.en}\n{refusal.next_step.en}")


def _cleared(out: Path, files: list[_File]) -> list[Path]:
    """Return the folder of each table, without what an earlier run left: a refusal must not stand beside a table."""
    folders = [out / f"{number}-{file.path.stem}" for number, file in enumerate(files, 1)] if len(files) > 1 else [out]
    try:
        for folder in folders:
            (folder / "protected.csv").unlink(missing_ok=True)
    except OSError as error:
        fail(f"{out}: cannot be written: {error.strerror}. Choose another folder with --out.")
    return folders


def _check_free(described: TableSpec, columns: Columns) -> None:
    """Refuse a file that has a column of the name that the status of a measure will have."""
    names = [count.name for count in described.counts] + [magnitude.name for magnitude in described.magnitudes]
    for column in map(status_of, names):
        if column in columns:
            raise Refusal("table_column_reserved", {"column": column})


def _protected(declared: Declared, rules: DisclosureProfile, out: Path, began: float) -> Protected:
    bar = Bar("protecting")
    try:
        return protect_table(
            declared.layout, declared.statistics, declared.measures, rules, reviewed=False, bounds=False, progress=bar
        )
    except Refusal as refusal:
        _write(out, {"verdict": Verdict.FAIL.name, **refusal.as_json(), "seconds": round(time.monotonic() - began, 3)})
        words = [refusal.reason.en, refusal.next_step.en]
        if isinstance(refusal, NotProtectable):
            words += [f"- {proposal.en}" for proposal in refusal.proposals]
        fail("\n".join(words), ExitCode.REFUSED)
    finally:
        bar.close()


def _report(declared: Declared, found: Protected, findings: list[dict[str, Any]], seconds: float) -> dict[str, Any]:
    summary = found.table.summary
    return {
        "verdict": verdict_of(findings).name,
        "published": found.table.published,
        "primary": summary.primary,
        "secondary": summary.secondary,
        "kept_percent": summary.kept_percent,
        "ends": summary.ends,
        "certificates": summary.certificates,
        "whole": summary.whole,
        "attacked": summary.attacked,
        "seconds": round(seconds, 3),
        "findings": findings,
        "audit": _audit(declared, found),
    }


def _audit(declared: Declared, found: Protected) -> list[dict[str, Any]]:
    """List every hidden cell with what is possible for it; ``protected`` says that this holds what was asked.

    Ends are those that certificates prove; where one is missing, those that the attacker computed.
    """
    ends = {proof.name: _ends(declared, found, proof) for proof in found.proofs}
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


def _ends(declared: Declared, found: Protected, proof: Proof) -> tuple[Reals, Reals]:
    low, high = possible_of(proof)
    missing = {cell for cell, _ in proof.uncertified() if cell < declared.layout.size}
    if missing:
        rows = zip(np.flatnonzero(declared.layout.published).tolist(), found.table.rows, strict=True)
        hidden = np.zeros(declared.layout.size, dtype=bool)
        hidden[[cell for cell, row in rows if row.finding is not None]] = True
        own = [one for one in found.proofs if one.quantity.additive]
        seen = bounds_of(declared.layout, own, hidden)
        for cell in missing:
            low[cell], high[cell] = (ends[own.index(proof)][cell] for ends in seen)
    return low, high


def _write_table(out: Path, file: _File, cells: Integers, declared: Declared, found: Protected) -> None:
    rows = dict(zip(np.flatnonzero(declared.layout.published).tolist(), found.table.rows, strict=True))
    rounds = found.table.obeys.method is not Method.SUPPRESSION
    shown: dict[str, list[str | None]] = {}
    for number, measure in enumerate(declared.measures):
        own = [rows[cell].values[number] for cell in cells.tolist()]
        if rounds:
            shown[measure.name] = [str(value) for value in own]
        else:
            # As it was written in the file, to the last zero.
            written = zip(own, file.columns[measure.name], strict=True)
            shown[measure.name] = [None if value is None else text for value, text in written]
    kept = [dimension.name for dimension in file.spec.dimensions]
    write_protected(out / "protected.csv", file.columns, shown, kept, ROUNDED if rounds else PUBLISHED)


def _write(out: Path, report: dict[str, Any]) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        _write_private(out / "report.json", json.dumps(report, ensure_ascii=False, indent=1))
    except OSError as error:
        fail(f"{out}: cannot be written: {error.strerror}. Choose another folder with --out.")


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read."""
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
    except OSError as error:
        fail(f"{path}: cannot be written: {error.strerror}. Choose another place.")
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(text)
