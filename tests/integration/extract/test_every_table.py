"""All tables of the catalogue at once: owners by every key, no identifier anywhere, portal names in the database."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.catalogue import Catalogue, ColumnClass, TableKind
from ecluse_platform.core.policy.project import GrantedTable
from ecluse_platform.core.quality import QUALITY_VIEWS
from ecluse_platform.extract import differences
from ecluse_platform.extract.keys import NOBODY
from integration.extract.extract_kit import Extracts, places

PROJECT = "antibio-national"
FINESS = Path(__file__).parents[3] / "extensions/platform/ecluse_platform/extract/quality/finess_doublons.txt"
# Shorter values are codes that other columns may hold by right.
SHORTEST = 8


def granting_all(policies: PolicyBundle, source: Path) -> PolicyBundle:
    """Return the policies with one project that is granted every column, but of potential identifiers only one."""
    granted = tuple(
        GrantedTable(
            name=name,
            columns=tuple(
                column
                for column, described in table.columns.items()
                if described.column_class is not ColumnClass.POTENTIAL_IDENTIFIER or column == "EXE_SOI_DTD"
            ),
        )
        for name, table in policies.catalogue.tables.items()
        if (source / name).is_dir()
    )
    project = policies.projects[PROJECT]
    limits = {"tables": granted, "years": (2022, 2023), "potential_identifiers": ("EXE_SOI_DTD",), "crossings": ()}
    project = project.model_copy(update={"data": project.data.model_copy(update=limits)})
    return replace(policies, projects={**policies.projects, PROJECT: project})


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory, source: Path, policies: PolicyBundle) -> Extracts:
    """An extract of every table."""
    made = Extracts(places(source, tmp_path_factory.mktemp("every")), granting_all(policies, source))
    made.build(PROJECT)
    return made


@pytest.fixture(scope="module")
def opened(everything: Extracts) -> duckdb.DuckDBPyConnection:
    """A session with the extract's tables and, behind `src_`, the source's."""
    return everything.open(PROJECT)


def value(connection: duckdb.DuckDBPyConnection, query: str) -> Any:
    """Return the one value of a query."""
    row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def identifiers(catalogue: Catalogue, connection: duckdb.DuckDBPyConnection, tables: set[str]) -> set[str]:
    """Return every value, in the source, of a column that identifies a person, a professional or an establishment."""
    queries = [
        f"SELECT {column} FROM src_{name}"
        for name in tables
        for column, described in catalogue.tables[name].columns.items()
        if described.pseudonym is not None
    ]
    rows = connection.execute(" UNION ".join(queries)).fetchall()
    return {text for (text,) in rows if text is not None and len(text) >= SHORTEST and text not in NOBODY}


def test_every_table_is_there(everything: Extracts) -> None:
    """As many tables as the source has, whole and signed."""
    folder = everything.folder(PROJECT)
    assert len([p for p in folder.iterdir() if p.is_dir()]) >= 27
    assert differences(folder, everything.public) == ()


def test_no_identifier_of_the_source_is_in_any_column(everything: Extracts, opened: duckdb.DuckDBPyConnection) -> None:
    """All text columns of all tables are held against all identifiers of all tables."""
    tables = {t.name for t in everything.bundle.projects[PROJECT].data.tables}
    known = identifiers(everything.bundle.catalogue, opened, tables)
    assert len(known) > 5000
    opened.execute("CREATE TABLE known(v VARCHAR)")
    opened.execute("INSERT INTO known SELECT unnest(?)", [sorted(known)])
    found, scanned = [], 0
    for table in sorted(tables):
        for column, kind, *_ in opened.execute(f"DESCRIBE {table}").fetchall():
            if kind == "VARCHAR":
                scanned += 1
                if value(opened, f"SELECT count(*) FROM {table} SEMI JOIN known ON {column} = v"):
                    found.append(f"{table}.{column}")
    assert found == []
    assert scanned > 300


def test_no_identifier_of_the_source_is_in_any_other_file(
    everything: Extracts, opened: duckdb.DuckDBPyConnection
) -> None:
    """Database, dictionary, manifest, signature, journal and file names: no identifier stands at any position."""
    tables = {t.name for t in everything.bundle.projects[PROJECT].data.tables}
    by_length = defaultdict(set)
    for text in identifiers(everything.bundle.catalogue, opened, tables):
        by_length[len(text.encode())].add(text.encode())
    folder = everything.folder(PROJECT)
    others = [p for p in folder.iterdir() if p.is_file()] + list(everything.places.journal.iterdir())
    assert {"snds.duckdb", "dictionary.parquet", "manifest.json", "manifest.sig"} <= {p.name for p in others}
    content = b"\0".join(p.read_bytes() for p in others) + b"\0".join(str(p).encode() for p in folder.rglob("*"))
    for length, texts in by_length.items():
        windows = {content[i : i + length] for i in range(len(content) - length + 1)}
        assert not windows & texts


def test_the_scan_would_find_an_identifier(everything: Extracts, opened: duckdb.DuckDBPyConnection) -> None:
    """The identifiers that are looked for are the source's own: the source is full of them."""
    known = identifiers(everything.bundle.catalogue, opened, {"IR_BEN_R", "T_MCO_C", "DA_PRA_R"})
    for table, column in (("IR_BEN_R", "BEN_NIR_PSA"), ("T_MCO_C", "ETA_NUM"), ("DA_PRA_R", "PFS_PFS_NUM")):
        assert value(opened, f"SELECT any_value({column}) FROM src_{table} WHERE {column} IS NOT NULL") in known


@pytest.mark.parametrize(
    ("table", "through", "key"),
    [
        ("T_MCO_B", "T_MCO_C", "ANNEE, ETA_NUM, RSA_NUM"),
        ("T_MCO_D", "T_MCO_C", "ANNEE, ETA_NUM, RSA_NUM"),
        ("T_MCO_UM", "T_MCO_C", "ANNEE, ETA_NUM, RSA_NUM"),
        ("T_MCO_FMSTC", "T_MCO_CSTC", "ANNEE, ETA_NUM, SEQ_NUM"),
        ("T_SSR_B", "T_SSR_C", "ANNEE, ETA_NUM, RHA_NUM"),
        ("T_HAD_B", "T_HAD_C", "ANNEE, ETA_NUM_EPMSI, RHAD_NUM"),
        ("T_RIP_RSA", "T_RIP_C", "ANNEE, ETA_NUM_EPMSI, RIP_NUM"),
        ("CT_IND_AAAA_GN", "CT_IDE_AAAA_GN", "ANNEE, ID_CARTO"),
        ("KI_ECD_R", "KI_CCI_R", "DCD_IDT_ENC"),
    ],
)
def test_keys_still_join_and_lead_to_the_same_person(
    opened: duckdb.DuckDBPyConnection, table: str, through: str, key: str
) -> None:
    """A join on the key gives as many rows as on the source, and both sides have one owner."""
    joined = "SELECT count(*) FROM {0}{1} a JOIN {0}{2} b USING ({3})"
    assert value(opened, joined.format("", table, through, key)) == value(
        opened, joined.format("src_", table, through, key)
    )
    differing = f"SELECT count(*) FROM {table} a JOIN {through} b USING ({key}) WHERE a.__u IS DISTINCT FROM b.__u"
    assert value(opened, differing) == 0
    assert value(opened, f"SELECT count(__u) FROM {table}") > 0


def test_a_stay_belongs_to_the_person_of_its_pseudonym_and_to_nobody_when_several_share_it(
    opened: duckdb.DuckDBPyConnection,
) -> None:
    """NIR_ANO_17 has no rank: of twins' stays nobody can say whose they are."""
    wrong = (
        "SELECT count(*) FROM T_MCO_C c JOIN (SELECT BEN_NIR_PSA, any_value(__u) AS u, count(*) AS n, "
        "count(__u) AS known FROM IR_BEN_R GROUP BY BEN_NIR_PSA) b ON c.NIR_ANO_17 = b.BEN_NIR_PSA "
        "WHERE c.__u IS DISTINCT FROM CASE WHEN n = 1 AND known = 1 THEN u END"
    )
    assert value(opened, wrong) == 0
    shared = (
        "SELECT count(*) FROM T_MCO_C JOIN (SELECT BEN_NIR_PSA FROM IR_BEN_R GROUP BY 1 HAVING count(*) > 1) "
        "ON NIR_ANO_17 = BEN_NIR_PSA"
    )
    assert value(opened, shared) > 0
    unknown = (
        "SELECT count(*) FROM T_MCO_C WHERE NIR_ANO_17 NOT IN (SELECT BEN_NIR_PSA FROM IR_BEN_R) AND __u IS NOT NULL"
    )
    assert value(opened, unknown) == 0


def test_owners_and_numbers_of_a_private_table_alone_are_there(everything: Extracts) -> None:
    """The last column of every private table is the owner; no reference table has one."""
    connection = everything.open(PROJECT)
    for granted in everything.bundle.projects[PROJECT].data.tables:
        private = everything.bundle.catalogue.tables[granted.name].kind is TableKind.PRIVATE
        columns = [row[0] for row in connection.execute(f"DESCRIBE {granted.name}").fetchall()]
        assert ("__u" in columns) == private
        assert columns == [*granted.columns, *(["__u"] if private else [])]


def test_yearly_names_and_the_filters_work_where_the_extract_is_mounted(everything: Extracts) -> None:
    """T_MCO22B is one year of T_MCO_B without ANNEE; the duplicate establishments carry the project's numbers."""
    folder = everything.folder(PROJECT)
    with duckdb.connect(str(folder / "snds.duckdb"), read_only=True) as connection:
        connection.execute(f"CREATE TEMP MACRO data_folder() AS '{folder}'")
        assert connection.execute("DESCRIBE T_MCO22B").fetchall()[0][0] == "ETA_NUM"
        assert value(connection, "SELECT count(*) FROM finess_doublons") == 46
        numbers = set(FINESS.read_text().split())
        assert not numbers & {row[0] for row in connection.execute("FROM finess_doublons").fetchall()}


def test_every_column_of_every_view_says_what_it_means(everything: Extracts) -> None:
    """Tables, years of tables and quality filters: each column carries its label, French and English."""
    with duckdb.connect(str(everything.folder(PROJECT) / "snds.duckdb"), read_only=True) as connection:
        views = {
            row[0] for row in connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
        }
        columns = connection.execute("SELECT table_name, column_name, comment FROM duckdb_columns()").fetchall()
    # Deaths need their day, which is a second potential identifier.
    assert {view.name for view in QUALITY_VIEWS} - {"deces"} | {"T_MCO_B", "T_MCO22B"} <= views
    labels = {(table, column): comment for table, column, comment in columns if table in views}
    assert [place for place, comment in labels.items() if comment is None or len(comment.split("\n")) != 2] == []
