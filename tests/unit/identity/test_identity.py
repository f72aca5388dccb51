from __future__ import annotations

import pytest

from ecluse_platform.core.identity import SUBMIT_SCOPE, Principal, workspace_of
from ecluse_platform.core.names import Workspace
from ecluse_platform.core.refusals import Refusal

OWN = "access:servers!server=researcher1/diabete-idf"


def principal(*scopes: str) -> Principal:
    """Describe the person with these scopes."""
    return Principal("researcher1", frozenset(scopes))


def test_the_project_is_read_from_the_tokens_scope() -> None:
    """One server's scope and the right to submit prove one workspace."""
    assert workspace_of(principal(OWN, SUBMIT_SCOPE)) == Workspace("researcher1", "diabete-idf")


@pytest.mark.parametrize(
    "scopes",
    [
        (),
        (SUBMIT_SCOPE,),
        (OWN,),
        (OWN, "access:servers!server=researcher1/antibio-national", SUBMIT_SCOPE),
        ("access:servers!server=researcher2/diabete-idf", SUBMIT_SCOPE),
        ("access:servers!server=researcher1/", SUBMIT_SCOPE),
        ("access:servers!server=researcher1/../x", SUBMIT_SCOPE),
        ("access:servers", SUBMIT_SCOPE),
        ("access:servers!user=researcher1", SUBMIT_SCOPE),
    ],
)
def test_no_other_token_proves_a_project(scopes: tuple[str, ...]) -> None:
    """A browser's session, a wider right, two servers, somebody else's server: none is a workspace."""
    with pytest.raises(Refusal) as caught:
        workspace_of(principal(*scopes))
    assert caught.value.code == "no_workspace_token"


def test_a_filter_on_a_scope_does_not_hide_it() -> None:
    """The hub writes a scope with or without a filter; a longer name is another scope."""
    assert principal("custom:egress:submit!user=x").holds(SUBMIT_SCOPE)
    assert not principal("custom:egress:submitted").holds(SUBMIT_SCOPE)
