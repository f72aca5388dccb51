"""The manifest of an extract, as those must see it who open or mount one: signed, or not at all."""

from __future__ import annotations

import json

from ecluse_platform.core.signatures import WrongKey, verifies

MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
LARGEST_MANIFEST = 64 * 1024 * 1024


class NotSigned(Exception):
    """A manifest that is not, byte for byte, one that the extractor signed for this project and version."""


def checked_manifest(text: bytes, signature: bytes, public_key: bytes, project: str, version: str) -> dict[str, object]:
    """Return the manifest when its signature holds and it speaks of this version of this project."""
    try:
        if not verifies(public_key, text, signature):
            raise NotSigned("its manifest is not signed by this installation's extractor")
        manifest = json.loads(text)
    except (ValueError, WrongKey) as error:
        raise NotSigned("its manifest or its key cannot be read") from error
    if not isinstance(manifest, dict) or manifest.get("project") != project or manifest.get("version") != version:
        raise NotSigned("its manifest speaks of another extract")
    return manifest
