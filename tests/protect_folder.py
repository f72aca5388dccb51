"""A folder with a table, its description and what `ecluse protect` makes of it."""

from __future__ import annotations

import csv
from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

from ecluse_platform.cli.entry import app
from policy_folder import DEMO

SPEC = """
dimensions:
  - {name: region, total: France, hierarchy: {R1: ["01", "02"], R2: ["03", "04"]}}
  - {name: sex, total: Total}
counts:
  - {name: n, unit: person}
  - {name: stays, unit: event}
magnitudes:
  - {name: cost, count: n, largest: first, second: next}
"""
INNER = {("01", "w"): 3, ("01", "m"): 40, ("02", "w"): 30, ("02", "m"): 25, ("03", "w"): 50, ("03", "m"): 60}
INNER |= {("04", "w"): 70, ("04", "m"): 80}
GROUPS = {"01": "R1", "02": "R1", "03": "R2", "04": "R2", "R1": "France", "R2": "France"}


def run(*arguments: str) -> Result:
    """Run the command in this process, as the tests of one command need it a dozen times."""
    return CliRunner().invoke(app, arguments)


def rows() -> list[dict[str, str]]:
    """Return a table with all margins: persons, twice as many stays, and 10.50 for each person."""
    counts: dict[tuple[str, str], int] = {}
    for (place, sex), count in INNER.items():
        inside: str | None = place
        while inside is not None:
            for one in (sex, "Total"):
                counts[inside, one] = counts.get((inside, one), 0) + count
            inside = GROUPS.get(inside)
    return [
        {
            "region": region,
            "sex": sex,
            "n": str(count),
            "stays": str(2 * count),
            "cost": f"{count * 10.5:.2f}",
            "first": "12.00" if count > 3 else "11.00",
            "next": "11.00" if count > 3 else "10.50",
        }
        for (region, sex), count in counts.items()
    ]


def write_table(place: Path) -> None:
    """Write a table and its description into a folder."""
    (place / "spec.yaml").write_text(SPEC)
    with (place / "table.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows()[0]))
        writer.writeheader()
        writer.writerows(rows())


def protect(place: Path, *more: str, table: str = "table.csv") -> Result:
    """Protect the table of a folder by the SNDS profile."""
    files = (str(place / table), "--spec", str(place / "spec.yaml"), "--out", str(place / "out"))
    profile = () if "--profile" in more else ("--profile", str(DEMO / "disclosure" / "snds.yaml"))
    return run("protect", *files, *profile, *more)


def written(place: Path) -> list[dict[str, str]]:
    """Read what may leave."""
    with (place / "out" / "protected.csv").open(newline="") as file:
        return list(csv.DictReader(file))
