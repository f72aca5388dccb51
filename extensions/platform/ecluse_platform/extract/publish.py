"""Versions of an extract: built aside, made durable, then switched to in one step."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ecluse_platform.extract.problems import ExtractProblem

CURRENT = "current"
VERSION = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
# The previous version stays for the workspaces that still have it mounted.
KEPT_VERSIONS = 2
_UNFINISHED = ".building-"
_LOCK = ".lock"
_FOLDER_MODE, _FILE_MODE = 0o755, 0o644


@contextmanager
def only_build(project_folder: Path) -> Iterator[None]:
    """Hold the project's lock; a second build at the same time is refused, a crashed one leaves no lock."""
    project_folder.parent.mkdir(parents=True, exist_ok=True)
    # Beside the folder: inside, a folder that is encrypted and closed would take no new file.
    with (project_folder.parent / f".{project_folder.name}{_LOCK}").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ExtractProblem(
                f"another build of {project_folder.name} is running.", "Wait until it ends, then try again."
            ) from None
        yield


@contextmanager
def unfinished_version(project_folder: Path) -> Iterator[Path]:
    """Give a new folder to build in; whatever was not published is removed, now or by the next build."""
    project_folder.mkdir(exist_ok=True)
    project_folder.chmod(_FOLDER_MODE)
    for left in project_folder.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(left)
    folder = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=project_folder))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(building: Path, version: str) -> Path:
    """Make a complete version durable, give it its name, and make it the current one."""
    project_folder = building.parent
    for path in (*building.rglob("*"), building):
        path.chmod(_FOLDER_MODE if path.is_dir() else _FILE_MODE)
        _sync(path)
    final = project_folder / version
    building.rename(final)
    _sync(project_folder)
    switch = project_folder / f"{_UNFINISHED}{CURRENT}"
    switch.mkdir()
    pointer = switch / CURRENT
    pointer.write_text(version, encoding="utf-8")
    pointer.chmod(_FILE_MODE)
    _sync(pointer)
    pointer.replace(project_folder / CURRENT)
    _sync(project_folder)
    switch.rmdir()
    _forget_old(project_folder, version)
    return final


def current_version(project_folder: Path) -> Path | None:
    """Return the folder of the current version, None when nothing was published."""
    try:
        version = (project_folder / CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    if not VERSION.fullmatch(version):
        raise ExtractProblem(f"{project_folder / CURRENT} names no version.", "Build the extract again.")
    return project_folder / version


def _forget_old(project_folder: Path, current: str) -> None:
    others = sorted(p.name for p in project_folder.iterdir() if VERSION.fullmatch(p.name) and p.name != current)
    for name in others[: len(others) - (KEPT_VERSIONS - 1)]:
        shutil.rmtree(project_folder / name)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
