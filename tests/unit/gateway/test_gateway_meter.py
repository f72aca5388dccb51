"""The meter: a day's bytes, never given back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ecluse_platform.core.names import Workspace
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.gateway.meter import Meter, MeterFault

ONE, OTHER = Workspace("researcher1", "diabete-idf"), Workspace("researcher2", "diabete-idf")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MIB = 1024 * 1024


def test_bytes_add_up_to_the_limit_and_no_further(tmp_path: Path) -> None:
    """The last byte of the day passes, the next does not, and a refused one is not counted."""
    meter = Meter(tmp_path / "meter.json", lambda: NOON)
    meter.charge(ONE, 600, 1000)
    meter.charge(ONE, 400, 1000)
    with pytest.raises(Refusal, match="gateway_daily_limit"):
        meter.charge(ONE, 1, 1000)
    assert meter.spent(ONE) == 1000
    meter.charge(OTHER, 1000, 1000)


def test_a_restart_gives_nothing_back(tmp_path: Path) -> None:
    """After a crash what was sent still counts, and at most one block more."""
    file = tmp_path / "meter.json"
    Meter(file, lambda: NOON).charge(ONE, 5 * MIB, 100 * MIB)
    assert 5 * MIB <= Meter(file, lambda: NOON).spent(ONE) <= 6 * MIB
    Meter(tmp_path / "small.json", lambda: NOON).charge(ONE, 999, 1000)
    with pytest.raises(Refusal):
        Meter(tmp_path / "small.json", lambda: NOON).charge(ONE, 2, 1000)


def test_a_new_day_starts_again_and_an_old_one_never(tmp_path: Path) -> None:
    """Midnight UTC opens a new day; a clock set back opens none."""
    now = [NOON]
    meter = Meter(tmp_path / "meter.json", lambda: now[0])
    meter.charge(ONE, 1000, 1000)
    now[0] = NOON - timedelta(days=1)
    with pytest.raises(Refusal):
        meter.charge(ONE, 1, 1000)
    with pytest.raises(Refusal):
        Meter(tmp_path / "meter.json", lambda: now[0]).charge(ONE, 1, 1000)
    now[0] = NOON + timedelta(hours=12)
    meter.charge(ONE, 1000, 1000)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"day": 1, "reserved": {}}', '{"day": "2026-11-23", "reserved": {"a": -1}}']
)
def test_a_damaged_file_stops_the_gateway(tmp_path: Path, text: str) -> None:
    """A count that cannot be read is not a count of zero."""
    file = tmp_path / "meter.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(MeterFault):
        Meter(file, lambda: NOON)
