"""What the catalogue of the demonstration must hold for the extractor and the query planner."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import duckdb
import pytest

from ecluse_platform.core.policy.catalogue import Catalogue, ColumnClass, Table, TableKind
from ecluse_platform.policyfiles import load_policies

NINE = (
    "FLX_DIS_DTD", "FLX_TRT_DTD", "FLX_EMT_TYP", "FLX_EMT_NUM", "FLX_EMT_ORD",
    "ORG_CLE_NUM", "DCT_ORD_NUM", "PRS_ORD_NUM", "REM_TYP_AFF",
)  # fmt: skip
DETAILS = ("ER_PRS_F", "ER_PHA_F", "ER_BIO_F", "ER_CAM_F", "ER_UCD_F", "ER_TIP_F", "ER_ETE_F")
# The columns that the SNDS itself calls potential identifiers.
FOURTEEN = {
    "BEN_NAI_MOI", "BEN_RES_COM", "BDI_COD", "BEN_DCD_DTE", "DCD_COM_COD", "EXE_SOI_DTD", "EXE_SOI_DTF",
    "PRE_PRE_DTD", "PRS_GRS_DTD", "PRS_HOS_DTD", "TIP_ACL_DTD", "TIP_ACL_DTF", "ENT_DAT", "SOR_DAT",
}  # fmt: skip
KEY_TABLES = {
    "IR_BEN_R", "IR_IBA_R", "IR_IMB_R", *DETAILS, "IR_PHA_R", "T_MCO_B", "T_MCO_C", "T_MCO_D", "T_MCO_A", "T_MCO_UM",
    "T_MCO_E", "T_SSR_B", "T_SSR_C", "T_HAD_B", "T_HAD_C", "T_RIP_RSA", "T_RIP_C", "KI_CCI_R", "KI_ECD_R",
    "CT_IND_AAAA_GN", "DA_PRA_R",
}  # fmt: skip


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The catalogue of this installation."""
    return load_policies(Path(__file__).parents[3] / "policies").catalogue


def key(table: Table, domain: str) -> tuple[str, ...] | None:
    """Return the columns of a table's key."""
    return next((k.columns for k in table.keys if k.domain == domain), None)


def test_it_holds_the_188_tables_of_the_official_schema(catalogue: Catalogue) -> None:
    """Some are described, the others are in full, with three reference tables that the schema leaves out."""
    assert len(KEY_TABLES) == 27
    assert set(catalogue.tables) >= KEY_TABLES
    beside = {"IR_PHA_R", "IR_DPT_V", "IR_REG_V"}
    assert len(set(catalogue.tables) - beside) + len(catalogue.described) == 188
    official = [t for name, t in catalogue.tables.items() if name not in beside]
    columns = sum(len(t.columns) for t in official) + sum(len(t.columns) for t in catalogue.described.values())
    yearly = sum(t.yearly is not None for t in official)
    assert columns - yearly == 4815


def test_every_type_is_one_that_the_database_has(catalogue: Catalogue) -> None:
    """Each table can be made as it is described."""
    with duckdb.connect() as connection:
        for name, table in catalogue.tables.items():
            columns = ", ".join(f'"{column}" {described.type}' for column, described in table.columns.items())
            connection.execute(f'CREATE TABLE "{name}" ({columns})')
        for name, lesser in catalogue.described.items():
            columns = ", ".join(f'"{column}" {kind}' for column, kind in lesser.columns.items())
            connection.execute(f'CREATE TABLE "{name}" ({columns})')


def test_lines_and_their_details_share_the_nine_column_key(catalogue: Catalogue) -> None:
    """Eight of the nine columns would join lines of different persons."""
    for table in DETAILS:
        assert key(catalogue.tables[table], "k9") == NINE


def test_keys_of_a_domain_have_equal_shapes(catalogue: Catalogue) -> None:
    """Whatever is joined on a domain is joined on as many columns, re-keyed alike at each place."""
    shapes = defaultdict(set)
    for table in catalogue.tables.values():
        for one in table.keys:
            shapes[one.domain].add(tuple(table.columns[column].pseudonym for column in one.columns))
    assert {domain for domain, found in shapes.items() if len(found) != 1} == set()


def test_each_link_to_a_person_goes_through_one_table(catalogue: Catalogue) -> None:
    """The extractor finds the owner of a line or a stay in the one table that holds the link and the person."""
    for name, table in catalogue.tables.items():
        if table.owner in {None, "psa", "psa_rng", "idt"}:
            continue
        through = [n for n, t in catalogue.tables.items() if t.owner != table.owner and key(t, table.owner or "")]
        assert len(through) == 1, name
        assert catalogue.tables[through[0]].owner in {"psa", "psa_rng", "idt"}


def test_every_column_that_names_a_person_is_a_pseudonym(catalogue: Catalogue) -> None:
    """Nothing called a number of a person or professional may be a mere dimension."""
    for table in catalogue.tables.values():
        for name, column in table.columns.items():
            if name.startswith(("BEN_NIR_", "BEN_IDT_A", "ASS_NIR_", "NIR_ANO_", "DCD_IDT_E")):
                assert column.column_class is ColumnClass.PSEUDONYM, name
            if name.endswith("_PFS_NUM") or name in {"PFS_EXE_NUM", "PFS_PRE_NUM", "PRS_MTT_NUM", "PSP_PPS_NUM"}:
                assert column.column_class is ColumnClass.PROFESSIONAL, name
            if name.startswith("ETA_NUM") and not name.endswith("_RET"):
                assert column.column_class is ColumnClass.ESTABLISHMENT, name


def test_the_official_potential_identifiers_are_marked(catalogue: Catalogue) -> None:
    """Municipalities, month of birth, exact days of care and of death: fourteen columns, wherever they stand."""
    marked = set()
    for table in catalogue.tables.values():
        for name, column in table.columns.items():
            assert (column.column_class is ColumnClass.POTENTIAL_IDENTIFIER) == (name in FOURTEEN), name
            marked |= {name} & FOURTEEN
    assert marked == FOURTEEN


def test_what_is_coarser_is_not_itself_a_potential_identifier(catalogue: Catalogue) -> None:
    """The column offered instead may be granted without being named."""
    offered = [
        table.columns[column.coarser].column_class
        for table in catalogue.tables.values()
        for column in table.columns.values()
        if column.coarser is not None
    ]
    assert offered
    assert ColumnClass.POTENTIAL_IDENTIFIER not in offered


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
    for name, lesser in catalogue.described.items():
        assert lesser.title.fr != lesser.title.en, name


def test_links_resolve(catalogue: Catalogue) -> None:
    """A link names columns that are there, on both sides."""
    columns = {name: set(table.columns) for name, table in catalogue.tables.items()}
    columns |= {name: set(table.columns) for name, table in catalogue.described.items()}
    assert len(catalogue.links) > 100
    for link in catalogue.links:
        assert set(link.columns) <= columns[link.table], link
        assert set(link.target_columns) <= columns[link.target], link


def test_explanations_of_codes_lead_to_reference_tables(catalogue: Catalogue) -> None:
    """What `refers` names is there."""
    for table in catalogue.tables.values():
        for column in table.columns.values():
            if column.refers is not None:
                target, name = column.refers.split(".")
                assert name in catalogue.tables[target].columns
                assert catalogue.tables[target].kind is TableKind.REFERENCE


def test_former_places_are_columns_of_those_years(catalogue: Catalogue) -> None:
    """A fact is followed to a column that the source had in the last year named."""
    followed = 0
    for name, table in catalogue.tables.items():
        for column in table.columns.values():
            for former in column.formerly:
                place = catalogue.tables[former.table or name].columns[former.column]
                assert place.until is None or place.until >= former.until, (name, former)
                followed += 1
    assert followed >= 10


def test_values_belong_to_columns_that_can_be_granted(catalogue: Catalogue) -> None:
    """A list of values explains at least one column."""
    named = {column.nomenclature for table in catalogue.tables.values() for column in table.columns.values()}
    assert set(catalogue.values) <= named
    assert {"IR_SEX_V", "IR_NAT_V", "IR_SPE_V", "MS_SOR_V"} <= set(catalogue.values)


def test_only_the_long_list_has_codes_without_meaning(catalogue: Catalogue) -> None:
    """Every code is explained, save the rare ones among more than a thousand kinds of care."""
    silent = {name for name, codes in catalogue.values.items() if None in codes.values()}
    assert silent == {"IR_NAT_V"}
    assert sum(text is not None for text in catalogue.values["IR_NAT_V"].values()) >= 50
