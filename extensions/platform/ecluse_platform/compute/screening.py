"""Screen one query: plan it again, run and protect it apart; only then answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from ecluse_platform.compute.extracts import Extract, ExtractDamaged, current_extract
from ecluse_platform.compute.job import Answer, Earlier, Fault, Job, Limits, Outcome, Remembering, View
from ecluse_platform.compute.runner import Watcher, run
from ecluse_platform.compute.settings import Settings
from ecluse_platform.core.disclosure.queries.plan import plan_query
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.catalogue import Catalogue, TableKind
from ecluse_platform.core.policy.platform import Queries
from ecluse_platform.core.policy.project import Project
from ecluse_platform.core.refusals import Refusal

_FOLDER_MODE = 0o700


@dataclass(frozen=True)
class Question:
    """What somebody asks: a query of a project, under which name to remember it, and what it was told before."""

    project: str
    sql: str
    item: str | None
    earlier: tuple[Earlier, ...]


@dataclass(frozen=True)
class Screened:
    """A table that may be looked at, with all that goes with it, and the version of the data it was computed on."""

    extract_version: str
    answer: Answer


async def screen(bundle: PolicyBundle, settings: Settings, question: Question, watcher: Watcher) -> Screened | Fault:
    """Return the protected table of a query, or the kind of fault that kept it; raise Refusal for a query to change.

    Nothing is taken from the asker but the question: tables, columns, rules and limits are those of the policies as
    they are now.
    """
    project = bundle.project(question.project)
    if project is None:
        raise Refusal("unknown_project")
    profile, queries = bundle.profile_of(project), bundle.platform.queries
    query = plan_query(bundle.catalogue, project, profile, question.sql, queries.sql_characters)
    try:
        extract = await asyncio.to_thread(current_extract, settings.extracts, project.id, settings.extract_key)
        views = views_of(query.tables, extract, bundle.catalogue, project)
    except ExtractDamaged:
        return Fault.EXTRACT
    remembering = await asyncio.to_thread(_remembering, question, project, queries, settings)
    job = Job(
        query=query,
        profile=profile,
        folder=str(extract.folder),
        views=views,
        limits=limits_of(queries),
        remembering=remembering,
    )
    return _screened(await run(job, watcher), extract.version)


def _screened(outcome: Outcome, version: str) -> Screened | Fault:
    if outcome.refusal is not None:
        told = outcome.refusal
        raise Refusal(told.code, told.fields, proposals=told.proposals)
    if outcome.answer is None:
        return outcome.fault or Fault.CRASH
    return Screened(version, outcome.answer)


def limits_of(queries: Queries) -> Limits:
    """Return what policy gives to one query."""
    return Limits(
        seconds=queries.seconds,
        protection_seconds=queries.protection_seconds,
        memory_mib=queries.memory_mib,
        threads=queries.threads,
        cells=queries.cells,
    )


def _remembering(question: Question, project: Project, queries: Queries, settings: Settings) -> Remembering | None:
    if question.item is None:
        return None
    folder = settings.history / project.id
    folder.mkdir(mode=_FOLDER_MODE, exist_ok=True)
    return Remembering(
        folder=str(folder),
        item=question.item,
        earlier=question.earlier,
        most_atoms=queries.history_atoms,
        mib=queries.history_mib,
        evidence_key=str(settings.evidence_key),
    )


def views_of(names: Iterable[str], extract: Extract, catalogue: Catalogue, project: Project) -> dict[str, View]:
    """Return tables as a query of a project sees them; raise ExtractDamaged where one is not there."""
    return {name: _view(name, extract, catalogue, project) for name in names}


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
