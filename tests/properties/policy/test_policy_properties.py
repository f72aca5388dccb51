from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from ecluse_platform.core.permit import check_in_force
from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.policy.project import Permit, Project
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.text import Text
from ecluse_platform.policyfiles import load_policies
from ecluse_platform.policyfiles.parsing import parse
from ecluse_platform.policyfiles.problems import closest
from policy_folder import DEMO

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(min_size=1), inner), max_leaves=12
)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_document_or_a_problem(content: bytes) -> None:
    """Reading a policy file never fails in another way than with a problem that has a place."""
    document = parse("x.yaml", content)
    assert document.problems or document.data is not None or content
    assert all(problem.line >= 1 and problem.column >= 1 for problem in document.problems)


@given(st.text(alphabet="ab:-[]{}&*!|>'\"#,\n ", max_size=60))
def test_any_punctuation_is_a_document_or_a_problem(text: str) -> None:
    """The same for text that looks like YAML."""
    for problem in parse("x.yaml", text.encode()).problems:
        assert problem.message


@given(st.dictionaries(st.sampled_from(list(DisclosureProfile.model_fields)), TREES, max_size=3))
@settings(max_examples=60)
def test_no_shape_of_value_slips_into_a_profile(values: dict[str, Any]) -> None:
    """A sound profile with any values in place of its own is a profile of sound values or none at all."""
    sound = load_policies(DEMO).disclosure["snds"].model_dump()
    try:
        profile = DisclosureProfile.model_validate({**sound, **values})
    except ValueError:
        return
    assert profile.threshold_persons >= 2
    assert profile.threshold_rows >= 2


PROJECT: Project = load_policies(DEMO).projects["diabete-idf"]


@given(st.dates(), st.dates(), st.dates())
def test_a_permit_is_in_force_exactly_between_its_dates(start: date, end: date, on: date) -> None:
    """Whatever the dates, the day counts when it is neither before the first nor after the last."""
    words = Text(fr="x", en="x")
    if end < start:
        with pytest.raises(ValueError, match="ends before it starts"):
            Permit(reference="abc", controller="ab", purpose=words, start=start, end=end, grace_days=0)
        return
    permit = Permit(reference="abc", controller="ab", purpose=words, start=start, end=end, grace_days=0)
    project = PROJECT.model_copy(update={"permit": permit})
    if start <= on <= end:
        check_in_force(project, on)
    else:
        with pytest.raises(Refusal):
            check_in_force(project, on)


@given(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=5))
def test_a_suggestion_is_always_a_known_word(word: str, known: list[str]) -> None:
    """What is suggested exists, and a word that is known suggests a word of the same letters."""
    suggested = closest(word, known)
    assert suggested is None or suggested in known


def test_the_strict_reader_agrees_with_a_full_one() -> None:
    """On the demonstration's files, our reading gives what the YAML library itself gives."""
    for path in DEMO.rglob("*.yaml"):
        theirs = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        assert parse(path.name, path.read_bytes()).data == _dates_as_text(theirs)


def _dates_as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _dates_as_text(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_dates_as_text(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value
