from __future__ import annotations

import os
import re
import threading
import time

import pytest

from ecluse_platform.policyfiles import PolicyError, PolicySource
from policy_folder import PolicyFolder

PLATFORM = "platform.yaml"


@pytest.fixture
def at_rest(folder: PolicyFolder) -> PolicyFolder:
    """Let a moment pass, so that the files count as written and done with."""
    time.sleep(0.1)
    return folder


def test_unchanged_files_are_read_once(at_rest: PolicyFolder) -> None:
    """A decision costs a look at the files' times, not a parsing."""
    source = PolicySource(at_rest.path)
    assert source.current() is source.current()


def test_a_change_holds_at_the_next_question(at_rest: PolicyFolder) -> None:
    """An edited, added or removed file is seen without a restart."""
    source = PolicySource(at_rest.path)
    source.current()
    at_rest.change(PLATFORM, "session_hours: 8", "session_hours: 4")
    assert source.current().platform.gateway.session_hours == 4
    (at_rest.path / "projects" / "diabete-idf.yaml").unlink()
    assert "diabete-idf" not in source.current().projects


def test_two_writes_of_the_same_size_at_once_are_both_seen(folder: PolicyFolder) -> None:
    """A write that keeps the size and sets the time back is seen all the same."""
    source = PolicySource(folder.path)
    path = folder.path / PLATFORM
    now = time.time_ns()
    for hours in ("8", "4", "2"):
        text = re.sub(r"session_hours: \d", f"session_hours: {hours}", folder.read(PLATFORM))
        folder.write(PLATFORM, text)
        os.utime(path, ns=(now, now))
        assert source.current().platform.gateway.session_hours == int(hours)


def test_while_the_policies_are_wrong_there_are_none(at_rest: PolicyFolder) -> None:
    """Older policies are never served in place of wrong ones; each question is refused until they are mended."""
    source = PolicySource(at_rest.path)
    source.current()
    at_rest.change(PLATFORM, "session_hours: 8", "session_hours: eight")
    for _ in range(2):
        with pytest.raises(PolicyError, match="session_hours"):
            source.current()
    at_rest.change(PLATFORM, "session_hours: eight", "session_hours: 8")
    assert source.current().platform.gateway.session_hours == 8


def test_a_folder_that_disappears_means_no_policies(at_rest: PolicyFolder) -> None:
    """So does one that cannot be found any more."""
    source = PolicySource(at_rest.path)
    source.current()
    at_rest.path.rename(at_rest.path.with_name("moved"))
    with pytest.raises(PolicyError):
        source.current()


def test_policies_that_keep_changing_are_refused_or_read_whole(folder: PolicyFolder) -> None:
    """While a file is replaced again and again, an answer is one of its versions or a refusal that says why."""
    source = PolicySource(folder.path)
    original = folder.read(PLATFORM)
    stop = threading.Event()

    def rewrite() -> None:
        hours = 0
        while not stop.wait(0.02):
            hours = hours % 20 + 1
            fresh = folder.path / ".fresh"
            fresh.write_text(original.replace("session_hours: 8", f"session_hours: {hours}"), encoding="utf-8")
            fresh.replace(folder.path / PLATFORM)

    writer = threading.Thread(target=rewrite)
    writer.start()
    try:
        outcomes = [_hours_or_reason(source) for _ in range(15)]
    finally:
        stop.set()
        writer.join()
    assert all(outcome in range(1, 21) or "being written" in str(outcome) for outcome in outcomes), outcomes


def _hours_or_reason(source: PolicySource) -> int | str:
    try:
        return source.current().platform.gateway.session_hours
    except PolicyError as error:
        return str(error)
