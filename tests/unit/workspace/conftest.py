"""The workspace's package as a workspace has it: data in a folder, the platform behind HTTP, settings in variables."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[3]
# The package is for workspace images only and is installed nowhere else.
sys.path.insert(0, str(ROOT / "extensions" / "workspace" / "python"))

from speaking_platform import TOKEN, Asked, Platform  # noqa: E402 - beside this file, which pytest puts on the path

from ecluse import submitted  # noqa: E402 - after its path is known


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """Serve the researcher API on the loopback for one test."""
    state = Platform(url="")

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            path = self.path.removeprefix("/egress/api/v1/")
            state.asked.append(Asked(self.command, path, dict(self.headers), body))
            if state.silent:
                self.close_connection = True
                return
            status, content = state.answers.get((self.command, path), (404, b"no such page"))
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = answer  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            """Say nothing on standard error."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}/egress/api/v1"
    monkeypatch.setenv("ECLUSE_API", state.url)
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", TOKEN)
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def french(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start each test as a French workspace starts, with nothing remembered."""
    monkeypatch.delenv("ECLUSE_LANG", raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    submitted._unanswered.clear()


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Build a project's extract as the extractor does: Parquet, and a database of views with their labels."""
    root, home = tmp_path / "data", tmp_path / "home"
    (root / "ER_PRS_F").mkdir(parents=True)
    home.mkdir()
    file = root / "ER_PRS_F" / "part-0.parquet"
    with duckdb.connect(str(root / "snds.duckdb")) as connection:
        connection.execute(
            f"COPY (SELECT 'p' || i AS BEN_NIR_PSA, i AS PRS_ACT_QTE, i AS __u FROM range(100) t(i)) TO '{file}'"
        )
        connection.execute(f"CREATE VIEW ER_PRS_F AS SELECT BEN_NIR_PSA, PRS_ACT_QTE FROM '{file}'")
        connection.execute("COMMENT ON VIEW ER_PRS_F IS 'Prestations\nReimbursements'")
        connection.execute("COMMENT ON COLUMN ER_PRS_F.PRS_ACT_QTE IS 'Quantité\nQuantity'")
    monkeypatch.setenv("ECLUSE_DATA", str(root))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("ECLUSE_CPUS", "1.5")
    monkeypatch.setenv("ECLUSE_MEMORY_MIB", "1000")
    return root
