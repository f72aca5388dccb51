"""Drafts of export requests, as they grow in the notebook, and the rules that results obey."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from ecluse import private
from ecluse.client import call
from ecluse.display import html_facts, html_table, text_facts, text_table
from ecluse.errors import EcluseError
from ecluse.language import pick, rule_words, setting_words, words
from ecluse.private import Choice, Exact
from ecluse.submitted import Request, RequestList, send
from ecluse.tables import Table

_NONE: Mapping[str, Any] = MappingProxyType({})


class Draft:
    """A request that is still being written; nothing is sent before `preview` or `submit`."""

    def __init__(self, title: str, purpose: str) -> None:
        """Start a request without any query."""
        self.title = _some_text(title, "title")
        self.purpose = _some_text(purpose, "purpose")
        self.items: list[dict[str, Any]] = []

    def add_query(self, sql: str, name: str | None = None) -> Draft:
        """Add a query, one table each; the service computes it on the extract, so no number of the notebook is sent."""
        self.items.append({"kind": "query", "name": name or self._next(), "sql": _some_text(sql, "query")})
        return self

    def add_dp(
        self,
        sql: str,
        epsilon: Exact,
        *,
        delta: Exact | None = None,
        cells: int | None = None,
        rows: int | None = None,
        bounds: Mapping[str, Sequence[Exact]] = _NONE,
        keys: Mapping[str, Iterable[Any]] = _NONE,
        edges: Mapping[str, Sequence[Exact]] = _NONE,
        name: str | None = None,
    ) -> Draft:
        """Add a differentially private query: noise protects each person, and epsilon is what the answer costs.

        ``cells``, ``rows``: in how many cells, and with how many rows in each, one person may count at most;
        ``bounds``: per summed column, (low, high); ``keys``: per dimension, the categories to answer for, where the
        dictionary names none; ``delta``: to have them found instead; ``edges``: bins of a histogram or quantile.
        """
        ask = private.ask(epsilon, delta, cells, rows, bounds, keys, edges)
        item = {"kind": "private", "name": name or self._next(), "sql": _some_text(sql, "query"), "ask": ask}
        self.items.append(item)
        return self

    def _next(self) -> str:
        return f"table_{len(self.items) + 1}"

    def preview(self) -> Preview:
        """Ask what would be computed and refused; no data is touched and nothing is kept."""
        return Preview(call("POST", "preview", self.as_json()), self.items)

    def submit(self) -> Request:
        """Hand the request to the data stewards; running it again after a failure never submits it twice."""
        return Request(send("requests", self.as_json()))

    def as_json(self) -> dict[str, Any]:
        """Return what is sent; refuse a draft without any query."""
        if not self.items:
            raise EcluseError(words("no_query"))
        return {"title": self.title, "purpose": self.purpose, "items": self.items}

    def _facts(self) -> list[tuple[str, str]]:
        queries = [(f"{words('query')} {item['name']}", _written(item)) for item in self.items]
        return [(words("title"), self.title), (words("purpose"), self.purpose), *queries]

    def __repr__(self) -> str:
        """Show the draft as text."""
        return text_facts(words("draft"), self._facts())

    def _repr_html_(self) -> str:
        return html_facts(words("draft"), self._facts())


class Preview:
    """What the service understood of a draft, and what its private queries would cost."""

    def __init__(self, answer: dict[str, Any], asked: Sequence[Mapping[str, Any]] = ()) -> None:
        """Keep the service's answer, and what was asked."""
        self.items: list[dict[str, Any]] = answer["items"]
        self.warnings: list[str] = [pick(warning) for warning in answer["warnings"]]
        self._asked = [dict(item) for item in asked]

    def epsilon_for(
        self, output: str, *, within: Exact | None = None, percent: Exact | None = None, of: Exact | Table | None = None
    ) -> Choice:
        """Return the least epsilon that gives one column plus or minus ``within``, or ``percent`` of ``of``.

        ``of`` is a number known in public, or the table of an answer that is already released; never the data. For a
        mean or proportion, give ``within``, and in ``of`` how many are in a cell.
        """
        if within is None and (percent is None or of is None):
            raise EcluseError(words("which_precision"))
        if within is not None:
            half = Decimal(private.exact(within, "within"))
        else:
            half = Decimal(private.exact(percent or 0, "percent")) / 100 * private.middle(of or 0, output)
        asked = {"item": self._with(output), "output": output, "half_width": f"{half:f}"}
        if within is not None and isinstance(of, Decimal | int | float | str):
            asked["of"] = private.exact(of, "of")
        answer = call("POST", "epsilon", asked)
        return Choice(
            output,
            Decimal(answer["epsilon"]),
            Decimal(answer["half_width"]),
            Decimal(answer["amount"]),
            bool(answer["fits"]),
        )

    def _with(self, output: str) -> dict[str, Any]:
        """Return the private query that has this column."""
        columns: dict[str, dict[str, Any]] = {}
        for item, asked in zip(self.items, self._asked, strict=False):
            for found in (item.get("private") or {}).get("outputs", []):
                columns.setdefault(str(found["name"]), asked)
        if output not in columns:
            raise EcluseError(words("no_output", name=output, known=", ".join(columns) or words("none_yet")))
        return columns[output]

    def _facts(self) -> list[tuple[str, str]]:
        facts: list[tuple[str, str]] = []
        for item in self.items:
            facts.append((words("query"), str(item["name"])))
            facts.append((words("dimensions"), _joined(item["dimensions"])))
            facts.append((words("measures"), _joined(item["measures"])))
            facts.append((words("tables"), _joined(item["tables"])))
            facts += private.priced(item)
        return [*facts, *((words("warning"), warning) for warning in self.warnings)]

    def __repr__(self) -> str:
        """Show the answer as text."""
        return text_facts(words("preview"), self._facts())

    def _repr_html_(self) -> str:
        return html_facts(words("preview"), self._facts())


class Rules(dict[str, Any]):
    """The rules that a result must obey to leave the project, as the policies say them today."""

    def _rows(self) -> list[tuple[str, str]]:
        return [row for name, value in self.items() for row in _rule_rows(name, value)]

    def __repr__(self) -> str:
        """Show the rules as text."""
        return text_table((words("rule"), words("value")), self._rows())

    def _repr_html_(self) -> str:
        return html_table(words("rules"), (words("rule"), words("value")), self._rows())


def export(title: str, purpose: str) -> Draft:
    """Start an export request: what the results are, and what they are for."""
    return Draft(title, purpose)


def requests() -> RequestList:
    """Return the export requests of this workspace's project."""
    answer = call("GET", "requests")
    found = answer["requests"] if isinstance(answer, dict) else answer
    return RequestList(Request(item) for item in found)


def rules() -> Rules:
    """Return the rules that results of this project must obey to leave."""
    return Rules(call("GET", "rules"))


def _some_text(value: str, what: str) -> str:
    if not value.strip():
        raise EcluseError(words("empty", what=words(what)))
    return value.strip()


def _written(item: Mapping[str, Any]) -> str:
    """Return the SQL of a query, with what was chosen for a private one."""
    chosen = {name: value for name, value in item.get("ask", {}).items() if value}
    return "\n".join([str(item["sql"]), *(f"{name} = {_plain(value)}" for name, value in chosen.items())])


def _rule_rows(name: str, value: Any) -> list[tuple[str, str]]:
    """Return a rule and its setting, or one row for each setting in it."""
    if isinstance(value, dict):
        rule = rule_words(name) + words("colon")
        return [(rule + rule_words(f"{name}.{inner}"), _set(setting)) for inner, setting in value.items()]
    return [(rule_words(name), _set(value))]


def _set(value: Any) -> str:
    return ", ".join(map(setting_words, value)) if isinstance(value, list) else setting_words(value)


def _joined(values: list[Any]) -> str:
    return ", ".join(str(value["name"]) if isinstance(value, dict) else str(value) for value in values)


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_plain(inner)}" for name, inner in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
