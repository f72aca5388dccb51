"""Starts, watches and stops workspaces: each exactly as policy plans it, each start recorded before it happens."""

from __future__ import annotations

import hashlib
import json
import time
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from docker.errors import APIError, DockerException
from dockerspawner import DockerSpawner
from requests.exceptions import RequestException
from traitlets import Instance, default

from ecluse_platform.core.audit_actions import Action
from ecluse_platform.core.container import HUB_ENV, Body, plan_session, workspace_body
from ecluse_platform.core.names import Workspace
from ecluse_platform.core.permit import check_may_work
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.project import Project
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.hub.parts import Parts
from ecluse_platform.hub.refusing import RefusalError
from ecluse_platform.hub.sessions import SessionNetworks
from ecluse_platform.hub.standing import current_extract, policies_in_force, today

_ENGINE_CALLS = 4


class Step(StrEnum):
    """How far a start has come, for the page that waits for it."""

    CHECKING = "checking"
    NETWORK = "network"
    CONTAINER = "container"
    ANSWERING = "answering"


class EcluseSpawner(DockerSpawner):  # type: ignore[misc]  # the library ships no types
    """One workspace: the named server ``<user>/<project>``, reached only through the gateway."""

    parts = Instance(Parts).tag(config=True)

    step = Step.CHECKING
    # Who asked to stop, when it is not the person whose workspace it is.
    stopped_by = ""
    # One stubborn container takes seconds to stop: others must not wait for it.
    _executor = ThreadPoolExecutor(_ENGINE_CALLS)

    @default("object_name")
    def _object_name_default(self) -> str:
        """Name the container as the guard and the gateway do; the unnamed server has none."""
        workspace = self.workspace()
        return workspace.container(self.parts.settings.site.instance) if workspace else ""

    def workspace(self) -> Workspace | None:
        """Return which workspace this server is; None for a server that could be none."""
        try:
            return Workspace(self.user.name, self.name)
        except ValueError:
            return None

    async def start(self) -> tuple[str, int]:
        """Start the workspace, or refuse with a reason and a next step; nothing is left behind by a refusal."""
        started = time.monotonic()
        workspace = self.workspace()
        if workspace is None:
            raise RefusalError(Refusal("unnamed_server"))
        try:
            details = await self._start(workspace)
            details["milliseconds"] = str(round((time.monotonic() - started) * 1000))
            await self.parts.audit.append(Action.WORKSPACE_STARTED, workspace.user, workspace.project, details)
        except Refusal as refusal:
            await self._record(Action.WORKSPACE_REFUSED, workspace, code=refusal.code)
            raise RefusalError(refusal) from refusal
        except (DockerException, RequestException) as fault:
            self.log.exception("The container engine refused or failed")
            await self._record(Action.WORKSPACE_START_FAILED, workspace, reason="engine")
            raise RefusalError(Refusal("workspace_failed", {"project": workspace.project})) from fault
        self.step = Step.ANSWERING
        return self.parts.settings.gateway_address

    async def _start(self, workspace: Workspace) -> dict[str, str]:
        """Do the start step by step; return what the audit log keeps of it."""
        self.step = Step.CHECKING
        bundle, project = self._check_may_work(workspace)
        extract = await current_extract(self.parts.settings.guard, project.id)
        image = bundle.platform.images[project.image].reference
        details = {"image": image, "extract": extract, "policy_digest": bundle.digest}
        await self.parts.audit.append(Action.WORKSPACE_START_ASKED, workspace.user, workspace.project, details)
        await self._check_image(image)
        await self._remove(workspace)
        self.step = Step.NETWORK
        subnet = await self._networks().create(bundle.platform.sessions.network_pool, workspace)
        self.step = Step.CONTAINER
        session = plan_session(bundle, project, workspace, extract, subnet)
        body = workspace_body(self.parts.settings.site, session, self._hub_env())
        created = await self.docker("create_container_from_config", body, self.object_name)
        self.object_id = created["Id"]
        await self.docker("start", self.object_id)
        return {**details, "plan_sha256": _digest(body)}

    async def stop(self, now: bool = False) -> None:  # noqa: FBT001, FBT002 - the hub calls it so
        """Stop the workspace and remove its container and network; the home volume stays."""
        del now
        workspace = self.workspace()
        if workspace is None:
            return
        had_container = bool(self.object_id)
        await self._remove(workspace)
        self.object_id = ""
        self.clear_state()
        if had_container:
            await self._record(Action.WORKSPACE_STOPPED, workspace, by=self.stopped_by or workspace.user)

    async def poll(self) -> int | None:
        """Say whether the workspace runs; stop it when its permit no longer allows it, mend its way to the gateway.

        An engine that does not answer says nothing about the workspace: it counts as running, so that a restart of the
        guard loses nobody's work. The gateway, which asks the policies itself, decides who still gets in.
        """
        workspace = self.workspace()
        if workspace is None:
            return 0
        try:
            container = await self.get_object()
            if container is None or not container["State"]["Running"]:
                return int(container["State"]["ExitCode"]) if container else 0
            if await self._ends_here(workspace):
                return 0
            if await self._networks().mend(workspace):
                self.log.warning("The gateway was put back on the network of %s", workspace.server)
        except Refusal as refusal:
            self.log.warning("%s could not be checked: %s", workspace.server, refusal)
        except (DockerException, RequestException):
            self.log.exception("The container engine did not answer about %s", workspace.server)
        return None

    async def _ends_here(self, workspace: Workspace) -> bool:
        """Stop a workspace whose person may no longer work; policies that cannot be read end nothing."""
        bundle = policies_in_force(self.parts.policies)
        try:
            check_may_work(bundle, workspace.user, workspace.project, today())
        except Refusal as refusal:
            await self._remove(workspace)
            self.object_id = ""
            await self._record(Action.PERMIT_ENDED_STOP, workspace, code=refusal.code)
            return True
        return False

    def _check_may_work(self, workspace: Workspace) -> tuple[PolicyBundle, Project]:
        bundle = policies_in_force(self.parts.policies)
        return bundle, check_may_work(bundle, workspace.user, workspace.project, today())

    async def _check_image(self, reference: str) -> None:
        try:
            await self.docker("inspect_image", reference)
        except APIError as error:
            if error.status_code != HTTPStatus.NOT_FOUND:
                raise
            raise Refusal("no_image", {"image": reference}) from error

    async def _remove(self, workspace: Workspace) -> None:
        """Remove container and network, whichever are there."""
        container = workspace.container(self.parts.settings.site.instance)
        for method, kwargs in (("stop", {}), ("remove_container", {"v": True, "force": True})):
            try:
                await self.docker(method, container, **kwargs)
            except APIError as error:
                if error.status_code not in {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}:
                    raise
        await self._networks().remove(workspace)

    def _networks(self) -> SessionNetworks:
        return SessionNetworks(self.parts.settings.site, self.docker)

    def _hub_env(self) -> dict[str, str]:
        """Return the hub's own variables for the container: those on the core's list, as text."""
        return {name: str(value) for name, value in self.get_env().items() if name in HUB_ENV}

    async def _record(self, action: Action, workspace: Workspace, **details: str) -> None:
        """Record what has already happened; a silent log is reported, and starts nothing."""
        try:
            await self.parts.audit.append(action, workspace.user, workspace.project, details)
        except Refusal:
            self.log.exception("The audit log did not take %s of %s", action, workspace.server)


def _digest(body: Body) -> str:
    """Return the SHA-256 of a plan without its variables: they hold a token."""
    plan: dict[str, Any] = {key: value for key, value in body.items() if key != "Env"}
    return hashlib.sha256(json.dumps(plan, sort_keys=True).encode()).hexdigest()
