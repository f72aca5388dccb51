"""The HTTP status of each refusal, in one place; a refusal that is not listed is a plain 403."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from ecluse_platform.core.messages_history import HISTORY
from ecluse_platform.core.messages_private import PRIVATE
from ecluse_platform.core.messages_query import QUERY
from ecluse_platform.core.refusals import Refusal

_BEYOND_BUDGET = (
    "budget_exceeded",
    "yearly_budget_exceeded",
    "budget_not_countable",
    "delta_exceeded",
    "budget_amount",
    "precision_varies",
    "precision_of_a_size",
    "precision_out_of_reach",
)
_STATUSES: Mapping[str, HTTPStatus] = MappingProxyType(
    {
        **dict.fromkeys((*QUERY, *HISTORY, *PRIVATE), HTTPStatus.UNPROCESSABLE_ENTITY),
        "not_authenticated": HTTPStatus.UNAUTHORIZED,
        "unknown_request": HTTPStatus.NOT_FOUND,
        "unknown_project": HTTPStatus.NOT_FOUND,
        "unknown_file": HTTPStatus.NOT_FOUND,
        "not_found": HTTPStatus.NOT_FOUND,
        "not_released": HTTPStatus.NOT_FOUND,
        "release_revoked": HTTPStatus.GONE,
        "wrong_state": HTTPStatus.CONFLICT,
        "changed_meanwhile": HTTPStatus.CONFLICT,
        "not_in_review": HTTPStatus.CONFLICT,
        "screened_bytes_changed": HTTPStatus.CONFLICT,
        "already_voted": HTTPStatus.CONFLICT,
        "idempotency_conflict": HTTPStatus.CONFLICT,
        "too_many_open": HTTPStatus.TOO_MANY_REQUESTS,
        "too_fast": HTTPStatus.TOO_MANY_REQUESTS,
        **dict.fromkeys(_BEYOND_BUDGET, HTTPStatus.UNPROCESSABLE_ENTITY),
        "no_privacy_budget": HTTPStatus.NOT_FOUND,
        "too_many_tables": HTTPStatus.UNPROCESSABLE_ENTITY,
        "comment_needed": HTTPStatus.UNPROCESSABLE_ENTITY,
        "bad_request": HTTPStatus.BAD_REQUEST,
        "bad_idempotency_key": HTTPStatus.BAD_REQUEST,
        "audit_detail": HTTPStatus.BAD_REQUEST,
        "too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "file_changed": HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal_error": HTTPStatus.INTERNAL_SERVER_ERROR,
        "service_unreachable": HTTPStatus.SERVICE_UNAVAILABLE,
        "no_extract": HTTPStatus.SERVICE_UNAVAILABLE,
    }
)


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status that says the same as the refusal."""
    return int(_STATUSES.get(refusal.code, HTTPStatus.FORBIDDEN))
