"""What the parent asks of a child process, and what the child answers: one JSON object each way."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ecluse_platform.core.disclosure import Cell


class Fault(StrEnum):
    """Why there is no answer, without a word about the data."""

    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASH = "crash"
    EXTRACT = "extract"


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class View(_Message):
    """One table as the query sees it."""

    files: Annotated[tuple[str, ...], Field(min_length=1)]
    columns: Annotated[dict[str, str], Field(min_length=1, description="Granted columns and their types.")]
    private: bool


class Job(_Message):
    """One query, the tables it reads and the limits that its process obeys."""

    sql: str
    folder: str
    views: dict[str, View]
    dimensions: int
    most_cells: int
    seconds: int
    memory_mib: int
    threads: int


class Outcome(_Message):
    """Cells as computed, or why there are none: exactly one of the three."""

    cells: tuple[Cell, ...] | None = None
    types: Annotated[str | None, Field(description="What does not fit, as said of empty tables.")] = None
    fault: Fault | None = None
