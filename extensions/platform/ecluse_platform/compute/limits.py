"""Limits that the kernel keeps, whatever the query does."""

from __future__ import annotations

import resource
from pathlib import Path

from ecluse_platform.compute.job import Limits

# The interpreter, the libraries and DuckDB's own threads, beside the memory that policy gives to the query.
_BASE_MIB = 1024
_MOST_OPEN_FILES = 512
_SPARE_SECONDS = 5
_MIB = 1024 * 1024


def limit_this_process(limits: Limits, files_mib: int) -> None:
    """Take from the running process, for ever, what a query does not need: memory, time, written files, core dumps.

    ``files_mib`` bounds each file that it may write; 0 for a query of which nothing is remembered.
    """
    # Should the container run out of memory, the kernel ends this process and not the service.
    Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    memory = (limits.memory_mib + _BASE_MIB) * _MIB
    cpu = (limits.seconds + limits.protection_seconds) * limits.threads + _SPARE_SECONDS
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # At the first limit the kernel says that time is up; at the second it kills without a reason, like any crash.
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_MOST_OPEN_FILES, _MOST_OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (files_mib * _MIB, files_mib * _MIB))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
