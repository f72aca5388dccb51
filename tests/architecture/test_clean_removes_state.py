"""`make clean` leaves nothing of what services kept: what is remembered of persons least of all."""

from __future__ import annotations

import re
from pathlib import Path

TOOLS = Path(__file__).parents[2] / "tools"


def test_every_folder_of_the_state_is_removed() -> None:
    """Each folder that `tools/state.sh` makes is on the list of `tools/clean.sh`."""
    made = set(re.findall(r"^folder \S+ \d+ ([a-z]+)", (TOOLS / "state.sh").read_text(), re.MULTILINE))
    listed = re.search(r"ECLUSE_STATE:\?}\"/\{([a-z,]+)\}", (TOOLS / "clean.sh").read_text())
    assert listed is not None
    assert len(made) > 10
    assert made <= set(listed[1].split(","))
