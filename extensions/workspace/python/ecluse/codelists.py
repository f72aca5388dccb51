"""Named, versioned sets of codes: what each stands for, its codes, and whether a code belongs to it."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from ecluse.data import connect
from ecluse.dictionary import Dictionary
from ecluse.display import html_facts, html_table, text_facts, text_table
from ecluse.errors import EcluseError
from ecluse.language import pick, words

_TABLES = ("codelists", "codelist_notes")


@dataclass(frozen=True)
class Code:
    """One code of a list; ``match`` is ``exact``, or ``prefix`` for all codes that start with it."""

    part: str
    weight: int | None
    system: str
    code: str
    match: str

    def fits(self, given: str) -> bool:
        """Say whether a code of the data is this one, or starts with it."""
        return given == self.code if self.match == "exact" else given.startswith(self.code)


@dataclass(frozen=True)
class CodeList:
    """A list of codes; in SQL, ``in_codelist(code, 'name')`` says whether a code belongs to it."""

    name: str
    version: str
    title: str
    description: str
    source: str
    parts: dict[str, str]
    codes: tuple[Code, ...]

    def __contains__(self, code: object) -> bool:
        """Say whether a code of the data belongs to the list."""
        return isinstance(code, str) and any(one.fits(code) for one in self.codes)

    def parts_of(self, code: str) -> list[str]:
        """Return the parts of the list that a code belongs to, each once."""
        return list(dict.fromkeys(one.part for one in self.codes if one.fits(code)))

    def condition(self, column: str, *, system: str | None = None, part: str | None = None) -> str:
        """Return the list as an SQL condition on one column, codes written out, as a request for an export needs it.

        ``system`` (atc, cim10, ccam) must be named when the list has codes of several, ``part`` when one is meant.
        """
        if re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)?", column) is None:
            raise EcluseError(words("no_such_column", column=column))
        systems = sorted({one.system for one in self.codes if part in {None, one.part}})
        if (system or "") not in systems and (system is not None or len(systems) != 1):
            raise EcluseError(words("which_system", name=self.name, known=", ".join(systems)))
        meant = [one for one in self.codes if one.system == (system or systems[0]) and part in {None, one.part}]
        # Few tests of many codes: hundreds of LIKEs would nest more deeply than a request may.
        tests = {column: [one.code for one in meant if one.match == "exact"]}
        for length in sorted({len(one.code) for one in meant if one.match == "prefix"}):
            of_length = [one.code for one in meant if one.match == "prefix" and len(one.code) == length]
            tests[f"substr({column}, 1, {length})"] = of_length
        written = [f"{start} IN ({_quoted(codes)})" for start, codes in tests.items() if codes]
        return f"({' OR '.join(written)})"

    def __repr__(self) -> str:
        """Show what the list is, and its codes by part."""
        return f"{text_facts(self._caption(), self._facts())}\n{text_table(self._header(), self._rows())}"

    def _repr_html_(self) -> str:
        return html_facts(self._caption(), self._facts()) + html_table("", self._header(), self._rows())

    def _caption(self) -> str:
        return f"{self.name} {self.version} · {self.title}"

    def _facts(self) -> list[tuple[str, str]]:
        return [(words("description"), self.description), (words("source"), self.source)]

    def _header(self) -> tuple[str, ...]:
        return (words("part"), words("meaning"), words("points"), words("system"), words("codes"))

    def _rows(self) -> list[tuple[str, ...]]:
        groups: dict[tuple[str, str, str, int | None], list[str]] = {}
        for one in self.codes:
            groups.setdefault((one.part, one.system, one.match, one.weight), []).append(one.code)
        return [
            (part, self.parts[part], "" if weight is None else str(weight), system, _listed(codes, match))
            for (part, system, match, weight), codes in groups.items()
        ]


def codelist(name: str | None = None) -> CodeList | Dictionary:
    """Return a list of codes by its name, or all lists there are."""
    with connect() as connection:
        there = connection.execute("SELECT table_name FROM duckdb_tables() WHERE NOT internal").fetchall()
        if not {(table,) for table in _TABLES} <= set(there):
            raise EcluseError(words("no_codelists"))
        notes = connection.execute("FROM codelist_notes ORDER BY name").fetchall()
        codes = connection.execute(
            "SELECT part, weight, system, code, match FROM codelists WHERE name = ?", [name]
        ).fetchall()
    if name is None:
        rows = dict.fromkeys((str(n[0]), str(n[1]), pick({"fr": n[2], "en": n[3]})) for n in notes)
        return Dictionary(words("codelists"), (words("name"), words("version"), words("meaning")), tuple(rows))
    mine = [note for note in notes if note[0] == name]
    if not mine:
        names = list(dict.fromkeys(str(note[0]) for note in notes))
        near = difflib.get_close_matches(name.lower(), names, n=5, cutoff=0.5)
        raise EcluseError(words("no_codelist", name=name, known=", ".join(near or names)))
    _, version, title_fr, title_en, description_fr, description_en, source, *_ = mine[0]
    return CodeList(
        name=name,
        version=str(version),
        title=pick({"fr": title_fr, "en": title_en}),
        description=pick({"fr": description_fr, "en": description_en}),
        source=str(source),
        parts={str(note[7]): pick({"fr": note[8], "en": note[9]}) for note in mine},
        codes=tuple(Code(str(p), w, str(s), str(c), str(m)) for p, w, s, c, m in codes),
    )


def _listed(codes: list[str], match: str) -> str:
    return " ".join(code if match == "exact" else f"{code}*" for code in codes)


def _quoted(codes: list[str]) -> str:
    return ", ".join(f"'{code}'" for code in dict.fromkeys(codes))
