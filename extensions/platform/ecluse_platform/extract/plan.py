"""From a permit to what the extract will hold: computed from policies alone, before any data is read."""

from __future__ import annotations

from dataclasses import dataclass

from ecluse_platform.core.policy.catalogue import (
    YEAR_COLUMN,
    Catalogue,
    ColumnClass,
    Key,
    Table,
    TableKind,
)
from ecluse_platform.core.policy.project import Cohort, GrantedTable, Project
from ecluse_platform.extract.departments import portal_codes
from ecluse_platform.extract.problems import ExtractProblem

OWNER_COLUMN = "__u"
PERSONS = "IR_BEN_R"
RESIDENCE = "BEN_RES_DPT"
# Columns of IR_BEN_R that tell who owns what.
PERSON_COLUMNS = ("BEN_NIR_PSA", "BEN_RNG_GEM", "BEN_IDT_ANO", "BEN_CDI_NIR", RESIDENCE)
# Key domains whose values IR_BEN_R itself gives to persons; every other domain leads there through a table.
PERSON_DOMAINS = ("psa_rng", "psa", "idt")
LINE_KEY = "k9"


@dataclass(frozen=True)
class TablePlan:
    """One table: the columns meant (granted ones, or those read), in the catalogue's order."""

    name: str
    table: Table
    columns: tuple[str, ...]

    @property
    def private(self) -> bool:
        """Say whether its rows speak of persons."""
        return self.table.kind is TableKind.PRIVATE

    @property
    def pseudonyms(self) -> dict[str, str]:
        """Return the columns that identify a person, a professional or an establishment, with the space of each."""
        described = ((c, self.table.columns[c].pseudonym) for c in self.columns)
        return {column: space for column, space in described if space is not None}

    def key(self, domain: str) -> tuple[str, ...]:
        """Return the columns of one of its keys."""
        return next(key.columns for key in self.table.keys if key.domain == domain)

    def has_key(self, domain: str) -> bool:
        """Say whether the table has a key of a domain."""
        return any(key.domain == domain for key in self.table.keys)

    @property
    def owner_key(self) -> Key | None:
        """The key that leads to the person of a row."""
        return self.table.person_key

    @property
    def types(self) -> dict[str, str]:
        """Return the columns that leave with their types, owner column included."""
        granted = {c: self.table.columns[c].type for c in self.columns}
        return {**granted, OWNER_COLUMN: "BIGINT"} if self.private else granted


@dataclass(frozen=True)
class ExtractPlan:
    """What the extract of one project holds.

    ``tables`` are the granted ones, ``needed`` all that are read, ``through`` the table by which each key domain leads
    to persons; ``departments`` are portal codes, None is the whole country.
    """

    project: str
    catalogue: Catalogue
    years: tuple[int, ...]
    departments: tuple[str, ...] | None
    cohort: Cohort | None
    tables: tuple[TablePlan, ...]
    needed: dict[str, TablePlan]
    through: dict[str, str]
    identifiers_per_person: int

    @property
    def restricted(self) -> bool:
        """Say whether some persons are left out."""
        return self.departments is not None or self.cohort is not None

    def leads(self, table: TablePlan) -> str | None:
        """Return the key domain that leads to persons through this table, None when no domain does."""
        return next((domain for domain, name in self.through.items() if name == table.name), None)


def plan_extract(catalogue: Catalogue, project: Project) -> ExtractPlan:
    """Return what the permit grants, and the source columns that deciding it takes."""
    data = project.data
    tables = tuple(_granted(catalogue, granted) for granted in data.tables)
    _identifiers(project, tables)
    through: dict[str, str] = {}
    for table in tables:
        _lead(catalogue, table.table.owner, through)
        if table.has_key(LINE_KEY):
            # Lines are numbered anew, whether or not a granted table reaches its persons through them.
            _lead(catalogue, LINE_KEY, through)
    return ExtractPlan(
        project=project.id,
        catalogue=catalogue,
        years=data.years,
        departments=portal_codes(data.departments, data.regions),
        cohort=data.cohort,
        tables=tables,
        needed=_needed(catalogue, tables, through),
        through=through,
        identifiers_per_person=catalogue.identifiers_per_person,
    )


def _granted(catalogue: Catalogue, granted: GrantedTable) -> TablePlan:
    table = catalogue.tables.get(granted.name)
    if table is None:
        raise _unknown(f"table {granted.name}")
    for column in granted.columns:
        if column not in table.columns:
            raise _unknown(f"column {granted.name}.{column}")
        described = table.columns[column]
        if described.pseudonym is not None and described.type != "VARCHAR":
            raise ExtractProblem(
                f"{granted.name}.{column} identifies somebody and is no text, so it cannot be re-keyed.",
                "Leave the column out of the permit, or correct its type in the catalogue.",
            )
    return TablePlan(granted.name, table, tuple(c for c in table.columns if c in granted.columns))


def _identifiers(project: Project, tables: tuple[TablePlan, ...]) -> None:
    """Refuse a potential identifier that is not named, and two of different kinds that no crossing names."""
    granted: dict[str, tuple[str, TablePlan]] = {}
    for table in tables:
        for column in table.columns:
            described = table.table.columns[column]
            if described.column_class is not ColumnClass.POTENTIAL_IDENTIFIER or described.identifier is None:
                continue
            if column not in project.data.potential_identifiers:
                raise ExtractProblem(
                    f"{table.name}.{column} is a potential identifier that the permit does not name.",
                    f"Name it under data.potential_identifiers, or {_instead(table, column)}.",
                )
            granted[column] = (described.identifier.value, table)
    crossings = [set(pair) for pair in project.data.crossings]
    columns = sorted(granted)
    for index, first in enumerate(columns):
        for second in columns[index + 1 :]:
            if granted[first][0] != granted[second][0] and {first, second} not in crossings:
                instead = _instead(granted[second][1], second)
                raise ExtractProblem(
                    f"the permit crosses two potential identifiers, {first} and {second}.",
                    f"Name the pair under data.crossings if the authorisation does, or {instead}.",
                )


def _instead(table: TablePlan, column: str) -> str:
    coarser = table.table.columns[column].coarser
    return f"grant {coarser} instead of {column}" if coarser else f"leave {column} out of the columns"


def _lead(catalogue: Catalogue, domain: str | None, through: dict[str, str]) -> None:
    """Find the table by which a key domain leads to persons, and those that its own owner's domain needs."""
    if domain is None or domain in PERSON_DOMAINS or domain in through:
        return
    leading = [
        name
        for name, table in catalogue.tables.items()
        if table.owner != domain and any(key.domain == domain for key in table.keys)
    ]
    if len(leading) != 1:
        raise ExtractProblem(
            f"the catalogue does not say by which one table the key {domain} leads to persons.",
            "Correct the catalogue: exactly one table has this key and another owner.",
        )
    through[domain] = leading[0]
    _lead(catalogue, catalogue.tables[leading[0]].owner, through)


def _needed(catalogue: Catalogue, tables: tuple[TablePlan, ...], through: dict[str, str]) -> dict[str, TablePlan]:
    """Return tables with the columns that will be read, whether or not they leave."""
    wanted: dict[str, set[str]] = {t.name: set(t.columns) for t in tables}
    if any(t.private for t in tables):
        wanted.setdefault(PERSONS, set()).update(PERSON_COLUMNS)
    for name in through.values():
        wanted.setdefault(name, set())
    leading = {name: domain for domain, name in through.items()}
    for name, columns in wanted.items():
        described = catalogue.tables.get(name)
        if described is None:
            raise _unknown(f"table {name}")
        domains = {described.owner, leading.get(name)}
        columns.update(c for key in described.keys if key.domain in domains for c in key.columns)
        columns.update({described.care_date} if described.care_date else set())
        columns.update({RESIDENCE, YEAR_COLUMN} & set(described.columns))
    return {
        name: TablePlan(name, catalogue.tables[name], tuple(c for c in catalogue.tables[name].columns if c in columns))
        for name, columns in wanted.items()
    }


def _unknown(what: str) -> ExtractProblem:
    return ExtractProblem(f"the catalogue has no {what}.", "Run `ecluse policy check` and correct the permit.")
