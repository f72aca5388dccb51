"""Who holds which scope: groups come from the policies in force, never from the identity provider."""

from __future__ import annotations

from typing import Any

from ecluse_platform.core.identity import REVIEW_SCOPE, SUBMIT_SCOPE
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.project import MemberRole

RESEARCHERS = "researchers"
STEWARDS = "stewards"
OPERATORS = "operators"
PROJECT_ADMINS = "projectadmins"
GROUPS = frozenset({RESEARCHERS, STEWARDS, OPERATORS, PROJECT_ADMINS})

CUSTOM_SCOPES = {
    SUBMIT_SCOPE: {"description": "Submit export requests for the project of one's own workspace."},
    REVIEW_SCOPE: {"description": "Review export requests of projects one is no member of."},
}

# The most that a workspace's token can ever do, whoever owns the workspace: report activity, know who its visitor is,
# submit. A steward's own notebook can therefore never review.
SERVER_TOKEN_SCOPES = ["users:activity!user", "access:servers!server", SUBMIT_SCOPE]


def groups_of(bundle: PolicyBundle, user: str) -> frozenset[str]:
    """Return the groups that the policies give to a person; empty for somebody whom no policy names."""
    held = {project.role_of(user) for project in bundle.projects_of(user)}
    named = {
        RESEARCHERS: MemberRole.RESEARCHER in held,
        PROJECT_ADMINS: MemberRole.PROJECT_ADMIN in held,
        STEWARDS: bundle.is_steward(user),
        OPERATORS: bundle.is_operator(user),
    }
    return frozenset(group for group, holds in named.items() if holds)


def load_roles() -> list[dict[str, Any]]:
    """Return the roles of the hub, each as narrow as its work.

    Nobody may start or stop a server by the hub's own interfaces: people do on our pages, which ask the policies first
    and tell the audit log who did. Nobody makes personal tokens, and nobody opens a workspace that is not theirs.
    """
    return [
        {
            "name": "user",
            "description": "Everybody who may sign in",
            "scopes": [
                "read:users:name!user",
                "read:users:groups!user",
                "access:services!service=egress",
                "access:services!service=gateway",
            ],
        },
        {"name": "server", "description": "A running workspace", "scopes": SERVER_TOKEN_SCOPES},
        {
            "name": "researcher",
            "description": "Works in the workspaces of one's own projects",
            "scopes": ["access:servers!user", "users:activity!user", SUBMIT_SCOPE],
            "groups": [RESEARCHERS],
        },
        {
            "name": "steward",
            "description": "Reviews export requests",
            "scopes": [REVIEW_SCOPE],
            "groups": [STEWARDS],
        },
        {
            "name": "operator",
            "description": "Sees which workspaces run and stops them, without entering any",
            # Not delete:servers: a stop by the hub's own API would not tell the audit log who asked for it.
            "scopes": ["list:users", "read:servers"],
            "groups": [OPERATORS],
        },
    ]
