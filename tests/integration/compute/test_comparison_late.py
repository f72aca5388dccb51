"""What the asker is told when comparing takes too long, and when a refused table could be changed to leave."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import small_cells
import small_world
from ecluse_platform.compute import runner
from ecluse_platform.compute.job import Doing, Fault, Job, Limits, Step, View
from ecluse_platform.compute.server import Service
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.text import Text

# A child that says which step it is at, and then never ends.
_STUCK = """
import sys, time
sys.stdin.read()
for step in {steps}:
    print('{{"doing": {{"step": "' + step + '", "done": 0}}}}', flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize(
    ("steps", "fault"),
    [(["reading", "protecting"], Fault.TIMEOUT), (["reading", "protecting", "comparing"], Fault.COMPARISON)],
)
def test_a_late_comparison_is_not_a_late_query(
    steps: list[str], fault: Fault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever made a quick query is not told to make it quicker."""
    monkeypatch.setattr(runner, "_COMMAND", (sys.executable, "-I", "-c", _STUCK.format(steps=steps)))
    job = Job(
        query=small_cells.planned("SELECT SEX, count(*) AS n FROM BEN GROUP BY SEX"),
        profile=small_world.profile(),
        folder=str(tmp_path),
        views={"BEN": View(files=("x",), columns={"SEX": "VARCHAR"}, private=True)},
        limits=Limits(seconds=60, protection_seconds=1, memory_mib=512, threads=1, cells=100),
    )
    seen: list[Doing] = []
    assert asyncio.run(runner.run(job, seen.append)).fault is fault
    assert [doing.step for doing in seen] == [Step(step) for step in steps]


def test_a_refused_table_comes_with_what_would_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proposals go beside the refusal, in both languages."""
    service = Service(SimpleNamespace(policies=Path("/nowhere")))  # type: ignore[arg-type]
    words = Text(fr="AGE en 2 classes", en="AGE in 2 bands")

    async def refuse(_request: object) -> dict[str, object]:
        raise Refusal("unknown_project", proposals=(words,))

    monkeypatch.setattr(service, "_worked", refuse)
    answer = asyncio.run(service.answer(b'{"op": "screen", "project": "p", "sql": "x"}'))
    assert answer["proposals"] == [{"fr": "AGE en 2 classes", "en": "AGE in 2 bands"}]
