"""Policies that change between the votes and the release: the policy of the moment decides."""

from __future__ import annotations

from pathlib import Path

from ecluse_platform.core.workflow import State
from ecluse_platform.egress.services import looking
from egress_rig.rig import TWO_STEWARDS, open_rig, steward
from policy_folder import PolicyFolder


def test_rules_that_change_after_the_votes_void_them(tmp_path: Path) -> None:
    """A table protected under older rules is protected and reviewed again."""
    policies = PolicyFolder.copied_to(tmp_path / "policies").path
    with open_rig(tmp_path / "state", policies=policies) as rig:
        request = rig.submit()
        rig.screen()
        rig.vote(request.id, "steward1")
        profile = policies / "disclosure" / "snds.yaml"
        profile.write_text(profile.read_text().replace("threshold_persons: 11", "threshold_persons: 50"))
        assert [(done.state, done.round) for done in rig.release()] == [(State.SUBMITTED, 2)]
        rig.screen()
        view = looking.open_for_review(rig.store, rig.bundle, rig.vault, steward("steward1"), request.id)
        assert [seen.table.hidden for seen in view.tables] == [2]


def test_a_column_classed_anew_after_the_votes_voids_them(tmp_path: Path) -> None:
    """What the catalogue says of a column is a rule like the threshold: a vote under another class means nothing."""
    policies = PolicyFolder.copied_to(tmp_path / "policies").path
    with open_rig(tmp_path / "state", policies=policies) as rig:
        request = rig.submit()
        rig.screen()
        rig.vote(request.id, "steward1")
        columns = policies / "catalogue" / "snds" / "beneficiaries.csv"
        sex = "IR_BEN_R;BEN_SEX_COD;SMALLINT;"
        columns.write_text(columns.read_text().replace(f"{sex}dimension", f"{sex}measure"))
        assert [(done.state, done.round) for done in rig.release()] == [(State.SUBMITTED, 2)]
        assert "released" not in rig.actions()


def test_a_steward_removed_before_the_release_authorises_nothing(tmp_path: Path) -> None:
    """The policy of the moment decides, not that of the vote."""
    policies = PolicyFolder.copied_to(tmp_path / "policies").path
    with open_rig(tmp_path / "state", policies=policies) as rig:
        request = rig.submit("researcher2", TWO_STEWARDS)
        rig.screen()
        rig.vote(request.id, "steward1")
        rig.vote(request.id, "steward2")
        platform = policies / "platform.yaml"
        platform.write_text(platform.read_text().replace("[steward1, steward2]", "[steward1, steward3]"))
        assert [done.state for done in rig.release()] == [State.SUBMITTED]
        assert "released" not in rig.actions()
