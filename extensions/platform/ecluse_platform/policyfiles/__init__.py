"""Policies as files: read strictly, reported with line and column, refused whole when any part is wrong."""

from __future__ import annotations

from ecluse_platform.policyfiles.loading import load_policies
from ecluse_platform.policyfiles.problems import PolicyError, Problem
from ecluse_platform.policyfiles.source import PolicySource

__all__ = ["PolicyError", "PolicySource", "Problem", "load_policies"]
