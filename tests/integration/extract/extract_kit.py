"""The extracts of a test: where they are, how they are built and read, and the keys that they are signed with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.signatures import public_half
from ecluse_platform.extract import Manifest, Places, Secrets, Step, build_extract, current_version

SIGNING = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
PUBLIC = public_half(SIGNING)
SECRETS = Secrets(b"a key for tests, of enough bytes to do", SIGNING)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PROJECTS = ("diabete-idf", "antibio-national")


@dataclass(frozen=True)
class Extracts:
    """The source, the extracts and how to read them."""

    places: Places
    bundle: PolicyBundle
    public: bytes = PUBLIC

    def folder(self, project: str) -> Path:
        """Return the current version's folder."""
        found = current_version(self.places.extracts / project)
        assert found is not None
        return found

    def build(self, project: str, now: datetime = NOW, report: Callable[[Step], None] = lambda _: None) -> Manifest:
        """Build one project's extract."""
        return build_extract(self.bundle, project, self.places, SECRETS, "operator1", now, report)

    def open(self, project: str) -> duckdb.DuckDBPyConnection:
        """Open a session with the extract's tables and, behind `src_`, the source's."""
        connection = duckdb.connect()
        for prefix, root in (("", self.folder(project)), ("src_", self.places.source)):
            for folder in sorted(p for p in root.iterdir() if p.is_dir()):
                connection.execute(
                    f"CREATE VIEW {prefix}{folder.name} AS "
                    f"FROM read_parquet('{folder}/**/*.parquet', hive_partitioning=false)"
                )
        return connection


def places(source: Path, root: Path) -> Places:
    """Everything but the source below one folder."""
    return Places(source, root / "extracts", root / "cohorts", root / "keys", root / "journal")
