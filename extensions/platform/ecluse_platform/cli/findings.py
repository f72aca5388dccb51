"""What the report of `ecluse protect` says of each rule: where, why, and the next step; never a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecluse_platform.core.disclosure.rules.wording import step
from ecluse_platform.core.disclosure.table import Row, Rule
from ecluse_platform.core.disclosure.tabular.numbers import FIRST_LINE
from ecluse_platform.core.disclosure.tabular.spec import TableSpec
from ecluse_platform.core.disclosure.tabular.structure import Integers
from ecluse_platform.core.disclosure.verdict import Verdict
from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.text import Text

Places = Sequence[Integers]

_NOT_DECLARED = Text(
    fr="les plus grandes contributions à la somme ne sont pas déclarées : aucune règle de concentration n'a pu être "
    "appliquée",
    en="the largest contributions to the sum are not declared: no rule on concentration could be applied",
)
_DECLARE = Text(
    fr="Déclarez largest et second sous magnitudes, ou faites lire le tableau par un data steward.",
    en="Declare largest and second under magnitudes, or have a data steward read the table.",
)


def hidden_by(rows: Mapping[int, Row], cells: Places) -> list[dict[str, Any]]:
    """List each rule that hides cells, with the lines of the files that it hides (the header is line 1).

    ``cells[t][i]`` is the cell that line ``i`` of table ``t`` describes, ``rows`` what became of it.
    """
    found: dict[Rule, list[dict[str, int]]] = {}
    words: dict[Rule, Text] = {}
    for table, places in enumerate(cells, 1):
        for line, cell in enumerate(places.tolist()):
            finding = rows[cell].finding
            if finding is not None:
                words[finding.rule] = finding.wording
                found.setdefault(finding.rule, []).append({"table": table, "line": line + FIRST_LINE})
    return [
        {
            "rule": rule.value,
            "action": "suppressed",
            "positions": positions,
            "reason": words[rule].model_dump(),
            "next_step": step(rule).model_dump(),
        }
        for rule, positions in found.items()
    ]


def not_declared(specs: Sequence[TableSpec], profile: DisclosureProfile) -> list[dict[str, Any]]:
    """List the sums on which the profile has rules that want more than was declared: somebody must look at them."""
    if profile.largest_share_percent is None and profile.dominance is None and profile.p_percent is None:
        return []
    positions = [
        {"table": table, "magnitude": number}
        for table, spec in enumerate(specs, 1)
        for number, magnitude in enumerate(spec.magnitudes, 1)
        if magnitude.largest is None
    ]
    said = {"reason": _NOT_DECLARED.model_dump(), "next_step": _DECLARE.model_dump()}
    return [{"rule": "not_declared", "action": "look", "positions": positions, **said}] if positions else []


def verdict_of(findings: Sequence[Mapping[str, Any]]) -> Verdict:
    """Return the verdict on a table that is protected: REVIEW where somebody must look at it, else PASS."""
    return Verdict.REVIEW if any(finding["action"] == "look" for finding in findings) else Verdict.PASS
