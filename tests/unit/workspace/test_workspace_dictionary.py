from __future__ import annotations

import os
from pathlib import Path

import dictionary_data
import pytest

import ecluse
from ecluse import dictionary, lexicon
from ecluse_platform.core.disclosure.queries.plan import plan_query
from ecluse_platform.policyfiles import load_policies
from policy_folder import DEMO


@pytest.fixture
def shipped(data: Path) -> Path:
    """An extract with its dictionary and its code lists."""
    dictionary_data.write(data)
    return data


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read English."""
    monkeypatch.setenv("ECLUSE_LANG", "en")


@pytest.mark.usefixtures("shipped")
def test_the_overview_lists_what_the_permit_grants_and_the_views() -> None:
    """Two tables granted, one quality view; the yearly names of the portal are the same rows again."""
    names = [row[0] for row in ecluse.describe().rows]
    assert names == ["ER_PRS_F", "T_MCO_B", "pha"]


@pytest.mark.usefixtures("shipped", "english")
def test_a_table_shows_granted_columns_first_and_says_of_the_others_that_they_are_not() -> None:
    """Nobody asks twice for a column that exists and is not theirs."""
    rows = ecluse.describe("ER_PRS_F").rows
    assert {row[0] for row in rows[:5]} == set(dictionary_data.GRANTED["ER_PRS_F"])
    assert {row[3] for row in rows[5:]} == {"not in your permit"}
    assert len(rows) > 100


@pytest.mark.usefixtures("shipped", "english")
def test_a_column_shows_its_facts_and_its_values() -> None:
    """The codes of a result can be read without leaving the notebook."""
    rows = dict(ecluse.describe("ER_PRS_F.PSP_SPE_COD").rows)
    assert rows["Code list"] == "IR_SPE_V"
    assert rows["= 1"] == "General practice"
    assert dict(ecluse.describe("ER_PRS_F.EXE_SOI_DTD").rows)["Coarser column"] == "EXE_SOI_AMD"
    assert "not in your permit" in dict(ecluse.describe("IR_BEN_R.BEN_RES_COM").rows).values()


@pytest.mark.usefixtures("shipped", "english")
def test_years_and_former_names_are_told() -> None:
    """What a column was called before is where a study of older years begins."""
    rows = dict(ecluse.describe("T_MCO_UM.AUT_TYP1_UM").rows)
    assert (rows["Since"], rows["Formerly"]) == ("2010", "T_MCO_UM.UM_TYP ≤ 2009")


@pytest.mark.usefixtures("shipped", "english")
@pytest.mark.parametrize("name", ["T_MCO23B", "t_mco_b", "T_MCO_B"])
def test_the_portals_yearly_names_lead_to_the_table(name: str) -> None:
    """Whoever copies a name from an older program finds it; a table of one year has no column for the year."""
    found = ecluse.describe(name)
    assert found.caption.startswith(f"{name} · Short stay")
    assert ("ANNEE" in [row[0] for row in found.rows]) == (name != "T_MCO23B")


@pytest.mark.usefixtures("shipped", "english")
def test_the_portals_archived_years_lead_to_the_table() -> None:
    """Lines of old flux years lie in tables of their own on the portal."""
    assert ecluse.describe("ER_PRS_F_2012").caption.startswith("ER_PRS_F_2012 · Reimbursements")
    with pytest.raises(ecluse.EcluseError, match="ER_PRS_F"):
        ecluse.describe("ER_PRS_F_12")


@pytest.mark.usefixtures("shipped", "english")
def test_a_table_that_is_found_has_no_type() -> None:
    """How its files are cut is no type of a value."""
    tables = [row for row in ecluse.search("ER_PRS_F").rows if not row[1]]
    assert tables[0][:2] == ("ER_PRS_F", "")
    assert {row[2] for row in tables} == {""}


@pytest.mark.usefixtures("shipped", "english")
def test_a_table_that_is_only_described_is_shown_with_names_and_types() -> None:
    """The whole source can be looked up, whatever the permit."""
    rows = ecluse.describe("NS_PRS_F").rows
    assert len(rows) > 20
    assert {row[3] for row in rows} == {"not in your permit"}


@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize(
    ("asked", "table", "column"),
    [
        ("dispensation date", "ER_PRS_F", "EXE_SOI_DTD"),
        ("date de delivrance", "ER_PRS_F", "EXE_SOI_DTD"),
        ("DIAGNOSTIC PRINCIPAL", "T_MCO_B", "DGN_PAL"),
        ("main diagnosis", "T_MCO_B", "DGN_PAL"),
        ("prs_nat_ref", "ER_PRS_F", "PRS_NAT_REF"),
        ("ER_PRS_F.PRS_NAT_REF", "ER_PRS_F", "PRS_NAT_REF"),
        ("boites nettes", "pha", None),
        ("prescriber's specialty", "ER_PRS_F", "PSP_SPE_COD"),
        ("specialite du prescripteur", "ER_PRS_F", "PSP_SPE_COD"),
    ],
)
def test_search_finds_by_names_and_by_meanings_in_both_languages(asked: str, table: str, column: str | None) -> None:
    """Accents, capitals and the language do not matter; what the permit grants comes first."""
    first = [(entry.table, entry.column) for entry in dictionary.entries(asked)[:3]]
    assert (table, column) in first


@pytest.mark.usefixtures("shipped", "english")
def test_search_shows_what_is_not_granted_and_says_so() -> None:
    """A researcher learns what a wider permit could hold."""
    found = ecluse.search("commune of death")
    assert any(row[:2] == ("KI_CCI_R", "DCD_COM_COD") and row[4] == "not in your permit" for row in found.rows)


@pytest.mark.usefixtures("shipped")
def test_a_search_for_nothing_finds_nothing() -> None:
    """Blanks and words that nothing holds."""
    assert dictionary.entries("  ") == []
    assert dictionary.entries("zzzzzz") == []
    assert ecluse.search("zzzzzz").rows == ()


@pytest.mark.usefixtures("shipped")
def test_unknown_names_lead_to_near_ones() -> None:
    """A typing error is a question, not a dead end."""
    with pytest.raises(ecluse.EcluseError, match="ER_PRS_F"):
        ecluse.describe("ER_PSR_F")
    with pytest.raises(ecluse.EcluseError, match="EXE_SOI_DTD"):
        ecluse.describe("ER_PRS_F.EXE_SOI_DT")


@pytest.mark.usefixtures("shipped", "english")
def test_a_rebuilt_extract_is_read_again(shipped: Path) -> None:
    """A session that lives longer than a version of the extract shows the new one."""
    assert len(lexicon.lines()) > 4000
    path = shipped / "dictionary.parquet"
    path.unlink()
    assert [line.table for line in lexicon.lines() if line.column is None] == ["ER_PRS_F", "T_MCO23B", "pha"]
    os.utime(shipped / "snds.duckdb")


@pytest.mark.usefixtures("shipped", "english")
def test_a_code_list_says_what_it_is_and_which_codes_belong_to_it() -> None:
    """Python and SQL answer alike."""
    diabetes = ecluse.codelist("diabetes")
    assert isinstance(diabetes, ecluse.CodeList)
    assert "E119" in diabetes
    assert "A10BA02" in diabetes
    assert "O244" not in diabetes
    assert diabetes.parts_of("A10AB01") == ["insulin"]
    assert "E10*" in repr(diabetes)
    assert "Diabetes" in diabetes._repr_html_()
    with ecluse.connect() as connection:
        assert connection.execute("SELECT in_codelist('E119', 'diabetes')").fetchone() == (True,)


@pytest.mark.usefixtures("shipped", "english")
def test_all_code_lists_are_named_with_their_versions() -> None:
    """What there is to choose from, and near names for a wrong one."""
    listed = ecluse.codelist()
    assert isinstance(listed, dictionary.Dictionary)
    assert ("charlson", "2026-1", "Charlson index in the SNDS") in listed.rows
    with pytest.raises(ecluse.EcluseError, match="charlson"):
        ecluse.codelist("charleson")


@pytest.mark.usefixtures("data")
def test_an_extract_without_code_lists_says_so() -> None:
    """An older extract is told from a wrong name."""
    with pytest.raises(ecluse.EcluseError, match="reconstruire"):
        ecluse.codelist("diabetes")


@pytest.mark.usefixtures("shipped", "english")
@pytest.mark.parametrize(("name", "system"), [("stroke", None), ("statins", "atc"), ("charlson", "cim10")])
def test_a_code_list_can_be_written_out_in_a_request(name: str, system: str | None) -> None:
    """The planner of verified queries accepts the condition, and it means what the macro means."""
    found = ecluse.codelist(name)
    assert isinstance(found, ecluse.CodeList)
    column = "r.PHA_ATC_CLA" if system == "atc" else "b.DGN_PAL"
    (nine,) = (key.columns for key in load_policies(DEMO).catalogue.tables["ER_PHA_F"].keys)
    tables = "T_MCO_B b"
    if system == "atc":
        tables = (
            f"ER_PRS_F b JOIN ER_PHA_F h USING ({', '.join(nine)}) JOIN IR_PHA_R r ON h.PHA_PRS_C13 = r.PHA_CIP_C13"
        )
    sql = f"SELECT count(*) FROM {tables} WHERE {found.condition(column, system=system)}"
    bundle = load_policies(DEMO)
    project = bundle.projects["avc-parcours"]
    plan_query(bundle.catalogue, project, bundle.profile_of(project), sql, bundle.platform.queries.sql_characters)
    codes = [(one.code + tail,) for one in found.codes if one.system == (system or "cim10") for tail in ("", "9", "X")]
    with ecluse.connect() as connection:
        connection.execute("CREATE TEMP TABLE given (code VARCHAR)")
        connection.executemany("INSERT INTO given VALUES (?)", codes)
        written = found.condition("code", system=system)
        differ = connection.execute(
            f"SELECT count(*) FROM given WHERE ({written}) <> (SELECT bool_or(CASE c.match WHEN 'exact' "
            "THEN c.code = given.code ELSE starts_with(given.code, c.code) END) FROM codelists c "
            "WHERE c.name = ? AND c.system = ?)",
            [name, system or "cim10"],
        ).fetchone()
    assert differ == (0,)


@pytest.mark.usefixtures("shipped", "english")
def test_a_condition_names_one_classification_and_a_plain_column() -> None:
    """A list of diagnoses and drugs is no condition on one column."""
    diabetes = ecluse.codelist("diabetes")
    assert isinstance(diabetes, ecluse.CodeList)
    with pytest.raises(ecluse.EcluseError, match="atc, cim10"):
        diabetes.condition("DGN_PAL")
    assert diabetes.condition("ATC", part="insulin") == "(substr(ATC, 1, 4) IN ('A10A'))"
    with pytest.raises(ecluse.EcluseError, match="no name of a column"):
        diabetes.condition("a) OR 1=1 --", system="atc")
