"""Screen one query: plan it again, run it apart, protect what comes back; only then answer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from ecluse_platform.compute.extracts import Extract, ExtractDamaged, current_extract
from ecluse_platform.compute.job import Fault, Job, Outcome, View
from ecluse_platform.compute.runner import run
from ecluse_platform.core.disclosure import ProtectedTable, VerifiedQuery, plan_query, protect
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.catalogue import Catalogue, TableKind
from ecluse_platform.core.policy.platform import Queries
from ecluse_platform.core.policy.project import Project
from ecluse_platform.core.refusals import Refusal


@dataclass(frozen=True)
class Screened:
    """A table that may be looked at, and the version of the data it was computed on."""

    extract_version: str
    table: ProtectedTable


async def screen(bundle: PolicyBundle, extracts: Path, project_id: str, sql: str) -> Screened | Fault:
    """Return the protected table of a query, or the kind of fault that kept it; raise Refusal for a query to change.

    Nothing is taken from the asker but the project's id and the text: tables, columns, thresholds and limits are those
    of the policies as they are now.
    """
    project = bundle.project(project_id)
    if project is None:
        raise Refusal("unknown_project")
    profile, queries = bundle.profile_of(project), bundle.platform.queries
    query = plan_query(bundle.catalogue, project, profile, sql, queries.sql_characters)
    try:
        extract = await asyncio.to_thread(current_extract, extracts, project.id)
        job = _job(query, extract, bundle.catalogue, project, queries, profile.max_cells)
    except ExtractDamaged:
        return Fault.EXTRACT
    outcome = await run(job)
    return _screened(outcome, query, bundle, project, extract.version)


def _screened(
    outcome: Outcome, query: VerifiedQuery, bundle: PolicyBundle, project: Project, version: str
) -> Screened | Fault:
    if outcome.types is not None:
        raise Refusal("sql_types", {"detail": outcome.types})
    if outcome.cells is None:
        return outcome.fault or Fault.CRASH
    return Screened(version, protect(query, outcome.cells, bundle.profile_of(project)))


def _job(
    query: VerifiedQuery, extract: Extract, catalogue: Catalogue, project: Project, queries: Queries, most_cells: int
) -> Job:
    return Job(
        sql=query.guarded_sql,
        folder=str(extract.folder),
        views={name: _view(name, extract, catalogue, project) for name in query.tables},
        dimensions=len(query.dimensions),
        most_cells=most_cells,
        seconds=queries.seconds,
        memory_mib=queries.memory_mib,
        threads=queries.threads,
    )


def _view(name: str, extract: Extract, catalogue: Catalogue, project: Project) -> View:
    if name not in extract.files:
        raise ExtractDamaged(f"it has no table {name}")
    table = catalogue.tables[name]
    granted = next(t.columns for t in project.data.tables if t.name == name)
    return View(
        files=tuple(str(path) for path in extract.files[name]),
        columns={column: table.columns[column].type for column in granted if column in table.columns},
        private=table.kind is TableKind.PRIVATE,
    )
