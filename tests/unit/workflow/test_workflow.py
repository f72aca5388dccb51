from __future__ import annotations

import pytest

from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.state_words import STATE_WORDS
from ecluse_platform.core.workflow import (
    FINAL_STATES,
    OPEN_STATES,
    STATE_OWNERS,
    STEP_OWNERS,
    TRANSITIONS,
    Owner,
    State,
    Step,
    advance,
    is_possible,
    mermaid,
)

IMPOSSIBLE = [(state, step) for state in State for step in Step if (state, step) not in TRANSITIONS]


def test_every_state_and_every_step_has_an_owner() -> None:
    """Nothing can happen that nobody answers for."""
    assert set(STATE_OWNERS) == set(State)
    assert set(STEP_OWNERS) == set(Step)
    assert {step for _, step in TRANSITIONS} == set(Step)


def test_the_owner_of_a_state_has_a_step_from_it() -> None:
    """Whoever a request waits for can move it on; from a final state nobody can."""
    for state, owner in STATE_OWNERS.items():
        owners = {STEP_OWNERS[step] for before, step in TRANSITIONS if before is state}
        assert (owner in owners) if owner is not Owner.NOBODY else not owners


def test_every_state_is_reached_from_a_draft() -> None:
    """No state is out of reach."""
    reached, waiting = {State.DRAFT}, [State.DRAFT]
    while waiting:
        here = waiting.pop()
        new = {after for (before, _), after in TRANSITIONS.items() if before is here} - reached
        reached |= new
        waiting += new
    assert reached == set(State)


def test_only_the_system_releases_and_only_what_stewards_approved() -> None:
    """There is one way to RELEASED, from APPROVED; one way to APPROVED, from a review, by stewards."""
    assert [key for key, after in TRANSITIONS.items() if after is State.RELEASED] == [(State.APPROVED, Step.RELEASE)]
    assert [key for key, after in TRANSITIONS.items() if after is State.APPROVED] == [(State.IN_REVIEW, Step.APPROVE)]
    assert STEP_OWNERS[Step.RELEASE] is Owner.SYSTEM
    assert STEP_OWNERS[Step.APPROVE] is Owner.STEWARD


@pytest.mark.parametrize(("state", "step"), IMPOSSIBLE)
def test_a_step_outside_the_table_is_refused(state: State, step: Step) -> None:
    """What the table does not hold cannot happen."""
    assert not is_possible(state, step)
    with pytest.raises(Refusal) as refused:
        advance(state, step)
    assert refused.value.code == "wrong_state"
    assert refused.value.fields == {"state": state.value, "step": step.value}
    assert refused.value.reason.fr.endswith(f"est maintenant « {STATE_WORDS[state].fr} ».")
    assert refused.value.reason.en.endswith(f"is now “{STATE_WORDS[state].en}”.")


def test_every_state_has_a_word() -> None:
    """A refusal never falls back on a code."""
    assert set(STATE_WORDS) == set(State)


def test_open_and_final_states_do_not_meet() -> None:
    """A request that is over does not count towards the quota."""
    assert not OPEN_STATES & FINAL_STATES
    assert State.RELEASED not in OPEN_STATES


def test_the_diagram_shows_every_transition_once() -> None:
    """The diagram in the documentation is the table."""
    lines = mermaid().splitlines()
    assert lines[0] == "stateDiagram-v2"
    for (before, step), after in TRANSITIONS.items():
        assert lines.count(f"    {before.name} --> {after.name} : {step.value} ({STEP_OWNERS[step].value})") == 1
