"""All lines of the dictionary that the extract ships, and the search in them; no word of either language is lost."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ecluse.data import connect, data_dir

if TYPE_CHECKING:
    import duckdb

_PARQUET = "dictionary.parquet"
_SHORTEST_WORD = 2
# Words that people use for one another, as beginnings of words without accents, in both languages.
_SAME = (
    ("date", "day", "jour"),
    ("dispens", "deliv", "delivr"),
    ("drug", "medic", "pharma", "produit", "product"),
    ("stay", "sejour", "hospit"),
    ("death", "dece", "dead", "mort"),
    ("town", "commune", "municip"),
    ("doctor", "medecin", "profession", "prescri"),
    ("diagnos", "cim-10", "icd-10", "maladie", "disease"),
    ("spending", "cost", "depense", "cout", "montant", "amount", "euro"),
    ("patient", "person", "benefi"),
    ("sex", "gender"),
)


@dataclass(frozen=True)
class Line:
    """One table or column: ``column`` is None for a table; ``facts`` are what else the dictionary says of it."""

    table: str
    column: str | None
    type: str
    french: str
    english: str
    granted: bool
    facts: dict[str, object]

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """What a search looks at, folded."""
        return tuple(fold(text) for text in (self.column or self.table, self.table, self.french, self.english))


def fold(text: str) -> str:
    """Return a text without accents and capitals, so that `Délivrance` is found by `delivrance`."""
    spread = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in spread if not unicodedata.combining(letter)).casefold()


def lines() -> tuple[Line, ...]:
    """Return the dictionary: the source's tables first, then the views that only the extract has."""
    stamps = [path.stat().st_mtime_ns for path in (data_dir() / _PARQUET, data_dir() / "snds.duckdb") if path.is_file()]
    return _read(str(data_dir()), tuple(stamps))


def found(words: str) -> list[Line]:
    """Return what fits the words, best first: all words in a name or a meaning, else as many as possible."""
    asked = [word for word in re.split(r"[\s,;:?!.'’]+", fold(words)) if len(word) >= _SHORTEST_WORD]  # noqa: RUF001
    if not asked:
        return []
    patterns = [(word, _others(word)) for word in asked]
    scored = [([_fit(line, word, others) for word, others in patterns], line) for line in lines()]
    most = max(sum(fit > 0 for fit in fits) for fits, _ in scored)
    kept = [(fits, line) for fits, line in scored if most and sum(fit > 0 for fit in fits) == most]
    kept.sort(key=lambda pair: (not pair[1].granted, -sum(pair[0]), pair[1].column is not None))
    return [line for _, line in kept]


def _fit(line: Line, word: str, others: re.Pattern[str] | None) -> int:
    """Return how well a word fits: 4 as the name, 3 within it, 2 in a meaning, 1 by another word for it, else 0."""
    name, table, french, english = line.texts
    if word in {name, f"{table}.{name}"}:
        return 4
    if word in name:
        return 3
    if word in french or word in english:
        return 2
    return int(others is not None and (others.search(french) or others.search(english)) is not None)


def _others(word: str) -> re.Pattern[str] | None:
    """Return what finds the beginnings of other words for a word, None when there are none."""
    stems = {other for group in _SAME if any(word.startswith(stem) for stem in group) for other in group}
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(stems)))})") if stems else None


def portal_name_of(name: str) -> str:
    """Return the table that holds a year's table of the portal, T_MCO_B for T_MCO23B; else the name itself."""
    for line in lines():
        if line.column is None and any(re.fullmatch(years, name) for years in _years(line)):
            return line.table
    return name


def _years(line: Line) -> list[str]:
    """Return what finds the portal's names for one year of a table, archived years among them."""
    named = re.split(r"[ ,]+", str(line.facts.get("source") or ""))
    patterns = (re.escape(name) for name in named if "{yy" in name)
    return [p.replace(r"\{yyyy\}", "[0-9]{4}").replace(r"\{yy\}", "[0-9]{2}") for p in patterns]


@lru_cache(maxsize=2)
def _read(folder: str, _stamps: tuple[int, ...]) -> tuple[Line, ...]:
    path = Path(folder) / _PARQUET
    with connect() as connection:
        listed = _shipped(connection, path) if path.is_file() else []
        known = {line.table for line in listed}
        yearly = "|".join(years for line in listed if line.column is None for years in _years(line))
        views = connection.execute(
            "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal ORDER BY view_name"
        ).fetchall()
        columns = connection.execute(
            "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal "
            "ORDER BY table_name, column_index"
        ).fetchall()
    for view, comment in views:
        name = str(view)
        if name in known or (yearly and re.fullmatch(yearly, name)):
            continue
        listed.append(_line(name, None, "", comment))
        listed += [_line(name, str(column), str(kind), said) for of, column, kind, said in columns if of == name]
    return tuple(listed)


def _line(table: str, column: str | None, kind: str, comment: object) -> Line:
    """Read a comment of the database: French words on its first line, English on the second, their source below."""
    french, english, note, *_ = [*("" if comment is None else str(comment)).split("\n"), "", "", ""]
    return Line(table, column, kind, french, english, granted=True, facts={"note": note, "view": True})


def _shipped(connection: duckdb.DuckDBPyConnection, path: Path) -> list[Line]:
    result = connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
    names = [described[0] for described in result.description or ()]
    listed = []
    for row in result.fetchall():
        facts = dict(zip(names, row, strict=True))
        listed.append(
            Line(
                table=str(facts.pop("table_name")),
                column=facts.pop("column_name"),
                type=str(facts.pop("type") or ""),
                french=str(facts.pop("label_fr") or ""),
                english=str(facts.pop("label_en") or ""),
                granted=bool(facts.pop("granted")),
                facts={name: value for name, value in facts.items() if value is not None},
            )
        )
    return listed
