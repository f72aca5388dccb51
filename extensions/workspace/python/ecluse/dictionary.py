"""The dictionary of the project's tables: what each column holds, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from ecluse.data import connect
from ecluse.display import html_table, text_table
from ecluse.errors import EcluseError
from ecluse.language import pick, words


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


def describe(table: str | None = None) -> Dictionary:
    """Return the project's tables, or the columns of one of them, with what they mean."""
    with connect() as connection:
        views = connection.execute(
            "SELECT view_name, comment, column_count FROM duckdb_views() WHERE NOT internal ORDER BY view_name"
        ).fetchall()
        titles = {str(name): _label(comment) for name, comment, _ in views}
        if table is None:
            rows = tuple((str(name), str(count), titles[str(name)]) for name, _, count in views)
            return Dictionary(words("tables"), (words("table"), words("columns"), words("meaning")), rows)
        if table not in titles:
            raise EcluseError(words("no_table", table=table, known=", ".join(titles)))
        columns = connection.execute(
            "SELECT column_name, data_type, comment FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index",
            [table],
        ).fetchall()
    rows = tuple((str(name), str(kind), _label(comment)) for name, kind, comment in columns)
    caption = f"{table} · {titles[table]}" if titles[table] else table
    return Dictionary(caption, (words("column"), words("type"), words("meaning")), rows)


def _label(comment: object) -> str:
    """Read a comment of the extract: the French words on its first line, the English ones on its second."""
    french, _, english = ("" if comment is None else str(comment)).partition("\n")
    return pick({"fr": french, "en": english})
