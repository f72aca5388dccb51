from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import small_world
from ecluse_platform.core.disclosure.outputs import KINDS, Verdict, check_outputs, model_of
from ecluse_platform.core.refusals import Refusal
from output_examples import output_examples, read

PROFILE = small_world.profile(3, 3)
EVIDENCE = [json.loads(output.model_dump_json()) for example in output_examples() for output in read(example.evidence)]
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 200),
    st.integers(2**38, 2**41),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "data", "points", "other", "cox", "é"]),
    st.lists(st.integers(0, 5), max_size=3),
    st.just({}),
)


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the path of every value inside of a document."""
    inside: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        inside = list(value.items())
    elif isinstance(value, list):
        inside = list(enumerate(value))
    return [path, *(found for key, one in inside for found in places(one, (*path, key)))]


@given(st.data())
@settings(max_examples=250, deadline=None)
def test_evidence_that_was_tampered_with_is_judged_or_refused(data: st.DataObject) -> None:
    """Whatever stands in one or two places of a sound declaration, there is a verdict or words, never an accident."""
    evidence = copy.deepcopy(data.draw(st.sampled_from(EVIDENCE)))
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from([path for path in places(evidence) if path and path != ("kind",)]))
        here = evidence
        for step in path[:-1]:
            here = here[step]
        here[path[-1]] = data.draw(ANYTHING)
    try:
        output = model_of(evidence["kind"]).model_validate_json(json.dumps(evidence), strict=True)
        report = check_outputs([output], PROFILE)
    except (ValidationError, Refusal):
        return
    (checked,) = report.outputs
    assert checked.checked
    assert checked.safe is None or check_outputs([checked.safe.evidence], PROFILE).verdict is Verdict.PASS


def test_there_is_evidence_of_every_kind_to_tamper_with() -> None:
    """The test above would pass on an empty list."""
    assert {one["kind"] for one in EVIDENCE} >= set(KINDS)
    with pytest.raises(ValidationError):
        model_of("map").model_validate_json("{}", strict=True)
