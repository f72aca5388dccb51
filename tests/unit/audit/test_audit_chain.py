from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ecluse_platform.core.audit import AuditEntry, Broken, Checkpoint, Entry, Intact, canonical, link, verify
from ecluse_platform.core.audit_actions import DETAILS, HUB_ACTIONS, KEYS, Action
from ecluse_platform.core.refusals import Refusal

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def a_log(length: int = 5) -> list[AuditEntry]:
    """Return a log of some entries."""
    entries: list[AuditEntry] = []
    for number in range(length):
        entry = Entry(Action.VOTE_REFUSED, "steward1", "diabete-idf", "abc123", {"round": number})
        entries.append(link(entries[-1] if entries else None, NOW + timedelta(seconds=number), entry))
    return entries


def test_an_untouched_log_is_intact() -> None:
    """The proof says how long the log is and where it ends."""
    log = a_log()
    assert verify(log, [Checkpoint(5, log[-1].digest)]) == Intact(5, log[-1].digest)
    assert verify([], []) == Intact(0, "0" * 64)


def broken_at(entries: list[AuditEntry], *checkpoints: Checkpoint) -> int | None:
    """Return the number of the first broken entry."""
    found = verify(entries, checkpoints)
    return found.number if isinstance(found, Broken) else None


def test_the_first_broken_entry_is_named() -> None:
    """Editing, deleting, moving and cutting off each show where they begin."""
    log = a_log()
    head = Checkpoint(5, log[-1].digest)
    edited = [*log[:2], replace(log[2], entry=replace(log[2].entry, actor="steward2")), *log[3:]]
    assert broken_at(edited, head) == 3
    assert broken_at([*log[:2], *log[3:]], head) == 3
    assert broken_at([log[0], log[2], log[1], *log[3:]], head) == 2
    assert broken_at(log[:3], head) == 4
    assert broken_at([], head) == 1
    assert broken_at([*log[:1], replace(log[1], at=NOW + timedelta(days=1)), *log[2:]], head) == 2


def test_a_log_rewritten_from_some_entry_on_contradicts_a_checkpoint() -> None:
    """A forger who can write every row cannot sign."""
    log = a_log()
    forged = log[:2]
    for _ in range(3):
        forged.append(link(forged[-1], NOW, Entry(Action.LOGIN, "researcher1")))
    assert isinstance(verify(forged, []), Intact)
    assert broken_at(forged, Checkpoint(4, log[3].digest)) == 4


def test_two_checkpoints_that_disagree_are_never_both_right() -> None:
    """A log cut off and grown again is found by the checkpoints of both lives."""
    log = a_log()
    assert broken_at(log, Checkpoint(3, log[2].digest), Checkpoint(3, "f" * 64)) == 3


def test_the_form_that_is_hashed_is_fixed() -> None:
    """Changing it would break every log that exists."""
    entry = Entry(Action.VOTE_REFUSED, "steward1", "diabete-idf", "abc123", {"round": 2, "refusal": "already_voted"})
    assert canonical(1, NOW, entry, "0" * 64) == (
        b'{"action":"vote_refused","actor":"steward1","at":"2026-11-23T12:00:00.000000+00:00",'
        b'"details":{"refusal":"already_voted","round":2},"number":1,"previous":"' + b"0" * 64 + b'",'
        b'"project":"diabete-idf","request":"abc123"}'
    )


def test_every_action_lists_its_details_and_every_detail_has_one_form() -> None:
    """Nothing can be logged that nobody thought of."""
    assert set(DETAILS) == set(Action)
    for keys in DETAILS.values():
        assert keys <= set(KEYS)
    assert {key for keys in DETAILS.values() for key in keys} <= set(KEYS)
    assert Action.RELEASED not in HUB_ACTIONS


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("reason", "SELECT nir FROM IR_BEN_R"),
        ("reason", "42"),
        ("reason", "Jean Dupont"),
        ("image", "x y"),
        ("by", "A" * 70),
        ("policy_digest", "abc"),
        ("milliseconds", "-1"),
        ("unknown", "x"),
        ("sql_sha256", "0" * 64),
    ],
)
def test_a_detail_of_another_form_is_refused(key: str, value: str) -> None:
    """Neither text nor values pass as details."""
    with pytest.raises(Refusal) as refused:
        Entry(Action.WORKSPACE_STARTED, "researcher1", "diabete-idf", None, {key: value})
    assert refused.value.code == "audit_detail"
    assert value not in str(refused.value)


@pytest.mark.parametrize("name", ["", "Robert'); DROP", "a" * 70, "x\ny"])
def test_a_name_of_another_form_is_refused(name: str) -> None:
    """An actor is a name that the platform knows how to write."""
    with pytest.raises(Refusal):
        Entry(Action.LOGIN, name)
