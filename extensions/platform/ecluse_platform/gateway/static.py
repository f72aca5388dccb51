"""Static files, from the gateway's own copy of the workspace image's: a workspace is never asked for one.

Otherwise a program in the workspace could put data where a browser expects a script or a logo.
"""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from ecluse_platform.gateway.settings import SettingsFault

_TRANSLATIONS = ("lab", "api", "translations")
_INDEX = "index"
_FOREVER = {"Cache-Control": "private, max-age=86400"}


def static_file(root: Path, segments: tuple[str, ...]) -> web.StreamResponse:
    """Return a file of the copy, laid out as its addresses are; a file that is not there is 404, whatever its name."""
    if segments[: len(_TRANSLATIONS)] == _TRANSLATIONS:
        segments = _translation(segments)
    file = root.joinpath(*segments)
    if not file.resolve().is_relative_to(root.resolve()) or not file.is_file():
        return web.Response(status=404, text="404: no such file\n")
    return web.FileResponse(file, headers=_FOREVER)


def check_copy(root: Path) -> None:
    """Refuse to start without the copy: its absence would look like a broken JupyterLab."""
    if not (root / "static" / "lab").is_dir():
        raise SettingsFault(f"{root} holds no copy of JupyterLab's static files")


def _translation(segments: tuple[str, ...]) -> tuple[str, ...]:
    inner = [segment for segment in segments[len(_TRANSLATIONS) :] if segment] or [_INDEX]
    return (*_TRANSLATIONS, *inner[:-1], inner[-1] + ".json")
