"""What the adapters promise of the world: the vault, the hub, the computing process, the checkpoints."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from ecluse_platform.core.audit import Checkpoint
from ecluse_platform.core.privacy.ask import PrivacyAsk
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import Fault, MachineRefusal, sha256_of
from ecluse_platform.core.text import Text
from ecluse_platform.egress.adapters.checkpoints import (
    CheckpointError,
    Checkpoints,
    load_private_key,
    load_public_key,
    read_checkpoints,
)
from ecluse_platform.egress.adapters.compute import SocketCompute
from ecluse_platform.egress.adapters.hub import HubIdentities
from ecluse_platform.egress.adapters.vault import FileVault
from ecluse_platform.egress.ports import Answered, Progress, Remembered, Screened
from ecluse_platform.policyfiles import PolicySource
from egress_rig.rig import ONE_STEWARD, ROOT, SQL, TableCompute, signing_key
from egress_rig.socket_compute import listening
from web_rig.serving import listen, serve

POLICIES = PolicySource(ROOT / "policies")


def test_the_vault_gives_back_what_it_took_or_refuses(tmp_path: Path) -> None:
    """Bytes by hash; a changed, missing or oddly named file is refused, and storing again repairs it."""
    vault = FileVault(tmp_path / "vault")
    digest = vault.put(b"content")
    assert digest == sha256_of(b"content") == vault.put(b"content")
    assert vault.get(digest) == b"content"
    stored = tmp_path / "vault" / digest
    stored.chmod(0o600)
    stored.write_bytes(b"changed")
    for wrong in (digest, "0" * 64, "../secret", ""):
        with pytest.raises(Refusal) as refused:
            vault.get(wrong)
        assert refused.value.code == "file_changed"
    assert vault.get(vault.put(b"content")) == b"content"
    (tmp_path / "vault" / ".new-left").write_bytes(b"half")
    FileVault(tmp_path / "vault")
    assert [path.name for path in (tmp_path / "vault").iterdir()] == [digest]


def test_checkpoints_are_believed_only_when_signed(tmp_path: Path) -> None:
    """By this key; a line cut off by a power failure is not there yet."""
    path, pem = tmp_path / "checkpoints.jsonl", signing_key()
    key = load_private_key(pem)
    written = Checkpoints(path, key)
    for number in (1, 3, 2):
        written.append(Checkpoint(number, f"{number}" * 64))
    assert [found.number for found in read_checkpoints(path, load_public_key(pem))] == [1, 3]
    with path.open("a") as file:
        file.write('{"number": 4')
    assert len(list(read_checkpoints(path, key.public_key()))) == 2
    with pytest.raises(CheckpointError, match="line 1"):
        list(read_checkpoints(path, load_public_key(signing_key())))
    for wrong in (b"", b"-----BEGIN PRIVATE KEY-----\n"):
        with pytest.raises(CheckpointError):
            load_public_key(wrong)


@pytest.fixture
def hub() -> Iterator[tuple[str, dict[str, object]]]:
    """A hub on loopback that answers as told, and counts."""
    told: dict[str, object] = {"status": 200, "body": None, "asked": 0}
    app = FastAPI()

    @app.get("/hub/api/user")
    def user(request: Request) -> Response:
        told["asked"] = int(str(told["asked"])) + 1
        told["token"] = request.headers["authorization"]
        return JSONResponse(told["body"], int(str(told["status"])))

    port = listen()
    with serve(app, port):
        yield f"http://127.0.0.1:{port.getsockname()[1]}/hub/api", told


def test_the_hub_says_who_asks(hub: tuple[str, dict[str, object]]) -> None:
    """With the asker's own token; the answer is remembered for a few seconds."""
    url, told = hub
    told["body"] = {"kind": "user", "name": "researcher1", "scopes": ["custom:egress:submit", 3]}
    identities = HubIdentities(url)
    for _ in range(3):
        found = identities.principal("abc")
        assert (found.name, found.scopes) == ("researcher1", frozenset({"custom:egress:submit"}))
    assert (told["asked"], told["token"]) == (1, "token abc")
    identities.close()


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (403, {}, "not_authenticated"),
        (404, {}, "not_authenticated"),
        (500, {}, "service_unreachable"),
        (302, {}, "service_unreachable"),
        (200, {"kind": "service", "name": "gateway", "scopes": []}, "not_authenticated"),
        (200, {"kind": "user", "name": "../x", "scopes": []}, "not_authenticated"),
        (200, {"kind": "user", "name": "researcher1", "scopes": "all"}, "not_authenticated"),
        (200, ["user"], "not_authenticated"),
        (200, {}, "not_authenticated"),
    ],
)
def test_any_other_answer_is_nobody(hub: tuple[str, dict[str, object]], status: int, body: object, code: str) -> None:
    """And nothing of it is remembered."""
    url, told = hub
    told |= {"status": status, "body": body}
    identities = HubIdentities(url)
    for _ in range(2):
        with pytest.raises(Refusal) as refused:
            identities.principal("abc")
        assert refused.value.code == code
    assert told["asked"] == 2
    identities.close()


def test_without_a_hub_or_a_proper_token_nobody_is_anybody() -> None:
    """Unreachable is a refusal; a token that could not be one is not even asked about."""
    identities = HubIdentities("http://127.0.0.1:1/hub/api")
    with pytest.raises(Refusal) as refused:
        identities.principal("abc")
    assert refused.value.code == "service_unreachable"
    for token in ("", "a\nb", "é", "x" * 600):
        with pytest.raises(Refusal) as refused:
            identities.principal(token)
        assert refused.value.code == "not_authenticated"
    identities.close()


ITEM = "0123456789ab-1-0"
KNOWN = (Remembered("0123456789ff-1-0", "0" * 64),)


def test_the_computing_process_is_believed_only_in_known_forms(tmp_path: Path) -> None:
    """A table that breaks its own rules, an unknown fault or refusal, half a line: each is a crash."""
    table = TableCompute(POLICIES)
    client = SocketCompute(tmp_path / "s", POLICIES)
    assert client.ping() is False
    assert client.screen(ONE_STEWARD, SQL, ITEM, KNOWN) is Fault.CRASH
    with listening(tmp_path / "s", table) as socket:
        assert client.ping() is True
        found = client.screen(ONE_STEWARD, SQL, ITEM, KNOWN)
        assert isinstance(found, Screened)
        assert found == table.screen(ONE_STEWARD, SQL, ITEM, KNOWN)
        table.instead = Fault.EXTRACT
        assert client.screen(ONE_STEWARD, SQL, ITEM, KNOWN) is Fault.EXTRACT
        assert table.earlier == KNOWN
        assert client.progress(ITEM) == Progress("protecting", 50)
        merge = Text(fr="Fusionner 15-19 et 20-24", en="Merge 15-19 and 20-24")
        table.instead = MachineRefusal("no_extract", {"project": ONE_STEWARD}, proposals=(merge,))
        assert client.screen(ONE_STEWARD, SQL, ITEM, KNOWN) == table.instead
        table.instead = None
        shown = found.table.model_dump_json().replace('"values":[null]', '"values":[3]')
        whole = socket.answer({"op": "screen", "project": ONE_STEWARD, "sql": SQL, "item": ITEM, "earlier": []})
        for raw in (
            b"",
            b"{",
            b"[]\n",
            b'{"ok":true}',
            b'{"ok":false}\n',
            b'{"ok":false,"fault":"unknown"}\n',
            b'{"ok":false,"refusal":{"code":"no_such_code"}}\n',
            b'{"ok":false,"refusal":{"code":"no_extract","fields":{}}}\n',
            f'{{"ok":true,"extract_version":"v","table":{shown}}}\n'.encode(),
            # Without its memory, its seal, its proof, or what it was compared with, a table is not believed.
            *(whole.replace(f'"{part}"'.encode(), b'"x"') for part in ("memory_sha256", "sealed", "proof", "compared")),
            whole.replace(b'"sealed": "', b'"sealed": "!'),
        ):
            socket.raw = raw
            assert client.screen(ONE_STEWARD, SQL, ITEM, KNOWN) is Fault.CRASH


def test_a_private_answer_is_believed_only_in_known_forms(tmp_path: Path) -> None:
    """A version that no extractor named, a table that shows a small count or lacks its statement: each is a crash."""
    table, ask = TableCompute(POLICIES), PrivacyAsk.model_validate({"epsilon": "1"})
    client = SocketCompute(tmp_path / "s", POLICIES)
    assert client.version(ONE_STEWARD, SQL, ask) is Fault.CRASH
    assert client.answer(ONE_STEWARD, SQL, ask, table.extract_version, ITEM) is Fault.CRASH
    with listening(tmp_path / "s", table) as socket:
        assert client.version(ONE_STEWARD, SQL, ask) == table.extract_version
        found = client.answer(ONE_STEWARD, SQL, ask, table.extract_version, ITEM)
        assert isinstance(found, Answered)
        assert [row.counted for row in found.table.rows] == [None, 21, 41]
        table.instead = MachineRefusal("no_extract", {"project": ONE_STEWARD})
        assert client.answer(ONE_STEWARD, SQL, ask, table.extract_version, ITEM) == table.instead
        table.instead = None
        asked = {"op": "answer", "project": ONE_STEWARD, "sql": SQL, "ask": {"epsilon": "1"}, "item": ITEM}
        whole = socket.answer({**asked, "version": table.extract_version})
        for raw in (
            b"",
            b"[]\n",
            b'{"ok":true}\n',
            b'{"ok":false,"fault":"unknown"}\n',
            b'{"ok":true,"extract_version":"../x"}\n',
            whole.replace(b'"counted": 23', b'"counted": 3'),
            whole.replace(b'"statement"', b'"x"'),
            whole.replace(b'"low": "11"', b'"low": "99"'),
            whole.replace(table.extract_version.encode(), b"v1"),
        ):
            assert raw != whole
            socket.raw = raw
            assert client.answer(ONE_STEWARD, SQL, ask, table.extract_version, ITEM) is Fault.CRASH
            if b'"table"' not in raw:
                assert client.version(ONE_STEWARD, SQL, ask) is Fault.CRASH
