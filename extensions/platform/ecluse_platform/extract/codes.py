"""Code lists and the meanings of codes, as tables of the project's database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from ecluse_platform.core.codelists import MACRO, notes, rows
from ecluse_platform.core.dictionary.values import value_rows
from ecluse_platform.core.policy.catalogue import Catalogue
from ecluse_platform.core.policy.codelist import CodeList
from ecluse_platform.extract import sql

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_CODES = "name VARCHAR, version VARCHAR, part VARCHAR, weight INTEGER, system VARCHAR, code VARCHAR, match VARCHAR"
_NOTES = (
    "name VARCHAR, version VARCHAR, title_fr VARCHAR, title_en VARCHAR, description_fr VARCHAR, "
    "description_en VARCHAR, source VARCHAR, part VARCHAR, part_fr VARCHAR, part_en VARCHAR"
)
_VALUES = "code_list VARCHAR, code VARCHAR, label_fr VARCHAR, label_en VARCHAR"


def create(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, codelists: Mapping[str, CodeList]) -> None:
    """Make the tables ``codelists``, ``codelist_notes`` and ``code_values``, and the macro ``in_codelist``."""
    _table(connection, "codelists", _CODES, rows(codelists))
    _comment(connection, "codelists", "Codes des listes, par nom et version\nCodes of the lists, by name and version")
    _table(connection, "codelist_notes", _NOTES, notes(codelists))
    words = "Ce que les listes de codes veulent dire, et leur source\nWhat the code lists mean, and their source"
    _comment(connection, "codelist_notes", words)
    _table(connection, "code_values", _VALUES, value_rows(catalogue))
    words = "Valeurs des nomenclatures du portail\nValues of the portal's code lists"
    _comment(connection, "code_values", words)
    connection.execute(MACRO)


def _table(
    connection: duckdb.DuckDBPyConnection, name: str, columns: str, content: Iterable[DataclassInstance]
) -> None:
    connection.execute(sql.statement("CREATE TABLE $table ($columns)", table=sql.name(name), columns=columns))
    lines = [asdict(line) for line in content]
    if lines:
        connection.register("given_lines", pa.Table.from_pylist(lines))
        connection.execute(sql.statement("INSERT INTO $table BY NAME FROM given_lines", table=sql.name(name)))
        connection.unregister("given_lines")


def _comment(connection: duckdb.DuckDBPyConnection, name: str, words: str) -> None:
    statement = sql.statement("COMMENT ON TABLE $table IS $words", table=sql.name(name), words=sql.literal(words))
    connection.execute(statement)
