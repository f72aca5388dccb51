"""Opening and closing the encrypted folders of projects: after a start of the machine, and before it is left alone."""

from __future__ import annotations

from ecluse_platform.core.names import is_project_id
from ecluse_platform.extract.build import Places
from ecluse_platform.extract.keys import has_salt, project_key, project_salt
from ecluse_platform.extract.problems import ExtractProblem
from ecluse_platform.extract.sealed import close_sealed, is_sealed, open_sealed


def open_extracts(places: Places, master: bytes, project: str | None = None) -> tuple[str, ...]:
    """Open the encrypted folder of one project, or of all that still have a key; return whose were opened."""
    names = _sealed(places, project)
    for name in names:
        if has_salt(places.keys, name):
            open_sealed(places.extracts / name, project_key(master, name, project_salt(places.keys, name)))
        elif project is not None:
            raise ExtractProblem(
                f"the key of {name} is destroyed, and nobody can open its folder again.",
                "Restore the key from a backup if it should be there, else purge the project.",
            )
    return tuple(name for name in names if has_salt(places.keys, name))


def close_extracts(places: Places, project: str | None = None) -> tuple[str, ...]:
    """Take the key of one project's folder, or of all, out of the kernel's memory; return whose."""
    names = _sealed(places, project)
    for name in names:
        close_sealed(places.extracts / name)
    return names


def _sealed(places: Places, project: str | None) -> tuple[str, ...]:
    if project is None:
        found = (
            sorted(p.name for p in places.extracts.iterdir() if is_project_id(p.name))
            if places.extracts.is_dir()
            else []
        )
        return tuple(name for name in found if is_sealed(places.extracts / name))
    if not is_project_id(project) or not is_sealed(places.extracts / project):
        raise ExtractProblem(f"{project} has no encrypted folder.", "Check the id, and data.encryption of its permit.")
    return (project,)
