"""An extract holds what the permit grants and nothing else, under identifiers no other project shares."""

from __future__ import annotations

import json
from typing import Any

import duckdb
import pytest

from ecluse_platform.core.policy.catalogue import TableKind
from ecluse_platform.core.quality import QUALITY_VIEWS
from ecluse_platform.extract import differences
from ecluse_platform.extract.keys import NOBODY
from integration.extract.extract_kit import Extracts

PROJECTS = ("diabete-idf", "antibio-national")
K9 = "FLX_DIS_DTD,FLX_TRT_DTD,FLX_EMT_TYP,FLX_EMT_NUM,FLX_EMT_ORD,ORG_CLE_NUM,DCT_ORD_NUM,PRS_ORD_NUM,REM_TYP_AFF"
ILE_DE_FRANCE = "('075','077','078','091','092','093','094','095')"
PERSONS = ("BEN_NIR_PSA", "BEN_NIR_ANO", "BEN_IDT_ANO", "ASS_NIR_ANO")


def value(connection: duckdb.DuckDBPyConnection, query: str) -> Any:
    """Return the one value of a query."""
    row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize("project", PROJECTS)
def test_only_granted_tables_and_columns(built: Extracts, project: str) -> None:
    """Tables and columns are the permit's, in the catalogue's types; private tables end with their owner."""
    granted = built.bundle.projects[project].data.tables
    connection = built.open(project)
    assert {p.name for p in built.folder(project).iterdir() if p.is_dir()} == {t.name for t in granted}
    for wanted in granted:
        table = built.bundle.catalogue.tables[wanted.name]
        expected = {c: table.columns[c].type for c in wanted.columns}
        if table.kind is TableKind.PRIVATE:
            expected["__u"] = "BIGINT"
        assert {r[0]: r[1] for r in connection.execute(f"DESCRIBE {wanted.name}").fetchall()} == expected


def test_only_granted_years_and_departements(built: Extracts) -> None:
    """No care of another year, no resident of another département; and no granted line is missing."""
    region = built.open("diabete-idf")
    for table in ("IR_BEN_R", "ER_PRS_F"):
        assert value(region, f"SELECT count(*) FROM {table} WHERE BEN_RES_DPT NOT IN {ILE_DE_FRANCE}") == 0
        assert value(region, f"SELECT count(*) FROM {table}") == value(
            region,
            f"SELECT count(*) FROM src_{table} WHERE BEN_RES_DPT IN {ILE_DE_FRANCE} "
            + (
                ""
                if table == "IR_BEN_R"
                else "AND (BEN_NIR_PSA, BEN_RNG_GEM) IN (SELECT (BEN_NIR_PSA, BEN_RNG_GEM) "
                f"FROM src_IR_BEN_R WHERE BEN_RES_DPT IN {ILE_DE_FRANCE})"
            ),
        )
    assert value(region, "SELECT count(*) FROM IR_IMB_R") == value(
        region,
        "SELECT count(*) FROM src_IR_IMB_R SEMI JOIN (FROM src_IR_BEN_R "
        f"WHERE BEN_RES_DPT IN {ILE_DE_FRANCE}) USING (BEN_NIR_PSA, BEN_RNG_GEM)",
    )
    country = built.open("antibio-national")
    assert value(country, "SELECT list(DISTINCT year(EXE_SOI_DTD)) FROM ER_PRS_F") == [2023]
    assert value(country, "SELECT count(*) FROM ER_PRS_F") == value(
        country, "SELECT count(*) FROM src_ER_PRS_F WHERE year(EXE_SOI_DTD) = 2023"
    )
    assert value(country, "SELECT count(*) FROM IR_BEN_R") == value(country, "SELECT count(*) FROM src_IR_BEN_R")


@pytest.mark.parametrize("project", PROJECTS)
def test_no_source_identifier_occurs_anywhere(built: Extracts, project: str) -> None:
    """No text column of any table holds an identifier of the source, nor does any file hold its bytes."""
    connection = built.open(project)
    connection.execute(
        "CREATE TABLE known AS "
        + " UNION ".join(f"SELECT {c} AS v FROM src_IR_BEN_R WHERE {c} IS NOT NULL" for c in PERSONS)
        + " UNION SELECT ORG_CLE_NUM FROM src_ER_PRS_F UNION SELECT PFS_EXE_NUM FROM src_ER_PRS_F"
    )
    connection.execute(f"DELETE FROM known WHERE v IN {NOBODY}")
    scanned = 0
    for table in built.bundle.projects[project].data.tables:
        for name, kind, *_ in connection.execute(f"DESCRIBE {table.name}").fetchall():
            if kind == "VARCHAR":
                assert value(connection, f"SELECT count(*) FROM {table.name} WHERE {name} IN (FROM known)") == 0
                scanned += 1
    assert scanned > 5
    content = b"".join(p.read_bytes() for p in built.folder(project).rglob("*") if p.is_file())
    for (identifier,) in connection.execute("SELECT v FROM known USING SAMPLE 50 ROWS (reservoir, 1)").fetchall():
        assert identifier.encode() not in content


def test_two_projects_share_no_pseudonym_and_no_key(built: Extracts) -> None:
    """Nobody who holds both extracts can join them on an identifier or on the nine columns, or on fewer of them."""
    connection, one, two = duckdb.connect(), *(f"{built.folder(p)}" for p in PROJECTS)
    for column in ("BEN_NIR_PSA", "BEN_IDT_ANO"):
        assert (
            value(
                connection,
                f"SELECT count(*) FROM '{one}/IR_BEN_R/**/*.parquet' "
                f"JOIN '{two}/IR_BEN_R/**/*.parquet' USING ({column}) WHERE {column} NOT IN {NOBODY}",
            )
            == 0
        )
    for column in (K9, "ORG_CLE_NUM"):
        assert (
            value(
                connection,
                f"SELECT count(*) FROM '{one}/ER_PRS_F/**/*.parquet' "
                f"JOIN '{two}/ER_PRS_F/**/*.parquet' USING ({column})",
            )
            == 0
        )


def test_renumbered_keys_find_the_same_line_no_better_than_chance(built: Extracts) -> None:
    """Without the pseudonym column, key values that meet across projects belong to unrelated lines."""
    one, two = (built.folder(p) for p in PROJECTS)
    # Content known to both (person's day and département) says whether two rows could be one line.
    key = "FLX_DIS_DTD,FLX_TRT_DTD,FLX_EMT_TYP,FLX_EMT_NUM,FLX_EMT_ORD,PRS_ORD_NUM,REM_TYP_AFF"
    met, same = value(
        duckdb.connect(),
        "SELECT (count(*), count(*) FILTER (a.EXE_SOI_DTD = b.EXE_SOI_DTD AND a.BEN_RES_DPT = b.BEN_RES_DPT)) "
        f"FROM '{one}/ER_PRS_F/**/*.parquet' a JOIN '{two}/ER_PRS_F/**/*.parquet' b USING ({key})",
    )
    assert met > 0
    assert same / met < 0.02


def test_owners_are_numbered_differently_in_each_project(built: Extracts) -> None:
    """The owner column is no bridge between projects, and does not follow the source's order."""
    pairs = []
    for project in PROJECTS:
        connection = built.open(project)
        pairs.append(
            connection.execute(
                "SELECT min(__u) FROM ER_PRS_F WHERE year(EXE_SOI_DTD) = 2023 "
                f"AND BEN_RES_DPT IN {ILE_DE_FRANCE} GROUP BY EXE_SOI_DTD ORDER BY EXE_SOI_DTD"
            ).fetchall()
        )
    assert sum(a == b for a, b in zip(*pairs, strict=True)) < 0.05 * len(pairs[0])


@pytest.mark.parametrize("project", PROJECTS)
def test_joins_inside_keep_the_sources_counts(built: Extracts, project: str) -> None:
    """The nine-column join and the person join give as many rows as on the source's same lines."""
    connection = built.open(project)
    lines = value(connection, "SELECT count(*) FROM ER_PRS_F")
    assert value(connection, f"SELECT count(*) FROM (SELECT DISTINCT {K9} FROM ER_PRS_F)") == lines
    assert value(connection, "SELECT count(*) FROM ER_PRS_F JOIN IR_BEN_R USING (BEN_NIR_PSA, BEN_RNG_GEM)") == lines
    resident = f"(SELECT (BEN_NIR_PSA, BEN_RNG_GEM) FROM src_IR_BEN_R WHERE BEN_RES_DPT IN {ILE_DE_FRANCE})"
    kept = (
        "year(EXE_SOI_DTD) = 2023"
        if project == "antibio-national"
        else f"p.BEN_RES_DPT IN {ILE_DE_FRANCE} AND (p.BEN_NIR_PSA, p.BEN_RNG_GEM) IN {resident}"
    )
    assert value(connection, f"SELECT count(*) FROM ER_PRS_F JOIN ER_PHA_F USING ({K9})") == value(
        connection, f"SELECT count(*) FROM src_ER_PRS_F p JOIN src_ER_PHA_F USING ({K9}) WHERE {kept}"
    )
    persons = (
        "SELECT list(n ORDER BY n) FROM (SELECT count(*) n FROM {0} p WHERE {1} GROUP BY BEN_NIR_PSA, BEN_RNG_GEM)"
    )
    assert value(connection, persons.format("ER_PRS_F", "true")) == value(
        connection, persons.format("src_ER_PRS_F", kept)
    )


def test_owners_follow_persons(built: Extracts) -> None:
    """A twin pair is one owner, a changed insured too; fictitious and provisional numbers own nothing."""
    connection = built.open("antibio-national")
    regular = "BEN_CDI_NIR = '00'"
    for identifier in ("BEN_NIR_PSA", "BEN_IDT_ANO"):
        assert (
            value(
                connection,
                "SELECT max(n) FROM (SELECT count(DISTINCT __u) n FROM IR_BEN_R "
                f"WHERE {regular} GROUP BY {identifier})",
            )
            == 1
        )
    assert value(connection, f"SELECT count(*) FROM IR_BEN_R WHERE {regular} AND __u IS NULL") == 0
    assert value(connection, f"SELECT count(__u) FROM IR_BEN_R WHERE NOT {regular}") == 0
    assert (
        value(
            connection,
            "SELECT count(*) FROM ER_PRS_F p JOIN IR_BEN_R b USING (BEN_NIR_PSA, BEN_RNG_GEM) "
            "WHERE p.__u IS DISTINCT FROM b.__u",
        )
        == 0
    )
    assert (
        value(
            connection,
            f"SELECT count(*) FROM ER_PRS_F p JOIN ER_PHA_F h USING ({K9}) WHERE p.__u IS DISTINCT FROM h.__u",
        )
        == 0
    )


@pytest.mark.parametrize("project", PROJECTS)
def test_the_manifest_says_what_is_there(built: Extracts, project: str) -> None:
    """Rows, rows without owner, the policies' digest; and nothing has changed since."""
    folder, connection = built.folder(project), built.open(project)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert (manifest["project"], manifest["version"]) == (project, folder.name)
    assert manifest["policy_digest"] == built.bundle.digest
    for table, entry in manifest["tables"].items():
        unowned = "0" if table.startswith(("IR_PHA", "IR_DPT", "IR_REG")) else "count(*) - count(__u)"
        assert (entry["rows"], entry["unowned_rows"]) == connection.execute(
            f"SELECT count(*), {unowned} FROM {table}"
        ).fetchone()
    assert differences(folder, built.public) == ()


def test_views_show_every_granted_column_with_its_label_and_hide_the_owner(built: Extracts) -> None:
    """The database opened read-only has the portal's names, labels as comments, and reads /data."""
    with duckdb.connect(str(built.folder("diabete-idf") / "snds.duckdb"), read_only=True) as connection:
        columns = connection.execute(
            "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal"
        ).fetchall()
        ours = {view.name for view in QUALITY_VIEWS} | {"codelists", "codelist_notes", "code_values"}
        columns = [row for row in columns if row[0] not in ours]
        assert {(t, c) for t, c, _ in columns} == {
            (t.name, c) for t in built.bundle.projects["diabete-idf"].data.tables for c in t.columns
        }
        assert all(comment for *_, comment in columns)
        assert connection.execute("SELECT data_folder()").fetchone() == ("/data",)
        titles = connection.execute("SELECT comment FROM duckdb_views() WHERE NOT internal").fetchall()
        assert all(title for (title,) in titles)
