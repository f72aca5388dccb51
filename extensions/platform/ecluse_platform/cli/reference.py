"""The reference of all policy keys, written from the models that read them and the policies in use as examples."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.catalogue import Catalogue
from ecluse_platform.core.policy.codelist import CodeList
from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.policy.platform import Platform
from ecluse_platform.core.policy.privacy import PrivacyProfile
from ecluse_platform.core.policy.project import Project
from ecluse_platform.core.text import Text
from ecluse_platform.policyfiles import columns as lines
from ecluse_platform.policyfiles.lines import SEPARATOR

_LONGEST_EXAMPLE = 70
_INTRODUCTION = """# Policies: every key

Written by `ecluse policy reference` from the models that read the policies; do not edit.

All files are YAML without anchors, tags or repeated keys. An unknown key is refused, and so is a missing one:
nothing is assumed in its place. `[]` stands for each item of a list, `<name>` for each name. Check what you wrote
with `ecluse policy check`; it names the file, the line and what was perhaps meant.
"""
_LINES = f"""
## policies/catalogue/snds/

Parts of the catalogue beside its head. `<product>.yaml` holds tables by name, without their columns; `<product>.csv`
holds one line per column, its cells between semicolons, without quotes:

    {SEPARATOR.join(lines.COLUMNS)}

`space` is the key `pseudonym`, `code_list` is `nomenclature`, `low` and `high` are `bounds`, `fr` and `en` are `label`;
`sensitive` is `yes` or empty; `formerly` is written `COLUMN<=YEAR` or `TABLE.COLUMN<=YEAR`, several between blanks,
with `*` at the end when codes or grain differ. An empty cell leaves the key out. Four lists end the folder:
`described-tables.csv` ({SEPARATOR.join(lines.DESCRIBED_TABLES)}), `described-columns.csv`
({SEPARATOR.join(lines.DESCRIBED_COLUMNS)}), `links.csv` ({SEPARATOR.join(lines.LINKS)}; several columns between blanks)
and `values.csv` ({SEPARATOR.join(lines.VALUES)}).
"""
_WORDS_OF_TYPES = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
_LIMITS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} item(s)",
    "maxItems": "at most {} item(s)",
    "minProperties": "at least {} name(s)",
    "pattern": "matches `{}`",
}


@dataclass(frozen=True)
class _Key:
    path: str
    kind: str
    limits: str
    description: str
    example: str


def reference(bundle: PolicyBundle) -> str:
    """Return the reference page; the same models and policies give the same page."""
    project = next(iter(bundle.projects.values()))
    sections = (
        ("policies/platform.yaml", Platform, bundle.platform),
        ("policies/projects/&lt;id&gt;.yaml", Project, project),
        ("policies/disclosure/&lt;name&gt;.yaml", DisclosureProfile, next(iter(bundle.disclosure.values()))),
        ("policies/catalogue/", Catalogue, bundle.catalogue),
    )
    written = [section(title, model, example) for title, model, example in sections]
    first = [found for _, found in sorted(bundle.codelists.items())][:1]
    profiles = [found for _, found in sorted(bundle.privacy.items())][:1]
    written += [section("policies/privacy/&lt;name&gt;.yaml", PrivacyProfile, profile) for profile in profiles]
    written += [section("policies/codelists/&lt;name&gt;.yaml", CodeList, codelist) for codelist in first]
    return _INTRODUCTION + "".join(written) + _LINES


def section(title: str, model: type[BaseModel], example: BaseModel) -> str:
    """Return the table of all keys of a model, with what an example has there."""
    schema = model.model_json_schema(by_alias=True)
    promise = (model.__doc__ or "").split(": ", 1)[-1].strip()
    lines = [
        f"\n## {title}\n",
        f"{promise[:1].upper()}{promise[1:]}\n",
        "| key | type | limits | what it says | example |",
        "| --- | --- | --- | --- | --- |",
    ]
    shown = example.model_dump(mode="json", by_alias=True)
    lines += [
        f"| `{key.path}` | {key.kind} | {key.limits} | {key.description} | {key.example} |"
        for key in _keys(schema, schema, shown, "")
    ]
    return "\n".join(lines) + "\n"


def _keys(schema: Mapping[str, Any], root: Mapping[str, Any], example: Any, prefix: str) -> Iterator[_Key]:
    for name, field in schema["properties"].items():
        value = example.get(name) if isinstance(example, dict) else None
        path = f"{prefix}{name}"
        yield _Key(path, _kind(field, root), _limits(field, root), _escaped(field["description"]), _example(value))
        inner, step, inner_value = _inside(field, root, value)
        if inner is not None:
            yield from _keys(inner, root, inner_value, f"{path}{step}.")


def _inside(field: Mapping[str, Any], root: Mapping[str, Any], value: Any) -> tuple[Mapping[str, Any] | None, str, Any]:
    """Return the schema of what a key holds, when that has keys of its own, and how the path to them is written."""
    here, step = _plain(field, root), ""
    if here.get("type") == "array":
        here, step = _plain(here["items"], root), "[]"
        value = value[0] if value else None
    elif "properties" not in here and here.get("type") == "object":
        here, step = _plain(_values_of(here), root), ".<name>"
        value = next(iter(value.values()), None) if value else None
    if "properties" not in here or here.get("title") == Text.__name__:
        return None, "", None
    return here, step, value


def _kind(field: Mapping[str, Any], root: Mapping[str, Any]) -> str:
    here = _plain(field, root)
    if here.get("title") == Text.__name__:
        kind = "text in French and English"
    elif "enum" in here:
        kind = "one of " + ", ".join(f"`{value}`" for value in here["enum"])
    elif here.get("type") == "array":
        kind = f"list of {_kind(here['items'], root)}"
    elif "properties" in here:
        kind = "keys below"
    elif here.get("type") == "object":
        kind = f"names, each with {_kind(_values_of(here), root)}"
    elif here.get("format") == "date":
        kind = "date"
    else:
        kind = _WORDS_OF_TYPES[here["type"]]
    return f"{kind}, or null" if "anyOf" in field else kind


def _limits(field: Mapping[str, Any], root: Mapping[str, Any]) -> str:
    here = _plain(field, root)
    limits = [words.format(here[name]) for name, words in _LIMITS.items() if name in here]
    if here.get("type") == "array":
        each = _plain(here["items"], root)
        limits += [f"each {words.format(each[name])}" for name, words in _LIMITS.items() if name in each]
    return _escaped("; ".join(limits))


def _plain(field: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference, and leave null aside."""
    if "anyOf" in field:
        return _plain(next(choice for choice in field["anyOf"] if choice.get("type") != "null"), root)
    if "$ref" in field:
        found: Mapping[str, Any] = root["$defs"][field["$ref"].rsplit("/", 1)[-1]]
        return found
    return field


def _values_of(here: Mapping[str, Any]) -> Mapping[str, Any]:
    by_pattern = list(here.get("patternProperties", {}).values())
    values: Mapping[str, Any] = by_pattern[0] if by_pattern else here["additionalProperties"]
    return values


def _example(value: Any) -> str:
    if value is None or isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], dict)):
        return ""
    words = json.dumps(value, ensure_ascii=False) if isinstance(value, list) else str(value)
    return f"`{_escaped(words if len(words) <= _LONGEST_EXAMPLE else words[:_LONGEST_EXAMPLE] + '…')}`"


def _escaped(words: str) -> str:
    return words.replace("|", "\\|").replace("\n", " ")
