from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

import small_world
from ecluse_platform.core.disclosure.outputs import KINDS, Verdict, check_outputs, model_of
from ecluse_platform.core.disclosure.verdict import worst
from ecluse_platform.core.refusals import Refusal
from output_examples import declared

PROFILE = small_world.profile()
LEVELS = [{"label": "a", "persons": 60, "events": 20}, {"label": "b", "persons": 40, "events": 15}]
MODEL: dict[str, Any] = {
    "kind": "regression",
    "family": "logistic",
    "persons": 100,
    "rows": 100,
    "parameters": 3,
    "events": 35,
    "variables": [{"name": "v", "levels": LEVELS}],
    "continuous": 1,
    "combinations": {"number": 50, "fewest_persons": 1},
    "largest_leverage": 0.1,
}
STEPS = [
    {"time": 1, "at_risk": 100, "events": 20, "censored": 0},
    {"time": 2, "at_risk": 80, "events": 20, "censored": 30},
]
CURVES: dict[str, Any] = {"kind": "survival", "curves": [{"label": "a", "steps": STEPS}]}
PERCENTILES: dict[str, Any] = {
    "kind": "percentiles",
    "persons": 100,
    "values": [{"percentile": 25, "below": 25, "above": 75}, {"percentile": 50, "below": 50, "above": 50}],
}
HISTOGRAM: dict[str, Any] = {
    "kind": "histogram",
    "persons": 100,
    "edges": [0, 1, 2],
    "edges_from": "chosen",
    "bins": [40, 60],
}
BOXES: dict[str, Any] = {
    "kind": "box_plot",
    "boxes": [
        {
            "label": "a",
            "persons": 100,
            "outliers": 0,
            "lines": [{"below": 25, "above": 75}, {"below": 50, "above": 50}, {"below": 75, "above": 25}],
        }
    ],
}
MAP: dict[str, Any] = {
    "kind": "map",
    "persons": 100,
    "drawn": "areas",
    "zonings": [{"name": "z", "areas": ["a", "b"]}],
    "pieces": [{"areas": ["a"], "persons": 40}, {"areas": ["b"], "persons": 60}],
}
SOUND = {one["kind"]: one for one in (MODEL, CURVES, PERCENTILES, HISTOGRAM, BOXES, MAP)}


def code_of(evidence: dict[str, Any]) -> str:
    """Return the code of the refusal that evidence meets."""
    with pytest.raises(Refusal) as refused:
        check_outputs([declared(**evidence)], PROFILE)
    return refused.value.code


def with_levels(*levels: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the model with other levels."""
    return MODEL | {"variables": [{"name": "v", "levels": list(levels), **more}]}


def with_steps(*steps: dict[str, Any]) -> dict[str, Any]:
    """Return one curve with these steps."""
    return CURVES | {"curves": [{"label": "a", "steps": list(steps)}]}


def test_there_is_a_sound_example_of_each_kind_and_it_passes() -> None:
    """What the tests below break is sound before."""
    assert set(SOUND) == set(KINDS)
    for evidence in SOUND.values():
        assert check_outputs([declared(**evidence)], PROFILE).verdict is Verdict.PASS


CONTRADICTIONS = {
    "fewer rows than persons": (MODEL | {"rows": 99}, "output_rows_fewer"),
    "more rows of a person than there are": (
        MODEL | {"rows": 110, "most_rows_of_a_person": 12},
        "output_rows_of_a_person",
    ),
    "fewer rows of a person than on average": (
        MODEL | {"rows": 250, "most_rows_of_a_person": 2},
        "output_rows_of_a_person",
    ),
    "more degrees of freedom than rows leave": (MODEL | {"residual_df": 98}, "output_df_more"),
    "a logistic model without events": (MODEL | {"events": None}, "output_events_missing"),
    "a level without events": (with_levels(LEVELS[0], {"label": "b", "persons": 40}), "output_events_missing"),
    "more events than persons": (MODEL | {"events": 101}, "output_events_more"),
    "more events than persons in a level": (
        with_levels({"label": "a", "persons": 60, "events": 61}, LEVELS[1]),
        "output_events_more",
    ),
    "the reference level is left out": (with_levels(LEVELS[0]), "output_parts_differ"),
    "events of levels that do not add up": (
        with_levels(LEVELS[0] | {"events": 19}, LEVELS[1]),
        "output_parts_differ",
    ),
    "levels of several per person that cannot hold everybody": (
        with_levels(LEVELS[0], LEVELS[1] | {"persons": 39}, constant_per_person=False),
        "output_parts_differ",
    ),
    "a label twice": (with_levels(LEVELS[0], LEVELS[1] | {"label": "a"}), "output_label_twice"),
    "a variable twice": (MODEL | {"variables": MODEL["variables"] * 2}, "output_label_twice"),
    "fewer combinations than levels": (
        MODEL | {"combinations": {"number": 1, "fewest_persons": 1}},
        "output_combinations",
    ),
    "an empty combination": (MODEL | {"combinations": {"number": 9, "fewest_persons": 0}}, "output_combinations"),
    "more parameters than combinations": (
        MODEL | {"parameters": 4, "combinations": {"number": 3, "fewest_persons": 9}},
        "output_parameters_more",
    ),
    "times that go back": (with_steps(STEPS[0], STEPS[1] | {"time": 1}), "output_times"),
    "a number at risk that does not follow": (with_steps(STEPS[0], STEPS[1] | {"at_risk": 81}), "output_at_risk"),
    "more leave than are at risk": (with_steps(STEPS[0], STEPS[1] | {"censored": 61}), "output_events_more"),
    "two curves of one label": (CURVES | {"curves": CURVES["curves"] * 2}, "output_label_twice"),
    "parts larger than the whole": (
        {
            "kind": "survival",
            "first_is_whole": True,
            "curves": [
                {"label": "all", "steps": [STEPS[0] | {"at_risk": 50, "events": 19}]},
                {"label": "a", "steps": [STEPS[0] | {"at_risk": 40}]},
            ],
        },
        "output_parts_differ",
    ),
    "percentiles that go back": (
        PERCENTILES | {"values": [PERCENTILES["values"][0], PERCENTILES["values"][0]]},
        "output_times",
    ),
    "fewer below a higher percentile": (
        PERCENTILES | {"values": [PERCENTILES["values"][0], {"percentile": 50, "below": 24, "above": 50}]},
        "output_sides",
    ),
    "more on both sides than there are": (
        PERCENTILES | {"values": [{"percentile": 50, "below": 51, "above": 50}]},
        "output_sides",
    ),
    "a first percentile called median": (
        PERCENTILES | {"values": [{"percentile": 1, "below": 40, "above": 50}]},
        "output_sides",
    ),
    "too few edges": (HISTOGRAM | {"edges": [0, 1]}, "output_edges"),
    "edges that go back": (HISTOGRAM | {"edges": [0, 2, 1]}, "output_edges"),
    "an open edge in the middle": (HISTOGRAM | {"edges": [0, None, 1]}, "output_edges"),
    "bins that do not make the whole": (HISTOGRAM | {"bins": [40, 61]}, "output_parts_differ"),
    "a box whose lines go back": (
        {"kind": "box_plot", "boxes": [BOXES["boxes"][0] | {"lines": BOXES["boxes"][0]["lines"][::-1]}]},
        "output_sides",
    ),
    "more outliers than persons": (
        {"kind": "box_plot", "boxes": [BOXES["boxes"][0] | {"outliers": 101}]},
        "output_sides",
    ),
    "an area that no zoning has": (
        MAP | {"pieces": [{"areas": ["a"], "persons": 40}, {"areas": ["c"], "persons": 60}]},
        "output_pieces",
    ),
    "a piece twice": (MAP | {"pieces": [{"areas": ["a"], "persons": 50}] * 2}, "output_pieces"),
    "a piece of no zoning": (MAP | {"pieces": [{"areas": [], "persons": 100}]}, "output_pieces"),
    "pieces that do not make the whole": (MAP | {"persons": 99}, "output_parts_differ"),
}


@pytest.mark.parametrize(("evidence", "code"), CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_evidence_that_contradicts_itself_is_refused(evidence: dict[str, Any], code: str) -> None:
    """Numbers that cannot all be true are no evidence; the refusal says what, in both languages."""
    assert code_of(evidence) == code


HOSTILE = {
    "not a number": ("largest_leverage", float("nan")),
    "infinity": ("largest_cooks", float("inf")),
    "a leverage beyond 1": ("largest_leverage", 1.01),
    "a negative count": ("persons", -1),
    "a fraction of a person": ("persons", 100.5),
    "a text for a number": ("persons", "100"),
    "yes for a number": ("rows", True),
    "more than anybody counts": ("rows", 10**15),
    "a key that is not known": ("p_value", 0.05),
    "a family that is not known": ("family", "magic"),
    "no parameters": ("parameters", 0),
    "a label that breaks the line": ("variables", [{"name": "a\nb", "levels": LEVELS}]),
    "a label without end": ("variables", [{"name": "a" * 81, "levels": LEVELS}]),
    "a name that is a path": ("name", "../../etc"),
}


@pytest.mark.parametrize(("key", "value"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_evidence_does_not_fit_the_model(key: str, value: object) -> None:
    """Evidence comes from whoever wants something out: nothing is converted, ignored or without a bound."""
    with pytest.raises(ValidationError):
        model_of("regression").model_validate_json(json.dumps(MODEL | {key: value}), strict=True)


def test_outputs_are_bounded_by_policy() -> None:
    """Neither many outputs nor a long one keep the machine busy."""
    few = small_world.profile(outputs={"unknown": "review", "most_outputs": 1, "most_entries": 1, "most_kib": 1})
    with pytest.raises(Refusal) as many:
        check_outputs([declared(kind="a"), declared(kind="b")], few)
    with pytest.raises(Refusal) as long:
        check_outputs([declared(**HISTOGRAM)], few)
    assert (many.value.code, long.value.code) == ("output_too_many", "output_too_large")


def test_the_largest_outputs_are_checked_soon_enough() -> None:
    """As many steps and bins as policy takes are merged by one pass over each."""
    size = PROFILE.outputs.most_entries
    bins = declared(kind="histogram", persons=size, edges=list(range(size + 1)), edges_from="chosen", bins=[1] * size)
    steps = [{"time": n, "at_risk": 2 * size - 2 * n, "events": 1, "censored": 1} for n in range(size)]
    curve = declared(kind="survival", curves=[{"label": "a", "steps": steps}])
    report = check_outputs([bins, curve], PROFILE)
    assert [one.safe is not None for one in report.outputs] == [True, True]


def test_an_unknown_kind_is_looked_at_or_refused_as_policy_says() -> None:
    """It is never passed."""
    refusing = small_world.profile(outputs={**PROFILE.outputs.model_dump(mode="json"), "unknown": "fail"})
    unknown = declared(kind="dendrogram", anything={"at": ["all"]})
    assert check_outputs([unknown], PROFILE).verdict is Verdict.REVIEW
    assert check_outputs([unknown], refusing).verdict is Verdict.FAIL


def test_a_model_of_another_family_is_looked_at() -> None:
    """Calling a model by a word that no rule knows passes nothing."""
    other = MODEL | {"family": "other"}
    assert check_outputs([declared(**other)], PROFILE).verdict is Verdict.REVIEW


def test_nothing_checked_is_fail_and_the_worst_wins() -> None:
    """An empty list has not passed."""
    assert worst([]) is Verdict.FAIL
    assert check_outputs([], PROFILE).verdict is Verdict.FAIL
    assert worst([Verdict.PASS, Verdict.FAIL, Verdict.REVIEW]) is Verdict.FAIL


SWITCHES = {
    "cook's distance": (MODEL | {"largest_cooks": 1.5}, "cooks_percent"),
    "dfbetas": (MODEL | {"largest_dfbetas": 1.5}, "dfbetas_percent"),
    "share of one person": (MODEL | {"rows": 130, "most_rows_of_a_person": 20}, "person_share_percent"),
}


@pytest.mark.parametrize(("evidence", "key"), SWITCHES.values(), ids=SWITCHES.keys())
def test_a_rule_that_is_switched_off_finds_nothing(evidence: dict[str, Any], key: str) -> None:
    """Null in the profile switches a rule off, and only that one."""
    off = small_world.profile(models={**PROFILE.models.model_dump(), key: None})
    assert check_outputs([declared(**evidence)], PROFILE).verdict > Verdict.PASS
    assert check_outputs([declared(**evidence)], off).verdict is Verdict.PASS


def test_zeros_are_small_where_policy_protects_them() -> None:
    """A bin in which nobody is tells it."""
    empty = declared(**(HISTOGRAM | {"bins": [0, 40, 60], "edges": [0, 1, 2, 3]}))
    assert check_outputs([empty], PROFILE).verdict is Verdict.PASS
    assert check_outputs([empty], small_world.profile(zeros="protected")).verdict is Verdict.FAIL


def test_persons_in_several_bins_are_not_added_up() -> None:
    """How many are in two bins together is not known: nothing is merged, and nothing is made up."""
    several = HISTOGRAM | {"constant_per_person": False, "bins": [3, 100], "edges": [0, 1, 2]}
    (checked,) = check_outputs([declared(**several)], PROFILE).outputs
    assert (checked.verdict, checked.safe) == (Verdict.FAIL, None)


def test_a_curve_that_no_merging_saves_has_no_version_that_may_leave() -> None:
    """Four events are too few, however long the step."""
    (checked,) = check_outputs([declared(**with_steps(STEPS[0] | {"events": 4, "censored": 96}))], PROFILE).outputs
    assert (checked.verdict, checked.safe) == (Verdict.FAIL, None)


def test_times_may_all_be_nothing() -> None:
    """A curve of one step at time 0 is odd, and no accident."""
    (checked,) = check_outputs([declared(**with_steps(STEPS[0] | {"time": 0, "censored": 5}))], PROFILE).outputs
    assert checked.verdict is Verdict.FAIL
