"""One partition after the other: made again only if what it is made from changed, else taken from the last version."""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass, field
from functools import cache, partial
from hashlib import sha256
from itertools import chain
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ecluse_platform.extract import sql
from ecluse_platform.extract.gather import ROWS_AT_ONCE, Gathering, constant_columns, together, void_columns
from ecluse_platform.extract.held import Held
from ecluse_platform.extract.keys import Pseudonyms, make_pseudonyms
from ecluse_platform.extract.linekeys import BODY, BODY_COLUMN, make_lines, seed_of
from ecluse_platform.extract.manifest import TableFile, describe_file, is_as_listed
from ecluse_platform.extract.plan import LINE_KEY, OWNER_COLUMN, PERSON_DOMAINS, ExtractPlan, TablePlan
from ecluse_platform.extract.problems import ExtractProblem
from ecluse_platform.extract.rows import link_select, link_table, one_owner, output, owners_select, values
from ecluse_platform.extract.source import Source


@dataclass(frozen=True)
class Before:
    """The last version: its folder and, by table and partition, its files and what empty partitions came from."""

    folder: Path
    files: dict[tuple[str, str], TableFile]
    empty: dict[tuple[str, str], str]


@dataclass
class Parts:
    """Writes the partitions of one build: rows are found here, and written by ``writer``, one partition at a time."""

    connection: duckdb.DuckDBPyConnection
    plan: ExtractPlan
    source: Source
    key: bytes
    folder: Path
    before: Before | None
    writer: Executor
    _linked: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _origins: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _schemas: dict[str, pa.Schema] = field(default_factory=dict)
    _pseudonyms: Pseudonyms | None = None
    _held: Held = field(init=False)

    def __post_init__(self) -> None:
        """Hold nothing yet."""
        self._held = Held(self.connection, self.plan, self.source)

    def order(self) -> Iterator[tuple[TablePlan, str]]:
        """Yield tables and partitions so that those of one month or year follow one another."""
        pairs = [(label, i) for i, t in enumerate(self.plan.tables) for label in self.source.parts[t.name]]
        for label, index in sorted(pairs):
            yield self.plan.tables[index], label

    def made_from(self, table: TablePlan, label: str) -> str:
        """Return a keyed hash of all that a partition is made from: source, owners, permit, builder and key."""
        needed = self.plan.needed[table.name]
        origins = [self._origin(needed, label)]
        domain = needed.table.owner
        while domain is not None and domain not in PERSON_DOMAINS:
            leading = self.plan.needed[self.plan.through[domain]]
            origins += [self._origin(leading, other) for other in self._leading(domain, table.name, label)]
            domain = leading.table.owner
        content = {
            "builder": _builder(),
            "table": table.name,
            "partition": label,
            "columns": table.types,
            "spaces": table.pseudonyms,
            "years": self.plan.years,
            "departments": self.plan.departments,
            "cohort": self.plan.cohort is not None,
            "origins": origins,
        }
        return hmac.new(self.key, json.dumps(content, sort_keys=True).encode(), sha256).hexdigest()

    def reused(self, table: TablePlan, label: str, made_from: str) -> TableFile | str | None:
        """Link the last version's file if it was made from the same; ``made_from`` if it had no row; None to write."""
        if self.before is None:
            return None
        if self.before.empty.get((table.name, label)) == made_from:
            return made_from
        listed = self.before.files.get((table.name, label))
        if listed is None or listed.made_from != made_from or not is_as_listed(self.before.folder, listed):
            return None
        path = self.folder / listed.path
        path.parent.mkdir(parents=True, exist_ok=True)
        os.link(self.before.folder / listed.path, path)
        return listed

    def written(self, table: TablePlan, label: str, made_from: str) -> Future[TableFile]:
        """Find the rows of one partition; they are written, and looked at before they may leave, by the writer."""
        pseudonyms, schema = self._made_pseudonyms(), self._schema(table)
        for domain in {self.plan.needed[table.name].table.owner, self.plan.leads(self.plan.needed[table.name])}:
            self._link(domain, table.name, label)
        path = self.folder / table.name / label / "part-0000.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        part = self.source.parts[table.name][label]
        void = void_columns(part.files, table.columns)
        new_names = {column: partial(pseudonyms.of, space) for column, space in self._spaces(table).items()}
        # What is re-keyed never comes from the statistics of a file: these hold the source's own value.
        constant = constant_columns(part.files, (c for c in table.columns if c not in void and c not in new_names))
        gathering = Gathering(part.files, void, new_names, constant)

        def write(batches: Iterable[pa.RecordBatch]) -> TableFile:
            gathering.write(path, schema, batches)
            found, unowned = _look(table, path, schema)
            file = describe_file(self.folder, path)
            return TableFile(**file.model_dump(), rows=found, unowned_rows=unowned, made_from=made_from)

        held = self._held.rows(table, label, part)
        if held is not None:
            return self.writer.submit(write, held)
        with self.connection.sql(output(self.plan, table, part.placed, void)).to_arrow_reader(ROWS_AT_ONCE) as rows:
            batches = together(rows)
            first, more = next(batches, None), next(batches, None)
            held = [batch for batch in (first, more) if batch is not None]
            done = self.writer.submit(write, chain(held, batches))
            if more is not None:
                # More rows than memory may hold: no other statement before all of them have arrived.
                wait([done])
        return done

    def _schema(self, table: TablePlan) -> pa.Schema:
        if table.name not in self._schemas:
            nothing = ", ".join(f"CAST(NULL AS {kind}) AS {sql.name(column)}" for column, kind in table.types.items())
            empty = self.connection.sql(sql.statement("SELECT $nothing LIMIT 0", nothing=nothing)).to_arrow_table()
            self._schemas[table.name] = empty.schema
        return self._schemas[table.name]

    def _origin(self, needed: TablePlan, label: str) -> list[str]:
        if (needed.name, label) not in self._origins:
            part = self.source.parts[needed.name][label]
            marks: int | None = 0
            if needed.table.owner in PERSON_DOMAINS:
                marks = self._held.marks(needed, label)
                if marks is None:
                    marked = owners_select(needed, part.placed(needed.key(needed.table.owner)))
                    marks = sql.one_row(self.connection, marked)[0]
            self._origins[needed.name, label] = [needed.name, label, part.digest, str(marks)]
        return self._origins[needed.name, label]

    def _leading(self, domain: str, table: str, label: str) -> tuple[str, ...]:
        """Return the partitions of the leading table in which the owners of a table's partition are found."""
        there = self.source.parts[self.plan.through[domain]]
        if label in there:
            return (label,)
        if label and set(there) != {""}:
            raise ExtractProblem(
                f"the source has {table}/{label} and no {self.plan.through[domain]}/{label}.",
                "Restore the missing partition, or cut both tables alike.",
            )
        return tuple(there)

    def _link(self, domain: str | None, table: str, label: str) -> None:
        """Make the table that leads from a domain's keys to owners, for the partitions that matter."""
        if domain is None or domain in PERSON_DOMAINS:
            return
        labels = self._leading(domain, table, label)
        if self._linked.get(domain) == labels:
            return
        leading = self.plan.needed[self.plan.through[domain]]
        self._link(leading.table.owner, leading.name, label)
        placed = partial(self.source.placed, leading.name, labels)
        kept = link_select(self.plan, domain, placed)
        if domain == LINE_KEY:
            seed = seed_of(self.key, "\x1f".join(labels))
            if not self._held.hold(labels, seed):
                make_lines(self.connection, kept, seed, placed(leading.key(domain)))
        else:
            self.connection.execute(
                sql.statement(
                    "CREATE OR REPLACE TEMP TABLE $link AS $owners",
                    link=link_table(domain),
                    owners=one_owner(kept, leading.key(domain)),
                )
            )
        self._linked[domain] = labels

    def _spaces(self, table: TablePlan) -> dict[str, str]:
        """Return the columns of a table that are re-keyed, with the space of each."""
        body = {BODY_COLUMN: BODY} if BODY_COLUMN in table.columns and table.has_key(LINE_KEY) else {}
        return {**table.pseudonyms, **body}

    def _made_pseudonyms(self) -> Pseudonyms:
        """Make the pseudonyms of every space once, over all partitions: two that collide would be in different ones."""
        if self._pseudonyms is not None:
            return self._pseudonyms
        spaces: dict[str, list[str]] = {}
        for table in self.plan.tables:
            whole = self.source.whole(table.name)
            for column, space in self._spaces(table).items():
                spaces.setdefault(space, []).append(values(self.plan, table, column, whole))
        for space, queries in spaces.items():
            make_pseudonyms(self.connection, space, queries)
        # Looked up while rows arrive: that takes a connection of its own.
        self._pseudonyms = Pseudonyms(self.connection.cursor())
        return self._pseudonyms


def _look(table: TablePlan, path: Path, schema: pa.Schema) -> tuple[int, int]:
    """Return rows and rows without owner; exactly the columns of the permit, and the owner, may be there."""
    with pq.ParquetFile(path) as written:
        if not written.schema_arrow.equals(schema):
            raise ExtractProblem(
                f"{table.name} was not written as planned; nothing was published.", "Report this to the developers."
            )
        owner = schema.get_field_index(OWNER_COLUMN)
        groups = (written.metadata.row_group(i) for i in range(written.num_row_groups))
        unowned = sum(group.column(owner).statistics.null_count for group in groups) if table.private else 0
        return written.metadata.num_rows, unowned


@cache
def _builder() -> str:
    """Return the digest of the builder's own code: whoever changes it makes every partition again."""
    digest = sha256(f"{duckdb.__version__} {pa.__version__}".encode())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
