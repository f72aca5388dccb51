"""Columns of a CSV file, of more lines than are kept at once."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from ecluse_platform.cli.tables import read_columns

LINES = 20_001


def written(path: Path, *more: str) -> Path:
    """Write a header, many lines, and what comes after them."""
    lines = ["A,n", *(f"a{number},{number}" for number in range(LINES)), *more]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_every_line_is_read_in_its_order(tmp_path: Path) -> None:
    """Nothing is lost or repeated between two portions."""
    columns = read_columns(written(tmp_path / "table.csv"))
    assert columns == {"A": [f"a{n}" for n in range(LINES)], "n": [str(n) for n in range(LINES)]}


def test_a_header_alone_has_empty_columns(tmp_path: Path) -> None:
    """No line is no error yet: the description says what is missing."""
    path = tmp_path / "table.csv"
    path.write_text("A,n\n", encoding="utf-8")
    assert read_columns(path) == {"A": [], "n": []}


def test_a_line_of_another_width_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """However far down it is."""
    with pytest.raises(typer.Exit):
        read_columns(written(tmp_path / "table.csv", "a,1,2"))
    assert f"line {LINES + 2} has 3 fields, the header has 2" in capsys.readouterr().err
