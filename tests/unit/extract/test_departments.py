"""Permits speak of départements as everyone does; the source as the portal does."""

from __future__ import annotations

import pytest

from ecluse_platform.extract.departments import portal_code
from ecluse_platform.extract.problems import ExtractProblem
from ecluse_platform.synth.facts import departments


def test_every_departement_of_the_synthetic_source_can_be_granted() -> None:
    """Official and portal codes agree for all of France, Corsica and overseas included."""
    assert {d.official: portal_code(d.official) for d in departments()} == {d.official: d.portal for d in departments()}


@pytest.mark.parametrize("wrong", ["", "7", "075", "20", "00", "2C", "99", "979", "75 ", "75'"])
def test_anything_else_is_refused(wrong: str) -> None:
    """A code that is no département would silently grant nothing, or worse."""
    with pytest.raises(ExtractProblem, match="not the code of a département"):
        portal_code(wrong)
