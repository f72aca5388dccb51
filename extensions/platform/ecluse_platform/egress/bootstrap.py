"""The one place that knows every concrete class of the service."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from ecluse_platform.core.audit import Checkpoint
from ecluse_platform.egress.adapters.checkpoints import Checkpoints, load_private_key, read_checkpoints
from ecluse_platform.egress.adapters.compute import SocketCompute
from ecluse_platform.egress.adapters.database.engine import open_engine
from ecluse_platform.egress.adapters.database.migrating import migrate
from ecluse_platform.egress.adapters.database.store import SqlStore
from ecluse_platform.egress.adapters.hub import HubIdentities
from ecluse_platform.egress.adapters.vault import FileVault
from ecluse_platform.egress.deps import Deps
from ecluse_platform.egress.ports import Identities
from ecluse_platform.egress.services.journal import gather
from ecluse_platform.egress.settings import Settings, SettingsError
from ecluse_platform.egress.worker import Worker
from ecluse_platform.policyfiles import PolicySource

_ID_BYTES = 6


@dataclass(frozen=True)
class Service:
    """The parts of a service that is ready to run."""

    deps: Deps
    worker: Worker

    @contextmanager
    def background(self) -> Iterator[None]:
        """Run the worker for as long as the block lasts."""
        self.worker.start()
        try:
            yield
        finally:
            self.worker.stop()


def build(settings: Settings, identities: Identities | None = None) -> Service:
    """Join ports and adapters; refuse to start on an audit log that is shorter than its checkpoints say."""
    settings.state.mkdir(parents=True, exist_ok=True)
    settings.audit.mkdir(parents=True, exist_ok=True)
    engine = open_engine(settings.database_url)
    migrate(engine)
    checkpoints = Checkpoints(settings.checkpoints, load_private_key(settings.signing_key))
    store = SqlStore(engine, utc_now, checkpoints.append)
    _continue_log(settings, store, checkpoints)
    _gather(settings, store)
    policies = PolicySource(settings.policies)
    vault = FileVault(settings.vault)
    compute = SocketCompute(settings.compute_socket, policies)
    worker = Worker(
        store=store,
        policies=policies,
        clock=utc_now,
        compute=compute,
        vault=vault,
        lock=settings.state / "worker.lock",
    )
    deps = Deps(
        settings=settings,
        store=store,
        policies=policies,
        clock=utc_now,
        new_id=lambda: secrets.token_hex(_ID_BYTES),
        vault=vault,
        compute=compute,
        identities=identities or HubIdentities(settings.hub_api_url),
        wake=worker.wake,
    )
    return Service(deps, worker)


def utc_now() -> datetime:
    """Return the moment it is."""
    return datetime.now(UTC)


def _gather(settings: Settings, store: SqlStore) -> None:
    """Take over what the extractor did meanwhile; a record that cannot be taken stops nobody's work, but is said."""
    if settings.journal is None or settings.extract_key is None:
        return
    log = structlog.get_logger()
    try:
        added, refused = gather(store, settings.journal, settings.extract_key.read_bytes())
    except OSError as error:
        log.warning("journal_unreadable", kind=type(error).__name__)
        return
    log.info("journal_gathered", added=added)
    if refused:
        log.warning("journal_records_refused", count=len(refused))


def _continue_log(settings: Settings, store: SqlStore, checkpoints: Checkpoints) -> None:
    key = load_private_key(settings.signing_key).public_key()
    signed = max(read_checkpoints(settings.checkpoints, key), key=lambda c: c.number, default=Checkpoint(0, ""))
    with store.reading() as reading:
        head, held = reading.audit.head(), reading.audit.at(signed.number)
    if signed.number and (held is None or held.digest != signed.digest):
        raise SettingsError(
            f"the audit log does not hold entry {signed.number} as its signed checkpoint says: run `ecluse audit "
            "verify`, and restore the database and the audit folder of one and the same moment"
        )
    if head is not None:
        # A commit whose checkpoint a crash prevented gets it now.
        checkpoints.append(Checkpoint(head.number, head.digest))
