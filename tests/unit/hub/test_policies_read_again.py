"""The groups of somebody who is signed in follow the policies, and outlast policies that cannot be read."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from ecluse_platform.hub.audit import AuditLog
from ecluse_platform.hub.authentication import EcluseAuthenticator
from ecluse_platform.hub.parts import Parts
from ecluse_platform.hub.settings import settings_from
from ecluse_platform.policyfiles import PolicySource

ROOT = Path(__file__).parents[3]


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    """The demonstration's policies, to be changed."""
    return Path(shutil.copytree(ROOT / "policies", tmp_path / "policies"))


@pytest.fixture
def authenticator(policies: Path) -> EcluseAuthenticator:
    """The hub's own, over these policies."""
    names = ("AUTHORIZE_URL", "TOKEN_URL", "USERDATA_URL", "CLIENT_ID")
    settings = settings_from(
        {
            "ECLUSE_INSTANCE": "ecluse-test",
            "ECLUSE_EXTRACTS_HOST": "/extracts",
            "ECLUSE_PUBLIC_URL": "http://hub.test",
            **{f"ECLUSE_OIDC_{name}": "x" for name in names},
        }
    )
    made = EcluseAuthenticator()
    made.parts = Parts(settings, PolicySource(policies), AuditLog("http://egress.test", "none"))
    return made


def again(authenticator: EcluseAuthenticator, name: str) -> object:
    """Read the groups of a person who is signed in again, as the hub does every so often."""
    return asyncio.run(authenticator.refresh_user(SimpleNamespace(name=name)))


def test_groups_are_those_of_the_policies_in_force(authenticator: EcluseAuthenticator) -> None:
    """A person keeps what the policies say today; one whom they do not name must sign in again."""
    assert again(authenticator, "steward1") == {
        "name": "steward1",
        "admin": False,
        "auth_state": None,
        "groups": ["stewards"],
    }
    assert again(authenticator, "mallory") is False


def test_a_policy_that_cannot_be_read_signs_nobody_out(authenticator: EcluseAuthenticator, policies: Path) -> None:
    """An operator's typo asks nobody who they are: the session stays as it was until the policies can be read."""
    profile = policies / "disclosure" / "snds.yaml"
    before = profile.read_text()
    profile.write_text(before.replace("threshold_persons", "treshold_persons"))
    assert again(authenticator, "steward1") is True
    profile.write_text(before)
    assert isinstance(again(authenticator, "steward1"), dict)
    assert again(authenticator, "mallory") is False
