from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import small_compute
import small_world
from ecluse_platform.core.privacy.answer import PrivateTable

BY_SEX = "SELECT SEX, count(DISTINCT IDT) AS persons FROM BEN GROUP BY SEX"
# So much epsilon that noise is all but certain to be none: what is left is the answer itself.
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
