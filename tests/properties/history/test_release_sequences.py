"""Tables asked for one after another: what is out never tells a group of few persons, whatever the order."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from ecluse_platform.core.refusals import Refusal
from history_world import MEAN, PERSONS, Project


def people(count: int = 400, seed: int = 1) -> list[dict[str, object]]:
    """Return persons with sex, age, département and whether they are treated."""
    draw = random.Random(seed)  # noqa: S311 - a story that repeats
    return [
        {
            "u": number,
            "sex": draw.choice("12"),
            "age": draw.randrange(40, 60),
            "dpt": draw.choice(["075", "077", "078", "091", "092"]),
            "old": draw.random() < 0.3,
            # Two zonings with the same names, and four persons between them.
            "zone": "north" if number < count // 2 else "south",
            "other_zone": "north" if number < count // 2 + 4 else "south",
        }
        for number in range(count)
    ]


def asked(project: Project, *args: object, **more: object) -> str:
    """Ask for a table; say whether it left whole, with further rows hidden, or not at all."""
    try:
        found = project.ask(*args, **more)  # type: ignore[arg-type]
    except Refusal as refusal:
        return refusal.code
    return "hidden" if found.because else "whole"


SEQUENCES = {
    "cohorts that differ by a few persons": [
        ((["sex"],), {"where": "u >= 0"}),
        ((["sex"],), {"where": "u >= 5"}),
    ],
    "nested age bands": [
        (([],), {"where": "age::INT < 50"}),
        (([],), {"where": "age::INT < 50 OR (age::INT = 50 AND sex = '1' AND dpt = '075')"}),
    ],
    "overlapping zonings": [
        ((["zone"],), {}),
        ((["other_zone"],), {}),
    ],
    "mean times n": [
        ((["sex"],), {"where": "u >= 0", "measures": (PERSONS, MEAN)}),
        ((["sex"],), {"where": "u >= 4", "measures": (MEAN,)}),
    ],
}


@pytest.mark.parametrize("name", SEQUENCES)
def test_what_is_out_never_tells_a_small_group(name: str, tmp_path: Path) -> None:
    """The second table loses cells, or does not leave: nothing that is out bounds a group of 1 to 10 persons."""
    project = Project(tmp_path, people())
    verdicts = [asked(project, *args, **more) for args, more in SEQUENCES[name]]
    assert verdicts[0] == "whole"
    assert verdicts[-1] in {"hidden", "history_discloses"}
    assert project.leaks() == []


@pytest.mark.parametrize("name", SEQUENCES)
def test_without_the_history_each_of_them_tells(name: str, tmp_path: Path) -> None:
    """The same tables, compared with nothing: what the test above would miss."""
    project = Project(tmp_path, people(), remembers=False)
    assert [asked(project, *args, **more) for args, more in SEQUENCES[name]] == ["whole"] * len(SEQUENCES[name])
    assert project.leaks() != []


def test_a_re_run_after_the_data_changed_is_compared_exactly(tmp_path: Path) -> None:
    """Three persons more in the new extract: the same table again would tell their sex and département."""
    project = Project(tmp_path, people())
    assert asked(project, ["sex"]) == "whole"
    project.people = [*project.people, *({**project.people[0], "u": 1000 + extra} for extra in range(3))]
    assert asked(project, ["sex"]) in {"hidden", "history_discloses"}
    assert project.leaks() == []


def test_without_the_history_a_re_run_tells(tmp_path: Path) -> None:
    """The same two runs, compared with nothing: the table leaves whole, and three persons are known."""
    project = Project(tmp_path, people(), remembers=False)
    assert asked(project, ["sex"]) == "whole"
    project.people = [*project.people, *({**project.people[0], "u": 1000 + extra} for extra in range(3))]
    assert asked(project, ["sex"]) == "whole"
    assert project.leaks() != []


def test_the_same_table_again_is_nothing_new(tmp_path: Path) -> None:
    """What is out may be asked for again, whole."""
    project = Project(tmp_path, people())
    assert [asked(project, ["sex", "dpt"], margins=True) for _ in range(3)] == ["whole"] * 3


def test_a_table_about_something_else_leaves_whole(tmp_path: Path) -> None:
    """Comparing costs nothing where two tables have no small group between them."""
    project = Project(tmp_path, people())
    assert [asked(project, [name]) for name in ("sex", "dpt", "old")] == ["whole"] * 3
    assert project.leaks() == []


@pytest.mark.parametrize("seed", range(12))
def test_random_sequences_of_tables_tell_nothing(seed: int, tmp_path: Path) -> None:
    """Cohorts, bands and margins drawn at random, one after another, over the same persons."""
    draw = random.Random(seed)  # noqa: S311 - a story that repeats
    project = Project(tmp_path, people(count=draw.choice([120, 400]), seed=seed))
    for _ in range(4):
        by = draw.sample(["sex", "dpt", "old"], draw.randrange(3))
        where = draw.choice(
            [
                "TRUE",
                f"age::INT < {draw.randrange(45, 58)}",
                f"u >= {draw.randrange(12)}",
                f"u % 17 <> {draw.randrange(17)}",
                "sex = '1'",
            ]
        )
        asked(project, by, where, margins=draw.random() < 0.4)
    assert project.leaks() == []
