"""Taking released files: by a member of the project, while the permit is in force, every time checked and logged."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import datetime

from ecluse_platform.core.audit_actions import Action
from ecluse_platform.core.permissions import check_may_download
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.requests import ExportRequest, Release, ReleasedFile
from ecluse_platform.egress.ports import Store, Vault
from ecluse_platform.egress.services.entries import about, record_refusal

# The oldest date that a zip archive can hold: the same release always gives the same archive.
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Download:
    """Bytes on their way out, whose hash was just checked."""

    file_name: str
    media_type: str
    content: bytes


def download(
    store: Store, bundle: PolicyBundle, now: datetime, vault: Vault, person: str, request_id: str, path: str
) -> Download:
    """Return one released file, logged before it is handed out."""
    request, release = _released(store, bundle, now, person, request_id)
    held = release.file(path)
    if held is None:
        raise Refusal("unknown_file")
    content = _checked(store, vault, person, request, held)
    with store.writing() as work:
        # Asked again in the transaction that logs it: a release revoked a moment ago is not handed out.
        check_may_download(bundle, person, work.requests.get(request_id), now.date())
        work.audit.append(about(request, Action.FILE_DOWNLOADED, person, file_sha256=held.sha256, files=1))
    return Download(held.path, held.media_type, content)


def download_archive(
    store: Store, bundle: PolicyBundle, now: datetime, vault: Vault, person: str, request_id: str
) -> Download:
    """Return a whole release as one archive, logged before it is handed out."""
    request, release = _released(store, bundle, now, person, request_id)
    contents = [(held.path, _checked(store, vault, person, request, held)) for held in release.files]
    with store.writing() as work:
        check_may_download(bundle, person, work.requests.get(request_id), now.date())
        work.audit.append(about(request, Action.FILE_DOWNLOADED, person, files=len(contents)))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in contents:
            archive.writestr(zipfile.ZipInfo(f"{request.project}-{request.id}/{path}", _EPOCH), content)
    return Download(f"{request.project}-{request.id}.zip", "application/zip", buffer.getvalue())


def _released(
    store: Store, bundle: PolicyBundle, now: datetime, person: str, request_id: str
) -> tuple[ExportRequest, Release]:
    with store.reading() as reading:
        request = reading.requests.get(request_id)
    try:
        check_may_download(bundle, person, request, now.date())
    except Refusal as refusal:
        most = bundle.platform.pace.refusals_a_minute
        record_refusal(store, now, most, about(request, Action.DOWNLOAD_REFUSED, person, refusal=refusal.code))
        raise
    if request.release is None:
        raise Refusal("not_released")
    return request, request.release


def _checked(store: Store, vault: Vault, person: str, request: ExportRequest, held: ReleasedFile) -> bytes:
    try:
        return vault.get(held.sha256)
    except Refusal:
        with store.writing() as work:
            work.audit.append(
                about(request, Action.FILE_CHANGED, person, file_sha256=held.sha256, state=request.state.value)
            )
        raise
