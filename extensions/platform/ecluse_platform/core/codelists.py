"""Code lists as tables, for the database that an extract ships."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ecluse_platform.core.policy.codelist import CodeList, Match

# Looked up once per distinct code: DuckDB decorrelates the query before it reads the table of codes.
MACRO = """CREATE MACRO in_codelist(given, list) AS EXISTS (
    SELECT 1 FROM codelists AS c
    WHERE c.name = list AND CASE c.match WHEN 'exact' THEN given = c.code ELSE starts_with(given, c.code) END
)"""


@dataclass(frozen=True)
class CodeRow:
    """One code of one list; ``match`` is ``exact`` or ``prefix``."""

    name: str
    version: str
    part: str
    weight: int | None
    system: str
    code: str
    match: str


@dataclass(frozen=True)
class CodeListNote:
    """What people read of one part of a list; texts of the list itself are repeated on each of its parts."""

    name: str
    version: str
    title_fr: str
    title_en: str
    description_fr: str
    description_en: str
    source: str
    part: str
    part_fr: str
    part_en: str


def rows(codelists: Mapping[str, CodeList]) -> Iterator[CodeRow]:
    """Yield every code of every list, in the order of names and of the files."""
    for name, codelist in sorted(codelists.items()):
        for part in codelist.parts:
            for code in part.codes:
                yield CodeRow(name, codelist.version, part.name, part.weight, part.system, code, part.match)


def notes(codelists: Mapping[str, CodeList]) -> Iterator[CodeListNote]:
    """Yield what each part of each list means, in both languages, with the list's source."""
    for name, codelist in sorted(codelists.items()):
        seen = set()
        for part in codelist.parts:
            if part.name in seen:
                continue
            seen.add(part.name)
            yield CodeListNote(
                name,
                codelist.version,
                codelist.title.fr,
                codelist.title.en,
                codelist.description.fr,
                codelist.description.en,
                codelist.source,
                part.name,
                part.title.fr,
                part.title.en,
            )


def holds(codelist: CodeList, code: str) -> tuple[str, ...]:
    """Return the names of the list's parts that a code belongs to, each once: what SQL decides with the macro."""
    found = [
        part.name
        for part in codelist.parts
        if any(code == own if part.match is Match.EXACT else code.startswith(own) for own in part.codes)
    ]
    return tuple(dict.fromkeys(found))
