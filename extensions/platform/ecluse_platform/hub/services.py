"""The hub's services, each a container of its own, and what they may learn of somebody who signs in to them."""

from __future__ import annotations

from typing import Any

from ecluse_platform.core.identity import REVIEW_SCOPE, SUBMIT_SCOPE
from ecluse_platform.hub.settings import HubSettings


def services(settings: HubSettings) -> list[dict[str, Any]]:
    """Return the services; a scope not listed here never reaches them, whatever the person holds."""
    return [
        _service(settings, "egress", settings.egress_url, [SUBMIT_SCOPE, REVIEW_SCOPE, "read:users:groups!user"]),
        _service(settings, "gateway", settings.gateway_url, []),
    ]


def _service(settings: HubSettings, name: str, url: str, scopes: list[str]) -> dict[str, Any]:
    return {
        "name": name,
        "url": url,
        "api_token": settings.secret(f"{name}_token"),
        # Both are parts of this platform: asking people to agree to it twice protects nobody.
        "oauth_no_confirm": True,
        "oauth_client_allowed_scopes": [*scopes, "read:users:name!user", f"access:services!service={name}"],
        "display": False,
    }
