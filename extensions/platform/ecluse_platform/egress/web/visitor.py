"""Who looks at a page: checked anew with the hub and the policies at each request."""

from __future__ import annotations

from dataclasses import dataclass

from ecluse_platform.core.identity import REVIEW_SCOPE, Principal
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.project import MemberRole, Project
from ecluse_platform.egress.web.sessions import Session


class LoginNeeded(Exception):
    """Nobody is logged in any more, or nobody ever was."""


@dataclass(frozen=True)
class Visitor:
    """A person in a browser session; what the menu shows them decides nothing, the use cases check for themselves."""

    principal: Principal
    session: Session
    bundle: PolicyBundle

    @property
    def name(self) -> str:
        """The person's name, as the hub proves it."""
        return self.principal.name

    @property
    def is_researcher(self) -> bool:
        """Whether the pages of requests concern this person."""
        return any(project.role_of(self.name) is MemberRole.RESEARCHER for project in self.projects)

    @property
    def is_steward(self) -> bool:
        """Whether the review pages concern this person."""
        return self.bundle.is_steward(self.name) and self.principal.holds(REVIEW_SCOPE)

    @property
    def is_operator(self) -> bool:
        """Whether the operations page concerns this person."""
        return self.bundle.is_operator(self.name)

    @property
    def projects(self) -> tuple[Project, ...]:
        """The projects whose permit names this person, in any role."""
        return self.bundle.projects_of(self.name)
