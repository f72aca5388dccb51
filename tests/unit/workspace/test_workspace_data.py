from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

import ecluse


@pytest.mark.usefixtures("data")
def test_connect_counts_rows_of_the_projects_tables() -> None:
    """A table is there under its name, without the platform's own columns."""
    with ecluse.connect() as connection:
        assert connection.execute("SELECT count(*) FROM ER_PRS_F").fetchone() == (100,)
        assert connection.sql("FROM ER_PRS_F").columns == ["BEN_NIR_PSA", "PRS_ACT_QTE"]


@pytest.mark.usefixtures("data")
def test_connect_is_read_only() -> None:
    """The project's database cannot be changed by accident."""
    with ecluse.connect() as connection, pytest.raises(duckdb.Error, match="read-only"):
        connection.execute("CREATE TABLE t AS SELECT 1")


@pytest.mark.usefixtures("data")
def test_connect_keeps_to_what_the_workspace_was_granted() -> None:
    """Threads are the cores rounded up, memory leaves room for the notebook, and no extension is looked for."""
    with ecluse.connect() as connection:
        found = {
            name: connection.execute(f"SELECT current_setting('{name}')").fetchone()[0]
            for name in (
                "threads",
                "memory_limit",
                "temp_directory",
                "autoinstall_known_extensions",
                "autoload_known_extensions",
            )
        }
    assert found["threads"] == 2
    assert found["memory_limit"] == "600.0 MiB"
    assert Path(found["temp_directory"]).is_relative_to(Path.home())
    assert not found["autoinstall_known_extensions"]
    assert not found["autoload_known_extensions"]


@pytest.mark.usefixtures("data")
def test_scan_is_lazy_and_leaves_out_the_platforms_own_columns() -> None:
    """Polars reads the same rows and columns as the view."""
    frame = ecluse.scan("ER_PRS_F")
    assert frame.collect_schema().names() == ["BEN_NIR_PSA", "PRS_ACT_QTE"]
    assert frame.collect().height == 100


@pytest.mark.usefixtures("data")
def test_scan_of_an_unknown_table_names_those_there_are() -> None:
    """A wrong name gets the list of right ones."""
    with pytest.raises(ecluse.EcluseError, match="Tables du projet : ER_PRS_F"):
        ecluse.scan("../secret")


def test_without_data_the_message_says_where_to_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside of a workspace the package says so in the reader's language."""
    monkeypatch.setenv("ECLUSE_DATA", str(tmp_path / "none"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ECLUSE_LANG", "en")
    with pytest.raises(ecluse.EcluseError, match="home page of Écluse"):
        ecluse.connect()


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize(("language", "label"), [("fr", "Quantité"), ("en", "Quantity")])
def test_describe_speaks_the_readers_language(monkeypatch: pytest.MonkeyPatch, language: str, label: str) -> None:
    """Labels come from the extract, in French or English."""
    monkeypatch.setenv("ECLUSE_LANG", language)
    dictionary = ecluse.describe("ER_PRS_F")
    assert ("PRS_ACT_QTE", "BIGINT", label) in dictionary.rows
    assert label in repr(dictionary)
    assert label in dictionary._repr_html_()


@pytest.mark.usefixtures("data")
def test_describe_without_a_table_lists_them() -> None:
    """The overview has a line per table, with its title."""
    assert ecluse.describe().rows == (("ER_PRS_F", "2", "Prestations"),)
