"""The whole rig: settings, use cases and pages around a temporary folder, and the steps of a story."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ecluse_platform.core.privacy.ask import PrivacyAsk
from ecluse_platform.core.requests import ComparedWith, ExportRequest, Fault, MachineRefusal
from ecluse_platform.core.text import Text
from ecluse_platform.egress.adapters.checkpoints import Checkpoints, load_private_key
from ecluse_platform.egress.adapters.database.engine import open_engine
from ecluse_platform.egress.adapters.database.migrating import migrate
from ecluse_platform.egress.adapters.database.store import SqlStore
from ecluse_platform.egress.adapters.hub import HubIdentities
from ecluse_platform.egress.adapters.vault import FileVault
from ecluse_platform.egress.app import create_app
from ecluse_platform.egress.deps import Deps
from ecluse_platform.egress.ports import Answered, Progress, Remembered, Screened
from ecluse_platform.egress.services import intake, releasing, screening
from ecluse_platform.egress.services.drafts import Draft, plan_private_query
from ecluse_platform.egress.services.people import Researcher
from ecluse_platform.egress.settings import Settings
from ecluse_platform.egress.web import add_pages
from ecluse_platform.policyfiles import PolicySource
from made_private import answer_to
from made_tables import Cell, screened, table_of
from web_rig.hub import FakeHub
from web_rig.serving import listen, serve

ROOT = Path(__file__).parents[2]
SQL = """-- patients par sexe
SELECT BEN_SEX_COD, COUNT(DISTINCT BEN_NIR_PSA) AS patients
FROM IR_BEN_R
GROUP BY BEN_SEX_COD"""
ONE_PROJECT = "diabete-idf"
TWO_STEWARDS = "antibio-national"


@dataclass
class ScriptedCompute:
    """Stands for the computing process: a table of the cells that the test gives it, or what it wants instead."""

    policies: PolicySource
    dimensions: tuple[str, ...] = ("BEN_SEX_COD",)
    cells: list[Cell] = field(default_factory=list)
    instead: MachineRefusal | Fault | None = None
    proposals: tuple[Text, ...] = ()
    kept_percent: str | None = None
    hidden_for: dict[str, tuple[int, ...]] = field(default_factory=dict)
    position: Progress | None = None

    def ping(self) -> bool:
        """Say that it answers."""
        return True

    def screen(
        self, project: str, sql: str, item: str, earlier: Sequence[Remembered]
    ) -> Screened | MachineRefusal | Fault:
        """Return the table of the cells, protected, or what the test wants instead."""
        del sql
        if self.instead is not None:
            return self.instead
        bundle = self.policies.current()
        profile = bundle.profile_of(bundle.projects[project])
        table = table_of(self.cells, profile, self.dimensions, self.proposals, self.kept_percent)
        compared = tuple(ComparedWith(known.item, self.hidden_for.get(known.item, ())) for known in earlier)
        return screened(table, item, compared)

    def version(self, project: str, sql: str, ask: PrivacyAsk) -> str | MachineRefusal | Fault:
        """Say that there is one extract."""
        del project, sql, ask
        return "20261120T120000Z-0123abcd"

    def answer(
        self, project: str, sql: str, ask: PrivacyAsk, version: str, item: str
    ) -> Answered | MachineRefusal | Fault:
        """Return a private answer of the cells' counts."""
        del item
        bundle = self.policies.current()
        asked = bundle.projects[project]
        rules, query = bundle.privacy[asked.privacy or ""], plan_private_query(bundle, asked, sql, ask)
        counts = [cell.persons for cell in self.cells]
        return Answered(answer_to(query, rules, bundle.profile_of(asked), counts), version)

    def progress(self, item: str) -> Progress | None:
        """Say what the test wants."""
        del item
        return self.position


@dataclass
class Rig:
    """Addresses to visit and the steps that happen outside a browser."""

    deps: Deps
    identities: HubIdentities
    hub: FakeHub
    compute: ScriptedCompute
    hub_url: str
    url: str
    now: list[datetime]

    def submit(
        self,
        *,
        author: str,
        project: str,
        title: str,
        purpose: str = "Tableau 1",
        sql: str = SQL,
        names: Sequence[str] = ("table1",),
        private: Sequence[Mapping[str, object]] = (),
    ) -> str:
        """Submit a request from a workspace and recompute it; ``private`` are items beside its exact tables."""
        items = [*({"kind": "query", "name": name, "sql": sql} for name in names), *private]
        draft = Draft.model_validate({"title": title, "purpose": purpose, "items": items})
        who = Researcher(author, project)
        bundle = self.deps.policies.current()
        made = intake.submit(
            self.deps.store, bundle, self.deps.clock(), self.deps.new_id, who, draft, str(uuid.uuid4())
        )
        self.screen()
        return made.request.id

    def screen(self) -> None:
        """Recompute what waits, as the worker does."""
        while screening.screen_next(
            self.deps.store, self.deps.policies, self.deps.clock, self.compute, self.deps.vault
        ):
            self.later(seconds=1)

    def release(self) -> None:
        """Release what is approved, as the worker does."""
        releasing.release_approved(self.deps.store, self.deps.policies, self.deps.clock, self.deps.vault)

    def get(self, request_id: str) -> ExportRequest:
        """Read a request as stored."""
        with self.deps.store.reading() as reading:
            return reading.requests.get(request_id)

    def forget_identities(self) -> None:
        """Let the few seconds pass for which an identity is remembered."""
        self.identities._known.clear()

    def later(self, **delta: float) -> None:
        """Let time pass."""
        self.now[0] += timedelta(**delta)


@contextmanager
def running_rig(folder: Path) -> Iterator[Rig]:
    """Serve the pages and the hub on loopback, everything else in a folder."""
    hub_port, port = listen(), listen()
    hub_url = f"http://hub.localhost:{hub_port.getsockname()[1]}"
    url = f"http://egress--service.hub.localhost:{port.getsockname()[1]}/services/egress"
    key = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    settings = Settings(
        policies=ROOT / "policies",
        state=folder,
        audit=folder,
        compute_socket=folder / "compute.sock",
        database_url=f"sqlite:///{folder / 'egress.db'}",
        hub_api_url=f"http://127.0.0.1:{hub_port.getsockname()[1]}/hub/api",
        public_url=hub_url,
        egress_url=url,
        hub_token="s" * 64,
        hub_audit_token="a" * 64,
        session_key=b"k" * 64,
        signing_key=key,
    )
    now = [datetime(2026, 11, 23, 9, 5, tzinfo=UTC)]
    policies = PolicySource(settings.policies)
    engine = open_engine(settings.database_url)
    migrate(engine)
    store = SqlStore(engine, lambda: now[0], Checkpoints(settings.checkpoints, load_private_key(key)).append)
    identities, compute = HubIdentities(settings.hub_api_url), ScriptedCompute(policies)
    deps = Deps(
        settings=settings,
        store=store,
        policies=policies,
        clock=lambda: now[0],
        new_id=lambda: uuid.uuid4().hex[:16],
        vault=FileVault(settings.vault),
        compute=compute,
        identities=identities,
        wake=lambda: None,
    )
    hub = FakeHub(settings.hub_token, frozenset(policies.current().platform.people.stewards))
    with serve(hub.app(), hub_port), serve(create_app(deps, add_pages), port):
        yield Rig(deps, identities, hub, compute, hub_url, url, now)
    identities.close()
    engine.dispose()
