"""From a folder of YAML files to one checked bundle of policies, or to everything that is wrong with them."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from ecluse_platform.core.policy.bundle import Contradiction, PolicyBundle, contradictions
from ecluse_platform.core.policy.codelist import CodeList
from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.policy.platform import Platform
from ecluse_platform.core.policy.privacy import PrivacyProfile
from ecluse_platform.core.policy.project import Project
from ecluse_platform.policyfiles.catalogue import read_catalogue
from ecluse_platform.policyfiles.explaining import explain
from ecluse_platform.policyfiles.parsing import Document, parse
from ecluse_platform.policyfiles.problems import PolicyError, Problem, closest
from ecluse_platform.policyfiles.reading import PLATFORM_FILE, read_folder

ModelT = TypeVar("ModelT", bound=BaseModel)


def load_policies(path: Path) -> PolicyBundle:
    """Return the policies of a folder; raise `PolicyError` with every problem when any of them is wrong."""
    files, problems = read_folder(path)
    return check_policies(files, problems)


def check_policies(files: Mapping[str, bytes], problems: list[Problem]) -> PolicyBundle:
    """Build the bundle from the bytes of the files and the problems met when reading them."""
    documents = {name: _parsed(name, c) for name, c in files.items() if PurePosixPath(name).parts[0] != "catalogue"}
    checker = _Checker(documents)
    platform = checker.one(PLATFORM_FILE, Platform)
    reading = read_catalogue(files)
    checker.problems.extend(reading.problems if reading else ())
    catalogue = reading.catalogue if reading else None
    disclosure = checker.folder("disclosure", DisclosureProfile)
    privacy = checker.folder("privacy", PrivacyProfile)
    # Only now: a profile that is itself wrong would make every project that names it look wrong too.
    shared_are_sound = not problems and not checker.problems
    projects = checker.folder("projects", Project)
    # In SQL a list is called by a name that needs no quotes.
    codelists = {name.replace("-", "_"): found for name, found in checker.folder("codelists", CodeList).items()}
    if platform is not None and catalogue is not None and shared_are_sound:
        bundle = PolicyBundle(platform, catalogue, disclosure, privacy, projects, codelists, digest_of(files))
        checker.problems.extend(_located(documents, c) for c in contradictions(bundle))
        if not checker.problems:
            return bundle
    raise PolicyError([*problems, *checker.problems])


def digest_of(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of all names and contents; lengths are written so that no two folders run together."""
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{len(name)}:{name}{len(content)}:".encode())
        digest.update(content)
    return digest.hexdigest()


# Services read all policies again when one file changes: the files that did not are parsed once.
_parsed = functools.lru_cache(maxsize=256)(parse)


class _Checker:
    """Holds documents against models and keeps what is wrong."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = documents
        self.problems: list[Problem] = []

    def one(self, name: str, model: type[ModelT]) -> ModelT | None:
        document = self._documents.get(name)
        if document is None:
            return None
        self.problems.extend(document.problems)
        if document.problems:
            return None
        try:
            # JSON mode: strict about types, yet it reads dates and choices from text, and lists into tuples.
            return model.model_validate_json(json.dumps(document.data), strict=True)
        except ValidationError as error:
            self.problems.extend(explain(document, model, error))
            return None

    def folder(self, folder: str, model: type[ModelT]) -> dict[str, ModelT]:
        found: dict[str, ModelT] = {}
        for name in sorted(self._documents):
            where = PurePosixPath(name)
            if where.parent == PurePosixPath(folder):
                checked = self.one(name, model)
                if checked is not None:
                    found[where.stem] = checked
        return found


def _located(documents: Mapping[str, Document], contradiction: Contradiction) -> Problem:
    document = documents[contradiction.file]
    return document.problem(contradiction.path, contradiction.message, _meant(document, contradiction))


def _meant(document: Document, contradiction: Contradiction) -> str | None:
    written: object = document.data
    for step in contradiction.path:
        match written, step:
            case dict(), str() if step in written:
                written = written[step]
            case list(), int() if step < len(written):
                written = written[step]
            case _:
                return None
    return closest(written, contradiction.known) if isinstance(written, str) else None
