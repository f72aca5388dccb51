"""The dictionary of the project's tables: what each column holds, in the reader's language."""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import dataclass

from ecluse import lexicon
from ecluse.data import connect
from ecluse.display import html_table, text_table
from ecluse.errors import EcluseError
from ecluse.language import pick, words
from ecluse.lexicon import Line

_YEAR = "ANNEE"
_MOST_VALUES = 200
_MOST_FOUND = 60
_FACTS = ("keys", "code_list", "refers", "identifier", "coarser", "low", "high", "since", "until", "formerly", "source")


@dataclass(frozen=True)
class Entry:
    """One table, or one column of a table; ``label`` is in the reader's language, ``note`` says what to know of it."""

    table: str
    column: str | None
    type: str
    label: str
    granted: bool
    note: str


@dataclass(frozen=True)
class Dictionary:
    """Lines of the dictionary, shown as a table in a notebook."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __repr__(self) -> str:
        """Show the table as text."""
        return f"{self.caption}\n{text_table(self.header, self.rows)}"

    def _repr_html_(self) -> str:
        return html_table(self.caption, self.header, self.rows)


def entries(words_: str | None = None) -> list[Entry]:
    """Return the project's tables, or what fits some words best: names and meanings, accents and capitals aside."""
    if words_ is None:
        return [_entry(line) for line in lexicon.lines() if line.column is None and line.granted]
    return [_entry(line) for line in lexicon.found(words_)]


def columns(table: str) -> list[Entry]:
    """Return the columns of a table, granted ones first; raise when the dictionary has no such table."""
    known = _known(table)
    # The portal's tables of one year do not have the column that tells years apart.
    absent = None if known in {table, table.upper()} else _YEAR
    listed = [line for line in lexicon.lines() if line.table == known and line.column not in {None, absent}]
    return [_entry(line) for line in sorted(listed, key=lambda line: not line.granted)]


def describe(name: str | None = None) -> Dictionary:
    """Return the project's tables, the columns of one of them, or all that is known of one column.

    ``describe()`` lists tables, ``describe("ER_PRS_F")`` columns, ``describe("ER_PRS_F.PRS_NAT_REF")`` the facts and
    the values of one column.
    """
    if name is None:
        count = Counter(line.table for line in lexicon.lines() if line.column is not None and line.granted)
        rows = tuple((entry.table, str(count[entry.table]), entry.label) for entry in entries())
        return Dictionary(words("tables"), (words("table"), words("columns"), words("meaning")), rows)
    table, _, column = name.partition(".")
    if column:
        return _one_column(_known(table), column)
    listed = columns(table)
    title = _title(_known(table))
    caption = f"{table} · {title}" if title else table
    if any(entry.note for entry in listed):
        noted = tuple((e.column or "", e.type, e.label, e.note) for e in listed)
        return Dictionary(caption, (words("column"), words("type"), words("meaning"), words("note")), noted)
    plain = tuple((e.column or "", e.type, e.label) for e in listed)
    return Dictionary(caption, (words("column"), words("type"), words("meaning")), plain)


def search(words_: str) -> Dictionary:
    """Return the tables and columns whose names or meanings, French or English, fit some words best."""
    all_found = entries(words_)
    shown = all_found[:_MOST_FOUND]
    rows = tuple((e.table, e.column or "", e.type if e.column else "", e.label, e.note) for e in shown)
    caption = words("found", count=str(len(all_found)), words=words_)
    if len(shown) < len(all_found):
        caption = f"{caption} {words('found_first', count=str(len(shown)))}"
    header = (words("table"), words("column"), words("type"), words("meaning"), words("note"))
    return Dictionary(caption, header, rows)


def _one_column(table: str, column: str) -> Dictionary:
    of_table = {line.column: line for line in lexicon.lines() if line.table == table and line.column is not None}
    line = of_table.get(column) or of_table.get(column.upper())
    if line is None:
        near = difflib.get_close_matches(column.upper(), [str(name) for name in of_table], n=5, cutoff=0.5)
        raise EcluseError(words("no_column", column=column, table=table, known=", ".join(near)))
    facts = [(words("type"), line.type), (words("fact_class"), _class_words(line))]
    facts += [(words(f"fact_{key}"), _written(line.facts[key])) for key in _FACTS if line.facts.get(key) is not None]
    if line.facts.get("sensitive"):
        facts.append((words("fact_sensitive"), words("yes")))
    if not line.granted:
        facts.append((words("note"), words("not_granted")))
    values = _values(str(line.facts.get("code_list") or ""))
    caption = f"{table}.{line.column} · {_label(line)}" if _label(line) else f"{table}.{line.column}"
    return Dictionary(caption, (words("fact"), words("value")), (*((k, v) for k, v in facts if v), *values))


def _values(code_list: str) -> tuple[tuple[str, str], ...]:
    if not code_list:
        return ()
    with connect() as connection:
        known = connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'code_values'").fetchone()
        if known is None:
            return ()
        found = connection.execute(
            "SELECT code, label_fr, label_en FROM code_values WHERE code_list = ? AND label_fr IS NOT NULL",
            [code_list],
        ).fetchmany(_MOST_VALUES)
    return tuple((f"= {code}", pick({"fr": french, "en": english})) for code, french, english in found)


def _entry(line: Line) -> Entry:
    return Entry(line.table, line.column, line.type, _label(line), line.granted, _note(line))


def _label(line: Line) -> str:
    return pick({"fr": line.french, "en": line.english})


def _note(line: Line) -> str:
    if not line.granted:
        return words("not_granted")
    return str(line.facts.get("note") or line.facts.get("code_list") or line.facts.get("refers") or "")


def _class_words(line: Line) -> str:
    known = str(line.facts.get("column_class") or "")
    return words(f"class_{known}") if known else ""


def _written(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _title(table: str) -> str:
    return next((_label(line) for line in lexicon.lines() if line.table == table and line.column is None), "")


def _known(name: str) -> str:
    """Return the table meant; raise with the nearest names when the dictionary has none."""
    tables = {line.table: line.granted for line in lexicon.lines() if line.column is None}
    for candidate in (name, name.upper(), lexicon.portal_name_of(name), lexicon.portal_name_of(name.upper())):
        if candidate in tables:
            return candidate
    near = difflib.get_close_matches(name.upper(), list(tables), n=5, cutoff=0.5)
    granted = [table for table, is_granted in tables.items() if is_granted]
    raise EcluseError(words("no_table", table=name, known=", ".join(near or granted)))
