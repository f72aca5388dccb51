"""A researcher as the use cases see one, and the request that such a person may act on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from ecluse_platform.core.permissions import check_may_change, check_may_see
from ecluse_platform.core.permit import check_may_work
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.project import Project
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import ExportRequest
from ecluse_platform.egress.ports import RequestReader

Check = Callable[[PolicyBundle, str, ExportRequest, date], Project]


@dataclass(frozen=True)
class Researcher:
    """A person asking as a researcher; from a workspace, only for the project of that workspace."""

    name: str
    project: str | None


def workspace_project(bundle: PolicyBundle, who: Researcher, now: datetime) -> Project:
    """Return the project of the workspace that asks, its permit in force; refuse a browser session."""
    if who.project is None:
        raise Refusal("no_workspace_token")
    return check_may_work(bundle, who.name, who.project, now.date())


def seen(reader: RequestReader, bundle: PolicyBundle, now: datetime, who: Researcher, request_id: str) -> ExportRequest:
    """Return a request of the researcher's project; any other does not exist for them."""
    return _found(reader, bundle, now, who, request_id, check_may_see)


def owned(
    reader: RequestReader, bundle: PolicyBundle, now: datetime, who: Researcher, request_id: str
) -> ExportRequest:
    """Return a request that this researcher wrote."""
    return _found(reader, bundle, now, who, request_id, check_may_change)


def _found(
    reader: RequestReader, bundle: PolicyBundle, now: datetime, who: Researcher, request_id: str, check: Check
) -> ExportRequest:
    request = reader.get(request_id)
    if who.project is not None and request.project != who.project:
        raise Refusal("unknown_request")
    check(bundle, who.name, request, now.date())
    return request
