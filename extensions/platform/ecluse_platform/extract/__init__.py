"""Extracts: exactly what a permit grants, under identifiers of the project's own, published whole or not at all."""

from __future__ import annotations

from ecluse_platform.extract.build import Places, Step, build_extract
from ecluse_platform.extract.keys import read_master_key
from ecluse_platform.extract.manifest import Manifest, differences
from ecluse_platform.extract.problems import ExtractProblem
from ecluse_platform.extract.publish import current_version

__all__ = [
    "ExtractProblem",
    "Manifest",
    "Places",
    "Step",
    "build_extract",
    "current_version",
    "differences",
    "read_master_key",
]
