# SQL is the subject of these tests.
"""Verified queries over quality filters: one person's rows are theirs alone, and figures are those of the views."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from ecluse_platform.core.disclosure import VerifiedQuery
from ecluse_platform.core.disclosure.queries.plan import plan_query
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.extract.quality.create import create
from private_rows import PERSONS, Database
from private_world import PROJECT, policies

# Labels, then persons, then rows.
QUERIES = (
    "SELECT sexe, dpt, count(DISTINCT BEN_IDT_ANO) AS n, count(*) AS l FROM patient GROUP BY ALL",
    "SELECT left(atc, 3) AS c, count(DISTINCT BEN_IDT_ANO) AS n, count(*) AS l FROM pha GROUP BY ALL",
    (
        "SELECT atc, p.sexe, count(DISTINCT p.BEN_IDT_ANO) AS n, count(*) AS l "
        "FROM pha JOIN patient p USING (BEN_IDT_ANO) GROUP BY ALL"
    ),
    "SELECT ANNEE, GRG_GHM, count(DISTINCT NIR_ANO_17) AS n, count(*) AS l FROM mco GROUP BY ALL",
    (
        "SELECT d.ASS_DGN, count(DISTINCT m.NIR_ANO_17) AS n, count(*) AS l "
        "FROM mco m LEFT JOIN T_MCO_D d USING (ANNEE, ETA_NUM, RSA_NUM) GROUP BY ALL"
    ),
    (
        "SELECT MED_MTF_COD, count(DISTINCT BEN_IDT_ANO) AS n, count(*) AS l FROM ald "
        "WHERE IMB_ALD_DTF IS NULL GROUP BY ALL"
    ),
    "SELECT year(BEN_DCD_DTE) AS an, count(DISTINCT BEN_IDT_ANO) AS n, count(*) AS l FROM deces GROUP BY ALL",
    (
        "SELECT b.BEN_SEX_COD, count(DISTINCT b.BEN_IDT_ANO) AS n, count(*) AS l "
        "FROM ben f JOIN IR_BEN_R b USING (BEN_NIR_PSA, BEN_RNG_GEM) GROUP BY ALL"
    ),
)
# The small databases hold no outpatient acts.
UNSEEN = ("SELECT CCAM_COD, count(DISTINCT NIR_ANO_17) AS n, count(*) AS l FROM ace GROUP BY ALL",)
SEEDS = range(3)


def planned(sql: str, *, care: int | None = None) -> VerifiedQuery:
    """Plan a query by a profile with such a threshold for who gave the care: by default none is protected."""
    held = policies()
    profile = held.disclosure["snds"].model_copy(
        update={"threshold_professionals": care, "threshold_establishments": care}
    )
    return plan_query(held.catalogue, held.projects[PROJECT], profile, sql, 20_000)


def owned(database: Database, query: VerifiedQuery) -> dict[object, Counter[str]]:
    """Return the facts of a query by the person whose they are."""
    found = database.connection.execute(query.guarded_sql)
    at = [column[0] for column in found.description].index("u")
    rows: dict[object, Counter[str]] = {}
    for row in found.fetchall():
        rows.setdefault(row[at], Counter())[repr(row)] += 1
    return rows


@cache
def small(seed: int, *, broken: bool) -> Database:
    """Return a small database whose keys are true, or broken, with the filters as a workspace has them."""
    database = Database(2 * seed + broken, broken=broken)
    database.connection.execute("CREATE TABLE finess_doublons(ETA_NUM VARCHAR)")
    assert create(database.connection) == ()
    return database


@pytest.mark.parametrize("broken", [False, True], ids=["clean", "broken"])
@pytest.mark.parametrize("sql", QUERIES)
def test_a_person_who_leaves_takes_their_own_facts_along_and_no_others(sql: str, *, broken: bool) -> None:
    """Also where keys are shared, missing or wrong: no fact depends on anybody but its person."""
    query = planned(sql)
    seen = 0
    for seed in SEEDS:
        database = small(seed, broken=broken)
        database.without(None)
        everybody = owned(database, query)
        seen += len(everybody)
        assert None not in everybody
        for person in range(PERSONS):
            database.without(person)
            assert owned(database, query) == {who: rows for who, rows in everybody.items() if who != person}
    assert seen


@pytest.mark.parametrize("sql", QUERIES)
def test_figures_are_those_of_the_views_in_a_workspace(sql: str) -> None:
    """Where keys are true: the same labels, persons and rows as the same query gives on the views."""
    query = planned(sql)
    labels = ", ".join(f"d{number}" for number, _ in enumerate(query.dimensions, 1))
    found = 0
    for seed in SEEDS:
        database = small(seed, broken=False)
        database.without(None)
        connection = database.connection
        theirs = connection.execute(sql).fetchall()
        connection.execute(f"CREATE OR REPLACE TEMPORARY TABLE facts AS {query.guarded_sql}")
        ours = connection.execute(f"SELECT {labels}, count(DISTINCT k), sum(n)::BIGINT FROM facts GROUP BY ALL")
        assert Counter(map(repr, ours.fetchall())) == Counter(map(repr, theirs))
        found += len(theirs)
    assert found


@pytest.mark.parametrize("sql", [*QUERIES, *UNSEEN])
def test_what_was_understood_means_the_same_again(sql: str) -> None:
    """The text that data stewards read gives the same plan, and the tables that are really read are named."""
    query = planned(sql)
    assert planned(query.canonical_sql) == query
    held = {table.name for table in policies().projects[PROJECT].data.tables}
    assert query.tables
    assert set(query.tables) <= held


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("SELECT boites, count(*) AS n FROM pha GROUP BY ALL", "sql_unknown_column"),
        ("SELECT sum(boites) AS n FROM pha", "sql_unknown_column"),
        ("SELECT EXE_SOI_DTD, count(*) AS n FROM pha GROUP BY ALL", "sql_date_dimension"),
        ("SELECT dt, count(*) AS n FROM mco GROUP BY ALL", "sql_date_dimension"),
        ("SELECT IMB_ALD_DTF, count(*) AS n FROM ald GROUP BY ALL", "sql_date_dimension"),
        ("SELECT BEN_IDT_ANO, count(*) AS n FROM patient GROUP BY ALL", "sql_identifier_used"),
        ("SELECT ETA_NUM, count(*) AS n FROM mco GROUP BY ALL", "sql_identifier_used"),
        ("SELECT BEN_CDI_NIR, count(*) AS n FROM ben GROUP BY ALL", "sql_unknown_column"),
        ("SELECT count(*) AS n FROM mco WHERE __u = 1", "sql_unknown_column"),
        ("SELECT p.sexe, count(*) AS n FROM patient p JOIN pha h ON p.sexe = h.atc GROUP BY ALL", "sql_join_key"),
        ("SELECT count(*) AS n FROM patient p, pha h", "sql_join_kind"),
        (
            (
                "SELECT year(m.dt) - p.annee_nais::INT AS age, count(*) AS n FROM patient p JOIN IR_BEN_R b "
                "USING (BEN_IDT_ANO) JOIN mco m ON m.NIR_ANO_17 = b.BEN_NIR_PSA GROUP BY ALL"
            ),
            "sql_pair_read_twice",
        ),
        (
            "SELECT CASE WHEN sexe = 1 THEN dpt ELSE 'x' END AS d, count(*) AS n FROM patient GROUP BY ALL",
            "sql_several_columns",
        ),
    ],
)
def test_a_filter_gives_no_more_than_a_table(sql: str, code: str) -> None:
    """Identifiers, dates, computed amounts, loose joins and cells that are totals of others stay refused."""
    with pytest.raises(Refusal) as caught:
        planned(sql)
    assert caught.value.code == code


def test_a_column_keeps_the_name_that_people_know() -> None:
    """Those of tables in capitals, a filter's own in small letters, whatever was typed."""
    query = planned(
        "SELECT SEXE, d.dcd_cim_cod, count(*) AS n FROM deces d JOIN patient p USING (BEN_IDT_ANO) GROUP BY ALL"
    )
    assert query.dimensions == ("sexe", "DCD_CIM_COD")


def test_a_filter_that_leaves_out_who_gave_the_care_is_refused_where_they_are_protected() -> None:
    """Dispensings have no pharmacist any more; stays still have their hospital, which is counted."""
    with pytest.raises(Refusal) as caught:
        planned("SELECT atc, count(*) AS n FROM pha GROUP BY ALL", care=3)
    assert caught.value.code == "sql_filter_care"
    assert "PFS_EXE_NUM" in caught.value.fields["columns"]
    stays = planned("SELECT GRG_GHM, count(*) AS n FROM mco GROUP BY ALL", care=3)
    assert [unit.value for unit in stays.facts.units] == ["establishments"]
