"""Build the extract of one project: policy to SQL to Parquet, published only when complete."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version as installed_version
from pathlib import Path

import duckdb

from ecluse_platform.core.permit import check_in_force
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.extract import sql
from ecluse_platform.extract.keys import install, make_pseudonyms, project_key
from ecluse_platform.extract.linekeys import NEW_VALUES, make_lines
from ecluse_platform.extract.manifest import MANIFEST, Manifest, TableEntry, describe_file
from ecluse_platform.extract.owners import make_persons
from ecluse_platform.extract.plan import LINE_KEY, LINES, OWNER_COLUMN, PERSONS, ExtractPlan, TablePlan, plan_extract
from ecluse_platform.extract.problems import ExtractProblem
from ecluse_platform.extract.publish import only_build, publish, unfinished_version
from ecluse_platform.extract.rows import keep_rows, kept_view, output
from ecluse_platform.extract.source import check_source
from ecluse_platform.extract.views import write_views

ROW_GROUP = 122_880


@dataclass(frozen=True)
class Places:
    """Where the source is and where extracts go."""

    source: Path
    extracts: Path


@dataclass(frozen=True)
class Step:
    """A step that has been done, for those who watch."""

    what: str
    rows: int | None = None


def build_extract(
    bundle: PolicyBundle,
    project_id: str,
    places: Places,
    master_key: bytes,
    now: datetime,
    report: Callable[[Step], None],
) -> Manifest:
    """Build and publish a new version; on any error the published one stays as it was."""
    project = bundle.project(project_id)
    if project is None:
        raise Refusal("unknown_project")
    check_in_force(project, now.date())
    plan = plan_extract(bundle.catalogue, project)
    project_folder = places.extracts / project.id
    try:
        with only_build(project_folder), unfinished_version(project_folder) as folder:
            tables = _write_tables(plan, places.source, folder, project_key(master_key, project.id), report)
            database = describe_file(folder, write_views(folder, plan))
            report(Step("views"))
            manifest = Manifest(
                project=project.id,
                version="",
                built_at=now.astimezone(UTC).isoformat(timespec="seconds"),
                builder=f"ecluse-platform {installed_version('ecluse-platform')}, duckdb {duckdb.__version__}",
                policy_digest=bundle.digest,
                database=database,
                tables=tables,
            ).sealed(now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"))
            (folder / MANIFEST).write_text(manifest.text(), encoding="utf-8")
            publish(folder, manifest.version)
    except (duckdb.Error, OSError) as error:
        # The library's own words could quote what it read: only the kind of error is told.
        raise ExtractProblem(
            f"the build of {project.id} stopped ({type(error).__name__}); the published version stays as it was.",
            "Check the source's files and the space left on the disk, then build again.",
        ) from None
    report(Step(f"published {manifest.version}"))
    return manifest


def _write_tables(
    plan: ExtractPlan, source: Path, folder: Path, key: bytes, report: Callable[[Step], None]
) -> dict[str, TableEntry]:
    spill = folder / ".spill"
    with duckdb.connect() as connection:
        connection.execute("SET temp_directory = " + sql.literal(str(spill)))
        connection.execute("SET autoinstall_known_extensions = false")
        check_source(connection, source, plan)
        report(Step("source checked"))
        install(connection, key)
        _prepare(connection, plan, source)
        report(Step("persons and keys"))
        entries = {}
        for table in plan.tables:
            entries[table.name] = _write_table(connection, table, folder)
            report(Step(table.name, entries[table.name].rows))
    # Spilled rows carry source identifiers: they go before anything is published.
    if spill.is_dir():
        shutil.rmtree(spill)
    return entries


def _prepare(connection: duckdb.DuckDBPyConnection, plan: ExtractPlan, source: Path) -> None:
    """Find owners, kept rows and new identifiers, in the order in which they need one another."""
    relations = {table.name: sql.parquet(str(source / table.name)) for table in plan.needed}
    if PERSONS in relations:
        make_persons(connection, relations[PERSONS], plan.departments, plan.identifiers_per_person)
    by_person = [t for t in plan.needed if t.table.owner != LINE_KEY]
    for table in by_person:
        keep_rows(connection, plan, table, relations[table.name])
        if table.name == LINES:
            make_lines(connection, sql.statement("FROM $view", view=kept_view(LINES)), table.key(LINE_KEY))
    for table in plan.needed:
        if table.table.owner == LINE_KEY:
            keep_rows(connection, plan, table, relations[table.name])
    spaces: dict[str, list[str]] = {}
    for table in plan.tables:
        for column, space in table.pseudonyms.items():
            spaces.setdefault(space, []).append(
                sql.statement("SELECT DISTINCT $column FROM $view", column=sql.name(column), view=kept_view(table.name))
            )
    for space, queries in spaces.items():
        make_pseudonyms(connection, space, queries)


def _write_table(connection: duckdb.DuckDBPyConnection, table: TablePlan, folder: Path) -> TableEntry:
    path = folder / table.name / "part-0000.parquet"
    path.parent.mkdir()
    connection.execute(
        sql.statement(
            "COPY ($rows) TO $path (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE $group)",
            rows=output(table, NEW_VALUES),
            path=sql.literal(str(path)),
            group=str(ROW_GROUP),
        )
    )
    written = sql.statement("read_parquet($path)", path=sql.literal(str(path)))
    found = connection.execute(sql.statement("DESCRIBE FROM $written", written=written)).fetchall()
    # The last look before anything leaves: exactly what the permit grants, and the owner of every personal row.
    if {str(row[0]): str(row[1]) for row in found} != table.types:
        raise ExtractProblem(
            f"{table.name} was not written as planned; nothing was published.", "Report this to the developers."
        )
    unowned = f"count(*) - count({sql.name(OWNER_COLUMN)})" if table.private else "0"
    counted = connection.execute(
        sql.statement("SELECT count(*), $unowned FROM $written", unowned=unowned, written=written)
    ).fetchone()
    rows, without_owner = counted if counted is not None else (0, 0)
    return TableEntry(rows=rows, unowned_rows=without_owner, files=(describe_file(folder, path),))
