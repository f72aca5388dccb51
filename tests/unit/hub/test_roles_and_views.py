"""Who gets which group, and what the pages show to whom."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ecluse_platform.core.identity import REVIEW_SCOPE, SUBMIT_SCOPE
from ecluse_platform.core.messages import MESSAGES
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.text import Language
from ecluse_platform.hub.roles import GROUPS, SERVER_TOKEN_SCOPES, groups_of, load_roles
from ecluse_platform.hub.views import Standing, administered, work_cards
from ecluse_platform.hub.words import WORDS, date_words
from ecluse_platform.policyfiles import load_policies

ROOT = Path(__file__).parents[3]
DURING = date(2026, 11, 23)


@pytest.fixture
def bundle() -> PolicyBundle:
    """The demonstration's policies."""
    return load_policies(ROOT / "policies")


@pytest.mark.parametrize(
    ("person", "groups"),
    [
        ("researcher1", {"researchers"}),
        ("researcher2", {"researchers"}),
        ("steward1", {"stewards"}),
        ("projectadmin1", {"projectadmins"}),
        ("operator1", {"operators"}),
        ("mallory", set()),
    ],
)
def test_groups_come_from_the_policies(bundle: PolicyBundle, person: str, groups: set[str]) -> None:
    """Each demonstration account has the one group of its role; a stranger has none."""
    assert groups_of(bundle, person) == groups


def test_no_role_opens_somebody_else_s_workspace_or_makes_tokens() -> None:
    """No scope of any role gives the admin's powers, a start by the API, a personal token or another's server."""
    forbidden = ("admin", "tokens", "servers", "access:servers", "inherit", "self", "all", "shares", "proxy", "groups")
    for role in load_roles():
        for scope in role["scopes"]:
            name, _, filtered = scope.partition("!")
            assert name not in forbidden or (name == "access:servers" and filtered in {"user", "server"}), scope
            assert not name.startswith(("admin", "tokens")), scope


def test_a_workspace_s_token_can_never_review() -> None:
    """The ceiling on servers' tokens leaves out review, and only stewards hold it."""
    assert REVIEW_SCOPE not in SERVER_TOKEN_SCOPES
    holders = {role["name"] for role in load_roles() if REVIEW_SCOPE in role["scopes"]}
    assert holders == {"steward"}
    submitters = {role["name"] for role in load_roles() if SUBMIT_SCOPE in role["scopes"]}
    assert submitters == {"server", "researcher"}


def test_every_group_has_its_role_or_needs_none() -> None:
    """Roles name only groups that the policies give."""
    assert {group for role in load_roles() for group in role.get("groups", [])} <= GROUPS


def test_a_researcher_sees_their_projects_only(bundle: PolicyBundle) -> None:
    """One card per project in which the permit names the person as a researcher."""
    assert [c.project.id for c in work_cards(bundle, "researcher1", DURING, {})] == ["diabete-idf"]
    every = ["antibio-national", "avc-parcours", "diabete-idf"]
    assert [c.project.id for c in work_cards(bundle, "researcher2", DURING, {})] == every
    assert work_cards(bundle, "projectadmin1", DURING, {}) == ()
    assert [project.id for project, _ in administered(bundle, "projectadmin1")] == every
    assert administered(bundle, "researcher1") == ()


@pytest.mark.parametrize(
    ("day", "code"), [(date(2025, 12, 31), "permit_not_started"), (date(2030, 1, 1), "permit_expired")]
)
def test_outside_its_dates_a_project_shows_why_instead_of_start(bundle: PolicyBundle, day: date, code: str) -> None:
    """The card stays, with the reason and the next step, and no button."""
    (card,) = work_cards(bundle, "researcher1", day, {})
    assert card.refusal is not None
    assert card.refusal.code == code
    assert not card.may_start


@pytest.mark.parametrize("standing", [Standing.RUNNING, Standing.STARTING, Standing.STOPPING])
def test_only_a_stopped_workspace_can_be_started(bundle: PolicyBundle, standing: Standing) -> None:
    """The Start button is for what is stopped."""
    (card,) = work_cards(bundle, "researcher1", DURING, {"diabete-idf": standing})
    assert not card.may_start


def test_dates_are_written_as_people_write_them() -> None:
    """The first of a month has its own form in French."""
    assert date_words(date(2026, 1, 1), Language.FR) == "1er janvier 2026"
    assert date_words(date(2029, 12, 31), Language.FR) == "31 décembre 2029"
    assert date_words(date(2029, 12, 31), Language.EN) == "31 December 2029"


def test_both_languages_have_the_same_fields() -> None:
    """A word with a field in one language has it in the other."""
    for key, text in WORDS.items():
        fields = [sorted(part.split("}")[0] for part in words.split("{")[1:]) for words in (text.fr, text.en)]
        assert fields[0] == fields[1], key


def test_every_refusal_of_ours_has_words() -> None:
    """The codes that the hub raises are in the table of messages."""
    sources = (ROOT / "extensions/platform/ecluse_platform/hub").glob("*.py")
    text = "".join(path.read_text() for path in sources)
    codes = {part.split('"')[0] for part in text.split('Refusal("')[1:]}
    assert codes
    assert codes <= set(MESSAGES)
