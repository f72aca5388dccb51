"""From declared outputs to one verdict: every rule of every kind, outputs beside one another, and what may leave."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from ecluse_platform.core.disclosure.outputs.evidence import Output, Place
from ecluse_platform.core.disclosure.outputs.findings import Check, OutputRule, Part, Position
from ecluse_platform.core.disclosure.outputs.kinds import Safe, rules_of
from ecluse_platform.core.disclosure.outputs.wording import reason, step
from ecluse_platform.core.disclosure.verdict import Verdict, worst
from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.text import Text

DECLARED = Text(
    fr="Ces nombres sont déclarés par qui a calculé les résultats ; rien n'a été recalculé sur les données.",
    en="These numbers are declared by whoever computed the results; nothing was computed again from the data.",
)


@dataclass(frozen=True)
class Finding:
    """One rule that an output breaks: where, why, and what to do next; never a value."""

    rule: OutputRule
    verdict: Verdict
    positions: tuple[Position, ...]
    reason: Text
    next_step: Text

    def as_json(self) -> dict[str, object]:
        """Return the finding as it stands in a report."""
        return {
            "rule": self.rule.value,
            "verdict": self.verdict.name,
            "positions": [{part.value: number for part, number in position} for position in self.positions],
            "reason": self.reason.model_dump(),
            "next_step": self.next_step.model_dump(),
        }


@dataclass(frozen=True)
class Checked:
    """One output: the rules it was held against, what they found, and what may leave instead."""

    output: Output
    checked: tuple[OutputRule, ...]
    findings: tuple[Finding, ...]
    safe: Safe | None

    @property
    def verdict(self) -> Verdict:
        """Return the worst finding; PASS where rules were applied and none is broken."""
        return worst([finding.verdict for finding in self.findings] + [Verdict.PASS for _ in self.checked])

    def as_json(self) -> dict[str, object]:
        """Return what a report says of it."""
        return {
            "verdict": self.verdict.name,
            "checked": [rule.value for rule in self.checked],
            "findings": [finding.as_json() for finding in self.findings],
            "safe_version": self.safe is not None,
        }


@dataclass(frozen=True)
class Report:
    """The verdict on all outputs together, and on each."""

    outputs: tuple[Checked, ...]

    @property
    def verdict(self) -> Verdict:
        """Return the worst; FAIL where there is nothing."""
        return worst(checked.verdict for checked in self.outputs)

    def as_json(self) -> dict[str, object]:
        """Return the report as it is kept."""
        outputs = [{"output": number, **one.as_json()} for number, one in enumerate(self.outputs, 1)]
        return {
            "verdict": self.verdict.name,
            "evidence": "declared",
            "note": DECLARED.model_dump(),
            "outputs": outputs,
        }


def check_outputs(outputs: Sequence[Output], profile: DisclosureProfile) -> Report:
    """Hold declared outputs against a profile; raise Refusal where they contradict themselves or are too many.

    The same evidence always gives the same report, and numbers that are too small are nowhere in it.
    """
    if len(outputs) > profile.outputs.most_outputs:
        raise Refusal("output_too_many", {"most": str(profile.outputs.most_outputs)})
    for index, output in enumerate(outputs):
        at = Place().of("outputs", index)
        if output.entries > profile.outputs.most_entries:
            raise Refusal("output_too_large", {"place": str(at), "most": str(profile.outputs.most_entries)})
        output.check_consistent(at)
    beside = _differences(outputs, profile)
    return Report(tuple(_checked(one, beside[index], profile) for index, one in enumerate(outputs)))


def _checked(output: Output, beside: Sequence[Position], profile: DisclosureProfile) -> Checked:
    rules = rules_of(output)
    checks = list(rules.check(output, profile))
    if output.everybody is not None:
        verdict = Verdict.REVIEW if beside else Verdict.PASS
        checks.append(Check(OutputRule.DIFFERENCE, verdict, tuple(beside)))
    findings = _findings(checks, profile)
    refused = worst(check.verdict for check in checks) is Verdict.FAIL
    safe = rules.safer(output, profile) if refused else None
    if safe is not None and not _holds(safe, profile):
        safe = None
    return Checked(output, tuple(dict.fromkeys(check.rule for check in checks)), findings, safe)


def _holds(safe: Safe, profile: DisclosureProfile) -> bool:
    """Hold a safe version against the rules as if somebody had declared it."""
    safe.evidence.check_consistent(Place())
    checks = rules_of(safe.evidence).check(safe.evidence, profile)
    return worst(check.verdict for check in checks) is Verdict.PASS


def _findings(checks: Iterable[Check], profile: DisclosureProfile) -> tuple[Finding, ...]:
    """Put what is broken into words, one finding for each rule and verdict."""
    broken: dict[tuple[OutputRule, Verdict, tuple[str, ...]], list[Position]] = {}
    for check in checks:
        if check.verdict is not Verdict.PASS:
            broken.setdefault((check.rule, check.verdict, check.missing), []).extend(check.positions)
    return tuple(
        Finding(rule, verdict, tuple(where), reason(rule, profile, missing), step(rule, missing))
        for (rule, verdict, missing), where in broken.items()
    )


def _differences(outputs: Sequence[Output], profile: DisclosureProfile) -> list[list[Position]]:
    """Return, for each output, the others whose persons are a few more or a few fewer.

    A model with and one without three persons tells of those three (Griffiths et al., 2019, on differencing).
    """
    found: list[list[Position]] = [[] for _ in outputs]
    for (one, first), (two, second) in combinations(enumerate(outputs), 2):
        if first.everybody is None or second.everybody is None or first.population != second.population:
            continue
        if 0 < abs(first.everybody - second.everybody) < profile.threshold_persons:
            found[one].append(((Part.OUTPUT, two + 1),))
            found[two].append(((Part.OUTPUT, one + 1),))
    return found
