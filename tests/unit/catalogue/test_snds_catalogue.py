"""What the catalogue of the demonstration must hold for the extractor and the query planner."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecluse_platform.core.policy.catalogue import Catalogue, ColumnClass, TableKind
from ecluse_platform.policyfiles import load_policies

NINE = (
    "FLX_DIS_DTD", "FLX_TRT_DTD", "FLX_EMT_TYP", "FLX_EMT_NUM", "FLX_EMT_ORD",
    "ORG_CLE_NUM", "DCT_ORD_NUM", "PRS_ORD_NUM", "REM_TYP_AFF",
)  # fmt: skip


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The catalogue of this installation."""
    return load_policies(Path(__file__).parents[3] / "policies").catalogue


def test_lines_and_their_details_share_the_nine_column_key(catalogue: Catalogue) -> None:
    """Eight of the nine columns would join lines of different persons."""
    for table in ("ER_PRS_F", "ER_PHA_F"):
        (key,) = (k for k in catalogue.tables[table].keys if k.domain == "k9")
        assert key.columns == NINE


def test_every_column_that_names_a_person_is_a_pseudonym(catalogue: Catalogue) -> None:
    """Nothing called a number of a person or professional may be a mere dimension."""
    for table in catalogue.tables.values():
        for name, column in table.columns.items():
            if name.startswith(("BEN_NIR_", "BEN_IDT_A", "ASS_NIR_", "PFS_")):
                expected = ColumnClass.PROFESSIONAL if name.startswith("PFS_") else ColumnClass.PSEUDONYM
                assert column.column_class is expected, name


def test_the_official_potential_identifiers_are_marked(catalogue: Catalogue) -> None:
    """Municipality, month of birth, exact days of care and of death."""
    marked = {
        name
        for table in catalogue.tables.values()
        for name, column in table.columns.items()
        if column.column_class is ColumnClass.POTENTIAL_IDENTIFIER
    }
    assert marked == {"BEN_RES_COM", "BEN_NAI_MOI", "BEN_DCD_DTE", "EXE_SOI_DTD", "PRE_PRE_DTD"}


def test_reference_tables_hold_no_key_of_a_person(catalogue: Catalogue) -> None:
    """A national reference table speaks of nobody."""
    for table in catalogue.tables.values():
        if table.kind is TableKind.REFERENCE:
            assert not table.keys
            assert not any(c.column_class is ColumnClass.PSEUDONYM for c in table.columns.values())


def test_every_label_is_in_both_languages_and_differs(catalogue: Catalogue) -> None:
    """A label copied from one language into the other is a label forgotten."""
    for name, table in catalogue.tables.items():
        for column, described in table.columns.items():
            assert described.label.fr != described.label.en, f"{name}.{column}"
