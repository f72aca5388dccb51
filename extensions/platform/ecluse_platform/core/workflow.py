"""The life of an export request as one table: states, steps, who owns each, and the diagram drawn from them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from ecluse_platform.core.refusals import Refusal


class State(StrEnum):
    """Where an export request stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SCREENING = "screening"
    QUARANTINED = "quarantined"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    REJECTED = "rejected"
    APPROVED = "approved"
    RELEASED = "released"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"


class Step(StrEnum):
    """What may happen to an export request."""

    SUBMIT = "submit"
    SCREEN = "screen"
    PASS = "pass"  # noqa: S105  a step of the workflow, not a password
    REFUSE = "refuse"
    QUARANTINE = "quarantine"
    RESCREEN = "rescreen"
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    RESUBMIT = "resubmit"
    WITHDRAW = "withdraw"
    RELEASE = "release"
    REOPEN = "reopen"
    REVOKE = "revoke"


class Owner(StrEnum):
    """Who has the next move in a state, or the right to a step."""

    AUTHOR = "author"
    SYSTEM = "system"
    STEWARD = "steward"
    NOBODY = "nobody"


TRANSITIONS: Mapping[tuple[State, Step], State] = MappingProxyType(
    {
        (State.DRAFT, Step.SUBMIT): State.SUBMITTED,
        (State.SUBMITTED, Step.SCREEN): State.SCREENING,
        (State.SUBMITTED, Step.QUARANTINE): State.QUARANTINED,
        (State.SUBMITTED, Step.WITHDRAW): State.WITHDRAWN,
        # A screening that a crash left over is taken up again; each start counts as an attempt.
        (State.SCREENING, Step.SCREEN): State.SCREENING,
        (State.SCREENING, Step.PASS): State.IN_REVIEW,
        (State.SCREENING, Step.REFUSE): State.RETURNED,
        (State.SCREENING, Step.QUARANTINE): State.QUARANTINED,
        (State.SCREENING, Step.WITHDRAW): State.WITHDRAWN,
        (State.QUARANTINED, Step.RESCREEN): State.SUBMITTED,
        (State.QUARANTINED, Step.REJECT): State.REJECTED,
        (State.QUARANTINED, Step.WITHDRAW): State.WITHDRAWN,
        (State.IN_REVIEW, Step.APPROVE): State.APPROVED,
        (State.IN_REVIEW, Step.RETURN): State.RETURNED,
        (State.IN_REVIEW, Step.REJECT): State.REJECTED,
        (State.IN_REVIEW, Step.WITHDRAW): State.WITHDRAWN,
        (State.RETURNED, Step.RESUBMIT): State.SUBMITTED,
        (State.RETURNED, Step.WITHDRAW): State.WITHDRAWN,
        (State.APPROVED, Step.RELEASE): State.RELEASED,
        # The policy changed, or stored bytes did, between the last vote and the release: nothing leaves on old votes.
        (State.APPROVED, Step.REOPEN): State.SUBMITTED,
        (State.APPROVED, Step.QUARANTINE): State.QUARANTINED,
        (State.RELEASED, Step.REVOKE): State.REVOKED,
    }
)

STATE_OWNERS: Mapping[State, Owner] = MappingProxyType(
    {
        State.DRAFT: Owner.AUTHOR,
        State.SUBMITTED: Owner.SYSTEM,
        State.SCREENING: Owner.SYSTEM,
        State.QUARANTINED: Owner.STEWARD,
        State.IN_REVIEW: Owner.STEWARD,
        State.RETURNED: Owner.AUTHOR,
        State.REJECTED: Owner.NOBODY,
        State.APPROVED: Owner.SYSTEM,
        State.RELEASED: Owner.STEWARD,
        State.REVOKED: Owner.NOBODY,
        State.WITHDRAWN: Owner.NOBODY,
    }
)

STEP_OWNERS: Mapping[Step, Owner] = MappingProxyType(
    {
        Step.SUBMIT: Owner.AUTHOR,
        Step.SCREEN: Owner.SYSTEM,
        Step.PASS: Owner.SYSTEM,
        Step.REFUSE: Owner.SYSTEM,
        Step.QUARANTINE: Owner.SYSTEM,
        Step.RESCREEN: Owner.STEWARD,
        Step.APPROVE: Owner.STEWARD,
        Step.RETURN: Owner.STEWARD,
        Step.REJECT: Owner.STEWARD,
        Step.RESUBMIT: Owner.AUTHOR,
        Step.WITHDRAW: Owner.AUTHOR,
        Step.RELEASE: Owner.SYSTEM,
        Step.REOPEN: Owner.SYSTEM,
        Step.REVOKE: Owner.STEWARD,
    }
)

FINAL_STATES = frozenset(state for state, owner in STATE_OWNERS.items() if owner is Owner.NOBODY)
# What counts towards the project's quota: everything that still asks somebody for work.
OPEN_STATES = frozenset(State) - FINAL_STATES - {State.RELEASED, State.DRAFT}


def advance(state: State, step: Step) -> State:
    """Return the state that a step leads to; refuse a step that the table does not hold."""
    after = TRANSITIONS.get((state, step))
    if after is None:
        raise Refusal("wrong_state", {"state": state.value, "step": step.value})
    return after


def is_possible(state: State, step: Step) -> bool:
    """Say whether the table holds a step from a state: for buttons, never instead of ``advance``."""
    return (state, step) in TRANSITIONS


def mermaid() -> str:
    """Draw the table as a Mermaid state diagram, each arrow with its step and the step's owner."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.DRAFT.name}"]
    lines += [
        f"    {before.name} --> {after.name} : {step.value} ({STEP_OWNERS[step].value})"
        for (before, step), after in TRANSITIONS.items()
    ]
    lines += [f"    {state.name} --> [*]" for state in State if state in FINAL_STATES]
    return "\n".join(lines) + "\n"
