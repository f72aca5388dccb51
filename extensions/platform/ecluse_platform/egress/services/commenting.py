"""What people say about a request, and to whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ecluse_platform.core.audit_actions import Action
from ecluse_platform.core.identity import Principal
from ecluse_platform.core.permissions import check_may_review
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import Audience, Comment, ExportRequest, sha256_of
from ecluse_platform.egress.ports import Store, Writing
from ecluse_platform.egress.services.entries import about
from ecluse_platform.egress.services.people import Researcher, owned
from ecluse_platform.egress.services.plain_text import is_plain

LONGEST_COMMENT = 4000


def comment_as_steward(
    store: Store,
    bundle: PolicyBundle,
    now: datetime,
    principal: Principal,
    request_id: str,
    text: str,
    audience: Audience,
) -> ExportRequest:
    """Add a steward's comment; while votes are blind only its author sees it."""
    with store.writing() as work:
        request = work.requests.get(request_id)
        check_may_review(bundle, principal, request)
        return _add(work, request, Comment(principal.name, audience, request.round, _some(text), now))


def comment_as_researcher(
    store: Store, bundle: PolicyBundle, now: datetime, who: Researcher, request_id: str, text: str
) -> ExportRequest:
    """Add the author's answer, for stewards and for the project."""
    with store.writing() as work:
        request = owned(work.requests, bundle, now, who, request_id)
        return _add(work, request, Comment(who.name, Audience.PUBLIC, request.round, _some(text), now))


def checked_text(text: str) -> str:
    """Return a comment without outer blanks and with plain line ends; refuse one too long or with hidden characters."""
    plain = "\n".join(text.splitlines()).strip()
    if len(plain) > LONGEST_COMMENT:
        raise Refusal("too_large")
    if not is_plain(plain, "\n\t"):
        raise Refusal("bad_request", {"field": "comment"})
    return plain


def _some(text: str) -> str:
    plain = checked_text(text)
    if not plain:
        raise Refusal("comment_needed")
    return plain


def _add(work: Writing, request: ExportRequest, comment: Comment) -> ExportRequest:
    changed = replace(request, comments=(*request.comments, comment), updated_at=comment.at)
    entry = about(
        changed,
        Action.COMMENT_ADDED,
        comment.author,
        round=comment.round,
        audience=comment.audience.value,
        comment_sha256=sha256_of(comment.text.encode()),
    )
    return work.requests.save(changed, audit=entry)
