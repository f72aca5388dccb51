"""Measure the running demonstration: pages, and the recomputing of queries on an extract."""

from __future__ import annotations

import http.client
import json
import os
import socket
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROUNDS = 10
SECONDS = 120
PORT = int(os.environ["ECLUSE_PORT"])
SOCKET = Path(os.environ["ECLUSE_STATE"]) / "run" / "compute" / "compute.sock"
PROJECT = "diabete-idf"
QUERIES = {
    "persons by sex": "SELECT BEN_SEX_COD, COUNT(DISTINCT BEN_NIR_PSA) AS personnes FROM IR_BEN_R GROUP BY BEN_SEX_COD",
    "lines by kind of care": "SELECT PRS_NAT_REF, COUNT(*) AS lignes FROM ER_PRS_F GROUP BY PRS_NAT_REF",
}


def page(host: str, path: str) -> None:
    """Fetch a page as a browser would; any failure ends the measure."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=SECONDS)
    connection.request("GET", path, headers={"Host": f"{host}:{PORT}"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != http.client.OK:
        sys.exit(f"{host}{path} answered {answer.status}: is the demonstration running? (make demo)")


def screen(sql: str) -> None:
    """Have compute recompute and protect a query."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(SECONDS)
        line.connect(str(SOCKET))
        line.sendall(json.dumps({"op": "screen", "project": PROJECT, "sql": sql}).encode() + b"\n")
        with line.makefile() as answer:
            said = json.loads(answer.readline())
    if not said["ok"]:
        sys.exit(f"compute did not answer a query: {said.get('fault') or said['refusal']['code']}")


def measure(what: str, act: Callable[[], None]) -> None:
    """Do something ten times and print its median and slowest time."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    sys.stdout.write(f"{what:40} median {statistics.median(times):8.1f} ms   slowest {max(times):8.1f} ms\n")


def main() -> None:
    """Measure each thing in turn."""
    measure("hub, its API", lambda: page("hub.localhost", "/hub/api/"))
    measure("egress, its health", lambda: page("egress--service.hub.localhost", "/services/egress/health"))
    for what, sql in QUERIES.items():
        measure(f"verified query, {what}", lambda sql=sql: screen(sql))


if __name__ == "__main__":
    main()
