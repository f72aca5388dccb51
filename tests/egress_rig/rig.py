"""A service without its web server: real database, vault, policies and use cases; time and results as told."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ecluse_platform.core.audit import AuditEntry, Broken, Intact, verify
from ecluse_platform.core.identity import REVIEW_SCOPE, SUBMIT_SCOPE, Principal
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.privacy.ask import PrivacyAsk
from ecluse_platform.core.privacy.ledger import Ledger
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import ComparedWith, ExportRequest, Fault, MachineRefusal, ProofCount, Verdict
from ecluse_platform.egress.adapters.checkpoints import Checkpoints, load_private_key, read_checkpoints
from ecluse_platform.egress.adapters.database.engine import open_engine
from ecluse_platform.egress.adapters.database.migrating import migrate
from ecluse_platform.egress.adapters.database.store import SqlStore
from ecluse_platform.egress.adapters.vault import FileVault
from ecluse_platform.egress.deps import Deps
from ecluse_platform.egress.ports import Answered, Progress, Remembered, Screened
from ecluse_platform.egress.services import intake, releasing, screening, voting
from ecluse_platform.egress.services.drafts import Draft, plan_private_query
from ecluse_platform.egress.services.people import Researcher
from ecluse_platform.egress.settings import Settings
from ecluse_platform.policyfiles import PolicySource
from made_private import answer_to
from made_tables import Cell, screened, table_of

ROOT = Path(__file__).parents[2]
SQL = "SELECT BEN_SEX_COD, COUNT(DISTINCT BEN_NIR_PSA) AS patients FROM IR_BEN_R GROUP BY BEN_SEX_COD"
ONE_STEWARD = "diabete-idf"
TWO_STEWARDS = "antibio-national"
HUB_TOKEN = "h" * 64
AUDIT_TOKEN = "a" * 64


@dataclass
class TableCompute:
    """Stands for the computing process: a table of given cells, or the answer that the test wants."""

    policies: PolicySource
    cells: tuple[Cell, ...] = (Cell(("1",), 40), Cell(("2",), 3))
    instead: MachineRefusal | Fault | None = None
    away: bool = False
    asked: int = 0
    earlier: tuple[Remembered, ...] = ()
    proof: ProofCount | None = None
    position: Progress | None = None
    extract_version: str = "20261123T120000Z-0123abcd"
    counts: tuple[int, ...] = (2, 20, 40)
    drawn: Callable[[Answered], Answered] = lambda answered: answered

    def ping(self) -> bool:
        """Say whether it answers."""
        return not self.away

    def screen(
        self, project: str, sql: str, item: str, earlier: Sequence[Remembered]
    ) -> Screened | MachineRefusal | Fault:
        """Return the protected table of the cells, compared with what counts."""
        del sql
        self.asked += 1
        self.earlier = tuple(earlier)
        if self.instead is not None:
            return self.instead
        bundle = self.policies.current()
        table = table_of(self.cells, bundle.profile_of(bundle.projects[project]))
        found = screened(table, item, tuple(ComparedWith(known.item, ()) for known in earlier))
        return found if self.proof is None else replace(found, proof=self.proof)

    def version(self, project: str, sql: str, ask: PrivacyAsk) -> str | MachineRefusal | Fault:
        """Return the version that the test says."""
        del project, sql, ask
        return self.extract_version

    def answer(
        self, project: str, sql: str, ask: PrivacyAsk, version: str, item: str
    ) -> Answered | MachineRefusal | Fault:
        """Return a private answer of the counts, each draw with another one, or what the test wants."""
        del item
        self.asked += 1
        if self.instead is not None:
            return self.instead
        bundle = self.policies.current()
        asked = bundle.projects[project]
        rules, query = bundle.privacy[asked.privacy or ""], plan_private_query(bundle, asked, sql, ask)
        counts = [count + self.asked for count in self.counts]
        made = Answered(answer_to(query, rules, bundle.profile_of(asked), counts), version)
        return self.drawn(made)

    def progress(self, item: str) -> Progress | None:
        """Say what the test wants."""
        del item
        return self.position


@dataclass
class TokenIdentities:
    """Stands for the hub: tokens that the test hands out."""

    known: dict[str, Principal] = field(default_factory=dict)

    def principal(self, token: str) -> Principal:
        """Return the principal of a token."""
        if token not in self.known:
            raise Refusal("not_authenticated")
        return self.known[token]


@dataclass
class Rig:
    """The parts of a service, and the steps of a story."""

    deps: Deps
    store: SqlStore
    vault: FileVault
    policies: PolicySource
    compute: TableCompute
    identities: TokenIdentities
    now: list[datetime]

    @property
    def bundle(self) -> PolicyBundle:
        """The policies in force."""
        return self.policies.current()

    def clock(self) -> datetime:
        """Return the story's time; it passes whenever somebody looks."""
        self.now[0] += timedelta(milliseconds=1)
        return self.now[0]

    def submit(
        self, author: str = "researcher1", project: str = ONE_STEWARD, key: str | None = None, tables: int = 1
    ) -> ExportRequest:
        """Submit a request from a workspace."""
        who, chosen = Researcher(author, project), key or str(uuid.uuid4())
        new_id, asked = self.deps.new_id, draft(tables=tables)
        return intake.submit(self.store, self.bundle, self.clock(), new_id, who, asked, chosen).request

    def submit_draft(self, asked: Draft, author: str = "researcher1", project: str = ONE_STEWARD) -> ExportRequest:
        """Submit any draft from a workspace."""
        who, key = Researcher(author, project), str(uuid.uuid4())
        return intake.submit(self.store, self.bundle, self.clock(), self.deps.new_id, who, asked, key).request

    def ledger(self, project: str = ONE_STEWARD) -> Ledger:
        """Read a project's ledger."""
        with self.store.reading() as reading:
            return reading.ledger.of_project(project, "snds")

    def resubmit(self, request_id: str, sql: str = SQL) -> ExportRequest:
        """Send a returned request again."""
        request = self.get(request_id)
        who = Researcher(request.author, request.project)
        return intake.resubmit(self.store, self.bundle, self.clock(), who, request_id, draft(sql))

    def screen(self) -> ExportRequest | None:
        """Screen the next request."""
        return screening.screen_next(self.store, self.policies, self.clock, self.compute, self.vault)

    def vote(
        self, request_id: str, name: str, verdict: Verdict = Verdict.APPROVE, subject: str | None = None
    ) -> ExportRequest:
        """Vote on the bytes that are screened, or on others."""
        held = self.get(request_id).screening
        shown = subject or ("0" * 64 if held is None else held.subject)
        ballot = voting.Ballot(verdict, shown, "" if verdict is Verdict.APPROVE else "Please explain.")
        return voting.vote(self.store, self.bundle, self.clock(), steward(name), request_id, ballot)

    def release(self) -> tuple[ExportRequest, ...]:
        """Release what is approved."""
        return releasing.release_approved(self.store, self.policies, self.clock, self.vault)

    def released(self) -> ExportRequest:
        """Bring a request of the one-steward project all the way out."""
        request = self.submit()
        self.screen()
        self.vote(request.id, "steward1")
        self.release()
        return self.get(request.id)

    def get(self, request_id: str) -> ExportRequest:
        """Read a request as stored."""
        with self.store.reading() as reading:
            return reading.requests.get(request_id)

    def entries(self) -> list[AuditEntry]:
        """Read the audit log."""
        with self.store.reading() as reading:
            return [found for found in reading.audit.read() if isinstance(found, AuditEntry)]

    def actions(self) -> list[str]:
        """List what the audit log says has happened."""
        return [found.entry.action.value for found in self.entries()]

    def proof(self) -> Intact | Broken:
        """Verify the audit log against its checkpoints."""
        key = load_private_key(self.deps.settings.signing_key).public_key()
        signed = list(read_checkpoints(self.deps.settings.checkpoints, key))
        with self.store.reading() as reading:
            return verify(reading.audit.read(), signed)


def draft(sql: str = SQL, title: str = "Patients by sex", tables: int = 1) -> Draft:
    """Return a draft of one query, or of the same one several times."""
    items = [{"kind": "query", "name": f"Table {number}", "sql": sql} for number in range(1, tables + 1)]
    return Draft.model_validate({"title": title, "purpose": "Table 1", "items": items})


def private_item(epsilon: str = "1", sql: str = SQL, name: str = "Noised", **ask: object) -> dict[str, object]:
    """Return a private item of a draft."""
    return {"kind": "private", "name": name, "sql": sql, "ask": {"epsilon": epsilon, **ask}}


def private_draft(epsilon: str = "1", sql: str = SQL, title: str = "Noised patients", **ask: object) -> Draft:
    """Return a draft of one private query."""
    items = [private_item(epsilon, sql, **ask)]
    return Draft.model_validate({"title": title, "purpose": "Figure 1", "items": items})


def steward(name: str) -> Principal:
    """Return a person with a token that may review."""
    return Principal(name, frozenset({REVIEW_SCOPE}))


def workspace(user: str, project: str) -> Principal:
    """Return what the hub says of a workspace's token."""
    return Principal(user, frozenset({SUBMIT_SCOPE, f"access:servers!server={user}/{project}"}))


def signing_key() -> bytes:
    """Make a key for checkpoints."""
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def settings_in(folder: Path, database_url: str | None = None, policies: Path = ROOT / "policies") -> Settings:
    """Return settings around a folder."""
    return Settings(
        policies=policies,
        state=folder / "egress",
        audit=folder / "audit",
        compute_socket=folder / "compute.sock",
        database_url=database_url or f"sqlite:///{folder / 'egress' / 'egress.db'}",
        hub_api_url="http://127.0.0.1:1/hub/api",
        public_url="http://hub.localhost:8000",
        egress_url="http://egress--service.hub.localhost:8000/services/egress",
        hub_token=HUB_TOKEN,
        hub_audit_token=AUDIT_TOKEN,
        session_key=b"k" * 64,
        signing_key=signing_key(),
    )


@contextmanager
def open_rig(folder: Path, database_url: str | None = None, policies: Path = ROOT / "policies") -> Iterator[Rig]:
    """Open a service's parts around a folder."""
    settings = settings_in(folder, database_url, policies)
    settings.state.mkdir(parents=True)
    settings.audit.mkdir()
    engine = open_engine(settings.database_url)
    migrate(engine)
    now = [datetime(2026, 11, 23, 9, 0, tzinfo=UTC)]
    source = PolicySource(settings.policies)
    store = SqlStore(
        engine, lambda: now[0], Checkpoints(settings.checkpoints, load_private_key(settings.signing_key)).append
    )
    vault, identities, compute = FileVault(settings.vault), TokenIdentities(), TableCompute(source)
    deps = Deps(
        settings=settings,
        store=store,
        policies=source,
        clock=lambda: now[0],
        new_id=lambda: uuid.uuid4().hex[:12],
        vault=vault,
        compute=compute,
        identities=identities,
        wake=lambda: None,
    )
    yield Rig(deps, store, vault, source, compute, identities, now)
    engine.dispose()
