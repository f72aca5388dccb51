"""Extracts: exactly what a permit grants, under identifiers of the project's own, published whole or not at all."""

from __future__ import annotations

from ecluse_platform.extract.build import Places, Secrets, Step, build_extract
from ecluse_platform.extract.keys import read_master_key, read_signing_key
from ecluse_platform.extract.manifest import Manifest, differences
from ecluse_platform.extract.opening import close_extracts, open_extracts
from ecluse_platform.extract.problems import ExtractProblem
from ecluse_platform.extract.publish import current_version
from ecluse_platform.extract.purge import Purged, expired, purge_extract
from ecluse_platform.extract.sealed import is_open, is_sealed

__all__ = [
    "ExtractProblem",
    "Manifest",
    "Places",
    "Purged",
    "Secrets",
    "Step",
    "build_extract",
    "close_extracts",
    "current_version",
    "differences",
    "expired",
    "is_open",
    "is_sealed",
    "open_extracts",
    "purge_extract",
    "read_master_key",
    "read_signing_key",
]
