from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from ecluse_platform.cli.entry import app
from policy_folder import DEMO

FINE: dict[str, Any] = {
    "kind": "histogram",
    "persons": 120,
    "edges": [0, 40, 80],
    "edges_from": "chosen",
    "bins": [50, 70],
}
SMALL: dict[str, Any] = FINE | {"edges": [0, 40, 80, 120], "bins": [50, 63, 7], "name": "age"}
CURVE: dict[str, Any] = {
    "kind": "survival",
    "curves": [
        {
            "label": "=2+2",
            "steps": [
                {"time": 1, "at_risk": 90, "events": 7, "censored": 0},
                {"time": 2, "at_risk": 83, "events": 13, "censored": 20},
            ],
        }
    ],
}


def check(place: Path, outputs: object, *more: str) -> Result:
    """Check outputs by the SNDS profile, in this process."""
    file = place / ("output.yaml" if isinstance(outputs, str) else "output.json")
    file.write_text(outputs if isinstance(outputs, str) else json.dumps({"outputs": outputs}))
    profile = ("--profile", str(DEMO / "disclosure" / "snds.yaml"))
    return CliRunner().invoke(app, ["check", str(file), *profile, *more])


@pytest.mark.parametrize(
    ("outputs", "code", "verdict"),
    [([FINE], 0, "PASS"), ([FINE, {"kind": "tree"}], 4, "REVIEW"), ([FINE, SMALL], 3, "FAIL"), ([], 3, "FAIL")],
)
def test_the_exit_code_is_the_verdict(tmp_path: Path, outputs: object, code: int, verdict: str) -> None:
    """0 may leave, 4 a person must look, 3 must not leave; and it is said that nothing was computed again."""
    done = check(tmp_path, outputs)
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (code, verdict)
    assert "declared" in done.stderr


def test_what_may_leave_is_written_and_what_stays_is_for_its_owner(tmp_path: Path) -> None:
    """The report names rules and places; the safe versions stand beside it, each under its number."""
    done = check(tmp_path, [SMALL, FINE, CURVE], "--out", str(tmp_path / "out"))
    assert done.exit_code == 3
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert (report["verdict"], report["evidence"]) == ("FAIL", "declared")
    assert [one.get("may_leave") for one in report["outputs"]] == ["1-age.csv", None, "3-survival.csv"]
    (finding,) = report["outputs"][0]["findings"]
    assert (finding["rule"], finding["positions"]) == ("threshold", [{"bin": 3}])
    assert finding["next_step"]["fr"] != finding["next_step"]["en"]
    assert report["outputs"][1]["checked"] == ["threshold", "endpoints", "unanimous", "difference"]
    assert stat.S_IMODE((tmp_path / "out" / "report.json").stat().st_mode) == 0o600
    assert (tmp_path / "out" / "1-age.csv").read_bytes() == b"from,to,persons\r\n0,40,50\r\n40,120,70\r\n"
    # A label is text in a spreadsheet too.
    lines = (tmp_path / "out" / "3-survival.csv").read_text().splitlines()
    assert lines[1].startswith('"\'=2+2",0,2,90,20,20,')


def test_a_report_has_no_label_and_no_number_of_the_evidence(tmp_path: Path) -> None:
    """Neither what is printed nor what is kept says what was declared."""
    secret = [SMALL | {"bins": [50, 57, 8], "persons": 115}, {"kind": "secret-kind-4711"}]
    done = check(tmp_path, secret, "--out", str(tmp_path / "out"))
    kept = (tmp_path / "out" / "report.json").read_text()
    for words in (done.stdout, kept):
        assert "4711" not in words
        assert "115" not in words
        assert "57" not in words


def test_yaml_is_read_as_well_and_words_come_in_french(tmp_path: Path) -> None:
    """People write YAML, programs JSON."""
    yaml = "outputs:\n  - kind: percentiles\n    persons: 50\n    values: [{percentile: 2, below: 1, above: 48}]\n"
    done = check(tmp_path, yaml, "--language", "fr")
    assert done.exit_code == 3
    assert "centile 1" in done.stdout
    assert "déclarés" in done.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("outputs: [{kind: histogram, persons: .nan}]", "plain decimal number"),
        ("outputs:\n  - kind: histogram\n    person: 5\n", "2:person"),
        ("outputs: 7", "outputs"),
        ("output: []", "did you mean outputs?"),
        ("outputs: [{persons: 5}]", "kind"),
        ("outputs: [{kind: [a]}]", "kind"),
        ("outputs: [&a {kind: x}, *a]", "anchors"),
        ("outputs: [{kind: x, kind: y}]", "twice"),
        ("[" * 500, "nests too deeply"),
        ("", "empty"),
    ],
)
def test_input_that_is_wrong_is_told_where(tmp_path: Path, content: str, said: str) -> None:
    """Ends with 2, names the place, and shows no trace of the program."""
    done = check(tmp_path, content)
    assert done.exit_code == 2
    assert said.replace("2:person", "output.yaml:3:5: outputs[0].person: unknown key") in done.stderr
    assert done.exception is None or isinstance(done.exception, SystemExit)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"outputs": [{"kind": "histogram", "persons": NaN}]}', "NaN is no number"),
        ('{"outputs": [{"kind": "histogram", "persons": 1e999}]}', "outputs[0].persons"),
        ('{"outputs": [], "outputs": []}', "twice"),
        ('{"outputs": [}', "output.json:1:14: this is not valid JSON"),
        ("[" * 100_000, "nests too deeply"),
        ('{"outputs": [{"kind": "histogram", "persons": ' + "9" * 5000 + "}]}", "not valid JSON"),
        ("é".encode("latin-1"), "not valid JSON"),
        ("7", "should be an object"),
    ],
)
def test_json_is_held_as_strictly(tmp_path: Path, content: str | bytes, said: str) -> None:
    """What YAML refuses, JSON does not smuggle in."""
    (tmp_path / "output.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    done = CliRunner().invoke(
        app, ["check", str(tmp_path / "output.json"), "--profile", str(DEMO / "disclosure" / "snds.yaml")]
    )
    assert (done.exit_code, said in done.stderr) == (2, True), done.stderr


def test_contradictions_say_what_to_change(tmp_path: Path) -> None:
    """The refusal names the place by the keys of the file."""
    done = check(tmp_path, [FINE, FINE | {"bins": [50, 71]}])
    assert done.exit_code == 2
    assert "outputs 2: the parts do not make the whole" in done.stderr
    assert "Count all parts" in done.stderr


def test_a_file_too_large_or_absent_is_said(tmp_path: Path) -> None:
    """Nothing is parsed beyond what policy takes."""
    large = check(tmp_path, "#" * (2 * 1024 * 1024))
    assert (large.exit_code, "larger than 1024 KiB" in large.stderr) == (2, True)
    absent = CliRunner().invoke(app, ["check", str(tmp_path / "no.yaml"), "--profile", "snds", "--policies", str(DEMO)])
    assert (absent.exit_code, "cannot be read" in absent.stderr) == (2, True)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "out").write_text("")
    done = check(tmp_path, [FINE], "--out", str(tmp_path / "out"))
    assert (done.exit_code, "cannot be written" in done.stderr) == (2, True)
