"""The tables as SQLAlchemy sees them; the migrations create them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, to the microsecond, with its zone on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC; a moment without a zone is an error."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back that SQLite forgets."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """What all tables have in common."""

    type_annotation_map = {datetime: Moment, dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012  SQLAlchemy reads it


class RequestRow(Base):
    """An export request; what is only ever read whole is kept as JSON."""

    __tablename__ = "requests"
    __table_args__ = (UniqueConstraint("project", "author", "idempotency_key", name="one_request_per_key"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    project: Mapped[str] = mapped_column(String(64), index=True)
    author: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text)
    idempotency_key: Mapped[str] = mapped_column(String(64))
    body_sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(20), index=True)
    round: Mapped[int]
    attempts: Mapped[int]
    version: Mapped[int]
    fault: Mapped[str | None] = mapped_column(String(20))
    items: Mapped[list[Any]]
    screening: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    decision: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    release: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    revocation: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class VoteRow(Base):
    """A vote; the database itself allows one per steward and round, and no change."""

    __tablename__ = "votes"

    request: Mapped[str] = mapped_column(ForeignKey("requests.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    steward: Mapped[str] = mapped_column(String(64), primary_key=True)
    verdict: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class CommentRow(Base):
    """A comment; comments are added, never changed."""

    __tablename__ = "comments"

    request: Mapped[str] = mapped_column(ForeignKey("requests.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    author: Mapped[str] = mapped_column(String(64))
    audience: Mapped[str] = mapped_column(String(20))
    round: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class AuditRow(Base):
    """An entry of the audit log; triggers refuse any change to it."""

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    # Kept as the very text that the digest covers: no database may reword it.
    at: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(64))
    project: Mapped[str | None] = mapped_column(String(64))
    request: Mapped[str | None] = mapped_column(String(64), index=True)
    details: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class GrantRow(Base):
    """A raise of a privacy budget; raises are added, never changed."""

    __tablename__ = "privacy_grants"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    project: Mapped[str] = mapped_column(String(64), index=True)
    source: Mapped[str] = mapped_column(String(64))
    accounting: Mapped[str] = mapped_column(String(20))
    amount: Mapped[str] = mapped_column(String(80))
    delta: Mapped[str] = mapped_column(String(80))
    steward: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class ChargeRow(Base):
    """A charge on a privacy budget; triggers refuse any change but its answer, once."""

    __tablename__ = "privacy_charges"
    __table_args__ = (UniqueConstraint("project", "source", "fingerprint", name="one_charge_per_question"),)

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    project: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(64))
    fingerprint: Mapped[str] = mapped_column(String(64))
    query_sha256: Mapped[str] = mapped_column(String(64))
    extract_version: Mapped[str] = mapped_column(String(40))
    accounting: Mapped[str] = mapped_column(String(20))
    epsilon: Mapped[str] = mapped_column(String(80))
    amount: Mapped[str] = mapped_column(String(80))
    delta: Mapped[str] = mapped_column(String(80))
    request: Mapped[str] = mapped_column(ForeignKey("requests.id"))
    author: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    answer_sha256: Mapped[str | None] = mapped_column(String(64))
    answer_version: Mapped[str | None] = mapped_column(String(40))
