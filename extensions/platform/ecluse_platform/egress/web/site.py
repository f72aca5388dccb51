"""Where the pages live, and where the hub that proves identities lives, as browsers and as this service see them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

CLIENT_ID = "service-egress"


@dataclass(frozen=True)
class Site:
    """Addresses, from two: ours (``url``) and the hub's origin (``hub_url``), both as browsers see them."""

    url: str
    hub_url: str

    @property
    def prefix(self) -> str:
        """The path under which every page lives."""
        return urlsplit(self.url).path.rstrip("/")

    @property
    def origin(self) -> str:
        """The origin that forms must come from."""
        return _origin(self.url)

    @property
    def hub_origin(self) -> str:
        """The origin of the hub's login pages."""
        return _origin(self.hub_url)

    @property
    def callback(self) -> str:
        """Where the hub sends a browser back to."""
        return f"{self.origin}{self.prefix}/oauth_callback"

    @property
    def authorize(self) -> str:
        """Where a browser is sent to prove who it is."""
        return f"{self.hub_origin}/hub/api/oauth2/authorize"

    @property
    def hub_home(self) -> str:
        """The hub's page of projects."""
        # Not /hub/home, which redirects here and loses the language asked for in the address.
        return f"{self.hub_origin}/hub/projects"

    @property
    def hub_logout(self) -> str:
        """Where the hub's own session ends; ending only ours would log in again at the next click."""
        return f"{self.hub_origin}/hub/logout"

    @property
    def secure(self) -> bool:
        """Whether cookies may travel on encrypted connections only."""
        return urlsplit(self.url).scheme == "https"

    @property
    def cookie_path(self) -> str:
        """The path that our cookies are sent to."""
        return f"{self.prefix}/"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
