"""Where the switch of language leads, and the page that a form stands on."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from ecluse_platform.core.text import Language
from ecluse_platform.egress.web.language import page_of_form, switches

HOME = "/services/egress/"


def asked(method: str, path: str, query: str = "") -> Request:
    """Return a request as the service receives it."""
    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "root_path": ""}
    return Request({**scope, "headers": [(b"host", b"egress.test")], "scheme": "http", "server": ("egress.test", 80)})


def test_a_page_that_was_read_is_shown_again_with_all_that_was_asked() -> None:
    """The rest of the address stays; only the language changes."""
    found = switches(asked("GET", f"{HOME}review", "tab=waiting&lang=fr"), HOME)
    assert found == {Language.FR: "?tab=waiting&lang=fr", Language.EN: "?tab=waiting&lang=en"}


def test_the_answer_to_a_form_switches_to_the_form_s_page() -> None:
    """The address of a form cannot be read with GET."""
    assert switches(asked("POST", f"{HOME}review/ab12/vote"), HOME)[Language.EN] == f"{HOME}review/ab12?lang=en"


@pytest.mark.parametrize("path", [f"{HOME}logout", "//elsewhere.test/page/form", "/services/other/x", "/"])
def test_no_address_leads_out_of_the_pages(path: str) -> None:
    """Whatever a form was sent to, the way back is a page of ours."""
    assert page_of_form(asked("POST", path), HOME) == HOME
