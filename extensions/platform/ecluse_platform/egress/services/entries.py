"""Audit entries about requests, built in one place so that none can forget where the request then stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from ecluse_platform.core.audit import Detail, Entry
from ecluse_platform.core.audit_actions import Action
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import ExportRequest
from ecluse_platform.egress.ports import Store

SYSTEM = "system"
_MINUTE = timedelta(minutes=1)


def about(request: ExportRequest, action: Action, actor: str, **details: Detail) -> Entry:
    """Return an entry about a request as it is after the change."""
    return Entry(action, actor, request.project, request.id, details)


def change(request: ExportRequest, action: Action, actor: str, **details: Detail) -> Entry:
    """Return an entry about a change of state: the new state and the round are always in it."""
    return about(request, action, actor, state=request.state.value, round=request.round, **details)


def record_refusal(store: Store, now: datetime, most: int, refused: Entry) -> None:
    """Write a refusal into the audit log, unless its actor has filled ``most`` entries of the kind in this minute."""
    with store.writing() as work:
        if work.audit.count_since(now - _MINUTE, refused.actor, refused.action) < most:
            work.audit.append(refused)


@contextmanager
def recording_refusals(
    store: Store,
    bundle: PolicyBundle,
    now: datetime,
    action: Action,
    actor: str,
    project: str | None,
    request: str | None,
) -> Iterator[None]:
    """Write a refusal that ends the block into the audit log, by its code, then let it pass on."""
    try:
        yield
    except Refusal as refusal:
        most = bundle.platform.pace.refusals_a_minute
        record_refusal(store, now, most, Entry(action, actor, project, request, {"refusal": refusal.code}))
        raise
