"""Purging: an expired project's data and keys are destroyed, and the record says what was."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from ecluse_platform.core.names import is_project_id
from ecluse_platform.core.permit import purged_after
from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.signatures import WrongKey
from ecluse_platform.extract.build import STAMP, Places
from ecluse_platform.extract.journal import recorded
from ecluse_platform.extract.keys import destroy_salt, has_salt
from ecluse_platform.extract.manifest import MANIFEST
from ecluse_platform.extract.problems import ExtractProblem
from ecluse_platform.extract.publish import CURRENT, VERSION, only_build
from ecluse_platform.extract.sealed import close_sealed, is_sealed


@dataclass(frozen=True)
class Purged:
    """What was destroyed: files, their bytes, and the SHA-256 of the record that says so."""

    project: str
    files: int
    bytes: int
    record_sha256: str


def expired(bundle: PolicyBundle, places: Places, now: datetime) -> tuple[str, ...]:
    """Return the projects whose days of grace are over and of which anything is left, and those no permit names."""
    left = {p.name for p in places.extracts.iterdir() if p.is_dir()} if places.extracts.is_dir() else set()
    left |= {p.stem for p in places.keys.glob("*.key")}
    return tuple(
        name
        for name in sorted(left)
        if is_project_id(name)
        and (project := bundle.project(name)) is not None
        and now.date() > purged_after(project)
        and _anything(places, name)
    )


def purge_extract(
    bundle: PolicyBundle, project_id: str, places: Places, memory: Path, signing_key: bytes, actor: str, now: datetime
) -> Purged:
    """Destroy every version of a project's extract, the memory of its releases and its key; record it.

    Refused while the permit is in force. ``memory`` is the folder of what compute remembers, by project.
    """
    project = bundle.project(project_id)
    if not is_project_id(project_id) or not (project or _anything(places, project_id)):
        raise ExtractProblem("there is no such project, and nothing of it.", "Check its id.")
    if project is not None and now.date() <= project.permit.end:
        raise ExtractProblem(
            f"the permit of {project_id} is in force until {project.permit.end.isoformat()}.",
            "Correct the end of the permit first: data in use is not purged.",
        )
    home = places.extracts / project_id
    try:
        with only_build(home):
            doomed = [path for folder in (home, memory / project_id) for path in folder.rglob("*") if path.is_file()]
            size = sum(path.stat().st_size for path in doomed if not path.is_symlink())
            stamp = now.astimezone(UTC).strftime(STAMP)
            record: dict[str, object] = {
                "action": "extract_purged",
                "actor": actor,
                "at": now.astimezone(UTC).isoformat(timespec="seconds"),
                "project": project_id,
                "permit": "" if project is None else project.permit.reference,
                "policy_digest": bundle.digest,
                "files": len(doomed),
                "bytes": size,
                "manifest_sha256": _manifests(home),
                "key": "destroyed" if has_salt(places.keys, project_id) else "none",
                "memory": "destroyed" if (memory / project_id).is_dir() else "none",
            }
            with recorded(places.journal, signing_key, stamp, record) as digest:
                _destroy(home, memory / project_id, places.keys, project_id)
    except OSError as error:
        raise ExtractProblem(
            f"{project_id} could not be purged whole ({type(error).__name__}: {error.strerror}).",
            "Give the command the rights to delete the project's folders, then purge again.",
        ) from None
    except WrongKey:
        raise ExtractProblem("the signing key is no Ed25519 key in PEM.", "Name it with --signing-key.") from None
    return Purged(project_id, len(doomed), size, digest)


def _anything(places: Places, project: str) -> bool:
    home = places.extracts / project
    return has_salt(places.keys, project) or (
        home.is_dir()
        and (is_sealed(home) or any(p.name == CURRENT or VERSION.fullmatch(p.name) for p in home.iterdir()))
    )


def _manifests(home: Path) -> str:
    """Return one digest of all manifests that are destroyed: what held them can be told from what did not."""
    digest = sha256()
    for manifest in sorted(home.glob(f"*/{MANIFEST}")):
        digest.update(manifest.read_bytes())
    return digest.hexdigest()


def _destroy(home: Path, memory: Path, keys: Path, project: str) -> None:
    """Remove the pointer first, so that nothing is mounted any more; then the data; the key in any case."""
    (home / CURRENT).unlink(missing_ok=True)
    destroy_salt(keys, project)
    if is_sealed(home):
        close_sealed(home)
    for folder in (home, memory):
        if folder.exists():
            shutil.rmtree(folder)
    left = [p for p in (*home.rglob("*"), *memory.rglob("*")) if p.is_file()]
    if left:
        raise OSError(None, f"{len(left)} files are still there")
