"""The stack that all other tests stand on: it starts, people get in, and a crash of any service passes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from stack.running import Stack, tool

ACCOUNTS = ("researcher1", "researcher2", "steward1", "steward2", "projectadmin1", "operator1")


@pytest.mark.parametrize("user", ACCOUNTS)
def test_every_account_can_log_in(user: str, login: Callable[[str], Page]) -> None:
    """The identity provider proves each person of the demonstration, and the page that follows names them."""
    expect(login(user).locator("body")).to_contain_text(user)


@pytest.mark.parametrize("service", ["hub", "gateway", "egress", "compute", "guard", "proxy", "idp"])
def test_a_killed_service_comes_back(stack: Stack, service: str) -> None:
    """After a crash one start is enough: sockets, routes and tokens are found again."""
    stack.kill(service)
    stack.start(service)


def test_starting_twice_changes_nothing(stack: Stack) -> None:
    """`make demo` on a running instance keeps every container."""
    names = ("hub", "gateway", "egress", "compute", "guard", "proxy", "idp")
    before = {name: stack.container(name) for name in names}
    tool("up.sh")
    assert {name: stack.container(name) for name in names} == before
