"""The computing process, reached over its unix socket: one JSON line there, one JSON line back."""

from __future__ import annotations

import base64
import json
import re
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ecluse_platform.core.container import is_extract_version
from ecluse_platform.core.disclosure.table import ProtectedTable
from ecluse_platform.core.privacy.answer import PrivateTable
from ecluse_platform.core.privacy.ask import PrivacyAsk
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import ComparedWith, Fault, MachineRefusal, ProofCount
from ecluse_platform.core.text import Text
from ecluse_platform.egress.ports import Answered, Policies, Progress, Remembered, Screened

PING_SECONDS = 5.0
# Beyond the time a query may run: queueing behind another one, planning, suppression, writing the answer.
MARGIN_SECONDS = 60.0
LONGEST_ANSWER = 64 * 1024 * 1024

_FIELDS = TypeAdapter(dict[str, str])
_PROOF = TypeAdapter(ProofCount)
_COMPARED = TypeAdapter(tuple[ComparedWith, ...])
_PROPOSALS = TypeAdapter(tuple[Text, ...])
_SHA256 = re.compile(r"[0-9a-f]{64}")


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

    def screen(
        self, project: str, sql: str, item: str, earlier: Sequence[Remembered]
    ) -> Screened | MachineRefusal | Fault:
        """Recompute and protect; no answer, or one of an unknown form, is a crash."""
        limits = self._policies.current().platform.queries
        patience = limits.seconds + limits.protection_seconds + MARGIN_SECONDS
        known = [{"item": table.item, "sha256": table.sha256} for table in earlier]
        question = {"op": "screen", "project": project, "sql": sql, "item": item, "earlier": known}
        try:
            return _outcome(self._ask(question, patience))
        except TimeoutError:
            return Fault.TIMEOUT
        except (OSError, ValueError, KeyError, TypeError, ValidationError):
            return Fault.CRASH

    def version(self, project: str, sql: str, ask: PrivacyAsk) -> str | MachineRefusal | Fault:
        """Return the version of a project's extract that a private query binds to; another form is a crash."""
        limits = self._policies.current().platform.queries
        question = {"op": "version", "project": project, "sql": sql, "ask": ask.model_dump(mode="json")}
        try:
            answer = self._ask(question, limits.seconds + MARGIN_SECONDS)
            return _version(answer["extract_version"]) if answer.get("ok") is True else _declined(answer)
        except TimeoutError:
            return Fault.TIMEOUT
        except (OSError, ValueError, KeyError, TypeError, ValidationError):
            return Fault.CRASH

    def answer(
        self, project: str, sql: str, ask: PrivacyAsk, version: str, item: str
    ) -> Answered | MachineRefusal | Fault:
        """Draw a private answer; it comes at a tick of the project's clock, which a long queue may delay."""
        bundle = self._policies.current()
        limits, ticks = bundle.platform.queries, [profile.tick_seconds for profile in bundle.privacy.values()]
        patience = limits.seconds + limits.protection_seconds + max(ticks, default=0) + MARGIN_SECONDS
        question = {"op": "answer", "project": project, "sql": sql, "version": version, "item": item}
        try:
            answer = self._ask({**question, "ask": ask.model_dump(mode="json")}, patience)
            if answer.get("ok") is not True:
                return _declined(answer)
            table = PrivateTable.model_validate_json(json.dumps(answer["table"]))
            return Answered(table, _version(answer["extract_version"]))
        except TimeoutError:
            return Fault.TIMEOUT
        except (OSError, ValueError, KeyError, TypeError, ValidationError):
            return Fault.CRASH

    def progress(self, item: str) -> Progress | None:
        """Say how far a table has come; silence is no progress."""
        try:
            answer = self._ask({"op": "progress", "item": item}, PING_SECONDS)
            return None if answer.get("step") is None else Progress(str(answer["step"]), int(answer["done"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _ask(self, question: Mapping[str, object], patience: float) -> dict[str, Any]:
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
        return Screened(
            table=ProtectedTable.model_validate_json(json.dumps(answer["table"])),
            extract_version=str(answer["extract_version"]),
            memory_sha256=_hash(answer["memory_sha256"]),
            evidence=base64.b64decode(answer["sealed"], validate=True),
            proof=_PROOF.validate_python(answer["proof"]),
            compared=_COMPARED.validate_python(answer["compared"]["earlier"]),
        )
    return _declined(answer)


def _declined(answer: dict[str, Any]) -> MachineRefusal | Fault:
    if "fault" in answer:
        return Fault(answer["fault"])
    told = answer["refusal"]
    # Built once here so that a code or field we have no words for counts as a crash, not as a refusal nobody can read.
    refusal = Refusal(str(told["code"]), _FIELDS.validate_python(told.get("fields", {})))
    return MachineRefusal(
        refusal.code, refusal.fields, proposals=_PROPOSALS.validate_python(answer.get("proposals", []))
    )


def _version(value: object) -> str:
    if not isinstance(value, str) or not is_extract_version(value):
        raise ValueError("not a version of an extract")
    return value


def _hash(value: object) -> str:
    if not isinstance(value, str) or _SHA256.fullmatch(value) is None:
        raise ValueError("not a SHA-256")
    return value
