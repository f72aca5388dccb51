"""How much memory and processor the workspace really has: a container sees the whole machine otherwise."""

from __future__ import annotations

import math
import os
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")
_MIB = 1024 * 1024
# The rest is for the notebook's own frames and figures.
_SHARE = 0.6


def threads() -> int:
    """Return how many threads a query may use: the cores granted, rounded up, at least one."""
    granted = os.environ.get("ECLUSE_CPUS")
    if granted:
        return max(1, math.ceil(float(granted)))
    quota, _, period = _cgroup("cpu.max").partition(" ")
    if quota.isdigit() and period.isdigit():
        return max(1, math.ceil(int(quota) / int(period)))
    return os.cpu_count() or 1


def query_memory_mib() -> int | None:
    """Return how much memory a query may use, in MiB; None where nothing limits it."""
    granted = os.environ.get("ECLUSE_MEMORY_MIB")
    if granted:
        return int(int(granted) * _SHARE)
    limit = _cgroup("memory.max")
    return int(int(limit) / _MIB * _SHARE) if limit.isdigit() else None


def _cgroup(name: str) -> str:
    try:
        return (_CGROUP / name).read_text(encoding="ascii").strip()
    except OSError:
        return ""
