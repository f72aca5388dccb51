"""The ledger of privacy budgets in the database: added to with an audit entry, answered once, and nothing else."""

from __future__ import annotations

from fractions import Fraction

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from ecluse_platform.core.audit import Entry
from ecluse_platform.core.privacy.ledger import Charge, Grant, Ledger
from ecluse_platform.core.privacy.loss import Accounting, Loss, exact_text
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.egress.adapters.database.audit import SqlAuditLog
from ecluse_platform.egress.adapters.database.tables import ChargeRow, GrantRow


class SqlLedgerReader:
    """The ledger as one transaction sees it."""

    def __init__(self, session: Session) -> None:
        """Read through a session whose transaction has begun."""
        self._session = session

    def of_project(self, project: str, source: str) -> Ledger:
        """Return every grant and charge of a project on a source, in the order in which they were made."""
        grants = select(GrantRow).filter_by(project=project, source=source).order_by(GrantRow.number)
        charges = select(ChargeRow).filter_by(project=project, source=source).order_by(ChargeRow.number)
        return Ledger(
            tuple(_grant(row) for row in self._session.scalars(grants)),
            tuple(_charge(row) for row in self._session.scalars(charges)),
        )


class SqlLedger(SqlLedgerReader):
    """The ledger as one unit of work adds to it."""

    def __init__(self, session: Session, audit: SqlAuditLog) -> None:
        """Write through the session of a unit of work, into whose audit log every change goes."""
        super().__init__(session)
        self._audit = audit

    def charge(self, charge: Charge, *, audit: Entry) -> Charge:
        """Add a charge; the database refuses a second one with the same fingerprint."""
        highest = self._session.scalar(select(func.max(ChargeRow.number))) or 0
        self._session.execute(insert(ChargeRow).values(number=highest + 1, **_columns(charge)))
        self._audit.append(audit)
        return charge

    def answer(self, charge: Charge, sha256: str, version: str, *, audit: Entry) -> None:
        """Record the answer of a charge that has none; refuse a second one."""
        done = self._session.execute(
            update(ChargeRow)
            .where(
                ChargeRow.project == charge.project,
                ChargeRow.source == charge.source,
                ChargeRow.fingerprint == charge.fingerprint,
                ChargeRow.answer_sha256.is_(None),
            )
            .values(answer_sha256=sha256, answer_version=version)
            .returning(ChargeRow.number),
            execution_options={"synchronize_session": False},
        ).all()
        if not done:
            raise Refusal("changed_meanwhile")
        self._audit.append(audit)
        self._session.expire_all()

    def grant(self, grant: Grant, *, audit: Entry) -> Grant:
        """Add a raise of the budget."""
        highest = self._session.scalar(select(func.max(GrantRow.number))) or 0
        self._session.execute(
            insert(GrantRow).values(
                number=highest + 1,
                project=grant.project,
                source=grant.source,
                accounting=grant.accounting.value,
                amount=exact_text(grant.loss.amount),
                delta=exact_text(grant.loss.delta),
                steward=grant.steward,
                reason=grant.reason,
                at=grant.at,
            )
        )
        self._audit.append(audit)
        return grant


def _columns(charge: Charge) -> dict[str, object]:
    return {
        "project": charge.project,
        "source": charge.source,
        "fingerprint": charge.fingerprint,
        "query_sha256": charge.query_sha256,
        "extract_version": charge.extract_version,
        "accounting": charge.accounting.value,
        "epsilon": exact_text(charge.epsilon),
        "amount": exact_text(charge.loss.amount),
        "delta": exact_text(charge.loss.delta),
        "request": charge.request,
        "author": charge.author,
        "at": charge.at,
        "answer_sha256": charge.answer_sha256,
        "answer_version": charge.answer_version,
    }


def _charge(row: ChargeRow) -> Charge:
    return Charge(
        project=row.project,
        source=row.source,
        fingerprint=row.fingerprint,
        query_sha256=row.query_sha256,
        extract_version=row.extract_version,
        accounting=Accounting(row.accounting),
        epsilon=Fraction(row.epsilon),
        loss=Loss(Fraction(row.amount), Fraction(row.delta)),
        request=row.request,
        author=row.author,
        at=row.at,
        answer_sha256=row.answer_sha256,
        answer_version=row.answer_version,
    )


def _grant(row: GrantRow) -> Grant:
    return Grant(
        project=row.project,
        source=row.source,
        accounting=Accounting(row.accounting),
        loss=Loss(Fraction(row.amount), Fraction(row.delta)),
        steward=row.steward,
        reason=row.reason,
        at=row.at,
    )
