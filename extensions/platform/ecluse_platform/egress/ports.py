"""What the use cases need of the world, as types; the adapters provide it and ``bootstrap`` joins them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ecluse_platform.core.audit import AuditEntry, Broken, Entry
from ecluse_platform.core.audit_actions import Action
from ecluse_platform.core.disclosure.table import ProtectedTable
from ecluse_platform.core.identity import Principal
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.privacy.answer import PrivateTable
from ecluse_platform.core.privacy.ask import PrivacyAsk
from ecluse_platform.core.privacy.ledger import Charge, Grant, Ledger
from ecluse_platform.core.requests import ComparedWith, ExportRequest, Fault, MachineRefusal, ProofCount
from ecluse_platform.core.workflow import State

Clock = Callable[[], datetime]
NewId = Callable[[], str]


class Policies(Protocol):
    """The policies in force at this moment."""

    def current(self) -> PolicyBundle:
        """Return them; raise when they cannot be trusted as they stand."""


class Identities(Protocol):
    """Who a token belongs to, as the hub says."""

    def principal(self, token: str) -> Principal:
        """Return its person and scopes; refuse an unknown token, or any while the hub does not answer."""


class RequestReader(Protocol):
    """Export requests as stored."""

    def get(self, request_id: str) -> ExportRequest:
        """Return a request; refuse when there is none."""

    def by_key(self, project: str, author: str, key: str) -> ExportRequest | None:
        """Return the request that this author's idempotency key already made."""

    def of_project(self, project: str) -> Sequence[ExportRequest]:
        """Return the requests of a project, newest first."""

    def in_states(self, states: frozenset[State]) -> Sequence[ExportRequest]:
        """Return the requests in some states, oldest change first."""


class RequestStore(RequestReader, Protocol):
    """Export requests, to be changed: a change and its audit entry are one transaction."""

    def add(self, request: ExportRequest, *, audit: Entry) -> ExportRequest:
        """Store a new request."""

    def save(self, request: ExportRequest, *, audit: Entry) -> ExportRequest:
        """Store a changed request and return it with its new version; refuse one read before somebody else's change."""


class LedgerReader(Protocol):
    """The ledger of privacy budgets as stored."""

    def of_project(self, project: str, source: str) -> Ledger:
        """Return every grant and charge of a project on a source, in the order in which they were made."""


class LedgerStore(LedgerReader, Protocol):
    """The ledger, to be added to: an addition and its audit entry are one transaction, and nothing is taken back."""

    def charge(self, charge: Charge, *, audit: Entry) -> Charge:
        """Add a charge."""

    def answer(self, charge: Charge, sha256: str, version: str, *, audit: Entry) -> None:
        """Record the answer of a charge that has none, and what it was drawn from; refuse a second one."""

    def grant(self, grant: Grant, *, audit: Entry) -> Grant:
        """Add a raise of the budget."""


class AuditReader(Protocol):
    """The audit log as stored."""

    def count(self) -> int:
        """Return how many entries there are."""

    def read(self) -> Iterator[AuditEntry | Broken]:
        """Yield the entries in order; one that cannot be read comes as ``Broken``."""

    def of_request(self, request_id: str) -> Sequence[AuditEntry]:
        """Return what happened to one request, oldest first."""

    def count_since(self, moment: datetime, actor: str, action: Action) -> int:
        """Return how many entries of one kind one actor has from a moment on."""


class AuditLog(AuditReader, Protocol):
    """The audit log, to be appended to: there is no other change."""

    def append(self, entry: Entry) -> AuditEntry:
        """Link an entry to the head."""


class Reading(Protocol):
    """A consistent look at what is stored."""

    @property
    def requests(self) -> RequestReader:
        """Export requests."""

    @property
    def audit(self) -> AuditReader:
        """The audit log."""

    @property
    def ledger(self) -> LedgerReader:
        """The ledger of privacy budgets."""


class Writing(Protocol):
    """A unit of work: all of it is stored when the block ends, none of it when the block raises."""

    @property
    def requests(self) -> RequestStore:
        """Export requests."""

    @property
    def audit(self) -> AuditLog:
        """The audit log."""

    @property
    def ledger(self) -> LedgerStore:
        """The ledger of privacy budgets."""


class Store(Protocol):
    """The database, as the use cases see it."""

    def reading(self) -> AbstractContextManager[Reading]:
        """Open a consistent look."""

    def writing(self) -> AbstractContextManager[Writing]:
        """Open a unit of work; units of work never overlap."""


class Vault(Protocol):
    """Bytes kept under their SHA-256."""

    def put(self, content: bytes) -> str:
        """Store bytes durably and return their SHA-256."""

    def get(self, sha256: str) -> bytes:
        """Return the bytes of a hash; refuse bytes that no longer have it."""


@dataclass(frozen=True)
class Remembered:
    """A table that counts when another is compared with what is out, and the hash of what compute remembers of it."""

    item: str
    sha256: str


@dataclass(frozen=True)
class Screened:
    """Recomputation succeeded: the protected table, the extract it was made from, and how it is proved.

    ``evidence`` are the certificates under seal: only the operator's key, which no service has, opens them.
    """

    table: ProtectedTable
    extract_version: str
    memory_sha256: str
    evidence: bytes
    proof: ProofCount
    compared: tuple[ComparedWith, ...]


@dataclass(frozen=True)
class Answered:
    """A private answer, and the version of the extract that it was drawn from."""

    table: PrivateTable
    extract_version: str


@dataclass(frozen=True)
class Progress:
    """How far the screening of one table has come: its step, and how much of that is done, in percent."""

    step: str
    done: int


class Compute(Protocol):
    """The process that recomputes queries on the extract."""

    def ping(self) -> bool:
        """Say whether it answers."""

    def screen(
        self, project: str, sql: str, item: str, earlier: Sequence[Remembered]
    ) -> Screened | MachineRefusal | Fault:
        """Recompute, protect, compare and remember; a refusal is the query's, a fault is the machine's."""

    def version(self, project: str, sql: str, ask: PrivacyAsk) -> str | MachineRefusal | Fault:
        """Return the version of the extract that a private answer would be drawn from; refuse what cannot be answered.

        It is asked before anything is charged, and reads no data.
        """

    def answer(
        self, project: str, sql: str, ask: PrivacyAsk, version: str, item: str
    ) -> Answered | MachineRefusal | Fault:
        """Draw a private answer from one version of the extract; to be called only once it has been charged."""

    def progress(self, item: str) -> Progress | None:
        """Say how far a table has come, None when it is not being screened."""
