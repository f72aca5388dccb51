"""Build the extract of one project: policy to SQL to Parquet, published only when complete."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version as installed_version
from pathlib import Path

import duckdb
import pyarrow as pa

from ecluse_platform.core.permit import check_in_force
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.project import Encryption, Project
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.signatures import WrongKey, public_half, sign
from ecluse_platform.extract import sql
from ecluse_platform.extract.cohort import limit_to_cohort
from ecluse_platform.extract.dictionary import DICTIONARY, write_dictionary
from ecluse_platform.extract.gaps import check_nothing_lost, years_without_source
from ecluse_platform.extract.journal import recorded, settle
from ecluse_platform.extract.keys import install, project_key, project_salt
from ecluse_platform.extract.manifest import (
    MANIFEST,
    SIGNATURE,
    Manifest,
    TableEntry,
    TableFile,
    describe_file,
    read_manifest,
)
from ecluse_platform.extract.owners import make_persons, mark_owners
from ecluse_platform.extract.parts import Before, Parts
from ecluse_platform.extract.plan import PERSONS, ExtractPlan, TablePlan, plan_extract
from ecluse_platform.extract.problems import ExtractProblem
from ecluse_platform.extract.publish import current_version, only_build, publish, unfinished_version
from ecluse_platform.extract.sealed import is_sealed, open_sealed
from ecluse_platform.extract.source import Source, open_source
from ecluse_platform.extract.views import DATABASE, write_views

# Partitions written at once while the rows of the next are found: memory holds each of them.
WRITERS = 2
STAMP = "%Y%m%dT%H%M%SZ"
_OF_LIBRARIES = (duckdb.Error, pa.ArrowException, OSError)


@dataclass(frozen=True)
class Places:
    """Where the source is, and where extracts, lists of persons, projects' keys and the journal are kept."""

    source: Path
    extracts: Path
    cohorts: Path
    keys: Path
    journal: Path


@dataclass(frozen=True)
class Secrets:
    """The installation's pseudonym key, and the private key (PEM) that signs manifests and records."""

    pseudonyms: bytes
    signing: bytes


@dataclass(frozen=True)
class Step:
    """A step that has been done, for those who watch."""

    what: str
    rows: int | None = None


def build_extract(
    bundle: PolicyBundle,
    project_id: str,
    places: Places,
    secrets: Secrets,
    actor: str,
    now: datetime,
    report: Callable[[Step], None],
    *,
    accept_lost: bool = False,
) -> Manifest:
    """Build and publish a new version; on any error the published one stays as it was.

    A source that lost partitions since is refused, unless ``accept_lost``.
    """
    project = bundle.project(project_id)
    if project is None:
        raise Refusal("unknown_project")
    check_in_force(project, now.date())
    plan = plan_extract(bundle.catalogue, project)
    home, stamp = places.extracts / project.id, now.astimezone(UTC).strftime(STAMP)
    try:
        with only_build(home):
            key = project_key(secrets.pseudonyms, project.id, project_salt(places.keys, project.id))
            # A folder that is encrypted stays so, even if the permit no longer asks for it.
            if project.data.encryption is Encryption.VOLUME or is_sealed(home):
                open_sealed(home, key)
            public = public_half(secrets.signing)
            current = current_version(home)
            settle(places.journal, public, project.id, None if current is None else current.name)
            with unfinished_version(home) as folder:
                before = _before(home, public)
                source_digest, tables = _write_tables(
                    bundle, plan, places, folder, key, before, report, accept_lost=accept_lost
                )
                manifest = _manifest(bundle, project, folder, source_digest, tables, now).sealed(stamp)
                text = manifest.text().encode()
                (folder / MANIFEST).write_bytes(text)
                (folder / SIGNATURE).write_bytes(sign(secrets.signing, text))
                record = _record(bundle, project, manifest, actor, sha256(text).hexdigest())
                with recorded(places.journal, secrets.signing, stamp, record):
                    publish(folder, manifest.version)
    except _OF_LIBRARIES as error:
        # The library's own words could quote what it read: only the kind of error and the partition are told.
        where = "".join(f" at {place}" for place in getattr(error, "__notes__", ())[:1])
        kind = type(error).__name__
        raise ExtractProblem(
            f"the build of {project.id} stopped{where} ({kind}); the published version stays as it was.",
            "Check the source's files and the space left on the disk, then build again.",
        ) from None
    except WrongKey:
        raise ExtractProblem(
            "the signing key is no Ed25519 key in PEM.",
            "Make one with tools/make_secrets.py, or name it with --signing-key.",
        ) from None
    report(Step(f"published {manifest.version}"))
    return manifest


def _before(home: Path, public_key: bytes) -> Before | None:
    """Return the last version if the extractor signed it: its files may be taken over."""
    folder = current_version(home)
    manifest = None if folder is None else read_manifest(folder, public_key)
    if folder is None or manifest is None:
        return None
    files, empty = {}, {}
    for name, entry in manifest.tables.items():
        for file in entry.files:
            label = Path(file.path).parent.relative_to(name).as_posix()
            files[name, "" if label == "." else label] = file
        empty.update({(name, label): made_from for label, made_from in entry.empty.items()})
    return Before(folder, files, empty)


def _write_tables(
    bundle: PolicyBundle,
    plan: ExtractPlan,
    places: Places,
    folder: Path,
    key: bytes,
    before: Before | None,
    report: Callable[[Step], None],
    *,
    accept_lost: bool,
) -> tuple[str, dict[str, TableEntry]]:
    spill = folder / ".spill"
    with duckdb.connect() as connection:
        connection.execute("SET temp_directory = " + sql.literal(str(spill)))
        connection.execute("SET autoinstall_known_extensions = false")
        source = open_source(connection, places.source, plan)
        if before is not None and not accept_lost:
            check_nothing_lost(source, (*before.files, *before.empty))
        report(Step("source checked"))
        for year, names in years_without_source(source, plan).items():
            report(Step(f"the source has nothing of {year} in {', '.join(names)}"))
        install(connection, key)
        if PERSONS in plan.needed:
            make_persons(connection, source.whole(PERSONS), plan.departments, plan.identifiers_per_person)
            if plan.cohort is not None:
                fewest = bundle.platform.extracts.smallest_cohort
                limit_to_cohort(connection, plan.cohort, source, places.cohorts, fewest)
            mark_owners(connection)
            report(Step("persons"))
        with ThreadPoolExecutor(max_workers=WRITERS) as writer:
            entries = _write_parts(Parts(connection, plan, source, key, folder, before, writer), source, report)
        missing = write_views(folder, plan, connection, bundle.codelists)
        write_dictionary(folder, plan)
        without = f", without the filters {', '.join(missing)} for which the permit is too small" if missing else ""
        report(Step(f"views and dictionary{without}"))
    # Spilled rows carry source identifiers: they go before anything is published.
    if spill.is_dir():
        shutil.rmtree(spill)
    return source.digest, entries


def _write_parts(parts: Parts, source: Source, report: Callable[[Step], None]) -> dict[str, TableEntry]:
    files: dict[str, list[TableFile]] = {table.name: [] for table in parts.plan.tables}
    empty: dict[str, dict[str, str]] = {table.name: {} for table in parts.plan.tables}
    left = {table.name: len(source.parts[table.name]) for table in parts.plan.tables}
    as_before = dict.fromkeys(files, 0)
    for table, label, made_from, made in _made(parts):
        name = table.name
        as_before[name] += not isinstance(made, Future)
        with _telling(name, label):
            file = made.result() if isinstance(made, Future) else made
        left[name] -= 1
        if isinstance(file, str) or (file.rows == 0 and (files[name] or left[name])):
            # Years of which nothing is granted leave no file, unless the table would have none at all.
            empty[name][label] = made_from
            if not isinstance(file, str):
                (parts.folder / file.path).unlink()
        else:
            files[name].append(file)
        if not left[name]:
            if not files[name]:
                files[name].append(parts.written(table, label, empty[name].pop(label)).result())
            again = as_before[name]
            report(Step(f"{name}{f' ({again} of its files as before)' if again else ''}", _sum(files[name])))
    return {
        name: TableEntry(
            rows=_sum(listed),
            unowned_rows=sum(f.unowned_rows for f in listed),
            files=tuple(listed),
            empty=empty[name],
        )
        for name, listed in files.items()
    }


def _made(parts: Parts) -> Iterator[tuple[TablePlan, str, str, Future[TableFile] | TableFile | str]]:
    """Yield each partition and what became of it, in turn; as many are written at once as there are writers."""
    waiting: deque[tuple[TablePlan, str, str, Future[TableFile] | TableFile | str]] = deque()
    for table, label in parts.order():
        with _telling(table.name, label):
            made_from = parts.made_from(table, label)
            found = parts.reused(table, label, made_from)
            made = parts.written(table, label, made_from) if found is None else found
        waiting.append((table, label, made_from, made))
        if len(waiting) > WRITERS:
            yield waiting.popleft()
    yield from waiting


@contextmanager
def _telling(table: str, label: str) -> Iterator[None]:
    """Note on an error of a library which partition it came from: its own words are not told."""
    try:
        yield
    except _OF_LIBRARIES as error:
        error.add_note(f"{table}/{label}" if label else table)
        raise


def _sum(files: list[TableFile]) -> int:
    return sum(file.rows for file in files)


def _manifest(
    bundle: PolicyBundle,
    project: Project,
    folder: Path,
    source_digest: str,
    tables: dict[str, TableEntry],
    now: datetime,
) -> Manifest:
    return Manifest(
        project=project.id,
        version="",
        built_at=now.astimezone(UTC).isoformat(timespec="seconds"),
        builder=f"ecluse-platform {installed_version('ecluse-platform')}, duckdb {duckdb.__version__}",
        permit=project.permit.reference,
        policy_digest=bundle.digest,
        source_digest=source_digest,
        dictionary=describe_file(folder, folder / DICTIONARY),
        database=describe_file(folder, folder / DATABASE),
        tables=tables,
    )


def _record(
    bundle: PolicyBundle, project: Project, manifest: Manifest, actor: str, manifest_sha256: str
) -> dict[str, object]:
    """Return what the audit log will say of a build; a number of rows below the threshold is not said."""
    fewest = bundle.profile_of(project).threshold_rows
    rows = {
        name: "0" if entry.rows == 0 else f"under_{fewest}" if entry.rows < fewest else str(entry.rows)
        for name, entry in manifest.tables.items()
    }
    return {
        "action": "extract_built",
        "actor": actor,
        "at": manifest.built_at,
        "project": project.id,
        "permit": project.permit.reference,
        "policy_digest": bundle.digest,
        "source_digest": manifest.source_digest,
        "manifest_sha256": manifest_sha256,
        "version": manifest.version,
        "rows": rows,
    }
