"""Serve canaille as the demonstration's identity provider, with its accounts and its one client in place.

Everything is set again at each start, so a second start changes nothing and a new password or address needs no repair.
"""

# ruff: noqa: INP001 - a script that the image runs by its path, not part of a package
from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import canaille
from asgiref.wsgi import WsgiToAsgi
from canaille.app import models
from canaille.backends import Backend
from flask import Flask
from hypercorn.asyncio import serve
from hypercorn.config import Config
from joserfc.jwk import RSAKey

STATE = Path("/srv/state")
SECRETS = Path("/run/secrets/ecluse")
ACCOUNTS = Path("/etc/ecluse/accounts.toml")
PORT = 8100
KEY_BITS = 3072


def kept(name: str, make: Callable[[], str]) -> str:
    """Return what was made at the first start, so that sessions and tokens outlive a restart."""
    path = STATE / name
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(make())
    return path.read_text()


def signing_key() -> str:
    """Make the key that signs identity tokens."""
    return json.dumps(RSAKey.generate_key(KEY_BITS, auto_kid=True).as_dict(private=True))


def configuration(public: str) -> dict[str, Any]:
    """Say how canaille behaves: people can log in, and change nothing."""
    return {
        "SECRET_KEY": kept("secret_key", lambda: secrets.token_hex(32)),
        "SERVER_NAME": public,
        "PREFERRED_URL_SCHEME": "http",
        "CANAILLE": {
            "NAME": "Écluse, comptes de démonstration",
            "DATABASE": "sql",
            "LANGUAGE": "fr",
            "FORCE_HTTPS": False,
            "LOGIN_ATTRIBUTES": ["user_name"],
            "ENABLE_PASSWORD_RECOVERY": False,
            "ENABLE_INTRUDER_LOCKOUT": True,
            "CAPTCHA_ENABLED": False,
            "LOGGING": {"version": 1, "root": {"level": "WARNING"}},
            "ACL": {"DEFAULT": {"PERMISSIONS": ["use_oidc"], "READ": ["user_name"], "WRITE": []}},
        },
        "CANAILLE_SQL": {"DATABASE_URI": f"sqlite:///{STATE}/canaille.sqlite", "AUTO_MIGRATE": True},
        "CANAILLE_OIDC": {
            # The hub's OAuth library sends no nonce; PKCE and the state parameter bind the exchange instead.
            "REQUIRE_NONCE": False,
            # The hub is this installation's own client: people are not asked to consent to it.
            "TRUSTED_DOMAINS": [os.environ["ECLUSE_HUB_HOST"]],
            "ACTIVE_JWKS": [json.loads(kept("signing_key.json", signing_key))],
        },
    }


def put_accounts(password: str) -> None:
    """Have each account of the list, with the demonstration's password."""
    for name, account in tomllib.loads(ACCOUNTS.read_text()).items():
        user = Backend.instance.get(models.User, user_name=name) or models.User(user_name=name)
        user.given_name = account["given"]
        user.family_name = account["family"]
        user.formatted_name = user.display_name = f"{account['given']} {account['family']}"
        user.emails = [f"{name}@demo.invalid"]
        user.preferred_language = "fr"
        Backend.instance.save(user)
        if not Backend.instance.check_user_password(user, password)[0]:
            Backend.instance.set_user_password(user, password)


def put_client(secret: str, hub: str) -> None:
    """Have the hub as the only client."""
    client = Backend.instance.get(models.Client, client_id="ecluse-hub") or models.Client(client_id="ecluse-hub")
    client.client_secret = secret
    client.client_name = "Écluse"
    client.client_uri = hub
    client.redirect_uris = [f"{hub}/hub/oauth_callback"]
    client.post_logout_redirect_uris = [f"{hub}/hub/"]
    client.grant_types = ["authorization_code", "refresh_token"]
    client.response_types = ["code"]
    client.scope = ["openid", "profile", "email"]
    client.token_endpoint_auth_method = "client_secret_basic"  # noqa: S105 - the method's name, not a secret
    client.id_token_signed_response_alg = "RS256"  # noqa: S105 - the name of an algorithm
    Backend.instance.save(client)
    client.audience = [client]
    Backend.instance.save(client)


def accept_back_channel(app: Flask, public: str) -> None:
    """Answer the hub, which reaches us by another name than browsers do, as if it had used theirs.

    Canaille redirects every other host name to its own, which a container of the hub's network could not reach.
    """
    inner = app.wsgi_app

    def renamed(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("HTTP_HOST") in {f"idp:{PORT}", f"127.0.0.1:{PORT}"}:
            environ["HTTP_HOST"] = public
        return inner(environ, start_response)

    app.wsgi_app = renamed  # type: ignore[method-assign]  # Flask's documented way to wrap an application


async def answer(app: Flask) -> None:
    """Serve until told to stop."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    # Containers have one address on each of their networks; the published port is bound to loopback by the engine.
    config = Config.from_mapping(bind=[f"0.0.0.0:{PORT}"], accesslog=None, errorlog="-", loglevel="WARNING")
    await serve(WsgiToAsgi(app), config, shutdown_trigger=stop.wait)


def main() -> None:
    """Put everything in place, then serve."""
    os.umask(0o077)
    # The demonstration is plain HTTP on loopback; the OAuth library would otherwise refuse every request.
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    public = f"idp.localhost:{os.environ['ECLUSE_IDP_PORT']}"
    app = canaille.create_app(config=configuration(public))
    with app.app_context(), Backend.instance.session():
        put_accounts((SECRETS / "demo_password").read_text().strip())
        put_client((SECRETS / "oidc_client_secret").read_text().strip(), os.environ["ECLUSE_PUBLIC_URL"])
    accept_back_channel(app, public)
    asyncio.run(answer(app))


if __name__ == "__main__":
    main()
