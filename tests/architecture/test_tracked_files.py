from __future__ import annotations

import re
from pathlib import Path

from repository import text_of, tracked

# Written in pieces, so that this file does not hold what it looks for.
REGISTRIES = re.compile(
    "|".join(
        re.escape(host)
        for host in (
            *("py" + "pi.org", "pythonhosted" + ".org", "registry." + "npmjs.org", "registry." + "yarnpkg.com"),
            *("docker" + ".io/", "gh" + "cr.io", "qu" + "ay.io", "deb." + "debian.org", "conda." + "anaconda.org"),
        )
    )
)
MACHINE_PATHS = re.compile(rf"(?<![\w./])/(?:{'wo' + 'rk'}/|{'fa' + 'rm'}/|home/(?!jovyan)|{'Us' + 'ers'}/)")
FETCHED = re.compile(
    r"""(?:src|href|action|url|@import)\s*[=(]?\s*["']?\s*(?:https?:)?//(?!\{\{)[\w.-]+""", re.IGNORECASE
)
DOWNLOADS = re.compile(r"^\s*ADD\s|\bcurl\b|\bwget\b|https?://")
SERVED = (".html", ".css", ".js", ".svg", ".j2")
SVG_NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'


def offenders(pattern: re.Pattern[str], *paths: Path) -> list[str]:
    """Return the lines of tracked text files that match, with their places."""
    return [
        f"{path}:{number}: {line.strip()[:100]}"
        for path in paths or tracked()
        for number, line in enumerate((text_of(path) or "").replace(SVG_NAMESPACE, "").splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_registry_is_written_down() -> None:
    """Where packages come from is the machine's business: a lock names versions and hashes."""
    assert offenders(REGISTRIES) == []


def test_no_path_of_somebodys_machine_is_written_down() -> None:
    """What is tracked works on any machine."""
    assert offenders(MACHINE_PATHS) == []


def test_no_page_fetches_anything_from_elsewhere() -> None:
    """Pages, styles and images come from the platform itself; an XML namespace is a name, not an address."""
    pages = [path for path in tracked() if path.suffix in SERVED and path.parts[0] == "extensions"]
    assert pages
    assert offenders(FETCHED, *pages) == []


def test_no_image_downloads_anything_by_itself() -> None:
    """An image is made of locked files handed to it: no ADD of an address, no pipe from the network to a shell."""
    recipes = [path for path in tracked() if path.parts[0] == "images" and path.name == "Dockerfile"]
    assert recipes
    assert offenders(DOWNLOADS, *recipes) == []
