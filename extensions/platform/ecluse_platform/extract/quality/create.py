"""Create the quality-filter views that a permit allows; the others are named, so that people learn what they lack."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import duckdb

from ecluse_platform.core.text import Text
from ecluse_platform.extract import sql

# In this order: later views read earlier ones.
_NAMES = ("ben", "patient", "pha", "mco", "ace", "ald", "deces")
_HEADER = re.compile(r"^-- (version|fr|en|source): (.+)$")
_CONTINUED = re.compile(r"^-- {2,}(.+)$")


@dataclass(frozen=True)
class QualityView:
    """One view: its name, its version, what it holds, where its rules come from, and its SQL."""

    name: str
    version: str
    label: Text
    source: str
    select: str

    @property
    def comment(self) -> str:
        """The comment of the view: French, then English, then version and source."""
        return f"{self.label.fr}\n{self.label.en}\nversion {self.version} · {self.source}"


@cache
def quality_views() -> tuple[QualityView, ...]:
    """Return the views that ship with the platform."""
    return tuple(_read(name, (files(__package__) / f"{name}.sql").read_text(encoding="utf-8")) for name in _NAMES)


def create(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Create each view whose tables and columns are there; return the names of those that could not be made.

    The tables of the permit must be views already, and ``finess_doublons`` must exist wherever T_MCO_B does.
    """
    missing = []
    for view in quality_views():
        try:
            connection.execute(f"CREATE VIEW {sql.name(view.name)} AS {view.select}")
        except (duckdb.BinderException, duckdb.CatalogException):
            # The permit grants too little for it: the rest of the data is none the worse.
            missing.append(view.name)
            continue
        connection.execute(f"COMMENT ON VIEW {sql.name(view.name)} IS {sql.literal(view.comment)}")
    return tuple(missing)


def _read(name: str, text: str) -> QualityView:
    header: dict[str, str] = {}
    last = ""
    body: list[str] = []
    for line in text.splitlines():
        if found := _HEADER.match(line):
            last = found[1]
            header[last] = found[2]
        elif last and not body and (more := _CONTINUED.match(line)):
            header[last] += f" {more[1]}"
        else:
            body.append(line)
    label = Text(fr=header["fr"], en=header["en"])
    return QualityView(name, header["version"], label, header["source"], "\n".join(body).strip())
