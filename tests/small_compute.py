"""The compute service as a process, on the small world, for tests that talk to its socket."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import small_world
from ecluse_platform.compute.ping import answers
from ecluse_platform.policyfiles import load_policies

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
MOST_CELLS = 6000


@dataclass(frozen=True)
class Compute:
    """A running service, where it looks, and what it has logged."""

    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def socket(self) -> Path:
        """Return where it listens."""
        return self.folder / "compute.sock"

    @property
    def extracts(self) -> Path:
        """Return the folder of extracts."""
        return self.folder / "extracts"

    @property
    def logged(self) -> str:
        """Return all that it has written."""
        return (self.folder / "log").read_text()

    def ask(self, line: bytes) -> bytes:
        """Send one line and return the whole answer."""
        with socket.socket(socket.AF_UNIX) as asked:
            asked.settimeout(60)
            asked.connect(str(self.socket))
            asked.sendall(line)
            answer = b""
            while part := asked.recv(65536):
                answer += part
            return answer

    @property
    def evidence_key(self) -> Path:
        """Return where the operator's public key is to be, for tables that are remembered."""
        return self.folder / "evidence_public_key"

    def screen(self, sql: str, project: str = small_world.PROJECT, **more: Any) -> dict[str, Any]:
        """Ask for one query and return the answer."""
        request = {"op": "screen", "project": project, "sql": sql, **more}
        return self.said(request)

    def answer(self, sql: str, ask: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Ask for one private answer on the extract of the small world."""
        known = {"project": small_world.PROJECT, "version": small_world.VERSION, "item": "abc-1-1"}
        return self.said({"op": "answer", **known, "sql": sql, "ask": ask, **more})

    def version(self, sql: str, ask: dict[str, Any]) -> dict[str, Any]:
        """Ask which version of the extract of the small world would answer."""
        return self.said({"op": "version", "project": small_world.PROJECT, "sql": sql, "ask": ask})

    def said(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to one request."""
        answer: dict[str, Any] = json.loads(self.ask(json.dumps(request).encode() + b"\n"))
        return answer


def people() -> small_world.People:
    """Return 30 men and 5 women with two lines of care each, and one person who is nobody's."""
    persons = small_world.People()
    for number in range(35):
        persons.add(sex=1 if number < 30 else 2, days=(date(2022, 1, 5), date(2022, 2, 7)), cips=("c1",))
    persons.add(owner=None, sex=1, days=(date(2022, 3, 1),))
    return persons


def write_policies(folder: Path, seconds: int, memory_mib: int, accounting: str | None = None) -> None:
    """Write the policies of the small world: the platform's own, with other limits on queries.

    ``accounting``: that of private answers, whose lane is then open.
    """
    for part in ("catalogue", "disclosure", "privacy", "projects"):
        (folder / part).mkdir(parents=True)
    content = {
        "catalogue/snds.yaml": small_world.catalogue(),
        "disclosure/small.yaml": small_world.profile(),
        "privacy/small.yaml": small_world.privacy(accounting or "pure"),
        f"projects/{small_world.PROJECT}.yaml": small_world.private_project() if accounting else small_world.project(),
    }
    for name, model in content.items():
        (folder / name).write_text(model.model_dump_json(by_alias=True, exclude_none=False))
    platform = load_policies(ROOT / "policies").platform
    limits = {
        "seconds": seconds,
        "protection_seconds": seconds,
        "cells": MOST_CELLS,
        "memory_mib": memory_mib,
        "sql_characters": small_world.LONGEST_SQL,
    }
    platform = platform.model_copy(update={"queries": platform.queries.model_copy(update=limits)})
    (folder / "platform.yaml").write_text(platform.model_dump_json(by_alias=True))


@contextmanager
def running(
    folder: Path, *, seconds: int = 30, memory_mib: int = 512, accounting: str | None = None
) -> Iterator[Compute]:
    """Run the service in a process of its own until the end of the block."""
    write_policies(folder / "policies", seconds, memory_mib, accounting)
    (folder / "sampling_key").write_text("5a" * 32)
    (folder / "extracts").mkdir()
    (folder / "history").mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "ECLUSE_COMPUTE_SOCKET": str(folder / "compute.sock"),
        "ECLUSE_EXTRACTS": str(folder / "extracts"),
        "ECLUSE_EXTRACT_VERIFY_KEY": str(folder / "extracts" / "extract_verify_key"),
        "ECLUSE_POLICIES": str(folder / "policies"),
        "ECLUSE_HISTORY": str(folder / "history"),
        "ECLUSE_JOURNAL": str(folder / "journal"),
        "ECLUSE_SAMPLING_KEY": str(folder / "sampling_key"),
        "ECLUSE_EVIDENCE_KEY": str(folder / "evidence_public_key"),
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ecluse_platform.compute"], env=environment, stdout=log, stderr=log
        )
        try:
            _wait(folder / "compute.sock", process)
            yield Compute(folder, process)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait(path: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers(path):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("the compute service did not start")
        time.sleep(0.1)
