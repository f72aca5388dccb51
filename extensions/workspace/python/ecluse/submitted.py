"""Requests that were submitted: where they stand, how far their screening is, and their protected tables."""

from __future__ import annotations

import json
import sys
import time
import urllib.parse
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ecluse.client import call
from ecluse.display import html_facts, html_table, text_facts, text_table
from ecluse.errors import EcluseError, EcluseRefusal, EcluseUnreachable
from ecluse.language import pick, state_words, step_words, words
from ecluse.tables import Table

if TYPE_CHECKING:
    from ecluse.exports import Draft

# Keys of submissions that nobody answered: running the same cell again must find the same request, not make a second.
_unanswered: dict[str, str] = {}
_UNDER_WAY = frozenset({"submitted", "screening"})
_SECONDS_BETWEEN = 2.0


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

    def wait(self) -> Request:
        """Wait until the machine is done with the request, telling how far it is; stewards are not waited for."""
        said = ""
        while self.refresh().state in _UNDER_WAY:
            told = self._progress()
            if told and told != said:
                sys.stdout.write(f"{told}\n")
                said = told
            time.sleep(_SECONDS_BETWEEN)
        return self

    def tables(self) -> list[Table]:
        """Return the request's protected tables; empty until the machine is done with it."""
        return [Table(answer) for answer in call("GET", self._path("tables"))]

    def table(self, name: str | int = 0) -> Table:
        """Return one protected table, by its name or its place; an error says which there are, or why there is none."""
        found = self.tables()
        for place, table in enumerate(found):
            if name in {place, table.name}:
                return table
        if not found:
            self.refresh()
            if refusal := self._answer.get("refusal"):
                raise EcluseRefusal.from_json(refusal)
        known = ", ".join(table.name for table in found) or words("none_yet")
        raise EcluseError(words("no_such_table", name=str(name), known=known))

    @property
    def proposals(self) -> list[str]:
        """What would let a refused table out, the richest first."""
        return [pick(proposal) for proposal in (self._answer.get("refusal") or {}).get("proposals") or []]

    def _progress(self) -> str:
        progress = self._answer.get("progress")
        if not isinstance(progress, Mapping):
            return ""
        where = f" ({progress['table']}/{progress['tables']})" if progress["tables"] > 1 else ""
        return f"{progress['done']} % {step_words(str(progress['step']))}{where}"

    def withdraw(self) -> Request:
        """Take the request back."""
        self._answer = call("POST", self._path("withdraw"), {})
        return self

    def resubmit(self, draft: Draft) -> Request:
        """Hand in a corrected draft for a request that a steward returned."""
        self._answer = send(self._path("resubmit"), draft.as_json())
        return self

    def _path(self, action: str = "") -> str:
        path = f"requests/{urllib.parse.quote(self.id, safe='')}"
        return f"{path}/{action}" if action else path

    def _facts(self) -> list[tuple[str, str]]:
        refusal = self._answer.get("refusal") or {}
        return [
            (words("title"), self.title),
            (words("state"), state_words(self.state)),
            (words("progress"), self._progress()),
            (words("table"), str(refusal.get("table") or "")),
            (words("reason"), pick(refusal.get("reason"))),
            *((words("comment"), _comment(comment)) for comment in self._answer.get("comments") or []),
            *((words("keep"), proposal) for proposal in self.proposals),
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


def send(path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Send a draft once, however often the cell that does it is run."""
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


def _minute(moment: object) -> str:
    """Write a moment, which the service gives in UTC, as people read it."""
    return f"{moment[:10]} {moment[11:16]} UTC" if isinstance(moment, str) and moment else ""


def _comment(comment: Any) -> str:
    return str(comment.get("text", "")) if isinstance(comment, dict) else str(comment)


def _list_header() -> tuple[str, ...]:
    return ("id", words("title"), words("state"), words("updated"))
