"""What the pages show, computed from the policies and from what runs; nothing here acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ecluse_platform.core.permit import check_may_work
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.project import MemberRole, Project
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.text import Text


class Standing(StrEnum):
    """Where a workspace is in its life."""

    STOPPED = "stopped"
    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"


@dataclass(frozen=True)
class Card:
    """One project as one person sees it; a refusal stands where the Start button would."""

    project: Project
    image: Text
    standing: Standing
    refusal: Refusal | None

    @property
    def may_start(self) -> bool:
        """Say whether to show the Start button; the start itself asks again."""
        return self.refusal is None and self.standing is Standing.STOPPED


def work_cards(bundle: PolicyBundle, user: str, on: date, standings: Mapping[str, Standing]) -> tuple[Card, ...]:
    """Return the projects in which a person works as a researcher, those outside their permit's dates included."""
    return tuple(
        _card(bundle, project, user, on, standings.get(project.id, Standing.STOPPED))
        for project in bundle.projects_of(user)
        if project.role_of(user) is MemberRole.RESEARCHER
    )


def administered(bundle: PolicyBundle, user: str) -> tuple[tuple[Project, Text], ...]:
    """Return the projects that a person administers, each with the title of its image."""
    return tuple(
        (project, bundle.platform.images[project.image].title)
        for project in bundle.projects_of(user)
        if project.role_of(user) is MemberRole.PROJECT_ADMIN
    )


def _card(bundle: PolicyBundle, project: Project, user: str, on: date, standing: Standing) -> Card:
    refusal = None
    try:
        check_may_work(bundle, user, project.id, on)
    except Refusal as refused:
        refusal = refused
    return Card(project, bundle.platform.images[project.image].title, standing, refusal)
