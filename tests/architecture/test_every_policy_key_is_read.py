from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from repository import PLATFORM, modules

from ecluse_platform.core.policy.catalogue import Catalogue
from ecluse_platform.core.policy.codelist import CodeList
from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.policy.platform import Platform
from ecluse_platform.core.policy.privacy import PrivacyProfile
from ecluse_platform.core.policy.project import Project
from ecluse_platform.core.text import Text
from ecluse_platform.policyfiles.explaining import model_at

MODELS_THEMSELVES = "extensions/platform/ecluse_platform/core/policy/"
BUNDLE = f"{MODELS_THEMSELVES}bundle.py"
# The rules between files read keys only to compare them, which gives most keys no effect; these it does:
HELD_WHEN_READ = {
    "ceiling": "policies that ask for more than it are refused whole",
    "crossings": "a permit that crosses potential identifiers without naming the pair is refused whole",
}


def keys_of(model: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield each key of a policy file: its path, and the attribute under which code reads it."""
    for name, field in model.model_fields.items():
        key = field.alias or name
        yield (*path, key), name
        inner = _model_inside(model, key)
        if inner is not None and inner is not Text:
            yield from keys_of(inner, (*path, key))


def _model_inside(model: type[BaseModel], key: str) -> type[BaseModel] | None:
    for steps in ((key,), (key, 0), (key, "any")):
        found = model_at(model, steps)
        if found is not None:
            return found
    return None


@functools.cache
def attributes_read() -> frozenset[str]:
    """Return every attribute that product code reads, outside of the policy models; templates are product code."""
    found: set[str] = set(HELD_WHEN_READ)
    for name, tree in modules(PLATFORM).items():
        if name.startswith(MODELS_THEMSELVES) and name != BUNDLE:
            continue
        for node in ast.walk(_questions(tree) if name == BUNDLE else tree):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                found.add(node.attr)
            # `getattr(resources, "cpus")` and `attrgetter("cpus")` read too.
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"getattr", "attrgetter"}:
                found |= {a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    for template in PLATFORM.rglob("*.html"):
        words = template.read_text(encoding="utf-8").replace("|", " ").replace("}", " ").replace(")", " ")
        found |= {part for word in words.split() for part in word.split(".")[1:]}
    return frozenset(found)


def _questions(bundle: ast.Module) -> ast.AST:
    """Return the class whose methods answer for the policies; the rules between files stand outside of it."""
    return next(node for node in bundle.body if isinstance(node, ast.ClassDef) and node.name == "PolicyBundle")


FILES = {
    "platform": Platform,
    "project": Project,
    "disclosure": DisclosureProfile,
    "privacy": PrivacyProfile,
    "catalogue": Catalogue,
    "codelist": CodeList,
}
KEYS = [(".".join((file, *path)), attribute) for file, model in FILES.items() for path, attribute in keys_of(model)]


def test_every_policy_key_is_read_by_product_code() -> None:
    """A key that nothing reads would be a protection that a person believes in and that is not there."""
    assert [key for key, attribute in KEYS if attribute not in attributes_read()] == []


def test_the_walk_reaches_the_deepest_keys() -> None:
    """Lists and names are walked into, so that no key is missed."""
    keys: dict[str, Any] = dict(KEYS)
    for deep in ("project.data.tables.columns", "catalogue.tables.columns.class", "platform.sessions.ceiling.pids"):
        assert deep in keys
