"""What compute can be asked: one form for each question, and nothing beyond what it needs."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter

from ecluse_platform.compute.history_files import is_item
from ecluse_platform.core.privacy.ask import PrivacyAsk

LONGEST_LINE = 1024 * 1024


def _checked(item: str) -> str:
    if not is_item(item):
        raise ValueError("not the name of a table to remember")
    return item


Item = Annotated[str, AfterValidator(_checked)]


class Known(BaseModel):
    """A table that the project was told before, and the hash of what is remembered of it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    item: Item
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Screen(BaseModel):
    """A query to run and protect."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    op: Literal["screen"]
    project: Annotated[str, Field(max_length=64)]
    sql: Annotated[str, Field(max_length=LONGEST_LINE)]
    item: Annotated[Item | None, Field(description="The name under which the table is remembered.")] = None
    earlier: Annotated[tuple[Known, ...], Field(description="The tables that the project was told before.")] = ()


class Progress(BaseModel):
    """A question how far a query is."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    op: Literal["progress"]
    item: Item


class Ping(BaseModel):
    """A question whether anybody is there."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    op: Literal["ping"]


class Version(BaseModel):
    """A private query before it is paid for: can it be answered, and from which version of the extract?"""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    op: Literal["version"]
    project: Annotated[str, Field(max_length=64)]
    sql: Annotated[str, Field(max_length=LONGEST_LINE)]
    ask: PrivacyAsk


class PrivateAnswer(BaseModel):
    """A private query that was paid for, on one version of the extract."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    op: Literal["answer"]
    project: Annotated[str, Field(max_length=64)]
    sql: Annotated[str, Field(max_length=LONGEST_LINE)]
    ask: PrivacyAsk
    version: Annotated[str, Field(max_length=64)]
    item: Item


_Request = Screen | Progress | Ping | Version | PrivateAnswer
REQUEST: TypeAdapter[_Request] = TypeAdapter(Annotated[_Request, Field(discriminator="op")])
