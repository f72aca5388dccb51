# ruff: noqa: INP001 - a script of an image build, run by path
"""Copy what browsers load without change out of an installed JupyterLab, laid out as its addresses are.

Run at the image's build with the workspace image's own Python: `python collect_static.py <folder>`. The gateway serves
the copy, so that no workspace is ever asked for a script, a style or a logo.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import jupyter_server
from jupyterlab_server.translation_utils import get_language_pack, get_language_packs

# Kernels that Debian packages bring, such as R's.
DEBIAN_KERNELS = Path("/usr/share/jupyter/kernels")


def collect(target: Path) -> None:
    """Fill a new folder with every static file, translation, theme and kernel logo."""
    share = Path(sys.prefix) / "share" / "jupyter"
    shutil.copytree(Path(jupyter_server.__file__).parent / "static", target / "static")
    shutil.copytree(share / "lab" / "static", target / "static" / "lab")
    shutil.copytree(share / "lab" / "themes", target / "lab" / "api" / "themes")
    if (share / "labextensions").is_dir():
        shutil.copytree(share / "labextensions", target / "lab" / "extensions")
    for themes in sorted((share / "labextensions").glob("**/themes")):
        shutil.copytree(themes, target / "lab" / "api" / "themes", dirs_exist_ok=True)
    for kernels in (share / "kernels", DEBIAN_KERNELS):
        for logo in sorted(kernels.glob("*/logo*")):
            place = target / "kernelspecs" / logo.parent.name
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(logo, place)
    _translations(target / "lab" / "api" / "translations")


def _translations(folder: Path) -> None:
    folder.mkdir(parents=True)
    packs, _ = get_language_packs()
    _write(folder / "index.json", packs)
    for locale in packs:
        pack, _ = get_language_pack(locale)
        _write(folder / f"{locale}.json", pack)
    # What JupyterLab asks for when no language was chosen: its own words.
    _write(folder / "default.json", {})


def _write(file: Path, data: object) -> None:
    file.write_text(json.dumps({"data": data, "message": ""}, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    collect(Path(sys.argv[1]))
