from __future__ import annotations

import pytest

from ecluse_platform.core.dictionary.entries import Entry, entries
from ecluse_platform.core.dictionary.values import value_rows
from ecluse_platform.core.policy.catalogue import Catalogue
from ecluse_platform.policyfiles import load_policies
from policy_folder import DEMO


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The catalogue of this installation."""
    return load_policies(DEMO).catalogue


@pytest.fixture(scope="module")
def lines(catalogue: Catalogue) -> dict[tuple[str, str | None], Entry]:
    """The dictionary of a permit with one table, by table and column."""
    told = list(entries(catalogue, {"ER_PRS_F": ("EXE_SOI_DTD", "PRS_NAT_REF")}))
    by_place = {(line.table_name, line.column_name): line for line in told}
    assert len(by_place) == len(told)
    return by_place


def test_every_table_and_every_column_has_its_line(
    catalogue: Catalogue, lines: dict[tuple[str, str | None], Entry]
) -> None:
    """Whether or not the permit grants it."""
    tables = {**catalogue.tables, **catalogue.described}
    assert {table for table, _ in lines} == set(tables)
    for name, table in tables.items():
        assert [column for of, column in lines if of == name] == [None, *table.columns]


def test_only_what_the_permit_grants_is_granted(lines: dict[tuple[str, str | None], Entry]) -> None:
    """A table of which a column is granted, and that column."""
    granted = {place for place, line in lines.items() if line.granted}
    assert granted == {("ER_PRS_F", None), ("ER_PRS_F", "EXE_SOI_DTD"), ("ER_PRS_F", "PRS_NAT_REF")}


def test_a_line_says_what_the_catalogue_knows(lines: dict[tuple[str, str | None], Entry]) -> None:
    """Keys, class, what is coarser, ranges, years, former places, codes, portal names."""
    assert lines["ER_PRS_F", "BEN_NIR_PSA"].keys == "psa_rng psa"
    day = lines["ER_PRS_F", "EXE_SOI_DTD"]
    assert (day.column_class, day.identifier, day.coarser) == ("potential_identifier", "care_date", "EXE_SOI_AMD")
    boxes = lines["ER_PHA_F", "PHA_ACT_QSN"]
    assert (boxes.low, boxes.high) == (-10, 30)
    assert lines["T_MCO_UM", "IGS2_COD"].formerly == "T_MCO_B.COD_IGS ≤ 2009"
    assert lines["T_MCO_B", None].source == "T_MCO{yy}B"
    assert lines["ER_PRS_F", None].source == "ER_PRS_F, ER_PRS_F_{yyyy} ≤ 2012"
    assert lines["ER_PHA_F", "PHA_PRS_C13"].refers == "IR_PHA_R.PHA_CIP_C13"
    assert lines["ER_PRS_F", "PRS_NAT_REF"].code_list == "IR_NAT_V"


def test_what_has_no_value_is_none(lines: dict[tuple[str, str | None], Entry]) -> None:
    """An empty text would be shown as something."""
    for line in lines.values():
        assert "" not in vars(line).values()


def test_values_are_told_once_each(catalogue: Catalogue) -> None:
    """A code has one meaning."""
    told = [(row.code_list, row.code) for row in value_rows(catalogue)]
    assert len(told) == len(set(told)) == sum(len(codes) for codes in catalogue.values.values())
