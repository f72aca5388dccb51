"""Purged is gone: data, memory and key; the proof stands in the audit log; what is in force cannot be purged."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ecluse_platform.core.audit import AuditEntry, Intact, verify
from ecluse_platform.core.audit_actions import Action
from ecluse_platform.core.journal import BadRecord, checked_record
from ecluse_platform.core.permit import purged_after
from ecluse_platform.egress.adapters.database.engine import open_engine
from ecluse_platform.egress.adapters.database.migrating import migrate
from ecluse_platform.egress.adapters.database.store import SqlStore
from ecluse_platform.egress.services.journal import gather
from ecluse_platform.extract import ExtractProblem, expired, purge_extract
from integration.extract.extract_kit import NOW, SECRETS, Extracts

PROJECT = "antibio-national"


@pytest.fixture
def over(fresh: Extracts) -> Extracts:
    """An extract that was built in time, of a permit that has ended since."""
    fresh.build(PROJECT)
    permit = fresh.bundle.projects[PROJECT]
    ended = permit.permit.model_copy(update={"end": date(2026, 11, 30)})
    projects = {**fresh.bundle.projects, PROJECT: permit.model_copy(update={"permit": ended})}
    return replace(fresh, bundle=replace(fresh.bundle, projects=projects))


AFTER = datetime(2026, 12, 1, 8, tzinfo=UTC)


def purge(extracts: Extracts, memory: Path, now: datetime = AFTER) -> None:
    """Purge the project."""
    purge_extract(extracts.bundle, PROJECT, extracts.places, memory, SECRETS.signing, "operator1", now)


def records(extracts: Extracts) -> list[dict[str, object]]:
    """Return the extractor's records, oldest first."""
    return [checked_record(p.read_bytes(), extracts.public)[0] for p in sorted(extracts.places.journal.iterdir())]


def store_in(tmp_path: Path) -> SqlStore:
    """Return an empty audit log."""
    engine = open_engine(f"sqlite:///{tmp_path / 'egress.db'}")
    migrate(engine)
    return SqlStore(engine, lambda: datetime.now(UTC), lambda _: None)


def test_nothing_is_left_but_the_proof(over: Extracts, tmp_path: Path) -> None:
    """Every version, what compute remembers and the key; the record counts what went."""
    memory = tmp_path / "history"
    (memory / PROJECT).mkdir(parents=True)
    (memory / PROJECT / "r1.parquet").write_bytes(b"persons")
    files = [p for p in (over.places.extracts / PROJECT).rglob("*") if p.is_file()]
    purge(over, memory)
    assert not (over.places.extracts / PROJECT).exists()
    assert not (memory / PROJECT).exists()
    assert list(over.places.keys.iterdir()) == []
    said = records(over)[-1]
    assert (said["action"], said["files"]) == ("extract_purged", len(files) + 1)
    assert (said["key"], said["memory"]) == ("destroyed", "destroyed")


def test_a_new_key_gives_other_pseudonyms(fresh: Extracts) -> None:
    """Once the key is destroyed, not even the installation's own key brings the same identifiers back."""
    first = fresh.build(PROJECT).tables["IR_BEN_R"].files[0].sha256
    next(iter(fresh.places.keys.iterdir())).unlink()
    assert fresh.build(PROJECT, NOW + timedelta(hours=1)).tables["IR_BEN_R"].files[0].sha256 != first


def test_a_permit_in_force_is_not_purged(fresh: Extracts, tmp_path: Path) -> None:
    """Not even when asked for by name."""
    fresh.build(PROJECT)
    with pytest.raises(ExtractProblem, match="is in force until 2028-02-29"):
        purge(fresh, tmp_path / "history")
    assert fresh.folder(PROJECT).is_dir()


def test_an_unknown_project_is_refused(fresh: Extracts, tmp_path: Path) -> None:
    """A path in disguise, or a project of which there is nothing."""
    for name in ("../antibio-national", "nothing-here"):
        with pytest.raises(ExtractProblem, match="no such project"):
            purge_extract(fresh.bundle, name, fresh.places, tmp_path, SECRETS.signing, "operator1", AFTER)


def test_only_what_is_past_its_grace_has_expired(over: Extracts, tmp_path: Path) -> None:
    """The permit's end is not yet the end of the data: the days of grace are."""
    last = purged_after(over.bundle.projects[PROJECT])
    at = datetime(last.year, last.month, last.day, 12, tzinfo=UTC)
    assert expired(over.bundle, over.places, at) == ()
    assert expired(over.bundle, over.places, at + timedelta(days=1)) == (PROJECT,)
    purge(over, tmp_path / "history", at + timedelta(days=1))
    assert expired(over.bundle, over.places, at + timedelta(days=1)) == ()


def test_builds_and_purges_become_entries_of_the_audit_log_once(over: Extracts, tmp_path: Path) -> None:
    """Who, permit, policies, source, rows per table; small numbers are not said; a second gathering adds nothing."""
    purge(over, tmp_path / "history")
    store = store_in(tmp_path)
    assert gather(store, over.places.journal, over.public) == (2, ())
    assert gather(store, over.places.journal, over.public) == (0, ())
    with store.reading() as look:
        entries = [found for found in look.audit.read() if isinstance(found, AuditEntry)]
        assert isinstance(verify(entries, []), Intact)
    built, purged = (found.entry for found in entries)
    assert (built.action, purged.action) == (Action.EXTRACT_BUILT, Action.EXTRACT_PURGED)
    assert (built.actor, built.project, built.details["permit"]) == ("operator1", PROJECT, "DEMO-2026-002")
    assert built.details["policy_digest"] == over.bundle.digest
    rows = dict(pair.split("=") for pair in str(built.details["rows"]).split())
    assert set(rows) == {t.name for t in over.bundle.projects[PROJECT].data.tables}
    assert all(number.startswith("under_") or int(number) == 0 or int(number) >= 11 for number in rows.values())
    assert (purged.details["key"], purged.details["memory"]) == ("destroyed", "none")


def test_a_record_that_the_extractor_did_not_sign_is_not_taken_over(over: Extracts, tmp_path: Path) -> None:
    """One changed letter, or another key: named, and left out."""
    path = next(iter(over.places.journal.iterdir()))
    changed = json.loads(path.read_text())
    changed["record"] = changed["record"].replace("operator1", "operator2")
    path.write_text(json.dumps(changed))
    with pytest.raises(BadRecord):
        checked_record(path.read_bytes(), over.public)
    assert gather(store_in(tmp_path), over.places.journal, over.public) == (0, (path.name,))
