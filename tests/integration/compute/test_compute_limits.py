"""The limits of the process that runs a query, held against the kernel."""

from __future__ import annotations

import signal
import subprocess
import sys

# The limit counts what the process took before, for its imports: on a cold machine that is seconds.
BUSY = """
import time
from ecluse_platform.compute import limits
from ecluse_platform.compute.job import Limits
limits._SPARE_SECONDS = 0
spent = int(time.process_time()) + 1
limits.limit_this_process(Limits(seconds=spent, protection_seconds=0, memory_mib=512, threads=1, cells=1), files_mib=0)
while True:
    pass
"""


def test_processor_time_that_is_spent_is_told_from_a_crash() -> None:
    """The kernel ends the process with its own signal, so that the author reads "too long" and not "unknown"."""
    done = subprocess.run([sys.executable, "-c", BUSY], check=False, timeout=60)
    assert done.returncode == -signal.SIGXCPU
