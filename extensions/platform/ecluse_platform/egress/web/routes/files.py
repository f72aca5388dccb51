"""Taking released files home: always as attachments, under names that cannot mean anything to a browser or a disk."""

from __future__ import annotations

import re
from urllib.parse import quote

from fastapi import APIRouter, Depends, Response

from ecluse_platform.egress.deps import Deps
from ecluse_platform.egress.services import downloading
from ecluse_platform.egress.services.downloading import Download
from ecluse_platform.egress.web.door import Door
from ecluse_platform.egress.web.visitor import Visitor

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def routes(deps: Deps, door: Door) -> APIRouter:
    """Return the routes of downloads."""
    router = APIRouter(prefix="/requests")
    visits = Depends(door.visitor)

    @router.get("/{request_id}/archive")
    def archive(request_id: str, visitor: Visitor = visits) -> Response:
        return _attached(
            downloading.download_archive(deps.store, visitor.bundle, deps.clock(), deps.vault, visitor.name, request_id)
        )

    @router.get("/{request_id}/files/{path:path}")
    def file(request_id: str, path: str, visitor: Visitor = visits) -> Response:
        return _attached(
            downloading.download(deps.store, visitor.bundle, deps.clock(), deps.vault, visitor.name, request_id, path)
        )

    return router


def _attached(download: Download) -> Response:
    plain = _UNSAFE.sub("_", download.file_name).strip("._") or "file"
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(download.file_name, safe='')}"
    return Response(download.content, media_type=download.media_type, headers={"Content-Disposition": disposition})
