"""The service: one JSON line in, one JSON line out, on a socket that only the egress service is given."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
from collections.abc import AsyncIterator
from pathlib import Path

import structlog
from pydantic import ValidationError

from ecluse_platform.compute.asking import LONGEST_LINE, REQUEST, Ping, PrivateAnswer, Progress, Screen, Version
from ecluse_platform.compute.forgetting import forget_purged
from ecluse_platform.compute.job import Doing, Earlier, Fault
from ecluse_platform.compute.private_answering import PrivateQuestion, Ticks, answer_privately, version_of
from ecluse_platform.compute.screening import Question, Screened, screen
from ecluse_platform.compute.settings import Settings
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.policyfiles import PolicyError, PolicySource

log = structlog.get_logger()

_READ_SECONDS = 10
# A purge is an event of years: an hour later is soon enough.
_FORGET_SECONDS = 3600
# Any user may connect who can reach the folder; the folder is mounted in the egress and compute containers only.
_SOCKET_MODE = 0o666


class Service:
    """Answers requests, each on its own, with at most as many queries at once as policy gives threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._policies = PolicySource(settings.policies)
        self._ticks = Ticks()
        self._running = 0
        self._doing: dict[str, Doing] = {}
        self._ended = asyncio.Condition()

    async def serve(self) -> None:
        """Listen until cancelled."""
        path = self._settings.socket
        _make_way(path)
        server = await asyncio.start_unix_server(self._connected, path=path, limit=LONGEST_LINE)
        path.chmod(_SOCKET_MODE)
        log.info("compute_listening")
        async with server, asyncio.TaskGroup() as tasks:
            tasks.create_task(self._forgetting())
            await server.serve_forever()

    async def _forgetting(self) -> None:
        """Forget purged projects, now and every hour."""
        told = self._settings
        while True:
            try:
                key = await asyncio.to_thread(told.extract_key.read_bytes)
                gone = await asyncio.to_thread(forget_purged, told.journal, key, told.history)
            except OSError as error:
                log.warning("compute_cannot_forget", kind=type(error).__name__)
            else:
                for project, files in gone.items():
                    log.info("compute_forgot", project=project, files=files)
            await asyncio.sleep(_FORGET_SECONDS)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_READ_SECONDS):
                line = await reader.readuntil(b"\n")
            answer = await self.answer(line)
            writer.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
            await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
            log.warning("compute_request_unreadable")
        except ConnectionError:
            log.info("compute_asker_gone")
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def answer(self, line: bytes) -> dict[str, object]:
        """Return the answer to one line; whatever happens, it is an answer without data."""
        try:
            request = REQUEST.validate_json(line)
        except ValidationError:
            return {"ok": False, "fault": Fault.CRASH.value}
        if isinstance(request, Ping):
            return {"ok": True}
        if isinstance(request, Progress):
            return self._progress(request)
        try:
            return await self._worked(request)
        except Refusal as refusal:
            log.info("compute_refused", project=request.project, code=refusal.code)
            proposals = [proposal.model_dump() for proposal in refusal.proposals]
            return {"ok": False, "refusal": refusal.as_json(), "proposals": proposals}
        except Exception as error:  # noqa: BLE001 - the service outlives any fault, and says nothing of it but its type
            log.error("compute_failed", kind=type(error).__name__)  # noqa: TRY400 - a traceback could quote a value
            return {"ok": False, "fault": Fault.CRASH.value}

    async def _worked(self, request: Screen | Version | PrivateAnswer) -> dict[str, object]:
        bundle = await self._bundle()
        if isinstance(request, Screen):
            return await self._screen(bundle, request)
        if isinstance(request, PrivateAnswer):
            return await self._private(bundle, request)
        question = PrivateQuestion(request.project, request.sql, request.ask)
        place = functools.partial(self._place, bundle.platform.queries.threads)
        version = await version_of(bundle, self._settings, place, question)
        if isinstance(version, Fault):
            return {"ok": False, "fault": version.value}
        return {"ok": True, "extract_version": version}

    def _progress(self, request: Progress) -> dict[str, object]:
        doing = self._doing.get(request.item)
        if doing is None:
            return {"ok": True, "step": None}
        return {"ok": True, "step": doing.step.value, "done": doing.done}

    async def _bundle(self) -> PolicyBundle:
        try:
            return await asyncio.to_thread(self._policies.current)
        except PolicyError:
            raise Refusal("service_unreachable", {"service": "policies"}) from None

    @contextlib.asynccontextmanager
    async def _place(self, most: int) -> AsyncIterator[None]:
        """Wait until fewer queries run than policy gives threads, and be one of them."""
        async with self._ended:
            await self._ended.wait_for(lambda: self._running < most)
            self._running += 1
        try:
            yield
        finally:
            async with self._ended:
                self._running -= 1
                self._ended.notify_all()

    async def _private(self, bundle: PolicyBundle, request: PrivateAnswer) -> dict[str, object]:
        question = PrivateQuestion(request.project, request.sql, request.ask, request.version)
        place = functools.partial(self._place, bundle.platform.queries.threads)
        found = await answer_privately(bundle, self._settings, self._ticks, place, question)
        if isinstance(found, Fault):
            log.warning("compute_fault", project=request.project, fault=found.value)
            return {"ok": False, "fault": found.value}
        log.info("compute_answered", project=request.project, extract=request.version)
        return {"ok": True, "extract_version": request.version, "table": found.model_dump(mode="json")}

    async def _screen(self, bundle: PolicyBundle, request: Screen) -> dict[str, object]:
        earlier = tuple(Earlier(item=known.item, sha256=known.sha256) for known in request.earlier)
        question = Question(request.project, request.sql, request.item, earlier)

        def watch(doing: Doing) -> None:
            if question.item is not None:
                self._doing[question.item] = doing

        try:
            async with self._place(bundle.platform.queries.threads):
                found = await screen(bundle, self._settings, question, watch)
        finally:
            self._doing.pop(question.item or "", None)
        if isinstance(found, Fault):
            log.warning("compute_fault", project=request.project, fault=found.value)
            return {"ok": False, "fault": found.value}
        log.info("compute_screened", project=request.project, extract=found.extract_version)
        return _said(found)


def _said(found: Screened) -> dict[str, object]:
    answer = found.answer
    summary = answer.table.summary
    return {
        "ok": True,
        "extract_version": found.extract_version,
        "table": answer.table.model_dump(mode="json"),
        "memory_sha256": answer.memory_sha256,
        "compared": {"earlier": [{"item": one.item, "rows": list(one.rows)} for one in answer.compared]},
        "proof": {
            "ends": summary.ends,
            "certificates": summary.certificates,
            "whole": summary.whole,
            "attacked": summary.attacked,
        },
        "sealed": answer.sealed,
    }


def _make_way(path: Path) -> None:
    """Remove the socket of an earlier run; anything else in its place is left alone and stops the start."""
    if path.is_socket():
        path.unlink()
