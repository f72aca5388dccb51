"""What the parent asks of a child process, and what the child answers: one JSON object there, lines of JSON back."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ecluse_platform.core.disclosure import ProtectedTable, VerifiedQuery
from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.policy.privacy import PrivacyProfile
from ecluse_platform.core.privacy.answer import PrivateTable
from ecluse_platform.core.privacy.query import PrivateQuery
from ecluse_platform.core.text import Text


class Fault(StrEnum):
    """Why there is no answer, without a word about the data."""

    TIMEOUT = "timeout"
    # The table was read and protected in time; holding it against the earlier ones took too long.
    COMPARISON = "comparison"
    MEMORY = "memory"
    CRASH = "crash"
    EXTRACT = "extract"
    HISTORY = "history"


class Step(StrEnum):
    """What a child is doing."""

    READING = "reading"
    PROTECTING = "protecting"
    COMPARING = "comparing"


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class View(_Message):
    """One table as the query sees it."""

    files: Annotated[tuple[str, ...], Field(min_length=1)]
    columns: Annotated[dict[str, str], Field(min_length=1, description="Granted columns and their types.")]
    private: bool


class Earlier(_Message):
    """A table that the project was told before, and the hash of what is remembered of it."""

    item: str
    sha256: str


class Remembering(_Message):
    """Where this table is remembered, under which name, and which earlier ones it is compared with."""

    folder: str
    item: str
    earlier: tuple[Earlier, ...]
    most_atoms: int
    mib: int
    evidence_key: str


class Limits(_Message):
    """What the child's process may take."""

    seconds: Annotated[int, Field(description="For reading the extract.")]
    protection_seconds: Annotated[int, Field(description="For everything after that.")]
    memory_mib: int
    threads: int
    cells: Annotated[int, Field(description="Most cells, those included that only tie margins together.")]


class Job(_Message):
    """One query, the tables it reads, the rules its table obeys and the limits that its process obeys."""

    query: VerifiedQuery
    profile: DisclosureProfile
    folder: str
    views: dict[str, View]
    limits: Limits
    remembering: Remembering | None = None


class Compared(_Message):
    """An earlier table, and the rows of the new one that are hidden because of it."""

    item: str
    rows: tuple[int, ...]


class Told(_Message):
    """A refusal by its code and fields, and what would be accepted instead."""

    code: str
    fields: dict[str, str]
    proposals: tuple[Text, ...] = ()


class Answer(_Message):
    """A table that may be looked at, what is remembered of it, and its proofs under seal."""

    table: ProtectedTable
    memory_sha256: str | None = None
    compared: tuple[Compared, ...] = ()
    sealed: Annotated[str | None, Field(description="Evidence sealed to the operator's key, in base 64.")] = None


class PrivateJob(_Message):
    """One private query, the tables it reads, what it obeys, and the salt under which rows and cells are drawn."""

    query: PrivateQuery
    profile: PrivacyProfile
    disclosure: DisclosureProfile
    folder: str
    views: dict[str, View]
    limits: Limits
    salt: str


class BindingJob(_Message):
    """One private query and the tables that it would read: to be bound to empty ones of the same columns."""

    query: PrivateQuery
    views: dict[str, View]
    limits: Limits


class Outcome(_Message):
    """What a child found, or why nothing: exactly one of the five."""

    answer: Answer | None = None
    private: PrivateTable | None = None
    bound: Annotated[bool, Field(description="A private query can be answered, as far as types go.")] = False
    refusal: Told | None = None
    fault: Fault | None = None


class Doing(_Message):
    """What a child is doing, and how much of it is done, in percent."""

    step: Step
    done: Annotated[int, Field(ge=0, le=100)]


class Line(_Message):
    """One line of a child: how far it is, or, last, what it found."""

    doing: Doing | None = None
    outcome: Outcome | None = None
