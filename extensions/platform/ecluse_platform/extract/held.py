"""What of a build is held in memory: persons for all of it, and the lines of the partition at hand, where they fit."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import duckdb
import numpy as np
import pyarrow as pa

from ecluse_platform.extract.gather import ROWS_AT_ONCE
from ecluse_platform.extract.heldlines import KEY_COLUMNS, HeldLines, hold_lines
from ecluse_platform.extract.heldpersons import DOMAIN, HeldPersons, hold_persons
from ecluse_platform.extract.heldrows import MOST_ROWS, Numbers, has_all, places_of, rows_in
from ecluse_platform.extract.plan import LINE_KEY, ExtractPlan, TablePlan
from ecluse_platform.extract.rows import kept_select
from ecluse_platform.extract.source import Part, Source, SourceFile


@dataclass
class Held:
    """Answers in memory what else SQL would; None or False wherever SQL must."""

    connection: duckdb.DuckDBPyConnection
    plan: ExtractPlan
    source: Source
    _lines: HeldLines | None = None
    _found: dict[tuple[str, str], Numbers] = field(default_factory=dict)

    def marks(self, table: TablePlan, label: str) -> int | None:
        """Return the number that changes with the owners of a partition's rows, and with whether they are kept."""
        persons = self._persons
        if persons is None or table.name != self.plan.through.get(LINE_KEY):
            return None
        if rows_in(self.source.parts[table.name][label].files) >= MOST_ROWS:
            return None
        return persons.marks(self._persons_of(persons, table, label))

    def hold(self, labels: tuple[str, ...], seed: bytes) -> bool:
        """Number the lines of some partitions, and say whether they are held from now on."""
        self._lines = None
        persons, table = self._persons, self.plan.needed[self.plan.through[LINE_KEY]]
        parts = self.source.parts[table.name]
        files = tuple(file for label in labels for file in parts[label].files)
        if persons is None or rows_in(files) >= MOST_ROWS:
            return False
        owners = np.concatenate([self._persons_of(persons, table, label) for label in labels])
        chosen = self._chosen(table, labels, files)
        if self.plan.restricted:
            chosen = np.arange(len(owners)) if chosen is None else chosen
            chosen = chosen[persons.kept[owners[chosen]]]
        if chosen is not None:
            owners = owners[chosen]
        self._lines = hold_lines(files, chosen, persons.owner[owners], persons.owned[owners], seed)
        return self._lines is not None

    def rows(self, table: TablePlan, label: str, part: Part) -> list[pa.RecordBatch] | None:
        """Return the rows of a partition that leave, as ``rows.output`` would, as many at once as memory may hold."""
        if self._lines is None or not table.has_key(LINE_KEY):
            return None
        if self.plan.through[LINE_KEY] == table.name:
            rows = self._lines.lines(table.columns, private=table.private)
        else:
            chosen = self._chosen(self.plan.needed[table.name], (label,), part.files)
            rows = self._lines.details(part.files, chosen, table.columns, private=table.private)
        return [rows.slice(first, ROWS_AT_ONCE) for first in range(0, len(rows), ROWS_AT_ONCE)]

    @cached_property
    def _persons(self) -> HeldPersons | None:
        """The persons, if all tables with lines are such that these can be held."""
        if LINE_KEY not in self.plan.through:
            return None
        leading = self.plan.needed[self.plan.through[LINE_KEY]]
        if leading.table.owner != DOMAIN:
            return None
        # Persons to whom one comes through two tables are left to SQL.
        if any(self.plan.needed[name].table.owner == LINE_KEY for name in self.plan.through.values()):
            return None
        for table in (leading, *(self.plan.needed[t.name] for t in self.plan.tables if t.has_key(LINE_KEY))):
            columns = (*KEY_COLUMNS, *(table.key(DOMAIN) if table is leading else ()))
            files = (file for part in self.source.parts[table.name].values() for file in part.files)
            if (table is not leading and table.table.owner != LINE_KEY) or not has_all(files, columns):
                return None
        return hold_persons(self.connection)

    def _persons_of(self, persons: HeldPersons, table: TablePlan, label: str) -> Numbers:
        """Return the number of the person of each row; that of the last partition asked about is remembered."""
        if (table.name, label) not in self._found:
            pseudonym, rank = table.key(DOMAIN)
            files = self.source.parts[table.name][label].files
            found = [np.empty(0, np.int64), *(persons.persons(file, (pseudonym, rank)) for file in files)]
            self._found = {(table.name, label): np.concatenate(found)}
        return self._found[table.name, label]

    def _chosen(self, table: TablePlan, labels: tuple[str, ...], files: tuple[SourceFile, ...]) -> Numbers | None:
        """Return which rows of files, one after the other, have a granted year and residence; None for all."""
        query = kept_select(self.plan, table, lambda columns: self.source.placed(table.name, labels, columns))
        if query is None:
            return None
        kept = self.connection.sql(query).to_arrow_table().column(0).to_numpy()
        starts = [(first, rows_in([file])) for file, first in places_of(files)]
        firsts = np.array([first for first, _ in starts])
        before = np.cumsum([0, *(rows for _, rows in starts)])[:-1]
        turn = np.searchsorted(firsts, kept, side="right") - 1
        chosen: Numbers = kept - firsts[turn] + before[turn]
        return chosen
