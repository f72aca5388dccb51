from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

import small_compute
import small_world
from ecluse_platform.compute.private_answering import PrivateQuestion, Ticks, answer_privately
from ecluse_platform.core.privacy.answer import PrivateTable
from ecluse_platform.core.privacy.ask import PrivacyAsk
from ecluse_platform.core.refusals import Refusal

BY_SEX = "SELECT SEX, count(DISTINCT IDT) AS persons FROM BEN GROUP BY SEX"
# So much epsilon that noise is all but certain to be none: what is left is the answer itself.
UNKNOWN = {"epsilon": "50", "delta": "0.001"}
NEARLY_EXACT = {"epsilon": "50", "keys": {"SEX": [1, 2, 9]}}


@pytest.fixture(scope="module", params=["pure", "zcdp"])
def compute(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[small_compute.Compute]:
    """Run the service on 30 men and 20 women."""
    with small_compute.running(tmp_path_factory.mktemp("compute"), accounting=request.param) as service:
        persons = small_world.People()
        for number in range(50):
            persons.add(sex=1 if number < 30 else 2)
        persons.add(owner=None, sex=1)
        persons.write(service.extracts)
        yield service


def table(answer: dict[str, Any]) -> PrivateTable:
    """Return the table of an answer."""
    assert answer["ok"], answer
    return PrivateTable.model_validate(answer["table"], strict=False)


def test_a_question_is_answered_for_every_known_key(compute: small_compute.Compute) -> None:
    """Also for the key that nobody has, whose small count is hidden; the loss is stated."""
    found = table(compute.answer(BY_SEX, NEARLY_EXACT))
    assert [(row.labels, row.figures[0] and row.figures[0].value) for row in found.rows] == [
        (("1",), "30"),
        (("2",), "20"),
        (("9",), None),
    ]
    assert (found.statement.epsilon, found.statement.cells, found.statement.rows) == ("50", 3, 1)


def test_margins_are_none_of_compute_s(compute: small_compute.Compute) -> None:
    """It draws the cells of the finest grouping, whatever groupings the question shows."""
    plain = table(compute.answer(BY_SEX, NEARLY_EXACT))
    for group in ("ROLLUP (SEX)", "CUBE (1)", "GROUPING SETS ((SEX), ())"):
        found = table(compute.answer(BY_SEX.replace("BY SEX", f"BY {group}"), {**NEARLY_EXACT, "cells": 1}))
        assert (found.margins, found.total) == ((), None)
        assert [(row.labels, row.figures[0] is None) for row in found.rows] == [
            (row.labels, row.figures[0] is None) for row in plain.rows
        ]


def test_unknown_keys_are_told_where_they_have_many_persons(compute: small_compute.Compute) -> None:
    """In the order of the keys; the delta that they cost is stated."""
    found = table(compute.answer("SELECT DPT, count(DISTINCT IDT) AS n FROM BEN GROUP BY DPT", UNKNOWN))
    assert [row.labels for row in found.rows] == [("075",)]
    assert (found.statement.epsilon, found.statement.delta) == ("50", "0.001")


def test_answers_come_at_ticks_one_of_a_project_at_a_time(compute: small_compute.Compute) -> None:
    """The policy of the small world ticks each second; two questions at once never end in the same one."""

    def ask(_number: int) -> tuple[float, float]:
        began = time.monotonic()
        assert compute.answer(BY_SEX, NEARLY_EXACT)["ok"]
        return time.monotonic() - began, time.monotonic()

    with ThreadPoolExecutor(2) as asking:
        (one, ended), (other, ended_other) = asking.map(ask, range(2))
    # What comes on top of whole seconds is the way there and back: far from the time that the work takes.
    assert min(one, other) >= 1
    assert abs(ended - ended_other) > 0.5


def test_another_version_of_the_extract_is_not_answered(compute: small_compute.Compute) -> None:
    """What was paid for one version is not answered on another; the version is told to whoever asks."""
    said = compute.version(BY_SEX, NEARLY_EXACT)
    assert said == {"ok": True, "extract_version": small_world.VERSION}
    other = small_world.VERSION.replace("0123abcd", "0123abce")
    assert compute.answer(BY_SEX, NEARLY_EXACT, version=other) == {"ok": False, "fault": "extract"}


def test_types_that_do_not_fit_are_told_before_anything_is_paid(compute: small_compute.Compute) -> None:
    """The version is not told of a question whose types DuckDB would refuse: nobody can pay for it."""
    answer = compute.version("SELECT SEX, count(*) AS n FROM BEN WHERE month(BIRTH) = 3 GROUP BY SEX", NEARLY_EXACT)
    assert (answer["ok"], answer["refusal"]["code"]) == (False, "sql_types")


def test_what_the_text_forbids_is_refused_with_the_reason(compute: small_compute.Compute) -> None:
    """Compute plans again, and trusts nobody's word that a query is private."""
    for ask in (compute.answer, compute.version):
        answer = ask("SELECT IDT, count(*) AS n FROM BEN GROUP BY IDT", NEARLY_EXACT)
        assert answer["refusal"]["code"].startswith("private_")


def test_without_the_lane_nothing_is_answered() -> None:
    """A project of which policy opens no lane for private answers gets none, whatever egress asks."""
    bundle = SimpleNamespace(
        project=lambda _name: small_world.project(),
        privacy_of=lambda _project: None,
        platform=SimpleNamespace(queries=None),
    )
    ask = PrivacyAsk.model_validate(NEARLY_EXACT)
    question = PrivateQuestion(small_world.PROJECT, BY_SEX, ask, small_world.VERSION)
    with pytest.raises(Refusal) as refused:
        asyncio.run(answer_privately(bundle, None, Ticks(), None, question))  # type: ignore[arg-type]
    assert refused.value.code == "private_lane_closed"
