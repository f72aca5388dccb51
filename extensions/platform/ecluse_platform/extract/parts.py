"""One partition after the other: made again only if what it is made from changed, else taken from the last version."""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from hashlib import sha256
from pathlib import Path

import duckdb
import pyarrow as pa

from ecluse_platform.extract import sql
from ecluse_platform.extract.gather import ROWS_AT_ONCE, Gathering, void_columns
from ecluse_platform.extract.keys import make_pseudonyms, pseudonyms_of
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
    """Writes the partitions of one build."""

    connection: duckdb.DuckDBPyConnection
    plan: ExtractPlan
    source: Source
    key: bytes
    folder: Path
    before: Before | None
    _linked: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _origins: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _have_pseudonyms: bool = False

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

    def written(self, table: TablePlan, label: str, made_from: str) -> TableFile:
        """Write one partition and look at it before it may leave."""
        self._pseudonyms()
        for domain in {self.plan.needed[table.name].table.owner, self.plan.leads(self.plan.needed[table.name])}:
            self._link(domain, table.name, label)
        path = self.folder / table.name / label / "part-0000.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        part, schema = self.source.parts[table.name][label], self._schema(table)
        void = void_columns(part.files, table.columns)
        # Pseudonyms are looked up while rows arrive: that takes a connection of its own.
        with (
            self.connection.cursor() as names,
            self.connection.sql(output(self.plan, table, part.placed, void)).to_arrow_reader(ROWS_AT_ONCE) as rows,
        ):
            new_names = {column: partial(pseudonyms_of, names, space) for column, space in self._spaces(table).items()}
            Gathering(part.files, void, new_names).write(path, schema, rows)
        found, unowned = self._look(table, path)
        file = describe_file(self.folder, path)
        return TableFile(**file.model_dump(), rows=found, unowned_rows=unowned, made_from=made_from)

    def _schema(self, table: TablePlan) -> pa.Schema:
        nothing = ", ".join(f"CAST(NULL AS {kind}) AS {sql.name(column)}" for column, kind in table.types.items())
        return self.connection.sql(sql.statement("SELECT $nothing LIMIT 0", nothing=nothing)).to_arrow_table().schema

    def _look(self, table: TablePlan, path: Path) -> tuple[int, int]:
        """Return rows and rows without owner; exactly the columns of the permit, and the owner, may be there."""
        written = sql.statement("read_parquet($path, hive_partitioning=false)", path=sql.literal(str(path)))
        found = self.connection.execute(sql.statement("DESCRIBE FROM $written", written=written)).fetchall()
        if {str(row[0]): str(row[1]) for row in found} != table.types:
            raise ExtractProblem(
                f"{table.name} was not written as planned; nothing was published.", "Report this to the developers."
            )
        unowned = f"count(*) - count({sql.name(OWNER_COLUMN)})" if table.private else "0"
        counted = sql.one_row(
            self.connection, sql.statement("SELECT count(*), $unowned FROM $written", unowned=unowned, written=written)
        )
        return int(counted[0]), int(counted[1])

    def _origin(self, needed: TablePlan, label: str) -> list[str]:
        if (needed.name, label) not in self._origins:
            part = self.source.parts[needed.name][label]
            marks = self.connection.execute(owners_select(needed, part.relation)).fetchall()
            self._origins[needed.name, label] = [needed.name, label, part.digest, str(marks[0][0])]
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
        kept = link_select(self.plan, domain, self.source.placed(leading.name, labels))
        if domain == LINE_KEY:
            make_lines(self.connection, kept, seed_of(self.key, "\x1f".join(labels)))
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

    def _pseudonyms(self) -> None:
        """Make the pseudonyms of every space once, over all partitions: two that collide would be in different ones."""
        if self._have_pseudonyms:
            return
        spaces: dict[str, list[str]] = {}
        for table in self.plan.tables:
            whole = self.source.whole(table.name)
            for column, space in self._spaces(table).items():
                spaces.setdefault(space, []).append(values(self.plan, table, column, whole))
        for space, queries in spaces.items():
            make_pseudonyms(self.connection, space, queries)
        self._have_pseudonyms = True


@cache
def _builder() -> str:
    """Return the digest of the builder's own code: whoever changes it makes every partition again."""
    digest = sha256(f"{duckdb.__version__} {pa.__version__}".encode())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
