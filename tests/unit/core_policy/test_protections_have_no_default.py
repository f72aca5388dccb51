from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from ecluse_platform.core.policy import catalogue, codelist, columns, disclosure, platform, privacy, project
from ecluse_platform.core.policy.strict import Policy
from policy_folder import PolicyFolder

# A key that may be left out, and why its absence weakens nothing.
OPTIONAL = {
    (columns.Column, "pseudonym"): "a validator demands it of every identifier and refuses it everywhere else",
    (columns.Column, "identifier"): "a validator demands it of every potential identifier and refuses it elsewhere",
    (columns.Column, "coarser"): "what is offered where a potential identifier is refused; without it, nothing is",
    (columns.Column, "sensitive"): "it adds care to some columns; no rule is weaker for a column without it",
    (columns.Column, "bounds"): "a measure without a public range may not be summed where one is needed",
    (columns.Column, "nomenclature"): "documentation of the column's codes",
    (columns.Column, "refers"): "documentation of the column's codes",
    (columns.Column, "since"): "a column without years is expected in every year, and its absence is an error",
    (columns.Column, "until"): "a column without years is expected in every year, and its absence is an error",
    (columns.Column, "formerly"): "a column without former names is expected under its own, and nothing else is read",
    (catalogue.Table, "partition"): "how files are cut, which changes what is read and not what is given",
    (catalogue.Table, "yearly"): "a validator demands it of every table that starts with the year",
    (catalogue.Table, "archive"): "names of other tables of the portal; without it none is read",
    (catalogue.Catalogue, "described"): "tables that can be granted to nobody",
    (catalogue.Catalogue, "links"): "documentation of the tables",
    (catalogue.Catalogue, "values"): "documentation of the codes",
}
MODELS = [
    model
    for module in (catalogue, codelist, columns, disclosure, platform, privacy, project)
    for model in vars(module).values()
    if isinstance(model, type) and issubclass(model, Policy) and model is not Policy
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_no_key_has_a_default(model: type[BaseModel]) -> None:
    """A policy that does not say something is refused: nothing is assumed in its place."""
    optional = {(model, name) for name, field in model.model_fields.items() if not field.is_required()}
    assert optional <= set(OPTIONAL)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_key_is_described(model: type[BaseModel]) -> None:
    """The models are the manual."""
    assert [name for name, field in model.model_fields.items() if not field.description] == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_policies_are_strict_closed_and_never_change(model: type[BaseModel]) -> None:
    """Unknown keys are refused, types are not converted, values stay what was read."""
    assert (model.model_config["extra"], model.model_config["strict"], model.model_config["frozen"]) == (
        "forbid",
        True,
        True,
    )


def test_there_are_models_to_look_at() -> None:
    """The tests above would pass on an empty list."""
    assert {disclosure.DisclosureProfile, platform.Platform, project.Project, catalogue.Catalogue} <= set(MODELS)


def test_each_key_of_a_disclosure_profile_is_needed(tmp_path: Path) -> None:
    """Taking any line of the profile out stops the platform."""
    folder = PolicyFolder.copied_to(tmp_path / "policies")
    whole = folder.read("disclosure/snds.yaml")
    keys = list(disclosure.DisclosureProfile.model_fields)
    for key in keys:
        folder.write("disclosure/snds.yaml", "\n".join(x for x in whole.splitlines() if not x.startswith(f"{key}:")))
        assert any(problem.path == key and "missing" in problem.message for problem in folder.problems()), key
    assert keys
