"""What a project was told before: the tables that count when another one is compared, and what comparing them found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import ExportRequest, Screening
from ecluse_platform.core.workflow import State
from ecluse_platform.egress.ports import Remembered, RequestReader

# What is out, and what waits to go out: with both, the order of decisions changes nothing. A revoked release was out.
COUNTING = frozenset({State.IN_REVIEW, State.APPROVED, State.RELEASED, State.REVOKED})


@dataclass(frozen=True)
class EarlierRelease:
    """Another request of the project that counts, and the tables of the extract that it shares with the one at hand."""

    request: ExportRequest
    shared_tables: tuple[str, ...]


def counting(reader: RequestReader, project: str, except_id: str) -> tuple[ExportRequest, ...]:
    """Return the requests of a project whose tables count, oldest first."""
    found = (request for request in reader.of_project(project) if request.state in COUNTING and request.id != except_id)
    return tuple(sorted(found, key=lambda request: (request.created_at, request.id)))


def remembered(requests: Iterable[ExportRequest]) -> tuple[Remembered, ...]:
    """Return the tables of requests as compute remembers them; refuse when one of them is not remembered.

    Private answers are left out: what is noised for one person more or less needs no comparison with what is exact.
    """
    tables: list[Remembered] = []
    for request in requests:
        if request.screening is None:
            raise Refusal("history_missing", {"earlier": words_for(request)})
        for table in request.screening.tables:
            if table.private is not None:
                continue
            if table.memory_sha256 is None:
                raise Refusal("history_missing", {"earlier": words_for(request)})
            tables.append(Remembered(table.item, table.memory_sha256))
    return tuple(tables)


def earlier_releases(
    reader: RequestReader, project: str, tables: frozenset[str], except_id: str
) -> tuple[EarlierRelease, ...]:
    """Return the requests that count and were made from any of the same tables, for people to look at."""
    return tuple(
        EarlierRelease(request, tuple(sorted(request.tables & tables)))
        for request in counting(reader, project, except_id)
        if request.tables & tables
    )


def words_for(request: ExportRequest) -> str:
    """Name a request as its project knows it."""
    return f"« {request.title} » ({request.id})"


def named(items: str, requests: Iterable[ExportRequest]) -> str:
    """Replace the names under which compute remembers tables by the titles of their requests."""
    titles = {request.id: words_for(request) for request in requests}
    ids = dict.fromkeys(item.strip().rsplit("-", 2)[0] for item in items.split(","))
    return ", ".join(titles.get(known, known) for known in ids)


def compared_with(screening: Screening) -> int:
    """Count the earlier tables that the tables of a request were compared with."""
    return len({known.item for table in screening.tables for known in table.compared})
