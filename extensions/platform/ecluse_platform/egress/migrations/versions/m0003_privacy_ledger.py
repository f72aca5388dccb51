"""The ledger of privacy budgets: grants and charges, to which the database itself only lets answers be added."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Exact decimals are kept as text: no database may round them.
_EXACT = sa.String(80)
_CHARGE = (
    "number",
    "project",
    "source",
    "fingerprint",
    "query_sha256",
    "extract_version",
    "accounting",
    "epsilon",
    "amount",
    "delta",
    "request",
    "author",
    "at",
)


def upgrade() -> None:
    """Create both tables and the triggers that keep them."""
    _grants()
    _charges()
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _grants() -> None:
    op.create_table(
        "privacy_grants",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("project", sa.String(64), nullable=False, index=True),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("accounting", sa.String(20), nullable=False),
        sa.Column("amount", _EXACT, nullable=False),
        sa.Column("delta", _EXACT, nullable=False),
        sa.Column("steward", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )


def _charges() -> None:
    op.create_table(
        "privacy_charges",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("project", sa.String(64), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("query_sha256", sa.String(64), nullable=False),
        sa.Column("extract_version", sa.String(40), nullable=False),
        sa.Column("accounting", sa.String(20), nullable=False),
        sa.Column("epsilon", _EXACT, nullable=False),
        sa.Column("amount", _EXACT, nullable=False),
        sa.Column("delta", _EXACT, nullable=False),
        sa.Column("request", sa.String(40), sa.ForeignKey("requests.id"), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_sha256", sa.String(64)),
        sa.Column("answer_version", sa.String(40)),
        sa.UniqueConstraint("project", "source", "fingerprint", name="one_charge_per_question"),
    )


def _guard_sqlite() -> None:
    kept = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in _CHARGE)
    once = f"OLD.answer_sha256 IS NULL AND NEW.answer_sha256 IS NOT NULL AND {kept}"
    for table, verb, when in (
        ("privacy_grants", "UPDATE", ""),
        ("privacy_grants", "DELETE", ""),
        ("privacy_charges", "UPDATE", f"WHEN NOT ({once})"),
        ("privacy_charges", "DELETE", ""),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {when} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION privacy_ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    op.execute(
        "CREATE FUNCTION privacy_charge_is_answered_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF OLD.answer_sha256 IS NOT NULL OR NEW.answer_sha256 IS NULL "
        "OR to_jsonb(NEW) - ARRAY['answer_sha256', 'answer_version'] "
        "IS DISTINCT FROM to_jsonb(OLD) - ARRAY['answer_sha256', 'answer_version'] "
        "THEN RAISE EXCEPTION 'privacy_charges is append-only'; END IF; RETURN NEW; END $$"
    )
    for table, verb, each, function in (
        ("privacy_grants", "UPDATE", "ROW", "privacy_ledger_is_append_only"),
        ("privacy_grants", "DELETE", "ROW", "privacy_ledger_is_append_only"),
        ("privacy_grants", "TRUNCATE", "STATEMENT", "privacy_ledger_is_append_only"),
        ("privacy_charges", "UPDATE", "ROW", "privacy_charge_is_answered_once"),
        ("privacy_charges", "DELETE", "ROW", "privacy_ledger_is_append_only"),
        ("privacy_charges", "TRUNCATE", "STATEMENT", "privacy_ledger_is_append_only"),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION {function}()"
        )
