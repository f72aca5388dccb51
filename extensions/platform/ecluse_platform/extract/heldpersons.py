"""Persons held in memory: whose each line is, looked up once per different pseudonym instead of once per line."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt

from ecluse_platform.extract import sql
from ecluse_platform.extract.heldrows import MOST_ROWS, Marks, Numbers, numbers, read_rows, turns
from ecluse_platform.extract.owners import OWNERS
from ecluse_platform.extract.source import SourceFile
from ecluse_platform.extract.texts import Texts

DOMAIN = "psa_rng"
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


@dataclass(frozen=True)
class HeldPersons:
    """What the table of owners says of each (pseudonym, rank), at the number ``turn of pseudonym * ranks + rank``.

    The number after the last is that of all who are not in it.
    """

    pseudonyms: Texts
    first: int
    ranks: int
    owner: Numbers
    owned: Marks
    kept: Marks
    mark: npt.NDArray[np.uint64]

    def persons(self, file: SourceFile, key: tuple[str, str]) -> Numbers:
        """Return the number of the person of each row of a file."""
        rows = read_rows(file, key)
        pseudonym = turns(rows.column(key[0]), self.pseudonyms)
        rank, known = numbers(rows.column(key[1]))
        rank = rank - self.first
        there = (pseudonym >= 0) & (rank >= 0) & (rank < self.ranks)
        if known is not None:
            there &= known
        return np.where(there, pseudonym * self.ranks + rank, len(self.owner) - 1)

    def marks(self, persons: Numbers) -> int:
        """Return what ``rows.owners_select`` does: the sum of the marks of persons, exactly."""
        marks = self.mark[persons]
        return (int((marks >> _HALF).sum()) << int(_HALF)) + int((marks & _LOW).sum())


def hold_persons(connection: duckdb.DuckDBPyConnection) -> HeldPersons | None:
    """Return the owners of ``DOMAIN``; None when they are too many to be held."""
    table = OWNERS[DOMAIN][0]
    count, first, last = sql.one_row(
        connection, sql.statement("SELECT count(*), min(rng), max(rng) FROM $table", table=table)
    )
    if not 0 < count * (last - first + 1 if count else 0) <= MOST_ROWS:
        return None
    rows = connection.sql(
        sql.statement(
            "SELECT psa, rng::BIGINT AS rng, u, coalesce(kept, false) AS kept, mark::UBIGINT AS mark FROM $table",
            table=table,
        )
    ).to_arrow_table()
    coded = rows.column("psa").combine_chunks().dictionary_encode()
    ranks = last - first + 1
    at = coded.indices.to_numpy().astype(np.int64) * ranks + (rows.column("rng").to_numpy() - first)
    size = len(coded.dictionary) * ranks + 1
    owner, mark = np.zeros(size, np.int64), np.zeros(size, np.uint64)
    owned, kept = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
    owner[at] = rows.column("u").fill_null(0).to_numpy()
    owned[at] = rows.column("u").is_valid().to_numpy()
    kept[at] = rows.column("kept").to_numpy()
    mark[at] = rows.column("mark").to_numpy()
    return HeldPersons(Texts(coded.dictionary), first, ranks, owner, owned, kept, mark)
