"""The computing process, reached over its unix socket: one JSON line there, one JSON line back."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ecluse_platform.core.disclosure.table import ProtectedTable
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import Fault, MachineRefusal
from ecluse_platform.egress.ports import Policies, Screened

PING_SECONDS = 5.0
# Beyond the time a query may run: queueing behind another one, planning, suppression, writing the answer.
MARGIN_SECONDS = 60.0
LONGEST_ANSWER = 64 * 1024 * 1024

_FIELDS = TypeAdapter(dict[str, str])


class SocketCompute:
    """Asks the computing process; it trusts its answers only in the forms that it knows."""

    def __init__(self, path: Path, policies: Policies) -> None:
        """Ask at a socket path; how long an answer may take follows from the policies."""
        self._path = path
        self._policies = policies

    def ping(self) -> bool:
        """Say whether it answers."""
        try:
            return self._ask({"op": "ping"}, PING_SECONDS).get("ok") is True
        except (OSError, ValueError):
            return False

    def screen(self, project: str, sql: str) -> Screened | MachineRefusal | Fault:
        """Recompute and protect; no answer, or one of an unknown form, is a crash."""
        patience = self._policies.current().platform.queries.seconds + MARGIN_SECONDS
        try:
            return _outcome(self._ask({"op": "screen", "project": project, "sql": sql}, patience))
        except TimeoutError:
            return Fault.TIMEOUT
        except (OSError, ValueError, KeyError, TypeError, ValidationError):
            return Fault.CRASH

    def _ask(self, question: dict[str, str], patience: float) -> dict[str, Any]:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(patience)
            connection.connect(str(self._path))
            connection.sendall(json.dumps(question).encode() + b"\n")
            with connection.makefile("rb") as answers:
                line = answers.readline(LONGEST_ANSWER)
        answer = json.loads(line)
        if not line.endswith(b"\n") or not isinstance(answer, dict):
            raise ValueError("not one JSON line")
        return answer


def _outcome(answer: dict[str, Any]) -> Screened | MachineRefusal | Fault:
    if answer.get("ok") is True:
        return Screened(ProtectedTable.model_validate_json(json.dumps(answer["table"])), str(answer["extract_version"]))
    if "fault" in answer:
        return Fault(answer["fault"])
    told = answer["refusal"]
    # Built once here so that a code or field we have no words for counts as a crash, not as a refusal nobody can read.
    refusal = Refusal(str(told["code"]), _FIELDS.validate_python(told.get("fields", {})))
    return MachineRefusal(refusal.code, refusal.fields)
