"""The catalogue, put together from its head and the files of its folder, kept as long as no byte of them changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from pydantic import ValidationError

from ecluse_platform.core.policy.catalogue import Catalogue
from ecluse_platform.policyfiles import columns
from ecluse_platform.policyfiles.explaining import explain
from ecluse_platform.policyfiles.lines import Line, Lines
from ecluse_platform.policyfiles.parsing import Document, Path, parse
from ecluse_platform.policyfiles.problems import Problem, dotted

CATALOGUE_FILE = "catalogue/snds.yaml"
CATALOGUE_FOLDER = "catalogue/snds"
_DESCRIBED_TABLES = f"{CATALOGUE_FOLDER}/described-tables.csv"
_DESCRIBED_COLUMNS = f"{CATALOGUE_FOLDER}/described-columns.csv"
_LINKS = f"{CATALOGUE_FOLDER}/links.csv"
_VALUES = f"{CATALOGUE_FOLDER}/values.csv"
_LISTS = frozenset({_DESCRIBED_TABLES, _DESCRIBED_COLUMNS, _LINKS, _VALUES})


@dataclass(frozen=True)
class Reading:
    """The catalogue read from some files, or what is wrong with them; exactly one of the two is there."""

    catalogue: Catalogue | None
    problems: tuple[Problem, ...]


def read_catalogue(files: Mapping[str, bytes]) -> Reading | None:
    """Return the catalogue held by the files of a policy folder, None without its head; equal files are read once."""
    if CATALOGUE_FILE not in files:
        return None
    return _read(tuple((n, c) for n, c in sorted(files.items()) if n == CATALOGUE_FILE or in_catalogue_folder(n)))


def in_catalogue_folder(name: str) -> bool:
    """Say whether a policy file is a part of the catalogue beside its head."""
    return str(PurePosixPath(name).parent) == CATALOGUE_FOLDER


@lru_cache(maxsize=4)
def _read(files: tuple[tuple[str, bytes], ...]) -> Reading:
    merged = _Merged(dict(files))
    if merged.problems:
        return Reading(None, tuple(merged.problems))
    try:
        catalogue = Catalogue.model_validate_json(json.dumps(merged.data), strict=True)
    except ValidationError as error:
        return Reading(None, tuple(explain(merged, Catalogue, error)))
    return Reading(catalogue, ())


class _Merged(Document):
    """One document made of several files; a problem is told where the file that holds it can be mended."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        head = parse(CATALOGUE_FILE, files[CATALOGUE_FILE])
        super().__init__(CATALOGUE_FILE, head.data, head.keys, head.values, list(head.problems))
        self._parts: dict[Path, tuple[Document, int]] = {}
        self._lines: dict[Path, tuple[Lines, Line]] = {}
        if not isinstance(head.data, dict):
            return
        self._merged: dict[str, object] = dict(head.data)
        self.data = self._merged
        self._tables: dict[str, object] = dict(_mapping(self._merged.get("tables")))
        for name, content in files.items():
            if name.endswith(".yaml") and name != CATALOGUE_FILE:
                self._heads(parse(name, content))
        for name, content in files.items():
            if name.endswith(".csv") and name not in _LISTS:
                self._each(Lines(name, content, columns.COLUMNS), self._column)
        self._merged["tables"] = self._tables
        self._described(files)
        if _VALUES in files:
            self._merged["values"] = self._values(Lines(_VALUES, files[_VALUES], columns.VALUES))
        if _LINKS in files:
            links: list[object] = []
            self._each(Lines(_LINKS, files[_LINKS], columns.LINKS), lambda _, line: links.append(_link(line)))
            self._merged["links"] = links

    def problem(
        self, path: Sequence[str | int], message: str, suggestion: str | None = None, *, of_key: bool = False
    ) -> Problem:
        steps = tuple(path)
        for length in range(len(steps), 0, -1):
            here, rest = steps[:length], steps[length:]
            if here in self._lines:
                lines, line = self._lines[here]
                cell = columns.CELL_OF_KEY.get(str(rest[0]), str(rest[0])) if rest else lines.header[0]
                known = cell if cell in lines.header else lines.header[0]
                return lines.problem(line, known, dotted(steps), message, suggestion)
            if here in self._parts:
                part, kept = self._parts[here]
                found = part.problem(steps[kept:], message, suggestion, of_key=of_key)
                return Problem(found.file, found.line, found.column, dotted(steps), message, suggestion)
        return super().problem(path, message, suggestion, of_key=of_key)

    def _heads(self, part: Document) -> None:
        self.problems.extend(part.problems)
        if not isinstance(part.data, dict):
            self.problems.append(part.problem((), "must hold tables by their names"))
            return
        for name, head in part.data.items():
            if name in self._tables:
                self.problems.append(part.problem((name,), f"the table {name!r} is written twice", of_key=True))
            elif not isinstance(head, dict) or "columns" in head:
                self.problems.append(
                    part.problem((name,), "a table is its keys; its columns stand in a .csv file", of_key=True)
                )
            else:
                self._tables[name] = {**head, "columns": {}}
                self._parts["tables", name] = (part, 1)

    def _each(self, lines: Lines, add: Callable[[Lines, Line], object]) -> None:
        for line in lines:
            add(lines, line)
        self.problems.extend(lines.problems)

    def _column(self, lines: Lines, line: Line) -> None:
        table, column = line.cells[:2]
        path = ("tables", table, "columns", column)
        held = _mapping(self._tables.get(table)).get("columns")
        if ("tables", table) not in self._parts or not isinstance(held, dict):
            self.problems.append(
                lines.problem(line, "table", dotted(path), "no .yaml file beside this one has the table")
            )
        elif column in held:
            self.problems.append(lines.problem(line, "column", dotted(path), f"the column {column!r} is written twice"))
        else:
            held[column] = columns.column_data(lines, line)
            self._lines[path] = (lines, line)

    def _described(self, files: Mapping[str, bytes]) -> None:
        if _DESCRIBED_TABLES not in files:
            return
        described: dict[str, dict[str, object]] = {}
        types: dict[str, dict[str, str]] = {}

        def table(lines: Lines, line: Line) -> None:
            name, product, french, english = line.cells
            if name in described:
                self.problems.append(lines.problem(line, "table", "described", f"the table {name!r} is written twice"))
            held = types.setdefault(name, {})
            described[name] = {"title": {"fr": french, "en": english}, "product": product, "columns": held}
            self._lines["described", name] = (lines, line)

        def column(lines: Lines, line: Line) -> None:
            name, column, kind = line.cells
            if name not in described or column in types[name]:
                words = f"{name}.{column} is written twice, or its table is not in {_DESCRIBED_TABLES}"
                self.problems.append(lines.problem(line, "column", "described", words))
                return
            types[name][column] = kind
            self._lines["described", name, "columns", column] = (lines, line)

        self._each(Lines(_DESCRIBED_TABLES, files[_DESCRIBED_TABLES], columns.DESCRIBED_TABLES), table)
        content = files.get(_DESCRIBED_COLUMNS, b"")
        self._each(Lines(_DESCRIBED_COLUMNS, content, columns.DESCRIBED_COLUMNS), column)
        self._merged["described"] = described

    def _values(self, lines: Lines) -> dict[str, dict[str, object]]:
        values: dict[str, dict[str, object]] = {}
        for line in lines:
            code_list, code, french, english = line.cells
            held = values.setdefault(code_list, {})
            if code in held:
                path = f"values.{code_list}.{code}"
                lines.problems.append(lines.problem(line, "code", path, f"the code {code!r} is written twice"))
            held[code] = {"fr": french, "en": english} if french or english else None
            self._lines["values", code_list, code] = (lines, line)
        self.problems.extend(lines.problems)
        return values


def _link(line: Line) -> dict[str, object]:
    table, names, target, target_names = line.cells
    return {
        "table": table, "columns": names.split(" "), "target": target, "target_columns": target_names.split(" "),
    }  # fmt: skip


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}
