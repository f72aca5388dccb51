"""Answer private queries: bound before they are paid for, planned again here, one of a project at a time, on a tick.

Whoever asks has paid already; what is answered, and when, tells no more than what was paid for.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ecluse_platform.compute.extracts import Extract, ExtractDamaged, current_extract
from ecluse_platform.compute.job import BindingJob, Fault, Outcome, PrivateJob, View
from ecluse_platform.compute.runner import run
from ecluse_platform.compute.screening import limits_of, views_of
from ecluse_platform.compute.settings import Settings
from ecluse_platform.core.permissions import check_lane_open
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.privacy import PrivacyProfile
from ecluse_platform.core.policy.project import Lane, Project
from ecluse_platform.core.privacy.answer import PrivateTable
from ecluse_platform.core.privacy.ask import PrivacyAsk
from ecluse_platform.core.privacy.plan import plan_private
from ecluse_platform.core.privacy.query import PrivateQuery
from ecluse_platform.core.refusals import Refusal

_SHORTEST_KEY = 32
_Found = TypeVar("_Found")
Place = Callable[[], AbstractAsyncContextManager[None]]


@dataclass(frozen=True)
class PrivateQuestion:
    """A private query of a project, and the version of its extract that was paid for; None before it was."""

    project: str
    sql: str
    ask: PrivacyAsk
    version: str | None = None


class Ticks:
    """Lets a project have one answer at a time, each at a multiple of the tick after its question."""

    def __init__(self) -> None:
        """Begin with nobody asking."""
        self._busy: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def answer(self, project: str, tick_seconds: int, work: Callable[[], Awaitable[_Found]]) -> _Found:
        """Return the outcome of some work at the next tick after its end, whatever the outcome is."""
        loop = asyncio.get_running_loop()
        asked = loop.time()
        async with self._busy[project]:
            try:
                return await work()
            finally:
                taken = loop.time() - asked
                await asyncio.sleep(tick_seconds - taken % tick_seconds)


@dataclass(frozen=True)
class _Planned:
    """A question as planned from the policies of this moment, on the extract of this moment."""

    project: Project
    profile: PrivacyProfile
    query: PrivateQuery
    extract: Extract
    views: dict[str, View]


async def version_of(bundle: PolicyBundle, settings: Settings, place: Place, question: PrivateQuestion) -> str | Fault:
    """Return the version of the extract that a question would be answered from; raise Refusal where it cannot be.

    Its types are bound to empty tables, so that a question that DuckDB would refuse is refused before it is paid for.
    """
    planned = await _planned(bundle, settings, question)
    if isinstance(planned, Fault):
        return planned
    job = BindingJob(query=planned.query, views=planned.views, limits=limits_of(bundle.platform.queries))
    async with place():
        outcome = await run(job)
    _raise_refused(outcome)
    return planned.extract.version if outcome.bound else Fault.CRASH


async def answer_privately(
    bundle: PolicyBundle, settings: Settings, ticks: Ticks, place: Place, question: PrivateQuestion
) -> PrivateTable | Fault:
    """Return the private table of a question, or a fault; raise Refusal for what the text alone forbids.

    ``place`` is waited for before a process is started.
    """
    planned = await _planned(bundle, settings, question)
    if isinstance(planned, Fault):
        return planned
    extract = planned.extract
    if extract.version != question.version:
        # Paid for another version: the asker finds the new one, and its own charge, at the next attempt.
        return Fault.EXTRACT
    try:
        salt = await asyncio.to_thread(salt_of, settings.sampling_key, extract.version)
    except OSError:
        return Fault.EXTRACT
    job = PrivateJob(
        query=planned.query,
        profile=planned.profile,
        disclosure=bundle.profile_of(planned.project),
        folder=str(extract.folder),
        views=planned.views,
        limits=limits_of(bundle.platform.queries),
        salt=salt,
    )
    return await ticks.answer(planned.project.id, planned.profile.tick_seconds, lambda: _run(job, place))


async def _planned(bundle: PolicyBundle, settings: Settings, question: PrivateQuestion) -> _Planned | Fault:
    project = _project(bundle, question.project)
    profile, queries = bundle.privacy_of(project), bundle.platform.queries
    check_lane_open(project, Lane.PRIVATE_QUERY)
    if profile is None:
        # Policies are checked when they are read: an open lane has a profile.
        return Fault.CRASH
    query = plan_private(bundle.catalogue, project, profile, question.sql, queries.sql_characters, question.ask)
    extract = await asyncio.to_thread(_extract, settings, project)
    if isinstance(extract, Fault):
        return extract
    try:
        views = views_of(query.tables, extract, bundle.catalogue, project)
    except ExtractDamaged:
        return Fault.EXTRACT
    return _Planned(project, profile, query, extract, views)


async def _run(job: PrivateJob, place: Place) -> PrivateTable | Fault:
    async with place():
        outcome = await run(job)
    _raise_refused(outcome)
    if outcome.private is not None:
        return outcome.private
    # Late, too large or broken: which of them could depend on a person.
    return Fault.EXTRACT if outcome.fault is Fault.EXTRACT else Fault.CRASH


def _raise_refused(outcome: Outcome) -> None:
    if outcome.refusal is not None:
        raise Refusal(outcome.refusal.code, outcome.refusal.fields)


def salt_of(key: Path, version: str) -> str:
    """Return the salt under which one extract is sampled: the same as long as it stays, unknown outside of compute."""
    secret = key.read_bytes().strip()
    if len(secret) < _SHORTEST_KEY:
        raise OSError("the sampling key is too short")
    return hmac.new(secret, version.encode(), hashlib.sha256).hexdigest()


def _project(bundle: PolicyBundle, project_id: str) -> Project:
    project = bundle.project(project_id)
    if project is None:
        raise Refusal("unknown_project")
    return project


def _extract(settings: Settings, project: Project) -> Extract | Fault:
    try:
        return current_extract(settings.extracts, project.id, settings.extract_key)
    except ExtractDamaged:
        return Fault.EXTRACT
