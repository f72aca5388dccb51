"""Limits that the kernel keeps, whatever the query does."""

from __future__ import annotations

import resource
from pathlib import Path

# The interpreter, the libraries and DuckDB's own threads, beside the memory that policy gives to the query.
_BASE_MIB = 1024
_MOST_OPEN_FILES = 512
_SPARE_SECONDS = 5


def limit_this_process(memory_mib: int, seconds: int, threads: int) -> None:
    """Take from the running process, for ever, what a query does not need: memory, time, written files, core dumps."""
    # Should the container run out of memory, the kernel ends this process and not the service.
    Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    memory = (memory_mib + _BASE_MIB) * 1024 * 1024
    cpu = seconds * threads + _SPARE_SECONDS
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # At the first limit the kernel says that time is up; at the second it kills without a reason, like any crash.
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_MOST_OPEN_FILES, _MOST_OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
