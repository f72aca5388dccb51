from __future__ import annotations

import itertools
import json
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

import small_world
from ecluse_platform.core.disclosure.outputs import Output, Verdict, check_outputs
from ecluse_platform.core.disclosure.outputs.checking import Checked
from ecluse_platform.core.disclosure.outputs.survival import Survival
from output_examples import declared

THRESHOLD = 5
PROFILE = small_world.profile(THRESHOLD, THRESHOLD)
COUNTS = st.integers(0, 3 * THRESHOLD)


@st.composite
def models(draw: st.DrawFn) -> Output:
    """Draw a regression whose numbers agree."""
    counts = draw(st.lists(st.integers(0, 40), min_size=1, max_size=4))
    split = [draw(st.integers(0, count)) for count in counts]
    levels = [
        {"label": str(n), "persons": count, "events": part}
        for n, (count, part) in enumerate(zip(counts, split, strict=True))
    ]
    return declared(
        kind="regression",
        family=draw(st.sampled_from(["logistic", "cox", "poisson"])),
        persons=sum(counts),
        rows=sum(counts),
        parameters=draw(st.integers(1, 20)),
        events=sum(split),
        variables=[{"name": "v", "levels": levels}],
        continuous=draw(st.integers(0, 1)),
        largest_leverage=draw(st.sampled_from([None, 0.1, 0.3, 0.6])),
    )


@st.composite
def histograms(draw: st.DrawFn) -> Output:
    """Draw a histogram whose numbers agree."""
    bins = draw(st.lists(COUNTS, min_size=1, max_size=9))
    return declared(
        kind="histogram", persons=sum(bins), edges=list(range(len(bins) + 1)), edges_from="chosen", bins=bins
    )


def steps_of(leaving: list[tuple[int, int, int]], left: int) -> list[dict[str, Any]]:
    """Return the steps of a life table from (time between, events, censored), and who is left at the end."""
    at_risk = left + sum(events + censored for _, events, censored in leaving)
    time, steps = 0, []
    for between, events, censored in leaving:
        time += between
        steps.append({"time": time, "at_risk": at_risk, "events": events, "censored": censored})
        at_risk -= events + censored
    return steps


LEAVING = st.lists(st.tuples(st.integers(1, 3), st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=9)


@st.composite
def curves(draw: st.DrawFn, most: int = 2) -> Output:
    """Draw survival curves whose numbers agree."""
    found = [
        {"label": str(n), "steps": steps_of(draw(LEAVING), draw(COUNTS))} for n in range(draw(st.integers(1, most)))
    ]
    return declared(kind="survival", curves=found, grid=1)


@st.composite
def percentiles(draw: st.DrawFn) -> Output:
    """Draw percentiles of persons with one value each."""
    persons = draw(st.integers(1, 60))
    chosen = sorted(draw(st.sets(st.integers(0, 100), min_size=1, max_size=5)))
    values = [{"percentile": p, "below": p * persons // 100, "above": (100 - p) * persons // 100} for p in chosen]
    return declared(kind="percentiles", persons=persons, values=values)


OUTPUTS = st.one_of(models(), histograms(), curves(), percentiles(), st.just(declared(kind="other")))


@given(st.lists(OUTPUTS, max_size=4))
@settings(max_examples=80, deadline=None)
def test_the_worst_wins_whatever_the_order(outputs: list[Output]) -> None:
    """The verdict on several is the worst of each; one more output never makes it better."""
    report = check_outputs(outputs, PROFILE)
    assert report.verdict == max((one.verdict for one in report.outputs), default=Verdict.FAIL)
    assert check_outputs(outputs[::-1], PROFILE).verdict == report.verdict
    if len(outputs) > 1:
        assert check_outputs(outputs[:-1], PROFILE).verdict <= report.verdict


@given(OUTPUTS, st.integers(2, 12), st.integers(0, 12))
@settings(max_examples=150, deadline=None)
def test_a_higher_threshold_never_lets_more_through(output: Output, low: int, more: int) -> None:
    """The verdict is monotone in the thresholds of the profile."""
    weak, strong = (small_world.profile(t, t) for t in (low, low + more))
    assert check_outputs([output], weak).verdict <= check_outputs([output], strong).verdict


@given(models())
@settings(max_examples=100, deadline=None)
def test_more_persons_never_break_a_threshold(output: Output) -> None:
    """As many more of everything, in every level, keep what passed."""
    evidence = json.loads(output.model_dump_json())
    for level in evidence["variables"][0]["levels"]:
        level["persons"] *= 2
        level["events"] *= 2
    for key in ("persons", "rows", "events"):
        evidence[key] *= 2
    assert check_outputs([declared(**evidence)], PROFILE).verdict <= check_outputs([output], PROFILE).verdict


@given(curves(), st.sampled_from(["hide", "off"]))
@settings(max_examples=200, deadline=None)
def test_a_binned_curve_covers_enough_on_every_step(output: Survival, unanimous: str) -> None:
    """Each step of what may leave covers the threshold, and its counts are those of the curve between its times."""
    profile = small_world.profile(THRESHOLD, THRESHOLD, unanimous=unanimous)
    (checked,) = check_outputs([output], profile).outputs
    if checked.safe is None:
        return
    assert check_outputs([checked.safe.evidence], profile).verdict is Verdict.PASS
    for curve, found in zip(output.curves, binned_of(checked).curves, strict=True):
        begin = 0.0
        for step in found.steps:
            inside = [one for one in curve.steps if begin < one.time <= step.time or (one.time == begin == 0)]
            assert step.events == sum(one.events for one in inside)
            assert step.censored == sum(one.censored for one in inside)
            assert step.events == 0 or step.events >= THRESHOLD
            assert step.censored == 0 or step.censored >= THRESHOLD
            assert step.at_risk == 0 or step.at_risk >= THRESHOLD
            begin = step.time
        assert found.left == 0 or found.left >= THRESHOLD
    assert len({tuple(step.time for step in curve.steps) for curve in binned_of(checked).curves}) == 1


def binned_of(checked: Checked) -> Survival:
    """Return the curves that may leave."""
    assert checked.safe is not None
    assert isinstance(checked.safe.evidence, Survival)
    return checked.safe.evidence


@given(curves(most=1).filter(lambda found: found.curves[0].steps[-1].time <= 12))
@settings(max_examples=40, deadline=None)
def test_no_other_choice_of_times_gives_more_steps(output: Survival) -> None:
    """Every way to cut the grid is tried: none that passes has more steps, and where one passes there is a version."""
    profile = small_world.profile(THRESHOLD, THRESHOLD, unanimous="off")
    (checked,) = check_outputs([output], profile).outputs
    last = int(output.curves[0].steps[-1].time)
    best = 0
    for size in range(1, min(last, 6) + 1):
        for cuts in itertools.combinations(range(1, last + 1), size):
            best = max(best, size if passes(output, cuts) else 0)
    if checked.verdict is Verdict.FAIL:
        found = 0 if checked.safe is None else len(binned_of(checked).curves[0].steps)
        assert found >= best
        assert found == best or found > 6


def passes(output: Survival, cuts: tuple[int, ...]) -> bool:
    """Say by plain counting whether a curve may be shown at these times, something happening on each step."""
    steps, begin = output.curves[0].steps, 0
    left = output.curves[0].persons
    for end in cuts:
        events = sum(step.events for step in steps if begin < step.time <= end)
        censored = sum(step.censored for step in steps if begin < step.time <= end)
        if 0 < left < THRESHOLD or events < THRESHOLD or 0 < censored < THRESHOLD:
            return False
        left -= events + censored
        begin = end
    return left == 0 or left >= THRESHOLD


@given(histograms())
@settings(max_examples=150, deadline=None)
def test_merged_bins_keep_their_edges_and_everybody(output: Output) -> None:
    """What may leave has edges that were there before, each bin enough persons, and nobody is lost."""
    (checked,) = check_outputs([output], PROFILE).outputs
    if checked.safe is None:
        return
    before, after = (json.loads(one.model_dump_json()) for one in (output, checked.safe.evidence))
    assert set(after["edges"]) <= set(before["edges"])
    assert sum(after["bins"]) == sum(before["bins"])
    assert all(count == 0 or count >= THRESHOLD for count in after["bins"])


SMALL = st.integers(1, THRESHOLD - 1)


@given(SMALL, SMALL)
@settings(max_examples=30, deadline=None)
def test_a_report_is_the_same_whatever_the_small_number_is(one: int, other: int) -> None:
    """A report names places and rules: from it nobody can tell 1 from any other number under the threshold."""

    def report(count: int) -> str:
        outputs = [
            declared(
                kind="regression",
                family="linear",
                persons=100,
                rows=100,
                parameters=2,
                variables=[
                    {"name": "v", "levels": [{"label": "a", "persons": count}, {"label": "b", "persons": 100 - count}]}
                ],
                continuous=0,
                largest_leverage=0.1,
            ),
            declared(kind="histogram", persons=60 + count, edges=[0, 1, 2], edges_from="chosen", bins=[60, count]),
            declared(
                kind="survival", curves=[{"label": "c", "steps": steps_of([(1, count, 0), (1, 20, 20)], left=30)}]
            ),
            declared(kind="percentiles", persons=200, values=[{"percentile": 2, "below": count, "above": 196}]),
            declared(
                kind="map",
                persons=300,
                drawn="areas",
                zonings=[{"name": "z", "areas": ["a", "b"]}, {"name": "y", "areas": ["c", "d"]}],
                pieces=[
                    {"areas": ["a", "c"], "persons": 150 - count},
                    {"areas": ["a", "d"], "persons": count},
                    {"areas": ["b", "d"], "persons": 150},
                ],
            ),
        ]
        found = check_outputs(outputs, PROFILE)
        assert [one.verdict for one in found.outputs] == [Verdict.FAIL] * len(outputs)
        return json.dumps(found.as_json())

    assert report(one) == report(other)


@given(st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=3), min_size=2, max_size=4))
@settings(max_examples=60, deadline=None)
def test_no_small_group_of_a_map_that_passes_can_be_worked_out(counts: list[list[int]]) -> None:
    """Everybody who subtracts areas finds 1 and the threshold possible for each small group (by linear programming)."""
    pieces = [
        {"areas": [f"r{r}", f"c{c}"], "persons": count}
        for r, row in enumerate(counts)
        for c, count in enumerate(row)
        if count
    ]
    output = declared(
        kind="map",
        persons=sum(map(sum, counts)),
        drawn="areas",
        zonings=[
            {"name": "rows", "areas": [f"r{r}" for r in range(len(counts))]},
            {"name": "columns", "areas": [f"c{c}" for c in range(3)]},
        ],
        pieces=pieces or [{"areas": ["r0", "c0"], "persons": 0}],
    )
    if check_outputs([output], PROFILE).verdict is not Verdict.PASS:
        return
    persons = np.array([piece["persons"] for piece in pieces])
    names = sorted({area for piece in pieces for area in piece["areas"]})
    told = np.array([[float(name in piece["areas"]) for piece in pieces] for name in names])
    for place in np.flatnonzero(persons < THRESHOLD):
        aim = np.zeros(len(pieces))
        aim[place] = 1.0
        low, high = (linprog(sign * aim, A_eq=told, b_eq=told @ persons, method="highs").fun for sign in (1, -1))
        assert low <= 1 + 1e-6
        assert -high >= THRESHOLD - 1e-6
