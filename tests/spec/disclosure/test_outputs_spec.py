from __future__ import annotations

import pytest

from ecluse_platform.core.disclosure.outputs.findings import OutputRule
from output_examples import OutputExample, output_chapters, output_examples, told

EXAMPLES = list(output_examples())


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_the_verdict_is_what_the_chapter_says(example: OutputExample) -> None:
    """Each output gets the verdict written, by the rules and at the places that are named."""
    report = example.report()
    assert (report.verdict.name, told(report)) == (example.verdict, list(example.findings))
    safe = [one.safe.text.replace("\r\n", "\n") for one in report.outputs if one.safe is not None]
    assert safe == ([] if example.safe is None else [example.safe])


def test_every_rule_on_outputs_has_an_example() -> None:
    """A rule that nothing shows is one that nobody can read."""
    shown = {finding.split()[2] for example in EXAMPLES for finding in example.findings}
    assert {rule.value for rule in OutputRule} == shown


def test_chapters_on_outputs_are_told_in_both_languages() -> None:
    """Every title and text is there in French and in English, and they are not the same."""
    for chapter in output_chapters():
        assert chapter.text.fr != chapter.text.en
        assert all(example.text.fr != example.text.en for example in chapter.examples)
