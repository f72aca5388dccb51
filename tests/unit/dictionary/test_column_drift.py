from __future__ import annotations

import pytest

from ecluse_platform.core.dictionary.drift import Place, place_of, portal_name
from ecluse_platform.core.policy.catalogue import Catalogue
from ecluse_platform.policyfiles import load_policies
from policy_folder import DEMO


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The catalogue of this installation."""
    return load_policies(DEMO).catalogue


@pytest.mark.parametrize(
    ("table", "column", "year", "place"),
    [
        # The type of a unit became its authorisation in 2010, with other codes.
        ("T_MCO_UM", "AUT_TYP1_UM", 2010, Place("T_MCO_UM", "AUT_TYP1_UM")),
        ("T_MCO_UM", "AUT_TYP1_UM", 2009, Place("T_MCO_UM", "UM_TYP", recoded=True)),
        # The severity score moved from the stay to its units.
        ("T_MCO_UM", "IGS2_COD", 2009, Place("T_MCO_B", "COD_IGS", recoded=True)),
        ("T_MCO_UM", "IGS2_COD", 2015, Place("T_MCO_UM", "IGS2_COD")),
        # The same fact under another name, which may be read instead.
        ("T_MCO_UM", "PAR_DUR_SEJ", 2009, Place("T_MCO_UM", "PAR_NBR_SEJ")),
        ("T_HAD_C", "ETA_NUM_GEO", 2016, Place("T_HAD_C", "ETA_NUM_TWO")),
        # Drugs were coded in 7 digits until 2013.
        ("ER_PHA_F", "PHA_PRS_C13", 2013, Place("ER_PHA_F", "PHA_PRS_IDE", recoded=True)),
        ("ER_PHA_F", "PHA_PRS_C13", 2014, Place("ER_PHA_F", "PHA_PRS_C13")),
        # Columns that came, and columns that went.
        ("T_MCO_C", "COH_NAI_RET", 2012, None),
        ("T_MCO_C", "COH_NAI_RET", 2013, Place("T_MCO_C", "COH_NAI_RET")),
        ("T_MCO_B", "COD_IGS", 2009, Place("T_MCO_B", "COD_IGS")),
        ("T_MCO_B", "COD_IGS", 2010, None),
        # A column without years is there in all of them.
        ("IR_BEN_R", "BEN_SEX_COD", 2006, Place("IR_BEN_R", "BEN_SEX_COD")),
    ],
)
def test_a_fact_is_followed_through_the_years(
    catalogue: Catalogue, table: str, column: str, year: int, place: Place | None
) -> None:
    """Both sides of each change."""
    assert place_of(catalogue, table, column, year) == place


@pytest.mark.parametrize(
    ("table", "year", "name"),
    [
        ("T_MCO_B", 2009, "T_MCO09B"), ("T_MCO_B", 2023, "T_MCO23B"), ("T_RIP_RSA", 2019, "T_RIP19RSA"),
        ("T_MCO_CSTC", 2022, "T_MCO22CSTC"), ("ER_PRS_F", 2012, "ER_PRS_F_2012"), ("ER_PRS_F", 2013, "ER_PRS_F"),
        ("CT_IND_AAAA_GN", 2020, "CT_IND_2020_GN"), ("IR_BEN_R", 2020, "IR_BEN_R"),
    ],
)  # fmt: skip
def test_the_portals_name_of_a_year(catalogue: Catalogue, table: str, year: int, name: str) -> None:
    """Programs written for the portal name one year of a table."""
    assert portal_name(table, catalogue.tables[table], year) == name


def test_every_column_of_every_table_has_a_place_in_its_last_year(catalogue: Catalogue) -> None:
    """No column is lost: in the last year in which it exists, it is where it stands."""
    for name, table in catalogue.tables.items():
        for column, described in table.columns.items():
            last = described.until if described.until is not None else 2023
            assert place_of(catalogue, name, column, last) == Place(name, column)
