"""What a researcher sends: a draft, checked for form, and planned without touching data."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from ecluse_platform.core.disclosure.queries.plan import plan_query
from ecluse_platform.core.disclosure.query import VerifiedQuery
from ecluse_platform.core.permissions import check_lane_open
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.project import Lane, Project
from ecluse_platform.core.privacy.ask import PrivacyAsk
from ecluse_platform.core.privacy.margins import check_groupings
from ecluse_platform.core.privacy.plan import plan_private
from ecluse_platform.core.privacy.query import PrivateQuery
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


ItemName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME), AfterValidator(_one_line)
]
ItemSql = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_SQL), AfterValidator(_lines)]


class DraftQuery(BaseModel):
    """One query of a draft."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["query"]
    name: ItemName = "table"
    sql: ItemSql


class DraftPrivate(BaseModel):
    """One private query of a draft: its answer will be noised, and charged to the project's privacy budget."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["private"]
    name: ItemName = "table"
    sql: ItemSql
    ask: PrivacyAsk


DraftItem = Annotated[DraftQuery | DraftPrivate, Field(discriminator="kind")]
Planned = VerifiedQuery | PrivateQuery


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
    items: Annotated[tuple[DraftItem, ...], Field(min_length=1, max_length=MOST_ITEMS)]

    @property
    def sha256(self) -> str:
        """The hash by which the same draft sent twice is recognised."""
        return sha256_of(json.dumps(self.model_dump(mode="json"), sort_keys=True).encode())


def plan(bundle: PolicyBundle, project: Project, draft: Draft) -> tuple[Planned, ...]:
    """Return the queries of a draft as planned, in order; refuse closed lanes, too many, and what is unsafe."""
    for lane in sorted({_lane_of(item) for item in draft.items}):
        check_lane_open(project, lane)
    if len(draft.items) > project.release.tables_per_request:
        raise Refusal("too_many_tables", {"most": str(project.release.tables_per_request)})
    return tuple(_planned(bundle, project, item) for item in draft.items)


def plan_private_query(bundle: PolicyBundle, project: Project, sql: str, ask: PrivacyAsk) -> PrivateQuery:
    """Return a private query as planned; refuse it with the reason, before it costs anything."""
    profile = bundle.privacy_of(project)
    if profile is None:
        raise Refusal("no_privacy_budget", {"project": project.id})
    planned = plan_private(bundle.catalogue, project, profile, sql, bundle.platform.queries.sql_characters, ask)
    check_groupings(planned, bundle.profile_of(project))
    return planned


def as_queries(draft: Draft, planned: tuple[Planned, ...]) -> tuple[Query, ...]:
    """Return the queries to be stored: the SQL as written, with what was read in it."""
    return tuple(_query(item, query) for item, query in zip(draft.items, planned, strict=True))


def _lane_of(item: DraftQuery | DraftPrivate) -> Lane:
    return Lane.PRIVATE_QUERY if isinstance(item, DraftPrivate) else Lane.VERIFIED_QUERY


def _planned(bundle: PolicyBundle, project: Project, item: DraftQuery | DraftPrivate) -> Planned:
    if isinstance(item, DraftPrivate):
        return plan_private_query(bundle, project, item.sql, item.ask)
    profile, longest = bundle.profile_of(project), bundle.platform.queries.sql_characters
    return plan_query(bundle.catalogue, project, profile, item.sql, longest)


def _query(item: DraftQuery | DraftPrivate, query: Planned) -> Query:
    if isinstance(query, PrivateQuery):
        dimensions = tuple(dimension.name for dimension in query.dimensions)
        measures = tuple(output.name for output in query.outputs)
    else:
        dimensions, measures = query.dimensions, tuple(measure.name for measure in query.measures)
    ask = item.ask if isinstance(item, DraftPrivate) else None
    return Query(item.name, item.sql, query.tables, dimensions, measures, ask)
