"""Quality-filter views: what a study begins with, each with its version and the source of its rules."""

from __future__ import annotations

from ecluse_platform.extract.quality.create import create

__all__ = ["create"]
