from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ecluse_platform.cli.entry import app
from policy_folder import DEMO, ROOT

COHORT = """
import polars as pl
cohort = pl.DataFrame({
    "time": [1 + 7 * n % 400 for n in range(600)],
    "event": [int(n % 3 == 0) for n in range(600)],
    "age": [30 + 11 * n % 65 for n in range(600)],
})
"""


@pytest.mark.parametrize("page", ["en/models-and-figures.md", "fr/modeles-et-figures.md"])
def test_the_python_of_the_page_writes_evidence_that_is_read(tmp_path: Path, page: str) -> None:
    """Run as it stands there, it declares a curve that is refused with a version that may leave, and two that pass."""
    (code,) = re.findall(r"^```python\n(.*?)^```$", (ROOT / "docs" / page).read_text(), re.MULTILINE | re.DOTALL)
    (tmp_path / "example.py").write_text(COHORT + code)
    subprocess.run([sys.executable, "example.py"], cwd=tmp_path, check=True, timeout=60)
    files = (str(tmp_path / "outputs.json"), "--out", str(tmp_path / "checked"))
    done = CliRunner().invoke(app, ["check", *files, "--profile", str(DEMO / "disclosure" / "snds.yaml")])
    assert done.exit_code == 3, done.stderr
    report = json.loads((tmp_path / "checked" / "report.json").read_text())
    assert [one["verdict"] for one in report["outputs"]] == ["FAIL", "PASS", "PASS"]
    assert (tmp_path / "checked" / "1-survival.csv").read_text().startswith("curve,from,to,at_risk,")


def test_the_page_of_evidence_is_up_to_date() -> None:
    """The keys that a reader finds are those of the models."""
    tool = str(ROOT / "tools" / "evidence_reference.py")
    done = subprocess.run([sys.executable, tool, "--check"], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


def test_both_languages_show_the_same_r() -> None:
    """The R of one page is that of the other."""
    pages = [(ROOT / "docs" / page).read_text() for page in ("en/models-and-figures.md", "fr/modeles-et-figures.md")]
    one, other = (re.findall(r"^```r\n(.*?)^```$", page, re.MULTILINE | re.DOTALL) for page in pages)
    assert one == other != []
