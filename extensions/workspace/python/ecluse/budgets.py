"""The project's privacy budget: what was granted, what answers have cost, what is left, as it went over time."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ecluse.client import call
from ecluse.display import html_facts, html_table, text_facts, text_table
from ecluse.language import words
from ecluse.picture import Step, places, svg_of, text_bar
from ecluse.private import number

_LAST = 12


class Budget:
    """A budget as the service last told it."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        """Keep the service's answer."""
        self.source = str(answer["source"])
        self.accounting = str(answer["accounting"])
        self.granted, self.spent, self.remaining = (Decimal(answer[name]) for name in ("granted", "spent", "remaining"))
        self.delta_remaining = Decimal(answer["delta_remaining"])
        # The most that one answer may ask for now.
        self.epsilon_left = Decimal(answer["epsilon_left"])
        self.events: list[Mapping[str, Any]] = list(answer["events"])
        self.start: Mapping[str, Any] = answer["start"]
        self.yearly: Mapping[str, Any] | None = answer.get("yearly")

    @property
    def steps(self) -> list[Step]:
        """What was left after each event, oldest first; the policy's own budget comes before all of them."""
        first = Step(f"{self.start['at']}T00:00:00+00:00", Decimal(self.start["amount"]), "grant")
        return [first, *(Step(str(e["at"]), Decimal(e["remaining"]), str(e["kind"])) for e in self.events)]

    @property
    def points(self) -> list[tuple[float, float, str]]:
        """The steps as places from 0 to 1, of time and of what was left, for a picture."""
        return [(x, y, step.kind) for (x, y), step in zip(places(self.steps, self.granted), self.steps, strict=True)]

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The budget as name-value lines, in the reader's language."""
        facts = [
            (words("budget_source"), self.source),
            (words("granted"), self._measured(self.granted)),
            (words("spent"), self._measured(self.spent)),
            (words("remaining"), self._measured(self.remaining)),
        ]
        if self.yearly is not None:
            left = Decimal(self.yearly["allowed"]) - Decimal(self.yearly["spent"])
            facts.append((words("this_year", year=str(self.yearly["year"])), self._measured(left)))
        if self.delta_remaining:
            facts.append((words("delta_left"), f"{self.delta_remaining:f}"))
        return [*facts, (words("epsilon_left"), number(self.epsilon_left))]

    def _measured(self, amount: Decimal) -> str:
        return f"{number(amount)} {'rho' if self.accounting == 'zcdp' else 'ε'}"

    def _rows(self) -> list[tuple[str, ...]]:
        shown = reversed(self.events[-_LAST:])
        rows = [(_day(event["at"]), _what(event), _signed(event), number(event["remaining"])) for event in shown]
        began = number(self.start["amount"])
        return [*rows, (_day(self.start["at"]), words("first_budget"), f"+{began}", began)]

    def __repr__(self) -> str:
        """Show the budget as text, with a bar of what is left."""
        bar = text_bar(self.remaining, self.granted)
        return "\n".join([text_facts(words("budget"), self.facts), f"  {bar}", text_table(_header(), self._rows())])

    def _repr_html_(self) -> str:
        picture = svg_of(self.steps, self.granted, words("budget_picture"))
        return html_facts(words("budget"), self.facts) + picture + html_table("", _header(), self._rows())


def budget() -> Budget:
    """Return the privacy budget of this workspace's project."""
    return Budget(call("GET", "budget"))


def _header() -> tuple[str, ...]:
    return (words("day"), words("what"), words("change"), words("remaining"))


def _day(moment: object) -> str:
    return str(moment)[:10]


def _what(event: Mapping[str, Any]) -> str:
    if event["kind"] == "charge":
        return str(event.get("title") or event.get("request") or words("charge"))
    return f"{words('grant')}: {event['reason']}" if event.get("reason") else words("grant")


def _signed(event: Mapping[str, Any]) -> str:
    return f"{'-' if event['kind'] == 'charge' else '+'}{number(event['amount'])}"
