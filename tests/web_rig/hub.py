"""A hub small enough to read: it logs in whoever the test says, and holds clients to PKCE and to their secret."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse

REVIEW = "custom:egress:review"
SUBMIT = "custom:egress:submit"


@dataclass
class FakeHub:
    """Codes and tokens given out; ``secret`` is what the egress service must prove itself with."""

    secret: str
    stewards: frozenset[str]
    codes: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def app(self) -> FastAPI:
        """Return the hub's few endpoints."""
        app = FastAPI()
        self._pages(app)
        self._oauth(app)
        return app

    def _pages(self, app: FastAPI) -> None:
        @app.get("/hub/become/{name}")
        def become(name: str) -> Response:
            answer = PlainTextResponse(name)
            answer.set_cookie("who", name)
            return answer

        @app.get("/hub/home")
        @app.get("/hub/projects")
        def home() -> str:
            return "projects"

        @app.get("/hub/logout")
        def logout() -> Response:
            answer = PlainTextResponse("bye")
            answer.delete_cookie("who")
            return answer

    def _oauth(self, app: FastAPI) -> None:
        @app.get("/hub/api/oauth2/authorize")
        def authorize(request: Request) -> Response:
            query = request.query_params
            who = request.cookies.get("who")
            if who is None:
                return PlainTextResponse("login form of the hub")
            if query["code_challenge_method"] != "S256" or query["client_id"] != "service-egress":
                return PlainTextResponse("bad client", 400)
            code = secrets.token_urlsafe(16)
            self.codes[code] = (who, query["code_challenge"], query["redirect_uri"])
            back = urlencode({"code": code, "state": query["state"]})
            return RedirectResponse(f"{query['redirect_uri']}?{back}", 302)

        @app.post("/hub/api/oauth2/token")
        async def token(request: Request) -> Response:
            sent = dict(parse_qsl((await request.body()).decode()))
            who, challenge, redirect = self.codes.pop(sent["code"], ("", "", ""))
            digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
            proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if sent["client_secret"] != self.secret or proof != challenge or sent["redirect_uri"] != redirect:
                return JSONResponse({"error": "invalid_grant"}, 400)
            value = secrets.token_urlsafe(24)
            self.tokens[value] = who
            return JSONResponse({"access_token": value, "token_type": "Bearer"})

        @app.get("/hub/api/user")
        def user(request: Request) -> Response:
            name = self.tokens.get(request.headers["authorization"].removeprefix("token "))
            if name is None:
                return JSONResponse({}, 403)
            scopes = [SUBMIT, REVIEW] if name in self.stewards else [SUBMIT]
            return JSONResponse({"name": name, "kind": "user", "scopes": scopes})
