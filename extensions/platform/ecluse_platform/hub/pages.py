"""Our pages in place of JupyterHub's: projects to start, open and stop."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from jupyterhub.handlers.base import BaseHandler
from tornado import web

from ecluse_platform.core.audit_actions import Action
from ecluse_platform.core.permit import check_may_work
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.hub.refusing import RefusalError
from ecluse_platform.hub.roles import groups_of
from ecluse_platform.hub.spawner import Step
from ecluse_platform.hub.standing import policies_in_force, today
from ecluse_platform.hub.views import Standing, administered, work_cards

PROJECTS = "/hub/projects"
_QUICK_ANSWER = 1.0
_REFRESH = "1"


class Page(BaseHandler):  # type: ignore[misc]  # the library ships no types
    """What our pages have in common: the policies in force, and the person in the hub's own session."""

    def set_default_headers(self) -> None:
        """Keep pages out of caches: they say what somebody may do right now."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")

    def bundle(self) -> PolicyBundle:
        """Return the policies in force."""
        try:
            return policies_in_force(self.authenticator.parts.policies)
        except Refusal as refusal:
            raise RefusalError(refusal) from refusal

    def check_may_start(self, project: str) -> None:
        """Refuse a start that the policies do not allow today, before anything of it exists."""
        try:
            check_may_work(self.bundle(), self.current_user.name, project, today())
        except Refusal as refusal:
            raise RefusalError(refusal) from refusal

    async def show(self, template: str, **values: Any) -> None:
        """Write a page."""
        bundle = self.bundle()
        groups = groups_of(bundle, self.current_user.name)
        self.finish(await self.render_template(template, groups=groups, platform=bundle.platform, **values))


def standing_of(user: Any, name: str) -> Standing:
    """Return where a person's workspace is in its life."""
    if name not in user.spawners:
        return Standing.STOPPED
    spawner = user.spawners[name]
    if spawner.pending == "stop":
        return Standing.STOPPING
    if spawner.pending:
        return Standing.STARTING
    return Standing.RUNNING if spawner.ready else Standing.STOPPED


class ProjectsPage(Page):
    """The page after signing in."""

    @web.authenticated
    async def get(self) -> None:
        """Show the person's projects, each with its permit and what can be done now."""
        user, bundle = self.current_user, self.bundle()
        standings = {p.id: standing_of(user, p.id) for p in bundle.projects_of(user.name)}
        await self.show(
            "projects.html",
            cards=work_cards(bundle, user.name, today(), standings),
            administered=administered(bundle, user.name),
        )


class StartAction(Page):
    """Starts a project's workspace."""

    @web.authenticated
    async def post(self, project: str) -> None:
        """Start unless it runs already; a refusal known at once is shown at once."""
        try:
            self.check_may_start(project)
        except RefusalError as refused:
            await self._record(project, refused.refusal)
            raise
        user = self.current_user
        spawner = user.get_or_create_spawner(project, project, replace_failed=True)
        if not spawner.active:
            # An explicit start forgets how the last one failed.
            spawner._spawn_future = None  # noqa: SLF001 - as the hub's own start page does
            start = asyncio.ensure_future(self.spawn_single_user(user, project, project, options={}))
            await asyncio.wait([start], timeout=_QUICK_ANSWER)
            if start.done() and (error := start.exception()) is not None:
                raise error if isinstance(error, web.HTTPError) else _failed(project)
        self.redirect(f"{PROJECTS}/{quote(project)}/starting", status=HTTPStatus.SEE_OTHER)

    async def _record(self, project: str, refusal: Refusal) -> None:
        known = self.bundle().project(project)
        try:
            await self.authenticator.parts.audit.append(
                Action.WORKSPACE_REFUSED, self.current_user.name, known.id if known else None, {"code": refusal.code}
            )
        except Refusal:
            self.log.exception("The audit log did not take a refused start")


class StartingPage(Page):
    """Waits for a start and then leads into the workspace; it refreshes itself and needs no script."""

    @web.authenticated
    async def get(self, project: str) -> None:
        """Show how far the start has come, that it is ready, or why it failed."""
        user = self.current_user
        standing = standing_of(user, project)
        spawner = user.spawners.get(project)
        if standing is Standing.STOPPED:
            if spawner is not None and spawner._failed:  # noqa: SLF001 - as the hub's own waiting page does
                error = spawner._spawn_future.exception()  # noqa: SLF001 - the same
                raise error if isinstance(error, RefusalError) else _failed(project)
            self.redirect(PROJECTS)
            return
        if standing is Standing.RUNNING:
            self.set_header("Refresh", f"0; url={PROJECTS}/{quote(project)}/open")
        else:
            self.set_header("Refresh", _REFRESH)
        step = getattr(spawner, "step", Step.CHECKING)
        await self.show("starting.html", project=project, standing=standing, steps=list(Step), step=step)


class OpenAction(Page):
    """Leads to a running workspace."""

    @web.authenticated
    async def get(self, project: str) -> None:
        """Mend the way to the workspace if needed, then go there."""
        self.check_may_start(project)
        user = self.current_user
        if standing_of(user, project) is not Standing.RUNNING:
            self.redirect(PROJECTS)
            return
        await user.spawners[project].poll()
        self.redirect(f"{user.server_url(project)}lab")


class StopAction(Page):
    """Stops one's own workspace: always allowed."""

    @web.authenticated
    async def post(self, project: str) -> None:
        """Stop, and go back to the projects."""
        await stop_workspace(self, self.current_user, project)
        self.redirect(PROJECTS, status=HTTPStatus.SEE_OTHER)


async def stop_workspace(page: Page, user: Any, project: str) -> None:
    """Stop a person's workspace unless it is stopped already; refuse while it is between two states."""
    standing = standing_of(user, project)
    if standing is Standing.STARTING:
        raise RefusalError(Refusal("workspace_busy", {"project": project}))
    if standing is Standing.RUNNING:
        spawner = user.spawners[project]
        spawner.stopped_by = page.current_user.name
        await page.stop_single_user(user, project)


def _failed(project: str) -> RefusalError:
    return RefusalError(Refusal("workspace_failed", {"project": project}))
