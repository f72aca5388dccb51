"""Export requests and everything people and machines say about them: frozen values, no effects."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from ecluse_platform.core.privacy.ask import PrivacyAsk
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.text import Text
from ecluse_platform.core.workflow import State, Step, advance


class Verdict(StrEnum):
    """What one steward says of one round."""

    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"


class Audience(StrEnum):
    """Who may read a comment."""

    PUBLIC = "public"
    STEWARDS = "stewards"


class Fault(StrEnum):
    """Why recomputation gave no answer."""

    TIMEOUT = "timeout"
    # Holding the table against those that are out took too long; reading and protecting it did not.
    COMPARISON = "comparison"
    MEMORY = "memory"
    CRASH = "crash"
    EXTRACT = "extract"
    # What the project was told before cannot be read, so that nothing can be compared with it.
    HISTORY = "history"
    # What compute answered lacks the proof without which nothing may leave.
    PROOF = "proof"
    # Stored bytes no longer have the hash under which they were stored.
    STORE = "store"


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True)
class Query:
    """One table asked for: SQL to be recomputed on the extract; ``tables`` are those it reads.

    With ``ask`` it is a private query: its answer is noised, and costs some of the project's privacy budget.
    """

    name: str
    sql: str
    tables: tuple[str, ...]
    dimensions: tuple[str, ...]
    measures: tuple[str, ...]
    ask: PrivacyAsk | None = None

    @property
    def sql_sha256(self) -> str:
        """The hash that stands for the SQL wherever its literals must not be seen."""
        return sha256_of(self.sql.encode())

    @property
    def ask_sha256(self) -> str | None:
        """The hash of what was chosen for a private answer; None for a verified query."""
        return None if self.ask is None else sha256_of(self.ask.model_dump_json().encode())


def joined_sha256(hashes: Sequence[str]) -> str:
    """Return one hash for several, in their order; that of one is itself."""
    return hashes[0] if len(hashes) == 1 else sha256_of(json.dumps(list(hashes)).encode())


def _joined(hashes: Iterable[str | None]) -> str:
    return joined_sha256([known or "" for known in hashes])


@dataclass(frozen=True)
class ComparedWith:
    """An earlier table that one was compared with, and the rows that are hidden on its account (numbered from 0)."""

    item: str
    rows: tuple[int, ...]

    @property
    def request(self) -> str:
        """The request that the earlier table belongs to."""
        return self.item.rsplit("-", 2)[0]


@dataclass(frozen=True)
class ProofCount:
    """How a table is proved: ends of intervals to prove, those with a certificate, a whole one, and the attacker's.

    Each hidden cell that is protected for itself has two ends: the lowest and the highest count that it must seem able
    to have.
    """

    ends: int
    certificates: int
    whole: int
    attacked: int

    @property
    def is_complete(self) -> bool:
        """Whether every end has a certificate or, where there is none, the attacker's verdict."""
        return min(self.ends, self.certificates, self.whole, self.attacked) >= 0 and (
            self.certificates + self.attacked == self.ends
        )


@dataclass(frozen=True)
class PrivateAnswer:
    """What a private answer was charged as: its entry in the ledger, and the loss in exact text.

    Each person counts in at most ``cells`` cells, with at most ``rows`` rows in each; ``clipped`` is the noised number
    of persons of whom something was left out, and its interval. ``reused``: it was charged to another request, whose
    stored answer this is. ``total`` is the label of the margins made of it, None without any.
    """

    fingerprint: str
    ask_sha256: str
    accounting: str
    epsilon: str
    amount: str
    delta: str
    cells: int
    rows: int
    confidence_percent: int
    least: int
    clipped: tuple[str, str, str] | None
    reused: bool
    total: str | None = None

    @property
    def hashes(self) -> tuple[str, ...]:
        """What a vote covers beside the bytes: the question's charge, what was chosen, and the loss."""
        return (self.fingerprint, self.ask_sha256, self.accounting, self.epsilon, self.amount, self.delta)


@dataclass(frozen=True)
class ScreenedTable:
    """What recomputing one query produced: hashes of the protected bytes, what they were made from, how it is proved.

    ``item`` is the name under which compute remembers the table; ``memory_sha256`` and ``evidence_sha256`` are None for
    tables that were released before tables were remembered and proved, and for private ones (``private``), which are
    noised: they are neither compared nor proved, but charged.
    """

    item: str
    table_sha256: str
    csv_sha256: str
    sql_sha256: str
    extract_version: str
    rows: int
    memory_sha256: str | None = None
    evidence_sha256: str | None = None
    proof: ProofCount | None = None
    compared: tuple[ComparedWith, ...] = ()
    private: PrivateAnswer | None = None

    @property
    def hashes(self) -> tuple[str, ...]:
        """What a vote on this table is a vote on; the version of the extract stands for the data."""
        proved = () if self.evidence_sha256 is None else (self.evidence_sha256,)
        charged = () if self.private is None else self.private.hashes
        return (self.table_sha256, self.csv_sha256, self.sql_sha256, self.extract_version, *proved, *charged)


@dataclass(frozen=True)
class Screening:
    """What recomputation produced for every table of a request, and the rules it was done under."""

    tables: tuple[ScreenedTable, ...]
    policy_digest: str
    rules_digest: str
    mark: str
    at: datetime

    @property
    def exact(self) -> tuple[ScreenedTable, ...]:
        """The tables that are remembered and proved: all but the private ones."""
        return tuple(table for table in self.tables if table.private is None)

    @property
    def evidence(self) -> Mapping[str, str]:
        """The one hash of the proofs of its exact tables, under the name that the audit log has for it."""
        return {"evidence_sha256": _joined(table.evidence_sha256 for table in self.exact)} if self.exact else {}

    @property
    def memory(self) -> Mapping[str, str]:
        """The one hash of what compute remembers of its exact tables, under the audit log's name."""
        return {"memory_sha256": _joined(table.memory_sha256 for table in self.exact)} if self.exact else {}

    @property
    def subject(self) -> str:
        """The one hash that votes are bound to: other bytes, SQL, extract, proof or rules make another subject."""
        parts = [value for table in self.tables for value in table.hashes]
        return sha256_of(json.dumps([*parts, self.rules_digest]).encode())


@dataclass(frozen=True)
class Vote:
    """One steward's verdict on one round, bound to the exact bytes seen."""

    steward: str
    verdict: Verdict
    round: int
    subject: str
    at: datetime


@dataclass(frozen=True)
class Comment:
    """Something said about a request by a person who may see it."""

    author: str
    audience: Audience
    round: int
    text: str
    at: datetime


@dataclass(frozen=True)
class Decision:
    """What the votes of a round came to, and who cast them."""

    verdict: Verdict
    round: int
    subject: str
    stewards: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class ReleasedFile:
    """One file of a release, stored in the vault under its SHA-256."""

    path: str
    media_type: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Release:
    """What left: the files, each with its hash, and when."""

    files: tuple[ReleasedFile, ...]
    at: datetime

    def file(self, path: str) -> ReleasedFile | None:
        """Return the file of that path, None when the release has none."""
        return next((held for held in self.files if held.path == path), None)


@dataclass(frozen=True)
class Revocation:
    """Who withdrew a release, when and why."""

    steward: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class MachineRefusal:
    """Why the machine returned a request: a code and fields of ``core.messages``, never a data value.

    ``table`` names the one of several tables that it concerns; ``proposals`` are changes that would let it out.
    """

    code: str
    fields: Mapping[str, str] = field(default_factory=dict)
    table: str = ""
    proposals: tuple[Text, ...] = ()

    def as_refusal(self) -> Refusal:
        """Return it with its wording."""
        return Refusal(self.code, self.fields)


@dataclass(frozen=True)
class ExportRequest:
    """What a researcher asks to take out, and all that was said and decided about it.

    ``round`` counts submissions; ``attempts`` counts screenings begun in this round; ``version`` counts saves, so that
    a save based on an older reading is refused.
    """

    id: str
    project: str
    author: str
    title: str
    purpose: str
    items: tuple[Query, ...]
    idempotency_key: str
    body_sha256: str
    created_at: datetime
    updated_at: datetime
    state: State = State.DRAFT
    round: int = 1
    attempts: int = 0
    version: int = 0
    screening: Screening | None = None
    refusal: MachineRefusal | None = None
    fault: Fault | None = None
    votes: tuple[Vote, ...] = ()
    comments: tuple[Comment, ...] = ()
    decision: Decision | None = None
    release: Release | None = None
    revocation: Revocation | None = None

    @property
    def tables(self) -> frozenset[str]:
        """Every table of the extract that its queries read."""
        return frozenset(name for item in self.items for name in item.tables)

    @property
    def sql_sha256(self) -> str:
        """The hash that stands for the SQL of all its queries."""
        return joined_sha256([item.sql_sha256 for item in self.items])

    def item_name(self, place: int) -> str:
        """Return the name under which compute remembers one of its tables in this round."""
        return f"{self.id}-{self.round}-{place}"

    @property
    def current_votes(self) -> tuple[Vote, ...]:
        """Votes of this round on these bytes; a resubmission leaves none."""
        if self.screening is None:
            return ()
        subject = self.screening.subject
        return tuple(v for v in self.votes if v.round == self.round and v.subject == subject)


def next_round(request: ExportRequest, step: Step, now: datetime) -> ExportRequest:
    """Begin a new round: what was screened, voted and decided in the one before counts for nothing in it."""
    return replace(
        request,
        state=advance(request.state, step),
        round=request.round + 1,
        attempts=0,
        screening=None,
        refusal=None,
        fault=None,
        decision=None,
        updated_at=now,
    )
