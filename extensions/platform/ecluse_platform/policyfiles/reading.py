"""Bytes of a policy folder: every expected file, nothing else, and no way to point outside the folder."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from ecluse_platform.policyfiles.catalogue import CATALOGUE_FILE, CATALOGUE_FOLDER
from ecluse_platform.policyfiles.problems import Problem

LARGEST_FILE = 4 * 1024 * 1024
PLATFORM_FILE = "platform.yaml"
FOLDERS = ("catalogue", "codelists", "disclosure", "privacy", "projects")
_FILE_NAME = re.compile(r"[a-z][a-z0-9-]*\.yaml")
_PART_NAME = re.compile(r"[a-z][a-z0-9-]*\.(yaml|csv)|SOURCES\.md")


def read_folder(root: Path) -> tuple[dict[str, bytes], list[Problem]]:
    """Return the bytes of each policy file by its name in the folder, and what does not belong there."""
    files: dict[str, bytes] = {}
    problems: list[Problem] = []
    if not root.is_dir():
        return files, [_problem(str(root), "there is no such folder of policies")]
    for name, entry in entries(root):
        wrong = _out_of_place(name, entry)
        if wrong is not None:
            problems.append(_problem(name, wrong))
        elif not entry.is_dir(follow_symlinks=False):
            try:
                files[name] = _read_regular(Path(entry.path))
            except (OSError, ValueError) as error:
                problems.append(_problem(name, str(error)))
    present = {*files, *(problem.file for problem in problems)}
    problems.extend(_problem(name, "this file is missing") for name in _required(present))
    return files, problems


def entries(root: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield what the folder and its known sub-folders hold, in a stable order.

    Names that start with a dot or end with a tilde are what editors leave behind while a person works; they are
    never read, and so cannot be mistaken for a policy.
    """
    for entry in _visible(root):
        yield entry.name, entry
        if entry.name in FOLDERS and entry.is_dir(follow_symlinks=False):
            yield from _inside(entry.name, Path(entry.path))


def _inside(folder: str, path: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    for inner in _visible(path):
        name = f"{folder}/{inner.name}"
        yield name, inner
        if name == CATALOGUE_FOLDER and inner.is_dir(follow_symlinks=False):
            yield from _inside(name, Path(inner.path))


def _visible(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as found:
        return sorted(
            (e for e in found if not e.name.startswith(".") and not e.name.endswith("~")), key=lambda e: e.name
        )


def _out_of_place(name: str, entry: os.DirEntry[str]) -> str | None:
    if entry.is_symlink():
        return "a symbolic link is refused: a policy is a file of this folder, so that its digest covers it"
    if entry.is_dir(follow_symlinks=False):
        return None if name in {*FOLDERS, CATALOGUE_FOLDER} else f"unknown folder; expected {', '.join(FOLDERS)}"
    if not entry.is_file(follow_symlinks=False):
        return "not an ordinary file"
    return _unexpected_file(name)


def _unexpected_file(name: str) -> str | None:
    folder, _, file = name.rpartition("/")
    if not folder:
        return None if name == PLATFORM_FILE else f"unknown file; expected {PLATFORM_FILE} here"
    if folder == "catalogue":
        return None if name == CATALOGUE_FILE else f"unknown file; there is one catalogue, {CATALOGUE_FILE}"
    if folder == CATALOGUE_FOLDER:
        return None if _PART_NAME.fullmatch(file) else "unknown file; a part of the catalogue ends in .yaml or .csv"
    if _FILE_NAME.fullmatch(file) is None:
        return "unknown file; a policy is named in small letters, digits and hyphens, and ends in .yaml"
    return None


def _required(present: set[str]) -> Iterator[str]:
    for name in (PLATFORM_FILE, CATALOGUE_FILE):
        if name not in present:
            yield name
    for folder in ("disclosure", "projects"):
        if not any(name.startswith(f"{folder}/") for name in present):
            yield f"{folder}/<name>.yaml"


def _read_regular(path: Path) -> bytes:
    # The listing and the opening are two moments: O_NOFOLLOW and fstat hold for the file that is really read.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ValueError("not an ordinary file")
        content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise ValueError(f"larger than {LARGEST_FILE // (1024 * 1024)} MiB")
    return content


def _problem(file: str, message: str) -> Problem:
    return Problem(file=file, line=1, column=1, path="", message=message)
