"""A refusal on its way to a browser: the status it deserves, the wording kept for the page."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from tornado import web

from ecluse_platform.core.refusals import Refusal

_STATUS: Mapping[str, HTTPStatus] = MappingProxyType(
    {
        "unknown_project": HTTPStatus.NOT_FOUND,
        "unnamed_server": HTTPStatus.BAD_REQUEST,
        "no_extract": HTTPStatus.CONFLICT,
        "workspace_busy": HTTPStatus.CONFLICT,
        "no_image": HTTPStatus.SERVICE_UNAVAILABLE,
        "no_free_network": HTTPStatus.SERVICE_UNAVAILABLE,
        "service_unreachable": HTTPStatus.SERVICE_UNAVAILABLE,
        "workspace_failed": HTTPStatus.BAD_GATEWAY,
    }
)


class RefusalError(web.HTTPError):
    """Carries a refusal through the hub's own error handling to our page or to its JSON."""

    def __init__(self, refusal: Refusal) -> None:
        """Choose the status; a code without one of its own is a matter of rights."""
        super().__init__(_STATUS.get(refusal.code, HTTPStatus.FORBIDDEN), str(refusal))
        self.refusal = refusal
        # The hub's API shows this to programs.
        self.jupyterhub_message = f"{refusal.reason.en} {refusal.next_step.en}"
