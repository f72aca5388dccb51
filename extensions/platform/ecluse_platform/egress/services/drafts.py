"""What a researcher sends: a draft, checked for form, and planned without touching data."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from ecluse_platform.core.disclosure.queries.plan import plan_query
from ecluse_platform.core.disclosure.query import VerifiedQuery
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.project import Project
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import Query, sha256_of
from ecluse_platform.egress.services.plain_text import is_plain

LONGEST_TITLE = 200
LONGEST_PURPOSE = 4000
LONGEST_NAME = 80
# Longer SQL is refused by the policy's own limit; this only bounds what is parsed as JSON.
LONGEST_SQL = 100_000
MOST_ITEMS = 20


def _one_line(value: str) -> str:
    if not is_plain(value):
        raise ValueError("must be one line without hidden characters")
    return value


def _lines(value: str) -> str:
    # Direction and control characters could make a steward read something else than what was sent.
    if not is_plain(value, "\n\r\t"):
        raise ValueError("must be without hidden characters")
    return value


class DraftQuery(BaseModel):
    """One query of a draft."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["query"]
    name: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME), AfterValidator(_one_line)
    ] = "table"
    sql: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_SQL), AfterValidator(_lines)]


class Draft(BaseModel):
    """A draft request as it comes over the wire."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TITLE), AfterValidator(_one_line)
    ]
    purpose: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_PURPOSE),
        AfterValidator(_lines),
    ]
    items: Annotated[tuple[DraftQuery, ...], Field(min_length=1, max_length=MOST_ITEMS)]

    @property
    def sha256(self) -> str:
        """The hash by which the same draft sent twice is recognised."""
        return sha256_of(json.dumps(self.model_dump(mode="json"), sort_keys=True).encode())


def plan(bundle: PolicyBundle, project: Project, draft: Draft) -> VerifiedQuery:
    """Return the one query of a draft, verified; refuse several, and any that cannot be protected."""
    if len(draft.items) != 1:
        raise Refusal("several_tables")
    return plan_query(
        bundle.catalogue,
        project,
        bundle.profile_of(project),
        draft.items[0].sql,
        bundle.platform.queries.sql_characters,
    )


def as_query(draft: Draft, verified: VerifiedQuery) -> Query:
    """Return the query to be stored: the SQL as written, with what was read in it."""
    return Query(
        name=draft.items[0].name,
        sql=draft.items[0].sql,
        tables=verified.tables,
        dimensions=verified.dimensions,
        measures=tuple(measure.name for measure in verified.measures),
    )
