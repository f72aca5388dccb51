from __future__ import annotations

from datetime import date, timedelta

import pytest

from ecluse_platform.core.permit import check_in_force, check_may_work, purged_after
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.policyfiles import load_policies
from policy_folder import DEMO

INSIDE = date(2026, 11, 23)


@pytest.fixture(scope="module")
def bundle() -> PolicyBundle:
    """Read the demonstration's policies."""
    return load_policies(DEMO)


def test_both_ends_of_a_permit_are_included(bundle: PolicyBundle) -> None:
    """The first and the last day count; the day before and the day after do not."""
    project = bundle.projects["diabete-idf"]
    start, end, day = project.permit.start, project.permit.end, timedelta(days=1)
    check_in_force(project, start)
    check_in_force(project, end)
    for outside, code in ((start - day, "permit_not_started"), (end + day, "permit_expired")):
        with pytest.raises(Refusal) as caught:
            check_in_force(project, outside)
        assert caught.value.code == code


def test_a_researcher_whom_the_permit_names_may_work(bundle: PolicyBundle) -> None:
    """The project comes back, ready for use."""
    assert check_may_work(bundle, "researcher1", "diabete-idf", INSIDE).id == "diabete-idf"


@pytest.mark.parametrize(
    ("user", "project", "code"),
    [
        ("researcher1", "antibio-national", "not_in_permit"),
        ("projectadmin1", "diabete-idf", "not_in_permit"),
        ("steward1", "diabete-idf", "not_in_permit"),
        ("operator1", "diabete-idf", "not_in_permit"),
        ("researcher1", "../diabete-idf", "unknown_project"),
        ("researcher1", "", "unknown_project"),
    ],
)
def test_nobody_else_may_work(bundle: PolicyBundle, user: str, project: str, code: str) -> None:
    """A role on the platform, or in another project, opens no workspace."""
    with pytest.raises(Refusal) as caught:
        check_may_work(bundle, user, project, INSIDE)
    assert caught.value.code == code


def test_data_is_kept_for_the_days_of_grace_and_no_longer(bundle: PolicyBundle) -> None:
    """The last day is the permit's own plus the grace that it names."""
    project = bundle.projects["diabete-idf"]
    assert purged_after(project) - project.permit.end == timedelta(days=project.permit.grace_days)
