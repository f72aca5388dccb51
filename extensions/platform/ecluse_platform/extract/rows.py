"""Which rows the permit grants, and who owns them, as SQL.

- A row of a year (ANNEE) or with a day of care is kept when its year is granted.
- A row about a person is kept when the person is: resident, by IR_BEN_R, in a granted département, and in the cohort if
  there is one. If the row has its own département (residence when care was given), that one must be granted too.
- A row that reaches its person through another table (ER_PHA_F through ER_PRS_F, T_MCO_B through T_MCO_C) is kept when
  the row that it belongs to is.
- Reference tables are kept whole, but for years.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ecluse_platform.core.policy.catalogue import YEAR_COLUMN
from ecluse_platform.extract import sql
from ecluse_platform.extract.keys import pseudonym_table
from ecluse_platform.extract.linekeys import NEW_VALUES, joined_to_line
from ecluse_platform.extract.owners import OWNERS
from ecluse_platform.extract.plan import LINE_KEY, OWNER_COLUMN, PERSON_DOMAINS, RESIDENCE, ExtractPlan, TablePlan
from ecluse_platform.extract.source import PLACE

Placed = Callable[[Iterable[str]], str]
"""Given columns, SQL for a partition's rows with these columns and their place."""


def link_table(domain: str) -> str:
    """Name the temporary table that leads from a key domain to owners, for the partition at hand."""
    return f"link_{domain}"


def link_select(plan: ExtractPlan, domain: str, placed: Placed) -> str:
    """Return SQL for the keys of a domain with their owner ``u``, from the kept rows of the table that leads there."""
    table = plan.needed[plan.through[domain]]
    columns = [f"t.{sql.name(c)}" for c in (*table.key(domain), PLACE)]
    joins, owner = _to_person(table, needed=True)
    return sql.statement(
        "SELECT $columns, $owner AS u FROM $relation t $joins WHERE $filter",
        columns=", ".join(columns),
        owner=owner,
        relation=placed((*table.key(domain), *_deciding(table))),
        joins=joins,
        filter=_filter(plan, table),
    )


def one_owner(kept: str, key: tuple[str, ...]) -> str:
    """Return SQL for the owner of each key: a key of two persons, or with any row of nobody, has none."""
    return sql.statement(
        "SELECT $key, CASE WHEN min(u) = max(u) AND count(u) = count(*) THEN min(u) END AS u "
        "FROM ($kept) GROUP BY $key",
        key=sql.names(key),
        kept=kept,
    )


def owners_select(table: TablePlan, relation: str) -> str:
    """Return SQL for one number that changes with the owners of a partition's rows, and with whether they are kept."""
    domain = table.table.owner
    owners, columns = OWNERS[str(domain)]
    key = table.key(str(domain))
    same = " AND ".join(f"p.{c} = t.{sql.name(k)}" for c, k in zip(columns, key, strict=True))
    return sql.statement(
        "SELECT coalesce(sum(p.mark), 0) FROM $relation t JOIN $owners p ON $same",
        relation=relation,
        owners=owners,
        same=same,
    )


def output(plan: ExtractPlan, table: TablePlan, placed: Placed, void: frozenset[str]) -> str:
    """Return SQL for the rows that leave, in an order of the project's own: their places and their computed values.

    Columns that are copied or re-keyed are not among the output, nor are those that are ``void`` in the partition.
    """
    needed = plan.needed[table.name]
    leads = plan.leads(needed)
    if table.has_key(LINE_KEY):
        return _numbered(plan, table, placed)
    joins, owner = _to_person(needed, needed=leads is None or plan.restricted)
    if leads is not None:
        joins += f" LEFT JOIN {link_table(leads)} l ON {_same(needed, leads, 'l')}"
        owner = "l.u"
    columns = [f"t.{sql.name(PLACE)}"]
    if table.private:
        columns.append(f"{owner} AS {sql.name(OWNER_COLUMN)}")
    order = [f"{owner} NULLS LAST"] if table.private else []
    sorted_by = _sorted_by(table, void)
    for column in sorted_by:
        space = table.pseudonyms.get(column)
        if space is not None:
            renamed = sql.name(f"new_{column}")
            joins += f" LEFT JOIN {pseudonym_table(space)} {renamed} ON t.{sql.name(column)} = {renamed}.old"
            order.append(f"{renamed}.new")
        else:
            order.append(f"t.{sql.name(column)}")
    by_key = () if leads is None else needed.key(leads)
    return sql.statement(
        "SELECT $columns FROM $placed t $joins WHERE $filter ORDER BY $order",
        columns=", ".join(columns),
        placed=placed((*sorted_by, *by_key, *_deciding(needed))),
        joins=joins,
        filter=_filter(plan, needed),
        order=", ".join(order) or "ALL",
    )


def _numbered(plan: ExtractPlan, table: TablePlan, placed: Placed) -> str:
    """Return ``output`` for a table with the nine columns: the table of lines itself was read when it was numbered."""
    needed = plan.needed[table.name]
    if plan.leads(needed) == LINE_KEY:
        relation, joins, where, place = "line l", "", "true", "l"
    else:
        relation, where, place = f"{placed(_deciding(needed))} t", _filter(plan, needed), "t"
        joins, _ = _to_person(needed, needed=True)
    columns = [f"{place}.{sql.name(PLACE)}"]
    columns += [f"{NEW_VALUES[c]} AS {sql.name(c)}" for c in table.columns if c in NEW_VALUES]
    columns += [f"l.u AS {sql.name(OWNER_COLUMN)}"] if table.private else []
    return sql.statement(
        "SELECT $columns FROM $relation $joins WHERE $filter ORDER BY l.u NULLS LAST, l.n, l.w",
        columns=", ".join(columns),
        relation=relation,
        joins=joins,
        filter=where,
    )


def _deciding(table: TablePlan) -> tuple[str, ...]:
    """Return the columns that say whether a row is kept and whose it is."""
    key = table.table.person_key
    when_and_where = (c for c in (YEAR_COLUMN, table.table.care_date, RESIDENCE) if c in table.table.columns)
    return (*(key.columns if key is not None else ()), *(c for c in when_and_where if c is not None))


def _sorted_by(table: TablePlan, void: frozenset[str]) -> tuple[str, ...]:
    """Return columns whose new values give an order that the source's cannot be read from."""
    present = tuple(c for c in table.columns if c not in void)
    key = table.owner_key
    by_key = tuple(c for c in key.columns if c in present) if key is not None else ()
    return by_key if any(c in table.pseudonyms for c in by_key) else present


def values(plan: ExtractPlan, table: TablePlan, column: str, relation: str) -> str:
    """Return SQL for the distinct values of a column that are to be re-keyed, in the kept rows or in more."""
    needed = plan.needed[table.name]
    direct = needed.table.owner in PERSON_DOMAINS and plan.restricted
    joins, _ = _to_person(needed, needed=direct)
    return sql.statement(
        "SELECT DISTINCT t.$column FROM $relation t $joins WHERE $filter",
        column=sql.name(column),
        relation=relation,
        joins=joins if direct else "",
        filter=_filter(plan, needed) if direct or not needed.private else "true",
    )


def _to_person(table: TablePlan, *, needed: bool) -> tuple[str, str]:
    """Return the join that leads from a row ``t`` to its person, and SQL for the owner; no join when not ``needed``."""
    domain = table.table.owner
    if domain is None:
        return "", "NULL"
    if domain == LINE_KEY:
        return joined_to_line("t"), "l.u"
    if domain not in PERSON_DOMAINS:
        return f"JOIN {link_table(domain)} l ON {_same(table, domain, 'l')}", "l.u"
    if not needed:
        return "", "NULL"
    owners, columns = OWNERS[domain]
    same = " AND ".join(f"t.{sql.name(k)} = p.{c}" for c, k in zip(columns, table.key(domain), strict=True))
    return f"LEFT JOIN {owners} p ON {same}", "p.u"


def _same(table: TablePlan, domain: str, alias: str) -> str:
    """Return SQL that is true when a row ``t`` has the key of a row of the domain's link."""
    return " AND ".join(f"t.{sql.name(c)} = {alias}.{sql.name(c)}" for c in table.key(domain))


def _filter(plan: ExtractPlan, table: TablePlan) -> str:
    conditions = _of_rows(plan, table)
    if plan.restricted and table.table.owner in PERSON_DOMAINS:
        conditions.append("p.kept")
    return " AND ".join(conditions) or "true"


def _of_rows(plan: ExtractPlan, table: TablePlan) -> list[str]:
    """Return the conditions that a row is kept by, whoever its person is."""
    conditions = []
    if YEAR_COLUMN in table.table.columns:
        conditions.append(f"t.{YEAR_COLUMN} IN ({sql.literals(plan.years)})")
    elif table.table.care_date is not None:
        conditions.append(f"year(t.{sql.name(table.table.care_date)}) IN ({sql.literals(plan.years)})")
    if plan.departments is not None and table.table.owner in PERSON_DOMAINS and RESIDENCE in table.table.columns:
        conditions.append(f"t.{sql.name(RESIDENCE)} IN ({sql.literals(plan.departments)})")
    return conditions


def kept_select(plan: ExtractPlan, table: TablePlan, placed: Placed) -> str | None:
    """Return SQL for the places of rows that are kept if their person or line is; None when all are."""
    conditions = _of_rows(plan, table)
    if not conditions:
        return None
    return sql.statement(
        "SELECT t.$place FROM $relation t WHERE $filter",
        place=sql.name(PLACE),
        relation=placed(_deciding(table)),
        filter=" AND ".join(conditions),
    )
