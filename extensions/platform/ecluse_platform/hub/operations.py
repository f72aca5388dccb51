"""The operators' page: which workspaces run, and a button to stop each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from tornado import web

from ecluse_platform.core.names import is_project_id, is_user_name
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.hub.pages import Page, standing_of, stop_workspace
from ecluse_platform.hub.refusing import RefusalError
from ecluse_platform.hub.views import Standing

OPERATIONS = "/hub/operations"


@dataclass(frozen=True)
class Running:
    """One workspace as an operator sees it: whose and since when, nothing of what is in it."""

    user: str
    project: str
    standing: Standing
    since: datetime | None
    activity: datetime | None


class OperationsPage(Page):
    """Shows operators what runs."""

    def check_is_operator(self) -> None:
        """Refuse anybody whom the policies do not name as an operator, or whose session lacks the operators' scope."""
        if not (self.bundle().is_operator(self.current_user.name) and self.has_scope("list:users")):
            raise RefusalError(Refusal("not_an_operator"))

    @web.authenticated
    async def get(self) -> None:
        """List the workspaces that are not stopped."""
        self.check_is_operator()
        await self.show("operations.html", running=sorted(_running(self.users), key=lambda r: (r.project, r.user)))


class OperatorStopAction(OperationsPage):
    """Stops somebody's workspace."""

    @web.authenticated
    async def post(self) -> None:
        """Stop it and go back to the list; the audit log keeps who did."""
        name, project = self.get_body_argument("user"), self.get_body_argument("project")
        if not (is_user_name(name) and is_project_id(project)):
            raise RefusalError(Refusal("unknown_project"))
        self.check_is_operator()
        user = self.find_user(name)
        if user is None:
            raise RefusalError(Refusal("unknown_project"))
        await stop_workspace(self, user, project)
        self.redirect(OPERATIONS, status=HTTPStatus.SEE_OTHER)


def _running(users: Any) -> list[Running]:
    return [
        Running(user.name, name, standing, spawner.orm_spawner.started, spawner.orm_spawner.last_activity)
        for user in users.values()
        for name, spawner in user.spawners.items()
        if name and (standing := standing_of(user, name)) is not Standing.STOPPED
    ]
