"""A visitor without a browser: plain HTTP, each step of a login visible to the test."""

from __future__ import annotations

import re
import ssl
from typing import Self
from urllib.parse import urlsplit

import httpx

from web_rig.rig import Rig

# Never used on loopback; one for all, as making one takes longer than a test's requests.
_TLS = ssl.create_default_context()


class Visitor:
    """One person's cookies, and requests as their browser would send them."""

    def __init__(self, rig: Rig, name: str) -> None:
        self._rig = rig
        self._host = urlsplit(rig.url).netloc
        self._hub = urlsplit(rig.hub_url).netloc
        self.name = name
        # Names under localhost need no DNS: the rig listens on loopback.
        self.client = httpx.Client(trust_env=False, verify=_TLS, headers={"Host": self._host})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def send(self, method: str, path: str, **more: object) -> httpx.Response:
        """Send one request to the pages; a path is relative to the service's address."""
        port = self._host.rpartition(":")[2]
        return self.client.request(method, f"http://127.0.0.1:{port}/services/egress{path}", **more)  # type: ignore[arg-type]

    def ask_hub(self, authorize: str) -> httpx.Response:
        """Follow a redirect to the hub, logged in there."""
        port = self._hub.rpartition(":")[2]
        parts = urlsplit(authorize)
        address = f"http://127.0.0.1:{port}{parts.path}?{parts.query}"
        return httpx.get(address, headers={"Cookie": f"who={self.name}"}, trust_env=False, verify=_TLS)

    def log_in(self, path: str = "/requests") -> httpx.Response:
        """Ask for a page, prove who it is at the hub and return the answer that opens the session."""
        away = self.send("GET", path)
        back = urlsplit(self.ask_hub(away.headers["location"]).headers["location"])
        return self.send("GET", f"{back.path.removeprefix('/services/egress')}?{back.query}")

    def get(self, path: str) -> httpx.Response:
        """Read a page."""
        return self.send("GET", path)

    def post(self, path: str, page: str, **fields: str) -> httpx.Response:
        """Send a form with the anti-forgery token of a page read just before."""
        return self.send("POST", path, data={"csrf": self.csrf(page), **fields})

    def csrf(self, page: str = "/requests") -> str:
        """Read the anti-forgery token that a page carries."""
        found = re.search(r'name="csrf" value="([^"]+)"', self.get(page).text)
        return found.group(1) if found else ""

    def subject(self, request_id: str) -> str:
        """Read what a vote on a request is bound to."""
        found = re.search(r'name="subject" value="([^"]+)"', self.get(f"/review/{request_id}").text)
        return found.group(1) if found else ""
