"""What the JupyterLab panel asks of this package: one JSON question in, one JSON answer out.

The panel runs this in a kernel of its own. Whatever it shows is what the same functions show in a notebook.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from typing import Any

from ecluse.budgets import budget
from ecluse.dictionary import Entry, columns, entries
from ecluse.errors import EcluseError, EcluseRefusal
from ecluse.exports import Draft, export, requests
from ecluse.language import state_words, words
from ecluse.private import whole
from ecluse.submitted import Request

_MOST_FOUND = 60


def answer(question: str) -> str:
    """Return the answer to one question of the panel; an error is an answer too, in words for people."""
    asked: Mapping[str, Any] = json.loads(question)
    os.environ["ECLUSE_LANG"] = "en" if asked.get("language") == "en" else "fr"
    try:
        told = _OPERATIONS[asked["op"]](asked)
    except EcluseError as error:
        told = {"error": str(error)}
    return json.dumps(told, ensure_ascii=False)


def _tables(asked: Mapping[str, Any]) -> dict[str, Any]:
    del asked
    return {"found": [_line(entry) for entry in entries()]}


def _search(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {"found": [_line(entry) for entry in entries(str(asked["words"]))[:_MOST_FOUND]]}


def _table(asked: Mapping[str, Any]) -> dict[str, Any]:
    name = str(asked["name"])
    described = columns(name)
    title = next((entry.label for entry in entries(name) if entry.table == name and entry.column is None), "")
    return {"table": name, "label": title, "columns": [_line(entry) for entry in described]}


def _requests(asked: Mapping[str, Any]) -> dict[str, Any]:
    del asked
    return {"requests": [_request(request) for request in requests()]}


def _preview(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {"said": repr(_draft(asked).preview())}


def _submit(asked: Mapping[str, Any]) -> dict[str, Any]:
    return _request(_draft(asked).submit())


def _budget(asked: Mapping[str, Any]) -> dict[str, Any]:
    del asked
    try:
        known = budget()
    except EcluseRefusal as refusal:
        # Most projects have none: that is no error, and nothing to act on.
        return {"none": refusal.reason}
    return {"facts": known.facts, "points": known.points}


def _draft(asked: Mapping[str, Any]) -> Draft:
    draft = export(title=str(asked["title"]), purpose=str(asked["purpose"]))
    epsilon, cells, rows = (str(asked.get(name) or "").strip() for name in ("epsilon", "cells", "rows"))
    if not epsilon:
        return draft.add_query(str(asked["sql"]))
    return draft.add_dp(
        str(asked["sql"]),
        epsilon.replace(",", "."),
        cells=whole(cells, "cells") if cells else None,
        rows=whole(rows, "rows") if rows else None,
    )


def _line(entry: Entry) -> dict[str, Any]:
    return {
        "table": entry.table,
        "column": entry.column,
        "type": entry.type,
        "label": entry.label,
        "granted": entry.granted,
        "note": entry.note,
    }


def _request(request: Request) -> dict[str, Any]:
    told = {name: value for name, value in request._facts() if value}  # noqa: SLF001 - same package
    said = told.get(words("reason")) or told.get(words("next")) or ""
    return {"title": request.title, "state": state_words(request.state), "said": said, "page": request.page}


_OPERATIONS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "budget": _budget,
    "preview": _preview,
    "requests": _requests,
    "search": _search,
    "submit": _submit,
    "table": _table,
    "tables": _tables,
}
