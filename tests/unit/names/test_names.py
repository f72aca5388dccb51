from __future__ import annotations

import pytest

from ecluse_platform.core.names import Workspace, is_project_id, is_user_name, workspace_of_container

HOSTILE = [
    "",
    "a",
    "A-b",
    "-ab",
    "ab-",
    "a--b",
    "../etc",
    "a/b",
    "a b",
    "a.b",
    "été",
    "ab\n",
    "a" * 33,
    "ab\0",
    "\uff11\uff12\uff13",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_carries_a_path_a_separator_or_a_space(name: str) -> None:
    """What a shell, a path or a URL would read as something else is no name."""
    assert not is_project_id(name)
    assert not is_user_name(name)
    with pytest.raises(ValueError, match="not a project id"):
        Workspace("researcher1", name)
    with pytest.raises(ValueError, match="not a user name"):
        Workspace(name, "diabete-idf")


def test_a_container_name_is_read_back_as_its_workspace() -> None:
    """The pair of person and project is never ambiguous, even with hyphens in both."""
    workspace = Workspace("jean-luc", "diabete-idf")
    assert workspace_of_container(workspace.container("ecluse"), "ecluse") == workspace


@pytest.mark.parametrize(
    "name",
    ["ecluse-gateway", "ecluse-ws-jean", "ecluse-ws---x", "ecluse-test-ws-a1--abc", "ecluse-ws-a1--abc--d"],
)
def test_any_other_container_is_no_workspace(name: str) -> None:
    """A container of another instance, or of the platform itself, is not taken for a workspace."""
    assert workspace_of_container(name, "ecluse") is None
