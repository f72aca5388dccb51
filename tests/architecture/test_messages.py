from __future__ import annotations

import ast
import functools
from string import Formatter

from repository import PLATFORM, modules

from ecluse_platform.core.messages import MESSAGES
from ecluse_platform.core.refusals import Refusal


def placeholders(words: str) -> set[str]:
    """Return the fields that a wording has."""
    return {name for _, name, _, _ in Formatter().parse(words) if name}


def fields_of(code: str) -> set[str]:
    """Return the fields that the reason and the next step of a refusal have."""
    return {name for text in MESSAGES.get(code, ()) for name in placeholders(text.fr)}


@functools.cache
def refusals() -> dict[str, tuple[str, set[str] | None]]:
    """Return where each refusal is raised by a literal code, with its fields when they are written out there."""
    found: dict[str, tuple[str, set[str] | None]] = {}
    for name, tree in modules(PLATFORM).items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _called(node) == "Refusal" and node.args:
                for code in _codes(node.args[0]):
                    found[code] = (f"{name}:{node.lineno}", _fields(node))
    return found


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def _codes(argument: ast.expr) -> list[str]:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return [argument.value]
    return _codes(argument.body) + _codes(argument.orelse) if isinstance(argument, ast.IfExp) else []


def _fields(node: ast.Call) -> set[str] | None:
    if len(node.args) == 1 and not node.keywords:
        return set()
    given = node.args[1] if len(node.args) > 1 else None
    if isinstance(given, ast.Dict) and all(isinstance(key, ast.Constant) for key in given.keys):
        return {str(key.value) for key in given.keys if isinstance(key, ast.Constant)}
    return None


def strings_of_product_code() -> set[str]:
    """Return every string literal outside of the modules that hold the wordings."""
    return {
        node.value
        for name, tree in modules(PLATFORM).items()
        if "/core/messages" not in name
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_refusal_has_words() -> None:
    """A code that is raised has a reason and a next step."""
    assert {code: where for code, (where, _) in refusals().items() if code not in MESSAGES} == {}


def test_every_refusal_gives_the_fields_of_its_words() -> None:
    """A missing field would be found only by the person who is refused."""
    lacking = {
        f"{code} ({where})": needed - fields
        for code, (where, fields) in refusals().items()
        if fields is not None and (needed := fields_of(code)) - fields
    }
    assert lacking == {}


def test_both_languages_say_the_same_fields() -> None:
    """French and English are filled from the same fields."""
    texts = [(code, text) for code, both in MESSAGES.items() for text in both]
    assert [code for code, text in texts if placeholders(text.fr) != placeholders(text.en)] == []


def test_no_words_are_left_over() -> None:
    """A message that no code raises is removed: it would be translated and believed for nothing."""
    assert sorted(set(MESSAGES) - strings_of_product_code()) == []


def test_there_are_refusals_to_look_at() -> None:
    """The tests above would pass on an empty list."""
    assert {"not_in_permit", "no_workspace_token"} <= set(refusals())


def test_decimals_are_written_as_each_language_writes_them() -> None:
    """The sentence has a comma in French; the field, which programs read, stays as it is."""
    refused = Refusal("budget_exceeded", {"requested": "1.5", "remaining": "0.6"})
    assert "1,5" in refused.reason.fr
    assert "1.5" in refused.reason.en
    assert refused.fields["requested"] == "1.5"
