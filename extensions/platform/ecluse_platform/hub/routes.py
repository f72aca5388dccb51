"""Which address shows which page; stock pages that we do not offer lead back to ours."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from jupyterhub.handlers.base import BaseHandler
from tornado import web

from ecluse_platform.hub.operations import OperationsPage, OperatorStopAction
from ecluse_platform.hub.pages import PROJECTS, OpenAction, ProjectsPage, StartAction, StartingPage, StopAction

_TYPES = {"ecluse.css": "text/css; charset=utf-8", "logo.svg": "image/svg+xml"}
_PROJECT = r"([a-z0-9-]{1,64})"


class DesignFile(BaseHandler):  # type: ignore[misc]  # the library ships no types
    """Serves the two files that every page of ours looks like."""

    async def get(self, name: str) -> None:
        """Return a file of the design by its exact name."""
        self.set_header("Content-Type", _TYPES[name])
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "max-age=300")
        self.finish(files("ecluse_platform.design").joinpath(name).read_bytes())


class BackToProjects(BaseHandler):  # type: ignore[misc]  # the library ships no types
    """Stands at the address of a stock page: starting by a link, personal tokens and the like are not offered."""

    @web.authenticated
    async def get(self, *_: str) -> None:
        """Lead to the projects."""
        self.redirect(PROJECTS)


class BackToStarting(BaseHandler):  # type: ignore[misc]  # the library ships no types
    """Stands where the hub sends people whose workspace is about to start."""

    @web.authenticated
    async def get(self, _: str, project: str) -> None:
        """Lead to our own waiting page, which looks at the person's own workspaces only."""
        self.redirect(f"{PROJECTS}/{project}/starting")


HANDLERS: list[tuple[str, Any]] = [
    (r"/projects", ProjectsPage),
    (rf"/projects/{_PROJECT}/start", StartAction),
    (rf"/projects/{_PROJECT}/starting", StartingPage),
    (rf"/projects/{_PROJECT}/open", OpenAction),
    (rf"/projects/{_PROJECT}/stop", StopAction),
    (r"/operations", OperationsPage),
    (r"/operations/stop", OperatorStopAction),
    (r"/ecluse/(ecluse\.css|logo\.svg)", DesignFile),
    (rf"/spawn-pending/([^/]+)/{_PROJECT}", BackToStarting),
    (r"/(?:home|token|admin|admin/.*|accept-share|spawn|spawn/.*|spawn-pending/.*)", BackToProjects),
]
