"""The hub learns which extract is current from the guard, over its socket, and holds none itself."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from ecluse_platform.core.container import Site
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.guard.app import application
from ecluse_platform.guard.calls import Guard
from ecluse_platform.guard.engine import Engine
from ecluse_platform.guard.shelf import Shelf
from ecluse_platform.hub.standing import current_extract
from ecluse_platform.policyfiles import PolicySource
from integration.guard.guard_kit import ROOT, VERSION
from signed_extracts import write_key, write_signed

PROJECT = "diabete-idf"


@pytest.fixture
async def guard(tmp_path: Path) -> AsyncIterator[Path]:
    """The socket of a guard whose engine is not there: this call needs none."""
    socket, extracts = tmp_path / "g.sock", tmp_path / "extracts"
    for project in (PROJECT, "not-in-policy"):
        write_signed(extracts / project, VERSION)
    made = Guard(
        Site("scratch-guard-pointer", str(extracts)),
        PolicySource(ROOT / "policies"),
        Shelf(extracts, write_key(tmp_path)),
        Engine(tmp_path / "no-engine.sock"),
        lambda: datetime.now(UTC).date(),
    )
    runner = web.AppRunner(application(made), access_log=None)
    await runner.setup()
    await web.UnixSite(runner, str(socket)).start()
    yield socket
    await runner.cleanup()


async def status_of(socket: Path, path: str, method: str = "GET") -> int:
    """What the guard answers to a path that is sent as it is written."""
    reader, writer = await asyncio.open_unix_connection(str(socket))
    writer.write(f"{method} {path} HTTP/1.1\r\nHost: guard\r\nConnection: close\r\n\r\n".encode())
    line = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return int(line.split()[1])


async def test_the_hub_reads_the_current_version(guard: Path) -> None:
    """What the pointer says now, and nothing else of the extract."""
    assert await current_extract(guard, PROJECT) == VERSION
    async with (
        aiohttp.ClientSession(connector=aiohttp.UnixConnector(path=str(guard))) as client,
        client.get(f"http://guard/ecluse/extracts/{PROJECT}") as answer,
    ):
        assert (answer.status, await answer.json()) == (HTTPStatus.OK, {"version": VERSION})


@pytest.mark.parametrize("text", ["", "../antibio-national", "/etc", None])
async def test_without_a_usable_pointer_the_start_is_refused(guard: Path, tmp_path: Path, text: str | None) -> None:
    """Empty, leading elsewhere or missing: there is no extract."""
    current = tmp_path / "extracts" / PROJECT / "current"
    current.unlink()
    if text is not None:
        current.write_text(text)
    with pytest.raises(Refusal) as refused:
        await current_extract(guard, PROJECT)
    assert (refused.value.code, refused.value.fields) == ("no_extract", {"project": PROJECT})


@pytest.mark.parametrize("change", ["manifest", "signature", "other", "key"])
async def test_what_the_extractor_did_not_sign_is_not_mounted(guard: Path, tmp_path: Path, change: str) -> None:
    """A changed manifest, a bad signature, another version's manifest, another key: there is no extract."""
    folder = tmp_path / "extracts" / PROJECT / VERSION
    if change == "manifest":
        (folder / "manifest.json").write_bytes((folder / "manifest.json").read_bytes() + b" ")
    elif change == "signature":
        (folder / "manifest.sig").write_bytes(bytes(64))
    elif change == "other":
        shutil.copy(tmp_path / "extracts" / "not-in-policy" / VERSION / "manifest.json", folder)
        shutil.copy(tmp_path / "extracts" / "not-in-policy" / VERSION / "manifest.sig", folder)
    else:
        (tmp_path / "extract_verify_key").write_bytes(b"no key")
    with pytest.raises(Refusal, match="no_extract"):
        await current_extract(guard, PROJECT)


@pytest.mark.parametrize(
    "project", ["antibio-national", "not-in-policy", "..", "%2e%2e", ".", "", "A", "diabete-idf%2f.."]
)
async def test_a_project_that_is_unknown_or_no_name_is_not_found(guard: Path, project: str) -> None:
    """Not built, not in the policies, or a path in disguise."""
    assert await status_of(guard, f"/ecluse/extracts/{project}") == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"/ecluse/extracts/{PROJECT}"),
        ("GET", f"/v1.41/ecluse/extracts/{PROJECT}"),
        ("GET", f"/ecluse/extracts/{PROJECT}/{VERSION}"),
        ("GET", f"/ecluse/extracts/{PROJECT}?all=1"),
        ("GET", "/ecluse/extracts"),
    ],
)
async def test_nothing_else_of_extracts_is_open(guard: Path, method: str, path: str) -> None:
    """One question, with one answer: no list, no file."""
    assert await status_of(guard, path, method) == HTTPStatus.FORBIDDEN


async def test_a_guard_that_does_not_answer_is_named(tmp_path: Path) -> None:
    """No socket, or a server that talks nonsense: the start is refused, and the reason names the guard."""
    nonsense = tmp_path / "n.sock"

    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{"version": "../.."}')
        writer.close()

    async with await asyncio.start_unix_server(babble, str(nonsense)):
        for socket in (nonsense, tmp_path / "absent.sock"):
            with pytest.raises(Refusal) as refused:
                await current_extract(socket, PROJECT)
            assert (refused.value.code, refused.value.fields) == ("service_unreachable", {"service": "guard"})
