"""What operators and the hub need: counts without content, and events of workspaces for the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ecluse_platform.core.audit import Detail, Entry
from ecluse_platform.core.audit_actions import HUB_ACTIONS, Action
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.workflow import OPEN_STATES, State
from ecluse_platform.egress.ports import Store


@dataclass(frozen=True)
class OperatorSummary:
    """How the service is doing, without any request's content."""

    by_state: dict[State, int]
    audit_entries: int
    oldest_waiting: datetime | None


def operator_summary(store: Store, bundle: PolicyBundle, person: str) -> OperatorSummary:
    """Count requests by state for an operator named in the policy."""
    if not bundle.is_operator(person):
        raise Refusal("not_an_operator")
    with store.reading() as reading:
        requests = reading.requests.in_states(frozenset(State))
        entries = reading.audit.count()
    waiting = [request.updated_at for request in requests if request.state in OPEN_STATES]
    return OperatorSummary(
        by_state={state: sum(request.state is state for request in requests) for state in State},
        audit_entries=entries,
        oldest_waiting=min(waiting, default=None),
    )


def record_hub_event(store: Store, action: str, actor: str, project: str | None, details: Mapping[str, Detail]) -> None:
    """Append what the hub reports about people and workspaces; only its own actions, only listed details."""
    if action not in HUB_ACTIONS:
        raise Refusal("audit_detail", {"key": "action"})
    with store.writing() as work:
        work.audit.append(Entry(Action(action), actor, project, None, details))
