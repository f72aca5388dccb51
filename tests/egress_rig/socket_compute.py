"""A unix socket that answers as the computing process does, or does not answer at all."""

from __future__ import annotations

import base64
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ecluse_platform.core.privacy.ask import PrivacyAsk
from ecluse_platform.core.requests import Fault, MachineRefusal
from ecluse_platform.egress.ports import Answered, Remembered, Screened
from egress_rig.rig import TableCompute


@dataclass
class Answering:
    """What the socket does with the next question."""

    compute: TableCompute
    silent: bool = False
    raw: bytes | None = None
    asked: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    def answer(self, question: dict[str, Any]) -> bytes:
        """Return the answer's bytes."""
        if question["op"] == "ping":
            return b'{"ok":true}\n'
        if question["op"] == "progress":
            return b'{"ok":true,"step":"protecting","done":50}\n'
        if question["op"] == "version" and self.raw is None:
            return json.dumps(self._version(question)).encode() + b"\n"
        self.asked.set()
        if self.silent:
            self.ended.wait(60)
            return b""
        if self.raw is not None:
            return self.raw
        answers = {"answer": self._answered, "screen": self._screened}
        return json.dumps(answers[question["op"]](question)).encode() + b"\n"

    def _version(self, question: dict[str, Any]) -> dict[str, Any]:
        ask = PrivacyAsk.model_validate(question["ask"])
        found = self.compute.version(question["project"], question["sql"], ask)
        return {"ok": True, "extract_version": found} if isinstance(found, str) else _declined(found)

    def _answered(self, question: dict[str, Any]) -> dict[str, Any]:
        ask = PrivacyAsk.model_validate(question["ask"])
        found = self.compute.answer(question["project"], question["sql"], ask, question["version"], question["item"])
        if not isinstance(found, Answered):
            return _declined(found)
        return {"ok": True, "extract_version": found.extract_version, "table": found.table.model_dump(mode="json")}

    def _screened(self, question: dict[str, Any]) -> dict[str, Any]:
        earlier = [Remembered(**known) for known in question["earlier"]]
        found = self.compute.screen(question["project"], question["sql"], question["item"], earlier)
        if not isinstance(found, Screened):
            return _declined(found)
        return {
            "ok": True,
            "extract_version": found.extract_version,
            "table": found.table.model_dump(mode="json"),
            "memory_sha256": found.memory_sha256,
            "sealed": base64.b64encode(found.evidence).decode(),
            "proof": asdict(found.proof),
            "compared": {"earlier": [asdict(known) for known in found.compared], "atoms": 3},
        }


def _declined(found: MachineRefusal | Fault) -> dict[str, Any]:
    if isinstance(found, Fault):
        return {"ok": False, "fault": found.value}
    proposals = [proposal.model_dump() for proposal in found.proposals]
    return {"ok": False, "refusal": found.as_refusal().as_json(), "proposals": proposals}


@contextmanager
def listening(path: Path, compute: TableCompute) -> Iterator[Answering]:
    """Answer on a socket until the block ends."""
    state = Answering(compute)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(state.answer(json.loads(self.rfile.readline())))

    class Server(socketserver.ThreadingUnixStreamServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Stay quiet when the asker was killed."""

    with Server(str(path), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield state
        finally:
            state.ended.set()
            server.shutdown()
            thread.join()
