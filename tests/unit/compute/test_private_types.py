from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from ecluse_platform.compute.database import TypesDoNotFit
from ecluse_platform.compute.job import View
from ecluse_platform.compute.private_types import check_binds, check_total
from ecluse_platform.core.privacy.bounding import bounding
from ecluse_platform.core.privacy.plan import totality
from ecluse_platform.core.privacy.query import PrivateQuery
from private_queries import ACCEPTED, BENCHMARKS
from private_world import asked_for, golden, planned, views

NO_SALT = "0" * 32


def rows(sql: str, **columns: str) -> PrivateQuery:
    """Return a question with other SQL for its rows than the planner would write."""
    query = planned("select count(distinct BEN_IDT_ANO) n from IR_BEN_R")
    return query.model_copy(update={"inner_sql": sql, "columns": columns})


@pytest.mark.parametrize("sql", ACCEPTED)
def test_what_the_planner_writes_is_total(sql: str) -> None:
    """DuckDB's own plan holds no cast, function or sum that data could make fail."""
    check_total(views(), planned(sql, **asked_for(sql)))


@pytest.mark.parametrize("name", BENCHMARKS)
def test_so_are_the_benchmark_queries(name: str) -> None:
    """Through the quality filters as well."""
    check_total(views(), planned(golden(name), **asked_for(name)))


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT __u FROM IR_BEN_R WHERE BEN_NAI_ANN = BEN_SEX_COD", "cast"),
        ("SELECT a.__u FROM IR_BEN_R a JOIN IR_BEN_R b ON a.BEN_NAI_ANN = b.BEN_SEX_COD", "cast"),
        ("SELECT __u, 9000000000000000000 + count(*) AS x FROM IR_BEN_R GROUP BY __u", "may fail"),
        ("SELECT __u FROM IR_BEN_R GROUP BY __u HAVING 1 // count(*) > 0", "may fail"),
        ("SELECT __u, sum(sum(PRS_PAI_MNT)) OVER () AS x FROM ER_PRS_F GROUP BY __u", "not exact"),
        ("SELECT __u, sum(PRS_PAI_MNT::DOUBLE) AS x FROM ER_PRS_F GROUP BY __u", "not exact"),
        ("SELECT __u, string_agg(BEN_RES_DPT) AS x FROM ER_PRS_F GROUP BY __u", "order"),
        ("SELECT __u, BEN_NAI_ANN::INTEGER AS x FROM IR_BEN_R", "cast"),
        ("SELECT __u, strptime(BEN_NAI_ANN, '%Y') AS x FROM IR_BEN_R", "may fail"),
        ("SELECT nothing FROM IR_BEN_R", "not found"),
    ],
)
def test_what_could_fail_by_the_data_is_told_from_empty_tables(sql: str, said: str) -> None:
    """Implicit casts, arithmetic on aggregates, wide or inexact sums: the planner is not taken on trust."""
    with pytest.raises(TypesDoNotFit, match=said):
        check_total(views(), rows(sql))


def test_the_columns_are_of_the_types_that_were_planned() -> None:
    """What bounds and adds up the rows was written for these types."""
    check_total(views(), rows("SELECT __u, 1 AS m1 FROM IR_BEN_R", m1="INTEGER"))
    with pytest.raises(TypesDoNotFit, match="types"):
        check_total(views(), rows("SELECT __u, 'a' AS m1 FROM IR_BEN_R", m1="INTEGER"))


def test_a_planner_that_forgets_to_try_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two locks: what one lets through, the other stops."""
    monkeypatch.setattr(totality, "guard", lambda _node: None)
    with pytest.raises(TypesDoNotFit):
        check_total(views(), planned("select BEN_NAI_ANN::int y, count(*) n from IR_BEN_R group by 1"))


def test_each_question_is_bound_to_the_tables_it_is_asked_of() -> None:
    """Nothing of one binding is left for the next: not a table, not a column, not what bounding makes on the way."""
    question = rows("SELECT __u, x AS m1 FROM A", m1="INTEGER")
    asked_of = {"A": View(files=("not read",), columns={"x": "INTEGER"}, private=True)}
    statements = bounding(question, NO_SALT)
    for _ in range(2):
        check_binds(asked_of, question, statements)
    text = {"A": View(files=("not read",), columns={"x": "VARCHAR"}, private=True)}
    with pytest.raises(TypesDoNotFit, match="types"):
        check_binds(text, question, statements)
    for other in ({"B": asked_of["A"]}, {"A": View(files=("not read",), columns={"y": "INTEGER"}, private=True)}):
        with pytest.raises(TypesDoNotFit, match=r"not found|does not exist"):
            check_binds(other, question, statements)


@pytest.mark.parametrize("part", ["inner_sql", "sums"])
def test_no_statement_of_a_question_reads_a_file(part: str) -> None:
    """Were the planner or the bounding to name one, nothing would be answered: binding opens none."""
    question, read = planned("select count(distinct BEN_IDT_ANO) n from IR_BEN_R"), f"read_text('{__file__}')"
    statements = bounding(question, NO_SALT)
    if part == "sums":
        statements = replace(statements, sums=f"SELECT size FROM {read}")
    else:
        question = question.model_copy(update={"inner_sql": f"SELECT size AS __u FROM {read}"})
    with pytest.raises(TypesDoNotFit, match="disabled"):
        check_binds(views(), question, statements)


@pytest.mark.parametrize("process", ["private_binding", "private_child"])
def test_a_process_of_private_questions_starts_without_a_parser(process: str) -> None:
    """It is given what was planned elsewhere, so that starting it costs no more than it must."""
    loaded = f"import sys, ecluse_platform.compute.{process}; sys.exit('sqlglot' in sys.modules)"
    assert subprocess.run([sys.executable, "-I", "-c", loaded], check=False).returncode == 0
