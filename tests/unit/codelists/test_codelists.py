from __future__ import annotations

import csv
import json
from dataclasses import astuple, fields
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ecluse_platform.core.codelists import MACRO, CodeRow, holds, notes, rows
from ecluse_platform.core.policy.codelist import CodeList, CodeSystem, Match, fits
from ecluse_platform.policyfiles import load_policies

ROOT = Path(__file__).resolve().parents[3]
# Deyo's and Quan's seventeen diseases, with the points of Charlson 1987.
POINTS = {
    "myocardial_infarction": 1, "heart_failure": 1, "peripheral_vascular": 1, "cerebrovascular": 1, "dementia": 1,
    "chronic_pulmonary": 1, "rheumatic": 1, "peptic_ulcer": 1, "mild_liver": 1, "diabetes": 1,
    "diabetes_complicated": 2, "hemiplegia": 2, "renal": 2, "cancer": 2, "severe_liver": 3, "metastatic_cancer": 6,
    "hiv": 6,
}  # fmt: skip


@pytest.fixture(scope="module")
def shipped() -> dict[str, CodeList]:
    """The code lists of this installation."""
    return load_policies(ROOT / "policies").codelists


@pytest.fixture(scope="module")
def database(shipped: dict[str, CodeList]) -> duckdb.DuckDBPyConnection:
    """A database with the lists and the macro."""
    connection = duckdb.connect()
    columns = ", ".join(f"{f.name} {'INTEGER' if f.name == 'weight' else 'VARCHAR'}" for f in fields(CodeRow))
    connection.execute(f"CREATE TABLE codelists ({columns})")
    connection.executemany("INSERT INTO codelists VALUES (?, ?, ?, ?, ?, ?, ?)", [astuple(r) for r in rows(shipped)])
    connection.execute(MACRO)
    return connection


def test_the_common_phenotypes_are_there(shipped: dict[str, CodeList]) -> None:
    """A study begins with these, by a name that SQL needs no quotes for."""
    assert set(shipped) >= {
        "charlson", "diabetes", "diabetes_drugs", "stroke", "heart_failure", "antibiotics", "statins", "doac", "vka",
    }  # fmt: skip


def test_charlson_has_its_diseases_and_points(shipped: dict[str, CodeList]) -> None:
    """Seventeen diseases; the most a person can have follows, as the complicated form replaces the plain one."""
    assert {part.name: part.weight for part in shipped["charlson"].parts} == POINTS


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("I252", ("myocardial_infarction",)),
        ("I251", ()),
        ("I500", ("heart_failure",)),
        ("E119", ("diabetes",)),
        ("E112", ("diabetes_complicated",)),
        ("C780", ("metastatic_cancer",)),
        ("C44", ()),
        ("C509", ("cancer",)),
        ("N185", ("renal",)),
        ("K703", ("mild_liver",)),
        ("K704", ("severe_liver",)),
        ("B230", ()),
        ("A10BA02", ("diabetes",)),
    ],
)
def test_codes_of_charlson(shipped: dict[str, CodeList], code: str, parts: tuple[str, ...]) -> None:
    """Codes on both sides of the limits that are easily misplaced."""
    assert holds(shipped["charlson"], code) == parts


@pytest.mark.parametrize(
    ("given_code", "name", "expected"),
    [
        ("I639", "stroke", True),
        ("I65", "stroke", False),
        ("I694", "stroke", False),
        ("A10BK01", "diabetes_drugs", True),
        ("A11", "diabetes_drugs", False),
        ("B01AF02", "doac", True),
        ("B01AA12", "doac", False),
        ("B01AA12", "vka", True),
        ("C10BA02", "statins", True),
        ("C10BA10", "statins", False),
        ("J01CR02", "antibiotics", True),
        ("J04AB02", "antibiotics", False),
        ("JVJF004", "chronic_dialysis", True),
        ("I639", "no_such_list", False),
    ],
)
def test_sql_knows_the_lists_by_name(
    database: duckdb.DuckDBPyConnection, given_code: str, name: str, *, expected: bool
) -> None:
    """The macro decides what Python decides."""
    assert database.execute("SELECT in_codelist(?, ?)", [given_code, name]).fetchone() == (expected,)


def test_a_missing_code_is_in_no_list(database: duckdb.DuckDBPyConnection) -> None:
    """A diagnosis that was not coded is not a stroke, and does not make a row disappear from a NOT either."""
    assert database.execute("SELECT in_codelist(NULL, 'stroke')").fetchone() == (False,)


@given(st.data())
def test_the_macro_and_python_agree(
    shipped: dict[str, CodeList], database: duckdb.DuckDBPyConnection, data: st.DataObject
) -> None:
    """On codes made from the lists' own, cut and continued."""
    name = data.draw(st.sampled_from(sorted(shipped)))
    own = [code for part in shipped[name].parts for code in part.codes]
    code = data.draw(st.sampled_from(own))
    cut = code[: data.draw(st.integers(1, 7))] + data.draw(st.text("0129AB", max_size=2))
    found = database.execute("SELECT in_codelist(?, ?)", [cut, name]).fetchone()
    assert found == (bool(holds(shipped[name], cut)),)


def test_lists_find_the_products_of_the_synthetic_source(shipped: dict[str, CodeList]) -> None:
    """Each drug list meets drugs that exist in the tables of the demonstration."""
    path = ROOT / "extensions" / "platform" / "ecluse_platform" / "synth" / "facts" / "drugs.csv"
    with path.open(encoding="utf-8") as file:
        known = {cell for row in csv.reader(file, delimiter=";") for cell in row}
    for name in ("diabetes_drugs", "antibiotics"):
        assert any(holds(shipped[name], code) for code in known), name


def test_every_part_is_explained_in_both_languages(shipped: dict[str, CodeList]) -> None:
    """A list says what it is and where it comes from."""
    told = list(notes(shipped))
    assert {(note.name, note.part) for note in told} == {(row.name, row.part) for row in rows(shipped)}
    assert all(note.title_fr != note.title_en and note.source for note in told)


@pytest.mark.parametrize(
    ("system", "match", "code", "expected"),
    [
        (CodeSystem.ATC, Match.PREFIX, "A10", True),
        (CodeSystem.ATC, Match.EXACT, "A10", False),
        (CodeSystem.ATC, Match.EXACT, "A10BA02", True),
        (CodeSystem.ATC, Match.PREFIX, "A1", False),
        (CodeSystem.CIM10, Match.PREFIX, "I21", True),
        (CodeSystem.CIM10, Match.PREFIX, "I2", True),
        (CodeSystem.CIM10, Match.PREFIX, "21", False),
        (CodeSystem.CCAM, Match.EXACT, "JVJF004", True),
        (CodeSystem.CCAM, Match.EXACT, "JVJF", False),
        (CodeSystem.CCAM, Match.PREFIX, "JVJF", True),
    ],
)
def test_a_code_is_written_as_its_classification_writes_codes(
    system: CodeSystem, match: Match, code: str, *, expected: bool
) -> None:
    """A code in the wrong classification would silently find nothing."""
    assert fits(system, match, code) is expected


@pytest.mark.parametrize(
    "change",
    [
        {"codes": ["I21", "I21"]},
        {"codes": []},
        {"codes": ["i21"]},
        {"system": "ccam"},
        {"match": "exact", "system": "atc"},
        {"weight": -1},
        {"name": "Big"},
        {"match": "like"},
    ],
)
def test_a_list_that_is_wrong_is_refused(change: dict[str, object]) -> None:
    """No code is guessed or converted."""
    part = {
        "name": "mi",
        "title": {"fr": "x", "en": "y"},
        "weight": 1,
        "system": "cim10",
        "match": "prefix",
        "codes": ["I21"],
    }
    whole = {
        "version": "2026-1",
        "title": {"fr": "x", "en": "y"},
        "description": {"fr": "x", "en": "y"},
        "source": "somewhere",
    }
    CodeList.model_validate_json(json.dumps({**whole, "source": "somewhere else", "parts": [part]}))
    with pytest.raises(ValidationError):
        CodeList.model_validate_json(json.dumps({**whole, "source": "somewhere else", "parts": [{**part, **change}]}))
