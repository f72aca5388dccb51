"""The worker process killed for good between any two durable steps, and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecluse_platform.core.audit import Intact
from ecluse_platform.core.requests import Fault
from ecluse_platform.core.workflow import State
from egress_rig.rig import ROOT, Rig, private_draft
from egress_rig.socket_compute import Answering, listening


@pytest.fixture
def compute(rig: Rig) -> Iterator[Answering]:
    """A computing process on its socket."""
    with listening(rig.deps.settings.compute_socket, rig.compute) as opened:
        yield opened


@pytest.fixture
def victim(rig: Rig, tmp_path: Path) -> dict[str, str]:
    """The environment of a worker on the rig's own state."""
    secrets, settings = tmp_path / "secrets", rig.deps.settings
    secrets.mkdir()
    (secrets / "audit_signing_key").write_bytes(settings.signing_key)
    for name in ("egress_token", "hub_audit_token", "egress_session_key"):
        (secrets / name).write_text("0" * 64)
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "tests"),
        "ECLUSE_STATE": str(settings.state),
        "ECLUSE_AUDIT": str(settings.audit),
        "ECLUSE_SECRETS": str(secrets),
        "ECLUSE_POLICIES": str(settings.policies),
        "ECLUSE_COMPUTE_SOCKET": str(settings.compute_socket),
    }


def start(victim: dict[str, str], die_at: int) -> subprocess.Popen[bytes]:
    """Start a worker that dies at a step."""
    command = [sys.executable, "-m", "egress_rig.victim", str(die_at)]
    return subprocess.Popen(command, env=victim, cwd="/")


@pytest.mark.parametrize("deaths", [(1, 2), (3, 4), (5, 8), (9, 12), (14, 15)])
def test_a_screening_that_is_killed_is_taken_up_again(
    rig: Rig, compute: Answering, victim: dict[str, str], deaths: tuple[int, int]
) -> None:
    """Nothing lost, nothing twice, wherever it was."""
    request = rig.submit()
    for die_at in deaths:
        start(victim, die_at).wait()
        assert rig.get(request.id).state in {State.SUBMITTED, State.SCREENING, State.IN_REVIEW}
    assert start(victim, 0).wait() == 0
    assert rig.get(request.id).state is State.IN_REVIEW
    assert rig.actions().count("screening_passed") == 1
    assert isinstance(rig.proof(), Intact)
    assert compute.asked.is_set()


def test_a_release_that_is_killed_is_released_exactly_once(
    rig: Rig, compute: Answering, victim: dict[str, str]
) -> None:
    """Killed again and again at later and later steps."""
    del compute
    request = rig.submit()
    rig.screen()
    rig.vote(request.id, "steward1")
    ends = [start(victim, die_at).wait() for die_at in (1, 2, 3, 4, 6, 9, 13, 14, 15)]
    assert ends[0] == -signal.SIGKILL
    assert start(victim, 0).wait() == 0
    after = rig.get(request.id)
    assert after.state is State.RELEASED
    assert after.release is not None
    assert rig.actions().count("released") == 1
    for held in after.release.files:
        assert len(rig.vault.get(held.sha256)) == held.size
    assert isinstance(rig.proof(), Intact)


def test_a_worker_killed_while_it_waits_for_an_answer_asks_again(
    rig: Rig, compute: Answering, victim: dict[str, str]
) -> None:
    """The request is left in SCREENING by the one and finished by the other."""
    request = rig.submit()
    compute.silent = True
    process = start(victim, 0)
    assert compute.asked.wait(30)
    assert rig.get(request.id).state is State.SCREENING
    process.kill()
    process.wait()
    compute.silent = False
    assert start(victim, 0).wait() == 0
    assert rig.get(request.id).state is State.IN_REVIEW
    assert rig.get(request.id).attempts == 2


def test_a_request_that_kills_its_worker_each_time_is_quarantined(
    rig: Rig, compute: Answering, victim: dict[str, str]
) -> None:
    """Each start counts before it begins."""
    request = rig.submit()
    compute.silent = True
    for _ in range(3):
        compute.asked.clear()
        process = start(victim, 0)
        assert compute.asked.wait(30)
        process.kill()
        process.wait()
    compute.silent = False
    assert start(victim, 0).wait() == 0
    assert rig.get(request.id).state is State.QUARANTINED
    assert rig.get(request.id).fault is Fault.CRASH


@pytest.mark.parametrize("deaths", [(3, 5), (6, 8), (9, 11), (13, 16), (19, 22)])
def test_a_private_answer_whose_worker_is_killed_is_charged_once(
    rig: Rig, compute: Answering, victim: dict[str, str], deaths: tuple[int, int]
) -> None:
    """Between plan, charge, noise, storing and passing: never twice, never given back, and answered in the end."""
    request = rig.submit_draft(private_draft("1"))
    charged = 0
    for die_at in deaths:
        start(victim, die_at).wait()
        assert len(rig.ledger().charges) >= charged
        charged = len(rig.ledger().charges)
    assert start(victim, 0).wait() == 0
    assert rig.get(request.id).state is State.IN_REVIEW
    [charge] = rig.ledger().charges
    assert rig.actions().count("privacy_charged") == 1
    assert rig.actions().count("privacy_answered") == 1
    assert len(rig.vault.get(charge.answer_sha256 or "")) > 0
    assert isinstance(rig.proof(), Intact)
    assert compute.asked.is_set()


def test_a_worker_killed_while_noise_is_drawn_has_paid_for_the_next_draw(
    rig: Rig, compute: Answering, victim: dict[str, str]
) -> None:
    """Nobody saw the first one; the second is the answer, also for whoever asks the same again."""
    request = rig.submit_draft(private_draft("1"))
    compute.silent = True
    process = start(victim, 0)
    assert compute.asked.wait(60)
    process.kill()
    process.wait()
    assert [charge.answer_sha256 for charge in rig.ledger().charges] == [None]
    compute.silent = False
    again = rig.submit_draft(private_draft("1", title="Again"))
    assert start(victim, 0).wait() == 0
    assert {rig.get(made.id).state for made in (request, again)} == {State.IN_REVIEW}
    assert rig.actions().count("privacy_charged") == 1
    assert rig.actions().count("privacy_answered") == 1
