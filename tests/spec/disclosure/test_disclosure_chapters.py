from __future__ import annotations

import pytest

from disclosure_examples import Example, chapters, examples, refusal_of, released
from ecluse_platform.core.disclosure import proof
from ecluse_platform.core.disclosure.table import Rule

EXAMPLES = list(examples())
# What these three rules are about is shown elsewhere: in the tests of the history, of the service, and of complements.
ELSEWHERE = {Rule.HISTORY, Rule.HIDDEN, Rule.DIFFERENCE}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_what_is_released_is_what_the_chapter_says(example: Example) -> None:
    """Each cell is shown or hidden as written, by the rule that is named; or the table is refused as written."""
    if example.refusal is not None:
        assert refusal_of(example) == example.refusal
        return
    found = example.protected()
    assert released(found.table) == [(line.released, line.rule) for line in example.lines]
    for one in found.proofs:
        assert proof.check_json(one.as_evidence()) == []


def test_every_rule_has_an_example() -> None:
    """A rule that nothing shows is one that nobody can read."""
    shown = {line.rule for example in EXAMPLES for line in example.lines}
    assert {rule.value for rule in Rule if rule not in ELSEWHERE} <= shown


def test_chapters_are_told_in_both_languages() -> None:
    """Every title and text is there in French and in English, and they are not the same."""
    for chapter in chapters():
        assert chapter.title.fr != chapter.title.en
        assert all(example.text.fr != example.text.en for example in chapter.examples)
