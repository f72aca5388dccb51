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
# The policy of each project says how many tables a request may hold; this only bounds what is parsed as JSON.
MOST_ITEMS = 100


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


def plan(bundle: PolicyBundle, project: Project, draft: Draft) -> tuple[VerifiedQuery, ...]:
    """Return the queries of a draft, verified, in order; refuse too many, and any that cannot be protected."""
    if len(draft.items) > project.release.tables_per_request:
        raise Refusal("too_many_tables", {"most": str(project.release.tables_per_request)})
    profile, longest = bundle.profile_of(project), bundle.platform.queries.sql_characters
    return tuple(plan_query(bundle.catalogue, project, profile, item.sql, longest) for item in draft.items)


def as_queries(draft: Draft, verified: tuple[VerifiedQuery, ...]) -> tuple[Query, ...]:
    """Return the queries to be stored: the SQL as written, with what was read in it."""
    return tuple(
        Query(
            name=item.name,
            sql=item.sql,
            tables=query.tables,
            dimensions=query.dimensions,
            measures=tuple(measure.name for measure in query.measures),
        )
        for item, query in zip(draft.items, verified, strict=True)
    )
