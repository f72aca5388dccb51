"""Names that cross a trust boundary, and the one way each is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import StringConstraints

# A double hyphen separates the person from the project in container names, so neither may hold one:
# the pair can then be read back without ambiguity, and no project id can carry path characters.
_WORDS = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
SHORTEST_PROJECT = 3
SHORTEST_USER = 2
LONGEST_NAME = 32
PROJECT_PATTERN = rf"^{_WORDS}$"
USER_PATTERN = rf"^{_WORDS}$"
TABLE_PATTERN = r"^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$"
COLUMN_PATTERN = r"^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$"

ProjectId = Annotated[
    str, StringConstraints(pattern=PROJECT_PATTERN, min_length=SHORTEST_PROJECT, max_length=LONGEST_NAME)
]
UserName = Annotated[str, StringConstraints(pattern=USER_PATTERN, min_length=SHORTEST_USER, max_length=LONGEST_NAME)]
TableName = Annotated[str, StringConstraints(pattern=TABLE_PATTERN, max_length=LONGEST_NAME)]
ColumnName = Annotated[str, StringConstraints(pattern=COLUMN_PATTERN, max_length=LONGEST_NAME)]


def is_project_id(value: str) -> bool:
    """Say whether a string from outside may be used as a project id at all."""
    return SHORTEST_PROJECT <= len(value) <= LONGEST_NAME and re.fullmatch(_WORDS, value) is not None


def is_user_name(value: str) -> bool:
    """Say whether a string from outside may be used as a user name at all."""
    return SHORTEST_USER <= len(value) <= LONGEST_NAME and re.fullmatch(_WORDS, value) is not None


@dataclass(frozen=True)
class Workspace:
    """One person's running container on one project: the named server ``<user>/<project>``."""

    user: str
    project: str

    def __post_init__(self) -> None:
        """Refuse any name that could mean something to a shell, a path or a URL."""
        if not is_user_name(self.user):
            raise ValueError("not a user name")
        if not is_project_id(self.project):
            raise ValueError("not a project id")

    @property
    def server(self) -> str:
        """The name JupyterHub gives it in scopes."""
        return f"{self.user}/{self.project}"

    @property
    def base_path(self) -> str:
        """The URL path under which browsers reach it."""
        return f"/user/{self.user}/{self.project}/"

    def container(self, instance: str) -> str:
        """Name its container; also the name by which the gateway resolves it."""
        return f"{instance}-ws-{self.user}--{self.project}"

    def network(self, instance: str) -> str:
        """Name the network that holds it and the gateway, and nothing else."""
        return f"{instance}-net-{self.user}--{self.project}"

    def home_volume(self, instance: str) -> str:
        """Name the volume of its home folder: one per person and project."""
        return f"{instance}-home-{self.user}--{self.project}"


def workspace_of_container(name: str, instance: str) -> Workspace | None:
    """Read a container name back; None when it is not one of this instance's workspaces."""
    prefix = f"{instance}-ws-"
    user, separator, project = name.removeprefix(prefix).partition("--")
    if not name.startswith(prefix) or not separator:
        return None
    if not (is_user_name(user) and is_project_id(project)):
        return None
    return Workspace(user, project)
