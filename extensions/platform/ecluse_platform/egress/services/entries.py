"""Audit entries about requests, built in one place so that none can forget where the request then stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ecluse_platform.core.audit import Detail, Entry
from ecluse_platform.core.audit_actions import Action
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import ExportRequest
from ecluse_platform.egress.ports import Store

SYSTEM = "system"


def about(request: ExportRequest, action: Action, actor: str, **details: Detail) -> Entry:
    """Return an entry about a request as it is after the change."""
    return Entry(action, actor, request.project, request.id, details)


def change(request: ExportRequest, action: Action, actor: str, **details: Detail) -> Entry:
    """Return an entry about a change of state: the new state and the round are always in it."""
    return about(request, action, actor, state=request.state.value, round=request.round, **details)


@contextmanager
def recording_refusals(
    store: Store, action: Action, actor: str, project: str | None, request: str | None
) -> Iterator[None]:
    """Write a refusal that ends the block into the audit log, by its code, then let it pass on."""
    try:
        yield
    except Refusal as refusal:
        with store.writing() as work:
            work.audit.append(Entry(action, actor, project, request, {"refusal": refusal.code}))
        raise
