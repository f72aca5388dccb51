"""Which version of a project's extract may be mounted: the current one, if the extractor signed it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import structlog

from ecluse_platform.core.container import is_extract_version
from ecluse_platform.core.extract_manifest import LARGEST_MANIFEST, MANIFEST, SIGNATURE, NotSigned, checked_manifest
from ecluse_platform.core.refusals import Refusal

log = structlog.get_logger()


@dataclass(frozen=True)
class Shelf:
    """The folder of extracts, and the file of the public key (PEM) that checks the extractor's signature."""

    extracts: Path
    key: Path

    def current(self, project: str) -> str:
        """Return the version to mount; refuse where there is none, or none that the extractor signed."""
        home = self.extracts / project
        try:
            version = (home / "current").read_text(encoding="ascii").strip()
            self._check(home / version if is_extract_version(version) else None, project)
        except (OSError, ValueError, NotSigned) as error:
            log.warning("extract_not_mountable", project=project, kind=type(error).__name__)
            raise Refusal("no_extract", {"project": project}) from error
        return version

    def _check(self, folder: Path | None, project: str) -> None:
        if folder is None or (folder / MANIFEST).stat().st_size > LARGEST_MANIFEST:
            raise NotSigned("its pointer names no version, or its manifest is too large")
        text, signature = (folder / MANIFEST).read_bytes(), (folder / SIGNATURE).read_bytes()
        checked_manifest(text, signature, self.key.read_bytes(), project, folder.name)
