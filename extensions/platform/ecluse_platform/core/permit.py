"""When a permit lets people work, and who may start a workspace."""

from __future__ import annotations

from datetime import date, timedelta

from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.project import MemberRole, Project
from ecluse_platform.core.refusals import Refusal


def check_in_force(project: Project, on: date) -> None:
    """Refuse any day outside the permit's dates; both ends are included."""
    if on < project.permit.start:
        raise Refusal("permit_not_started", {"project": project.id, "date": project.permit.start.isoformat()})
    if on > project.permit.end:
        raise Refusal("permit_expired", {"project": project.id, "date": project.permit.end.isoformat()})


def check_may_work(bundle: PolicyBundle, user: str, project_id: str, on: date) -> Project:
    """Return the project when the permit names this person as a researcher today; refuse otherwise."""
    project = bundle.project(project_id)
    if project is None:
        raise Refusal("unknown_project")
    if project.role_of(user) is not MemberRole.RESEARCHER:
        raise Refusal("not_in_permit", {"project": project.id})
    check_in_force(project, on)
    return project


def purged_after(project: Project) -> date:
    """Return the last day on which the data of a project may still exist."""
    return project.permit.end + timedelta(days=project.permit.grace_days)
