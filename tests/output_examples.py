"""The executable specification of declared outputs: evidence as people write it, and the verdict that it gets."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

import small_world
from disclosure_examples import READABLE
from ecluse_platform.core.disclosure.outputs import Output, Report, check_outputs, model_of
from ecluse_platform.core.disclosure.outputs.wording import where
from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.text import Text

CHAPTERS = Path(__file__).resolve().parent / "spec" / "disclosure" / "outputs"


@dataclass(frozen=True)
class OutputExample:
    """Some outputs, the verdict on them, what is found, and what may leave instead."""

    name: str
    title: Text
    text: Text
    profile: Mapping[str, Any]
    evidence: str
    verdict: str
    findings: tuple[str, ...]
    safe: str | None

    @property
    def rules(self) -> DisclosureProfile:
        """Return the profile: thresholds of 3, and what the example says otherwise."""
        return small_world.profile(3, 3, **{**READABLE, "unanimous": "hide", **self.profile})

    def report(self) -> Report:
        """Check the outputs as the command does."""
        return check_outputs(read(self.evidence), self.rules)


@dataclass(frozen=True)
class OutputChapter:
    """One kind of output, explained and shown by examples."""

    title: Text
    text: Text
    examples: tuple[OutputExample, ...]


def read(text: str) -> tuple[Output, ...]:
    """Return the outputs that a text describes."""
    found = YAML(typ="safe").load(text)["outputs"]
    return tuple(declared(**one) for one in found)


def declared(**evidence: Any) -> Output:
    """Return one output from what is declared of it, held against the model of its kind."""
    return model_of(evidence["kind"]).model_validate_json(json.dumps(evidence), strict=True)


def told(report: Report) -> list[str]:
    """Write findings as a chapter does: the output, what is found by which rule, and where."""
    return [
        f"{number}: {finding.verdict.name} {finding.rule.value}"
        + "".join(f" [{where(position).en}]" for position in finding.positions)
        for number, one in enumerate(report.outputs, 1)
        for finding in one.findings
    ]


def output_chapters() -> tuple[OutputChapter, ...]:
    """Read every chapter, in the order of the file names."""
    return tuple(_chapter(path) for path in sorted(CHAPTERS.glob("*.yaml")))


def output_examples() -> Iterator[OutputExample]:
    """Read every example of every chapter."""
    for chapter in output_chapters():
        yield from chapter.examples


def _chapter(path: Path) -> OutputChapter:
    content = YAML(typ="safe").load(path)
    found = tuple(_example(f"{path.stem}: {one['title']['en']}", one) for one in content["examples"])
    return OutputChapter(Text(**content["title"]), Text(**content["text"]), found)


def _example(name: str, content: Mapping[str, Any]) -> OutputExample:
    return OutputExample(
        name=name,
        title=Text(**content["title"]),
        text=Text(**content["text"]),
        profile=content.get("profile", {}),
        evidence=content["evidence"],
        verdict=content["verdict"],
        findings=tuple(content.get("findings", ())),
        safe=content.get("safe"),
    )
