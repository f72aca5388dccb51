"""Export requests: a draft that grows in the notebook, and the request it becomes at the egress service."""

from __future__ import annotations

import json
import urllib.parse
import uuid
from typing import Any

from ecluse.client import call
from ecluse.display import html_facts, html_table, text_facts, text_table
from ecluse.errors import EcluseError, EcluseUnreachable
from ecluse.language import pick, rule_words, state_words, words

# Keys of submissions that nobody answered: running the same cell again must find the same request, not make a second.
_unanswered: dict[str, str] = {}


class Draft:
    """A request that is still being written; nothing is sent before `preview` or `submit`."""

    def __init__(self, title: str, purpose: str) -> None:
        """Start a request without any query."""
        self.title = _some_text(title, "title")
        self.purpose = _some_text(purpose, "purpose")
        self.items: list[dict[str, str]] = []

    def add_query(self, sql: str, name: str | None = None) -> Draft:
        """Add a query; the service computes it again on the extract, so no number of the notebook is sent."""
        item = {"kind": "query", "name": name or f"table_{len(self.items) + 1}", "sql": _some_text(sql, "query")}
        self.items.append(item)
        return self

    def preview(self) -> Preview:
        """Ask what would be computed and refused; no data is touched and nothing is kept."""
        return Preview(call("POST", "preview", self.as_json()))

    def submit(self) -> Request:
        """Hand the request to the data stewards; running it again after a failure never submits it twice."""
        return Request(_send("requests", self.as_json()))

    def as_json(self) -> dict[str, Any]:
        """Return what is sent; refuse a draft without any query."""
        if not self.items:
            raise EcluseError(words("no_query"))
        return {"title": self.title, "purpose": self.purpose, "items": self.items}

    def _facts(self) -> list[tuple[str, str]]:
        queries = [(f"{words('query')} {item['name']}", item["sql"]) for item in self.items]
        return [(words("title"), self.title), (words("purpose"), self.purpose), *queries]

    def __repr__(self) -> str:
        """Show the draft as text."""
        return text_facts(words("draft"), self._facts())

    def _repr_html_(self) -> str:
        return html_facts(words("draft"), self._facts())


class Preview:
    """What the service understood of a draft."""

    def __init__(self, answer: dict[str, Any]) -> None:
        """Keep the service's answer."""
        self.items: list[dict[str, Any]] = answer["items"]
        self.warnings: list[str] = [pick(warning) for warning in answer["warnings"]]

    def _facts(self) -> list[tuple[str, str]]:
        facts: list[tuple[str, str]] = []
        for item in self.items:
            facts.append((words("query"), str(item["name"])))
            facts.append((words("dimensions"), _joined(item["dimensions"])))
            facts.append((words("measures"), _joined(item["measures"])))
            facts.append((words("tables"), _joined(item["tables"])))
        return [*facts, *((words("warning"), warning) for warning in self.warnings)]

    def __repr__(self) -> str:
        """Show the answer as text."""
        return text_facts(words("preview"), self._facts())

    def _repr_html_(self) -> str:
        return html_facts(words("preview"), self._facts())


class Request:
    """A request that was submitted, as the egress service last described it."""

    def __init__(self, answer: dict[str, Any]) -> None:
        """Keep the service's answer."""
        self._answer = answer

    @property
    def id(self) -> str:
        """The request's identifier."""
        return str(self._answer["id"])

    @property
    def state(self) -> str:
        """Where the request stands, as the platform names it: `in_review`, `released` and so on."""
        return str(self._answer["state"])

    @property
    def title(self) -> str:
        """The request's title."""
        return str(self._answer["title"])

    @property
    def page(self) -> str:
        """Address of the request's page, where released files are downloaded; open it in the browser."""
        return str(self._answer.get("page_url") or "")

    def refresh(self) -> Request:
        """Ask again how the request stands."""
        self._answer = call("GET", self._path())
        return self

    def withdraw(self) -> Request:
        """Take the request back."""
        self._answer = call("POST", self._path("withdraw"), {})
        return self

    def resubmit(self, draft: Draft) -> Request:
        """Hand in a corrected draft for a request that a steward returned."""
        self._answer = _send(self._path("resubmit"), draft.as_json())
        return self

    def _path(self, action: str = "") -> str:
        path = f"requests/{urllib.parse.quote(self.id, safe='')}"
        return f"{path}/{action}" if action else path

    def _facts(self) -> list[tuple[str, str]]:
        refusal = self._answer.get("refusal") or {}
        return [
            (words("title"), self.title),
            (words("state"), state_words(self.state)),
            (words("reason"), pick(refusal.get("reason"))),
            *((words("comment"), _comment(comment)) for comment in self._answer.get("comments") or []),
            (words("next"), pick(refusal.get("next_step")) or pick(self._answer.get("next_step"))),
        ]

    def __repr__(self) -> str:
        """Show the request as text."""
        return text_facts(f"{words('request')} {self.id}", [*self._facts(), (words("page"), self.page)])

    def _repr_html_(self) -> str:
        return html_facts(f"{words('request')} {self.id}", self._facts(), (words("page"), self.page))


class RequestList(list[Request]):
    """The project's requests, shown as a table."""

    def _rows(self) -> list[tuple[str, ...]]:
        return [(r.id, r.title, state_words(r.state), _minute(r._answer.get("updated_at"))) for r in self]  # noqa: SLF001 - same module

    def __repr__(self) -> str:
        """Show the requests as text."""
        return text_table(_list_header(), self._rows()) if self else words("no_requests")

    def _repr_html_(self) -> str:
        return html_table(words("requests"), _list_header(), self._rows()) if self else f"<p>{words('no_requests')}</p>"


class Rules(dict[str, Any]):
    """The rules that a result must obey to leave the project, as the policies say them today."""

    def _rows(self) -> list[tuple[str, str]]:
        return [(rule_words(name), _plain(value)) for name, value in self.items()]

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


def _send(path: str, body: dict[str, Any]) -> dict[str, Any]:
    content = f"{path} {json.dumps(body, sort_keys=True)}"
    key = _unanswered.setdefault(content, str(uuid.uuid4()))
    try:
        answer: dict[str, Any] = call("POST", path, body, {"Idempotency-Key": key})
    except EcluseUnreachable:
        raise
    except EcluseError:
        _unanswered.pop(content, None)
        raise
    _unanswered.pop(content, None)
    return answer


def _some_text(value: str, what: str) -> str:
    if not value.strip():
        raise EcluseError(words("empty", what=words(what)))
    return value.strip()


def _minute(moment: object) -> str:
    """Write a moment, which the service gives in UTC, as people read it."""
    return f"{moment[:10]} {moment[11:16]} UTC" if isinstance(moment, str) and moment else ""


def _joined(values: list[Any]) -> str:
    return ", ".join(str(value["name"]) if isinstance(value, dict) else str(value) for value in values)


def _comment(comment: Any) -> str:
    return str(comment.get("text", "")) if isinstance(comment, dict) else str(comment)


def _list_header() -> tuple[str, ...]:
    return ("id", words("title"), words("state"), words("updated"))


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_plain(inner)}" for name, inner in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
