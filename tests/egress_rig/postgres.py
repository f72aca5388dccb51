"""A private PostgreSQL server on a unix socket, for as long as a test session lasts."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

_ROOT_UID = 0


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def _run(*command: str | Path) -> None:
    # PostgreSQL refuses to run as root.
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == _ROOT_UID else []
    subprocess.run([*prefix, *map(str, command)], check=True, capture_output=True, cwd="/")


@contextmanager
def private_server() -> Iterator[Path]:
    """Run a server that only this test session can reach; yield the folder of its socket."""
    programs = _programs()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed: apt-get install postgresql")
        pytest.skip("PostgreSQL is not installed, so nothing was tested on it: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="ecluse-pg-"))
    try:
        if os.geteuid() == _ROOT_UID:
            shutil.chown(folder, "postgres", "postgres")
        data, log = folder / "data", folder / "log"
        _run(programs / "initdb", "-D", data, "-U", "ecluse", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c max_connections=40"
        _run(programs / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")
        try:
            yield folder
        finally:
            _run(programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_database(folder: Path) -> str:
    """Make an empty database and return its URL."""
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(f"host={folder} user=ecluse dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return f"postgresql://ecluse@/{name}?host={folder}"
