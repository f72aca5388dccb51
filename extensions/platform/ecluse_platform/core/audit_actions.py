"""What the audit log may record: each action with the details it may carry, each detail with its one written form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Action(StrEnum):
    """Something that happened; the hub's actions come through the internal API."""

    REQUEST_SUBMITTED = "request_submitted"
    REQUEST_RESUBMITTED = "request_resubmitted"
    REQUEST_REFUSED = "request_refused"
    REQUEST_WITHDRAWN = "request_withdrawn"
    SCREENING_STARTED = "screening_started"
    SCREENING_PASSED = "screening_passed"
    SCREENING_REFUSED = "screening_refused"
    SCREENING_FAILED = "screening_failed"
    SCREENING_ORDERED = "screening_ordered"
    REQUEST_QUARANTINED = "request_quarantined"
    REQUEST_REJECTED = "request_rejected"
    VOTE_CAST = "vote_cast"
    VOTE_REFUSED = "vote_refused"
    COMMENT_ADDED = "comment_added"
    REQUEST_REOPENED = "request_reopened"
    RELEASED = "released"
    RELEASE_REVOKED = "release_revoked"
    FILE_DOWNLOADED = "file_downloaded"
    DOWNLOAD_REFUSED = "download_refused"
    FILE_CHANGED = "file_changed"
    LOGIN = "login"
    LOGIN_REFUSED = "login_refused"
    WORKSPACE_START_ASKED = "workspace_start_asked"
    WORKSPACE_STARTED = "workspace_started"
    WORKSPACE_START_FAILED = "workspace_start_failed"
    WORKSPACE_REFUSED = "workspace_refused"
    WORKSPACE_STOPPED = "workspace_stopped"
    PERMIT_ENDED_STOP = "permit_ended_stop"
    PRIVACY_CHARGED = "privacy_charged"
    PRIVACY_ANSWERED = "privacy_answered"
    BUDGET_RAISED = "budget_raised"
    EXTRACT_BUILT = "extract_built"
    EXTRACT_PURGED = "extract_purged"


_HASH = re.compile(r"[0-9a-f]{64}")
_WORD = re.compile(r"[a-z][a-z_]{0,39}")
_COUNT = re.compile(r"[0-9]{1,9}")
# Exact decimals: a loss is public, and is not rounded even here.
_EXACT = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,60})?")

KEYS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "state": _WORD,
        "round": _COUNT,
        "attempt": _COUNT,
        "milliseconds": _COUNT,
        "files": _COUNT,
        "verdict": _WORD,
        "audience": _WORD,
        "refusal": _WORD,
        "fault": _WORD,
        "reason": _WORD,
        "sql_sha256": _HASH,
        "body_sha256": _HASH,
        "comment_sha256": _HASH,
        "table_sha256": _HASH,
        "csv_sha256": _HASH,
        "evidence_sha256": _HASH,
        "memory_sha256": _HASH,
        "tables": _COUNT,
        "subject_sha256": _HASH,
        "file_sha256": _HASH,
        "manifest_sha256": _HASH,
        "plan_sha256": _HASH,
        "policy_digest": _HASH,
        "extract_version": re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}"),
        "image": re.compile(r"[a-z0-9][a-z0-9./-]{0,99}:[A-Za-z0-9_.-]{1,60}"),
        "extract": re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}"),
        "permit": re.compile(r"[^\x00-\x1f]{3,200}"),
        "source_digest": _HASH,
        "record_sha256": _HASH,
        # A number below the threshold is never written: `under_11` stands for it.
        "rows": re.compile(r"(?:[A-Z0-9_]{1,32}=(?:[0-9]{1,12}|under_[0-9]{1,4})(?: |$)){1,200}"),
        "bytes": re.compile(r"[0-9]{1,15}"),
        "done_at": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+00:00"),
        "key": re.compile(r"destroyed|none"),
        "memory": re.compile(r"destroyed|none"),
        "accounting": _WORD,
        "source": re.compile(r"[a-z][a-z0-9-]{1,31}"),
        "epsilon": _EXACT,
        "loss": _EXACT,
        "delta": _EXACT,
        "fingerprint_sha256": _HASH,
        "query_sha256": _HASH,
        "code": _WORD,
        "by": re.compile(r"[a-z][a-z0-9_-]{0,63}"),
    }
)

_REQUEST = frozenset({"state", "round", "sql_sha256", "body_sha256", "policy_digest"})
_SCREEN = frozenset({"state", "round", "attempt", "policy_digest"})
_WORKSPACE = frozenset({"code", "extract", "image", "reason", "by", "policy_digest", "plan_sha256", "milliseconds"})
_LOSS = frozenset({"source", "accounting", "loss", "delta", "policy_digest"})
_RECORDED = frozenset({"permit", "policy_digest", "manifest_sha256", "record_sha256", "done_at"})

DETAILS: Mapping[Action, frozenset[str]] = MappingProxyType(
    {
        Action.REQUEST_SUBMITTED: _REQUEST,
        Action.REQUEST_RESUBMITTED: _REQUEST,
        Action.REQUEST_REFUSED: frozenset({"refusal", "policy_digest", "body_sha256"}),
        Action.REQUEST_WITHDRAWN: frozenset({"state", "round"}),
        Action.SCREENING_STARTED: _SCREEN,
        Action.SCREENING_PASSED: _SCREEN
        | {"milliseconds", "table_sha256", "csv_sha256", "subject_sha256", "sql_sha256", "extract_version"}
        | {"evidence_sha256", "memory_sha256", "tables"},
        Action.SCREENING_REFUSED: _SCREEN | {"milliseconds", "refusal"},
        Action.SCREENING_FAILED: _SCREEN | {"milliseconds", "fault"},
        Action.SCREENING_ORDERED: frozenset({"state", "round"}),
        Action.REQUEST_QUARANTINED: _SCREEN | {"milliseconds", "fault"},
        Action.REQUEST_REJECTED: frozenset({"state", "round"}),
        Action.VOTE_CAST: frozenset({"state", "round", "verdict", "subject_sha256", "comment_sha256", "policy_digest"}),
        Action.VOTE_REFUSED: frozenset({"refusal", "round", "policy_digest"}),
        Action.COMMENT_ADDED: frozenset({"round", "audience", "comment_sha256"}),
        Action.REQUEST_REOPENED: frozenset({"state", "round", "refusal", "policy_digest"}),
        Action.RELEASED: frozenset({"state", "round", "files", "manifest_sha256", "csv_sha256", "policy_digest"})
        | {"evidence_sha256", "tables"},
        Action.RELEASE_REVOKED: frozenset({"state", "round", "comment_sha256"}),
        Action.FILE_DOWNLOADED: frozenset({"file_sha256", "files"}),
        Action.DOWNLOAD_REFUSED: frozenset({"refusal"}),
        Action.FILE_CHANGED: frozenset({"file_sha256", "state"}),
        Action.LOGIN: frozenset({"policy_digest"}),
        Action.LOGIN_REFUSED: frozenset({"code", "reason", "policy_digest"}),
        Action.WORKSPACE_START_ASKED: _WORKSPACE,
        Action.WORKSPACE_STARTED: _WORKSPACE,
        Action.WORKSPACE_START_FAILED: _WORKSPACE,
        Action.WORKSPACE_REFUSED: _WORKSPACE,
        Action.WORKSPACE_STOPPED: _WORKSPACE,
        Action.PERMIT_ENDED_STOP: _WORKSPACE,
        Action.PRIVACY_CHARGED: _LOSS | {"epsilon", "fingerprint_sha256", "query_sha256", "extract_version", "round"},
        Action.PRIVACY_ANSWERED: frozenset({"source", "fingerprint_sha256", "table_sha256", "extract_version"}),
        Action.BUDGET_RAISED: _LOSS | {"comment_sha256"},
        Action.EXTRACT_BUILT: _RECORDED | {"extract_version", "source_digest", "rows"},
        Action.EXTRACT_PURGED: _RECORDED | {"files", "bytes", "key", "memory"},
    }
)

# What the hub may report; everything else is written only by the service that did it.
HUB_ACTIONS = frozenset(
    {
        Action.LOGIN,
        Action.LOGIN_REFUSED,
        Action.WORKSPACE_START_ASKED,
        Action.WORKSPACE_STARTED,
        Action.WORKSPACE_START_FAILED,
        Action.WORKSPACE_REFUSED,
        Action.WORKSPACE_STOPPED,
        Action.PERMIT_ENDED_STOP,
    }
)
