from __future__ import annotations

import csv
import json
import stat
from pathlib import Path

import duckdb
import pytest

from ecluse_platform.cli import protect as protect_module
from ecluse_platform.core.disclosure import proof
from ecluse_platform.core.disclosure.gate import Proof
from policy_folder import DEMO
from protect_folder import SPEC, protect, rows, run, written


def test_a_table_is_protected_proved_and_written_as_it_came(place: Path) -> None:
    """Same rows, same columns, same order; hidden values empty; contributions never written."""
    done = protect(place, "--proof", str(place / "proof.json"))
    assert done.exit_code == 0, done.stderr
    before, after = rows(), written(place)
    names = list(before[0])
    assert list(after[0]) == [*names, "n__status", "stays__status", "cost__status"]
    assert [(row["region"], row["sex"]) for row in after] == [(row["region"], row["sex"]) for row in before]
    assert all(row["first"] == row["next"] == "" for row in after)
    for old, new in zip(before, after, strict=True):
        shown = new["n__status"] == "published"
        assert [new[name] for name in ("n", "stays", "cost")] == (
            [old[name] for name in ("n", "stays", "cost")] if shown else ["", "", ""]
        )
    report = json.loads((place / "out" / "report.json").read_text())
    hidden = [row for row in after if row["n__status"] == "suppressed"]
    assert (report["verdict"], report["ends"]) == ("PASS", report["certificates"] + report["attacked"])
    assert report["primary"] + report["secondary"] == len(hidden) >= 4
    assert all(entry["protected"] and entry["lo"] < entry["hi"] for entry in report["audit"])
    assert len(report["audit"]) == 3 * len(hidden)
    for evidence in json.loads((place / "proof.json").read_text()).values():
        assert proof.check_json(evidence) == []
    for inside in (place / "out" / "report.json", place / "proof.json"):
        assert stat.S_IMODE(inside.stat().st_mode) == 0o600
    assert "stays inside" in done.stderr


def test_the_attacker_finds_nothing_in_it_and_something_where_one_cell_alone_is_hidden(place: Path) -> None:
    """The same command ends with 3 when the secondary cells are put back."""
    assert protect(place).exit_code == 0
    attacked = run("attack", str(place / "out"))
    assert attacked.exit_code == 0, attacked.stderr
    assert "0 known to be under their threshold" in attacked.stdout
    after, before = written(place), rows()
    for old, new in zip(before, after, strict=True):
        if int(old["n"]) >= 11:
            new.update({name: old[name] for name in ("n", "stays", "cost")})
            new.update({f"{name}__status": "published" for name in ("n", "stays", "cost")})
    with (place / "out" / "protected.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(after[0]))
        writer.writeheader()
        writer.writerows(after)
    broken = run("attack", str(place / "out"))
    assert broken.exit_code == 3
    assert "3.00 to 3.00  << under the threshold" in broken.stdout


def test_the_report_says_what_the_attacker_finds_where_a_certificate_is_missing(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The interval of such a cell is not taken from moves that prove nothing."""
    monkeypatch.setattr(protect_module, "possible_of", lambda proof: tuple(proof.system.values + 0.0 for _ in "lh"))
    monkeypatch.setattr(Proof, "uncertified", lambda proof: [(need.cell, "low") for need in proof.protections])
    assert protect(place).exit_code == 0
    audit = json.loads((place / "out" / "report.json").read_text())["audit"]
    primary = [entry for entry in audit if entry["status"] == "primary"]
    assert primary
    assert all(entry["lo"] < entry["hi"] and entry["protected"] for entry in primary)


def test_parquet_is_read_like_csv(place: Path) -> None:
    """The same table gives the same protected file."""
    assert protect(place).exit_code == 0
    from_csv = (place / "out" / "protected.csv").read_bytes()
    with duckdb.connect() as connection:
        table, target = place / "table.csv", place / "table.parquet"
        connection.execute(f"COPY (FROM read_csv('{table}', all_varchar=true)) TO '{target}' (FORMAT parquet)")
    assert protect(place, table="table.parquet").exit_code == 0
    assert (place / "out" / "protected.csv").read_bytes() == from_csv


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("spec.yaml", "name: n, unit: person", "name: m, unit: person", "no column m"),
        ("spec.yaml", "unit: person", "unit: patient", "must be one of"),
        ("spec.yaml", "counts:", "counst:", "did you mean counts"),
        ("spec.yaml", 'R2: ["03", "04"]', 'R2: ["03", "02"]', "is in two groups"),
        ("table.csv", "01,m,40", "01,m,-40", "is negative"),
        ("table.csv", "01,m,40", "01,m,41", "does not agree"),
        ("table.csv", "01,m,40", "01,w,40", "describe the same cell"),
        ("table.csv", "01,m,40,", "01,m,", "fields"),
        ("table.csv", "01,m,40", "01,m,40.5", "not a whole number"),
        ("table.csv", "01,m,40", "01,m,NaN", "not a finite number"),
        ("table.csv", "01,m,40", "01,m,inf", "not a finite number"),
        ("table.csv", "01,m,40", "01,m,99999999999999999999", "beyond what can be computed"),
        ("table.csv", "first,next", "first,n__status", "n__status"),
        ("spec.yaml", "name: sex, total: Total", "name: sex, total: all", "written like the total"),
        ("spec.yaml", "name: sex, total: Total", "name: gender, total: Total", "no column gender"),
        ("spec.yaml", '["01", "02"]', '["01", "R1"]', "circle"),
        ("spec.yaml", '"02"], R2', '"02", "France"], R2', "written like the total"),
        ("spec.yaml", 'R2: ["03", "04"]', '3: ["03", "04"]', "write it in quotes"),
        ("spec.yaml", 'R2: ["03", "04"]', "R2: [3, 4]", "write it in quotes"),
    ],
)
def test_bad_input_ends_with_two_and_says_what_to_change(place: Path, file: str, old: str, new: str, said: str) -> None:
    """Wrong descriptions and wrong tables are told apart from tables that cannot be protected."""
    text = (place / file).read_text()
    assert old in text
    (place / file).write_text(text.replace(old, new, 1))
    done = protect(place)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("table", "dimension", "said"),
    [
        ("", "{name: r}", "the file is empty"),
        ("r,n\n", "{name: r}", "no line"),
        ("r;n\nA;5\n", "{name: r}", "semicolons"),
        ("r,n\nA,5\nA,6\n", "{name: r}", "same cell"),
        ("r,n\nA,5\nB,40\nAll,45\n", "{name: r}", "is it the total?"),
        ("r,n\nA,5\nTotal,40\nAll,45\n", "{name: r, total: All}", "written like the total"),
        ("r,n\n" + "".join(f"c{i},{i}\n" for i in range(100_000)), "{name: r}", "100000 categories"),
    ],
)
def test_tables_that_are_none_end_with_two(tmp_path: Path, table: str, dimension: str, said: str) -> None:
    """Nothing in it, another separator, a total that nobody declared, a hundred thousand categories."""
    (tmp_path / "table.csv").write_text(table)
    (tmp_path / "spec.yaml").write_text(f"dimensions: [{dimension}]\ncounts: [{{name: n, unit: person}}]\n")
    done = protect(tmp_path)
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_table_of_one_cell_is_hidden_or_shown(tmp_path: Path) -> None:
    """There is nothing to subtract from."""
    (tmp_path / "spec.yaml").write_text("dimensions: [{name: r}]\ncounts: [{name: n, unit: person}]\n")
    for count, status in ((5, "suppressed"), (50, "published")):
        (tmp_path / "table.csv").write_text(f"r,n\nA,{count}\n")
        assert protect(tmp_path).exit_code == 0
        assert [row["n__status"] for row in written(tmp_path)] == [status]


def test_places_that_cannot_be_written_end_with_two(place: Path) -> None:
    """The table is protected, but its proof or its folder has nowhere to go: nothing that may leave is written."""
    assert protect(place, "--proof", str(place / "none" / "proof.json")).exit_code == 2
    assert not (place / "out" / "protected.csv").exists()
    done = run(
        "protect", str(place / "table.csv"), "--spec", str(place / "spec.yaml"), "--out", str(place / "spec.yaml")
    )
    assert done.exit_code == 2
    assert "cannot be written" in done.stderr
    assert run("attack", str(place)).exit_code == 2


def test_a_refusal_leaves_no_earlier_table(place: Path) -> None:
    """Whoever protects again into the same folder never finds yesterday's table beside today's refusal."""
    assert protect(place).exit_code == 0
    text = (DEMO / "disclosure" / "snds.yaml").read_text().replace("work: 400000000", "work: 10")
    (place / "p.yaml").write_text(text)
    assert protect(place, "--profile", str(place / "p.yaml")).exit_code == 3
    assert not (place / "out" / "protected.csv").exists()


def test_files_that_are_no_tables_end_with_two(place: Path) -> None:
    """A missing file, an unknown profile, bytes that are no Parquet."""
    assert protect(place, table="other.csv").exit_code == 2
    assert protect(place, "--profile", "none", "--policies", str(DEMO)).exit_code == 2
    (place / "table.parquet").write_bytes(b"PAR1 no")
    assert protect(place, table="table.parquet").exit_code == 2


def test_a_table_that_cannot_be_protected_ends_with_three(place: Path) -> None:
    """More work than the profile allows: refused, with what to change, and nothing that may leave is written."""
    text = (DEMO / "disclosure" / "snds.yaml").read_text().replace("work: 400000000", "work: 10")
    (place / "p.yaml").write_text(text)
    done = protect(place, "--profile", str(place / "p.yaml"))
    assert done.exit_code == 3
    assert "too large" in done.stderr
    assert "region" in done.stderr
    assert json.loads((place / "out" / "report.json").read_text())["verdict"] == "FAIL"
    assert not (place / "out" / "protected.csv").exists()


def test_a_table_is_attacked_by_its_description_too(place: Path) -> None:
    """The table that left, its description and the rules are enough; what the file lacks is said."""
    assert protect(place).exit_code == 0
    table, spec = str(place / "out" / "protected.csv"), str(place / "spec.yaml")
    profile = ("--profile", str(DEMO / "disclosure" / "snds.yaml"))
    by_folder, by_spec = run("attack", str(place / "out")), run("attack", table, "--spec", spec, *profile)
    assert (by_spec.exit_code, by_spec.stdout) == (0, by_folder.stdout)
    assert "hidden numbers, 0 known" in by_spec.stdout
    (place / "two.csv").write_text("region,sex,n,stays,cost\nR1,w,,66,1\n01,w,,6,1\n02,w,30,60,1\n03,w,x,1,1\n")
    assert "not a finite number" in run("attack", str(place / "two.csv"), "--spec", spec, *profile).stderr
    open_table = "region,sex,n,stays,cost\nR1,w,33,66,346.50\n01,w,,,\n02,w,30,60,315.00\n"
    (place / "two.csv").write_text(open_table)
    alone = run("attack", str(place / "two.csv"), "--spec", spec, *profile)
    assert (alone.exit_code, "3.00 to 3.00  << under the threshold" in alone.stdout) == (3, True)
    assert run("attack", table).exit_code == 2
    assert run("attack", table, table, "--spec", spec, *profile).exit_code == 2


def test_the_report_names_rules_lines_and_next_steps_and_no_value(place: Path) -> None:
    """Each hidden cell is named by its line, under the rule that hides it, with what its author may do."""
    assert protect(place).exit_code == 0
    report = json.loads((place / "out" / "report.json").read_text())
    before, after = rows(), written(place)
    hidden = [line + 2 for line, row in enumerate(after) if row["n__status"] == "suppressed"]
    lines = [position["line"] for finding in report["findings"] for position in finding["positions"]]
    assert sorted(lines) == hidden
    primary = next(finding for finding in report["findings"] if finding["rule"] == "threshold_persons")
    assert all(int(before[position["line"] - 2]["n"]) < 11 for position in primary["positions"])
    for finding in report["findings"]:
        assert finding["reason"]["fr"] != finding["reason"]["en"]
        assert finding["next_step"]["fr"] != finding["next_step"]["en"]


def test_a_sum_whose_contributions_are_not_declared_is_for_a_person(place: Path) -> None:
    """Rules that could not be applied have not been passed: the table is protected, and the verdict is REVIEW."""
    (place / "spec.yaml").write_text(SPEC.replace(", largest: first, second: next", ""))
    done = protect(place)
    report = json.loads((place / "out" / "report.json").read_text())
    assert (done.exit_code, report["verdict"]) == (0, "REVIEW")
    assert report["findings"][-1]["positions"] == [{"table": 1, "magnitude": 1}]
    assert "REVIEW" in done.stderr


def test_a_second_contribution_that_is_not_declared_may_be_anything(place: Path) -> None:
    """A hospital that makes half of a sum could be estimated by another one that makes the other half."""
    (place / "spec.yaml").write_text(
        "dimensions: [{name: region}]\ncounts: [{name: n, unit: person}]\n"
        "magnitudes: [{name: cost, count: n, largest: first}]\n"
    )
    (place / "table.csv").write_text("region,n,cost,first\na,40,100,55\nb,40,100,40\n")
    assert protect(place).exit_code == 0
    assert [row["cost__status"] for row in written(place)] == ["suppressed", "published"]


def test_more_contributors_than_are_declared_are_taken_to_be_large(place: Path) -> None:
    """A profile may ask for the three largest where a table names two."""
    strict = (DEMO / "disclosure" / "snds.yaml").read_text()
    (place / "strict.yaml").write_text(strict.replace("dominance: null", "dominance: {contributors: 3, percent: 90}"))
    (place / "spec.yaml").write_text(
        "dimensions: [{name: region}]\ncounts: [{name: n, unit: person}]\n"
        "magnitudes: [{name: cost, count: n, largest: first, second: next}]\n"
    )
    (place / "table.csv").write_text("region,n,cost,first,next\na,40,100,40,30\nb,40,100,20,10\n")
    done = protect(place, "--profile", str(place / "strict.yaml"))
    assert done.exit_code == 0, done.stderr
    assert [row["cost__status"] for row in written(place)] == ["suppressed", "published"]
