"""Which rows the permit grants, and who owns them, as SQL.

- A row with a day of care is kept when its year is granted.
- A row about a person is kept when the person resides, by IR_BEN_R, in a granted département; if the row has its own
  département (residence when care was given), that one must be granted too.
- A detail row (ER_PHA_F) is kept when its reimbursement line is.
- Reference tables are kept whole.
"""

from __future__ import annotations

import duckdb

from ecluse_platform.extract import sql
from ecluse_platform.extract.linekeys import same_line, same_statement
from ecluse_platform.extract.plan import LINE_KEY, OWNER_COLUMN, PERSON_KEY, RESIDENCE, ExtractPlan, TablePlan


def kept_view(table: str) -> str:
    """Name the temporary view of a table's kept rows."""
    return sql.name(f"kept_{table}")


def keep_rows(connection: duckdb.DuckDBPyConnection, plan: ExtractPlan, table: TablePlan, relation: str) -> None:
    """Create the view of a table's kept rows with their owner ``u``; ``relation`` is SQL for the source table."""
    if not table.private:
        select = "SELECT t.* FROM $relation t"
        parts: dict[str, str] = {}
    elif table.table.owner == LINE_KEY:
        select = "SELECT t.*, l.u FROM $relation t JOIN line l ON $same"
        parts = {"same": same_line("t", "l", table.key(LINE_KEY))}
    else:
        psa, rng = (f"t.{sql.name(c)}" for c in table.key(PERSON_KEY))
        select = "SELECT t.*, p.u FROM $relation t LEFT JOIN person p ON $psa = p.psa AND $rng = p.rng WHERE $filter"
        parts = {"psa": psa, "rng": rng, "filter": _filter(plan, table)}
    connection.execute(
        sql.statement(
            "CREATE OR REPLACE TEMP VIEW $view AS $select",
            view=kept_view(table.name),
            select=sql.statement(select, relation=relation, **parts),
        )
    )


def _filter(plan: ExtractPlan, table: TablePlan) -> str:
    conditions = ["true"]
    if table.table.care_date is not None:
        conditions.append(f"year(t.{sql.name(table.table.care_date)}) IN ({sql.literals(plan.years)})")
    if plan.departments is not None:
        conditions.append("p.resident")
        if RESIDENCE in table.table.columns:
            conditions.append(f"t.{sql.name(RESIDENCE)} IN ({sql.literals(plan.departments)})")
    return " AND ".join(conditions)


def output(table: TablePlan, replaced: dict[str, str]) -> str:
    """Return SQL for what leaves: the granted columns, identifiers re-keyed, rows in an order of the project's own.

    ``replaced`` gives new values for the key columns of a table that has the nine-column key.
    """
    has_line_key = table.has_key(LINE_KEY)
    columns, joins = [], []
    for position, column in enumerate(table.columns):
        space = table.pseudonyms.get(column)
        if space is not None:
            alias = f"m{position}"
            joins.append(f"LEFT JOIN {sql.name(f'pseudonym_{space}')} {alias} ON t.{sql.name(column)} = {alias}.old")
            columns.append(f"{alias}.new AS {sql.name(column)}")
        elif has_line_key and column in replaced:
            columns.append(f"{replaced[column]} AS {sql.name(column)}")
        else:
            columns.append(f"t.{sql.name(column)}")
    owner = "t.u"
    if has_line_key:
        joins.append(f"LEFT JOIN statement s ON {same_statement('t', 's')}")
        # Two persons on one key: neither owns the lines, here as in the detail tables.
        joins.append(f"LEFT JOIN line l ON {same_line('t', 'l', table.key(LINE_KEY))}")
        owner = "CASE WHEN t.u = l.u THEN t.u END"
    if table.private:
        columns.append(f"{owner} AS {sql.name(OWNER_COLUMN)}")
    order = ([f"{sql.name(OWNER_COLUMN)} NULLS LAST"] if table.private else []) + [sql.name(c) for c in table.columns]
    return sql.statement(
        "SELECT $columns FROM $view t $joins ORDER BY $order",
        columns=", ".join(columns),
        view=kept_view(table.name),
        joins=" ".join(joins),
        order=", ".join(order),
    )
