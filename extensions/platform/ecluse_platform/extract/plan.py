"""From a permit to what the extract will hold: computed from policies alone, before any data is read."""

from __future__ import annotations

from dataclasses import dataclass

from ecluse_platform.core.policy.catalogue import Catalogue, ColumnClass, Table, TableKind
from ecluse_platform.core.policy.project import Encryption, GrantedTable, Project
from ecluse_platform.extract.departments import portal_code
from ecluse_platform.extract.problems import ExtractProblem

OWNER_COLUMN = "__u"
PERSONS = "IR_BEN_R"
LINES = "ER_PRS_F"
RESIDENCE = "BEN_RES_DPT"
PERSON_KEY = "psa_rng"
LINE_KEY = "k9"


@dataclass(frozen=True)
class TablePlan:
    """One table of the extract: the columns granted, in the catalogue's order, and its place in the catalogue."""

    name: str
    table: Table
    columns: tuple[str, ...]

    @property
    def private(self) -> bool:
        """Say whether its rows speak of persons."""
        return self.table.kind is TableKind.PRIVATE

    @property
    def pseudonyms(self) -> dict[str, str]:
        """Return the granted pseudonym columns with the space of each."""
        described = ((c, self.table.columns[c].pseudonym) for c in self.columns)
        return {column: space for column, space in described if space is not None}

    def key(self, domain: str) -> tuple[str, ...]:
        """Return the columns of one of its keys."""
        return next(key.columns for key in self.table.keys if key.domain == domain)

    def has_key(self, domain: str) -> bool:
        """Say whether the table has a key of a domain."""
        return any(key.domain == domain for key in self.table.keys)

    @property
    def types(self) -> dict[str, str]:
        """Return the columns that leave with their types, owner column included."""
        granted = {c: self.table.columns[c].type for c in self.columns}
        return {**granted, OWNER_COLUMN: "BIGINT"} if self.private else granted


@dataclass(frozen=True)
class ExtractPlan:
    """What the extract of one project holds: ``departments`` are portal codes, None is the whole country."""

    project: str
    years: tuple[int, ...]
    departments: tuple[str, ...] | None
    tables: tuple[TablePlan, ...]
    needed: tuple[TablePlan, ...]
    identifiers_per_person: int


def plan_extract(catalogue: Catalogue, project: Project) -> ExtractPlan:
    """Return what the permit grants, and the source columns that deciding it takes."""
    data = project.data
    if data.regions is not None or data.cohort is not None or data.encryption is not Encryption.NONE:
        raise ExtractProblem(
            "the permit limits or protects the extract in a way that this extractor does not know.",
            "Leave data.regions and data.cohort at null and data.encryption at none.",
        )
    tables = tuple(_granted(catalogue, project, granted) for granted in data.tables)
    departments = None if data.departments is None else tuple(portal_code(d) for d in data.departments)
    return ExtractPlan(
        project=project.id,
        years=data.years,
        departments=departments,
        tables=tables,
        needed=_needed(catalogue, tables),
        identifiers_per_person=catalogue.identifiers_per_person,
    )


def _granted(catalogue: Catalogue, project: Project, granted: GrantedTable) -> TablePlan:
    table = catalogue.tables.get(granted.name)
    if table is None:
        raise _unknown(f"table {granted.name}")
    for column in granted.columns:
        if column not in table.columns:
            raise _unknown(f"column {granted.name}.{column}")
        potential = table.columns[column].column_class is ColumnClass.POTENTIAL_IDENTIFIER
        if potential and column not in project.data.potential_identifiers:
            raise ExtractProblem(
                f"{granted.name}.{column} is a potential identifier that the permit does not name.",
                "Name it under data.potential_identifiers, or leave it out of the columns.",
            )
    if table.kind is TableKind.PRIVATE and table.owner not in {PERSON_KEY, LINE_KEY}:
        raise ExtractProblem(
            f"the owner of {granted.name} is found by the key {table.owner}, which the extractor cannot follow.",
            "Leave the table out of the permit until the extractor knows this key.",
        )
    columns = tuple(c for c in table.columns if c in granted.columns)
    return TablePlan(granted.name, table, columns)


def _needed(catalogue: Catalogue, tables: tuple[TablePlan, ...]) -> tuple[TablePlan, ...]:
    """Return tables with the columns that will be read, whether or not they leave."""
    wanted: dict[str, set[str]] = {t.name: set(t.columns) for t in tables}
    if any(t.private for t in tables):
        wanted.setdefault(PERSONS, set()).update(
            {"BEN_NIR_PSA", "BEN_RNG_GEM", "BEN_IDT_ANO", "BEN_CDI_NIR", RESIDENCE}
        )
    if any(t.table.owner == LINE_KEY for t in tables):
        wanted.setdefault(LINES, set())
    for name, columns in wanted.items():
        table = catalogue.tables.get(name)
        if table is None:
            raise _unknown(f"table {name}")
        if table.owner is not None:
            columns.update(c for key in table.keys if key.domain in {table.owner, LINE_KEY} for c in key.columns)
            columns.update({table.care_date} if table.care_date else set())
            columns.update({RESIDENCE} & set(table.columns))
    return tuple(
        TablePlan(name, catalogue.tables[name], tuple(c for c in catalogue.tables[name].columns if c in columns))
        for name, columns in wanted.items()
    )


def _unknown(what: str) -> ExtractProblem:
    return ExtractProblem(f"the catalogue has no {what}.", "Run `ecluse policy check` and correct the permit.")
