"""`ecluse protect` and `ecluse attack` on tables that share margins, and on tables that are rounded."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from policy_folder import DEMO
from protect_folder import protect, run, written


def one_dimension(place: Path, name: str, label: str, counts: dict[str, int]) -> tuple[str, ...]:
    """Write a table of persons by région and one more dimension, with all margins; return its arguments."""
    (place / f"{name}.yaml").write_text(
        f"dimensions: [{{name: region, total: T}}, {{name: {label}, total: T}}]\ncounts: [{{name: n, unit: person}}]\n"
    )
    full: dict[tuple[str, str], int] = {}
    for cell, count in counts.items():
        region, other = cell.split()
        for place_of in ((region, other), (region, "T"), ("T", other), ("T", "T")):
            full[place_of] = full.get(place_of, 0) + count
    lines = [f"{region},{other},{count}" for (region, other), count in full.items()]
    (place / f"{name}.csv").write_text("\n".join([f"region,{label},n", *lines, ""]))
    return str(place / f"{name}.csv"), "--spec", str(place / f"{name}.yaml")


SEXES = {"A w": 30, "A m": 20, "B w": 25, "B m": 4, "C w": 31, "C m": 40}
AGES = {"A young": 25, "A old": 25, "B young": 14, "B old": 15, "C young": 30, "C old": 41}


def test_tables_that_share_margins_are_protected_together(place: Path) -> None:
    """A margin that both show is hidden in both or in neither; otherwise one table would open the other."""
    files = (*one_dimension(place, "sexes", "sex", SEXES), *one_dimension(place, "ages", "age", AGES))
    profile = ("--profile", str(DEMO / "disclosure" / "snds.yaml"))
    done = run("protect", *files, "--out", str(place / "out"), *profile)
    assert done.exit_code == 0, done.stderr
    shown = []
    for folder in ("1-sexes", "2-ages"):
        with (place / "out" / folder / "protected.csv").open(newline="") as file:
            rows_read = list(csv.DictReader(file))
        shown.append({row["region"]: row["n"] for row in rows_read if list(row.values())[1] == "T"})
        assert run("attack", str(place / "out" / folder)).exit_code == 0
    assert shown[0] == shown[1]
    assert set(shown[0]) == {"A", "B", "C", "T"}


@pytest.mark.parametrize(
    ("ages", "said"),
    [
        ({**AGES, "A young": 26}, "does not have the same numbers"),
        ({**AGES, "D young": 26}, "does not have the same categories"),
    ],
)
def test_tables_of_other_persons_are_not_linked(place: Path, ages: dict[str, int], said: str) -> None:
    """What cannot be the same persons is wrong input."""
    files = (*one_dimension(place, "sexes", "sex", SEXES), *one_dimension(place, "ages", "age", ages))
    profile = ("--profile", str(DEMO / "disclosure" / "snds.yaml"))
    done = run("protect", *files, "--out", str(place / "out"), *profile)
    assert done.exit_code == 2
    assert said.split(" not ")[1] in done.stderr
    alone = run("protect", files[0], files[3], "--spec", files[2], "--out", str(place / "out"), *profile)
    assert (alone.exit_code, "one --spec for each" in alone.stderr) == (2, True)


def test_tables_that_were_protected_together_are_attacked_together(place: Path) -> None:
    """A margin that one table shows opens a cell of the other; by itself that one stays closed."""
    files = (*one_dimension(place, "sexes", "sex", SEXES), *one_dimension(place, "ages", "age", AGES))
    profile = ("--profile", str(DEMO / "disclosure" / "snds.yaml"))
    assert run("protect", *files, "--out", str(place / "out"), *profile).exit_code == 0
    assert run("attack", str(place / "out")).exit_code == 0
    (place / "sexes.csv").write_text("region,sex,n\nB,w,25\nB,m,\nB,T,\n")
    (place / "ages.csv").write_text("region,age,n\nB,young,14\nB,old,15\nB,T,29\n")
    sexes, ages = ((files[0], *files[1:3]), (files[3], *files[4:6]))
    assert run("attack", *sexes, *profile).exit_code == run("attack", *ages, *profile).exit_code == 0
    together = run("attack", *sexes, *ages, *profile)
    assert together.exit_code == 3
    assert "B / m  n: 4.00 to 4.00  << under the threshold" in together.stdout


@pytest.mark.parametrize("method", ["midpoint_rounding", "controlled_rounding"])
def test_a_profile_that_rounds_gives_a_rounded_table(place: Path, method: str) -> None:
    """Every count is on the grid, none is hidden, and the attacker reads the method with the table."""
    text = (DEMO / "disclosure" / "snds.yaml").read_text()
    rules = text.replace("method: suppression", f"method: {method}").replace("base: null", "base: 12")
    (place / "rounds.yaml").write_text(rules)
    arguments = one_dimension(place, "sexes", "sex", SEXES)
    done = run("protect", *arguments, "--out", str(place / "out"), "--profile", str(place / "rounds.yaml"))
    assert done.exit_code == 0, done.stderr
    lines = written(place)
    assert {line["n__status"] for line in lines} == {"rounded"}
    assert all(int(line["n"]) % 12 in {0, 6} for line in lines)
    attacked = run("attack", str(place / "out"))
    assert attacked.exit_code == 0, attacked.stdout
    assert f"{len(lines)} hidden numbers, 0 known" in attacked.stdout
    amounts = protect(place, "--profile", str(place / "rounds.yaml"))
    assert (amounts.exit_code, "cost" in amounts.stderr) == (3, True)
