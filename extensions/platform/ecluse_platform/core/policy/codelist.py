"""A code list: a named, versioned set of codes that stands for a disease, a treatment or an act."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from ecluse_platform.core.policy.strict import Policy
from ecluse_platform.core.text import Text

_SHAPES = {
    "atc": r"[A-V]([0-9]{2}([A-Z]([A-Z]([0-9]{2})?)?)?)?",
    "cim10": r"[A-Z][0-9]([0-9]{0,3}|[0-9]\+[0-9]{1,2})",
    "ccam": r"[A-Z]{2,4}([0-9]{3})?",
}
_LENGTHS = {"atc": 7, "ccam": 7}
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9+]{1,7}$")]


class CodeSystem(StrEnum):
    """The classification that a code belongs to."""

    ATC = "atc"
    CIM10 = "cim10"
    CCAM = "ccam"


class Match(StrEnum):
    """Whether a code stands for itself alone, or for all codes that start with it."""

    EXACT = "exact"
    PREFIX = "prefix"


class Part(Policy):
    """Codes of one classification that mean one thing within the list."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", description="Short name of the part, for SQL.")]
    title: Annotated[Text, Field(description="What the codes of the part mean.")]
    weight: Annotated[int | None, Field(ge=0, description="Points that the part adds to a score; null without score.")]
    system: Annotated[CodeSystem, Field(description="Classification of the codes.")]
    match: Annotated[Match, Field(description="Whether codes stand for themselves or for all that start with them.")]
    codes: Annotated[tuple[Code, ...], Field(min_length=1, description="The codes, without dots.")]

    @model_validator(mode="after")
    def _codes_have_the_shape_of_their_system(self) -> Part:
        wrong = [code for code in self.codes if not fits(self.system, self.match, code)]
        if wrong:
            raise ValueError(f"these are no {self.system.value} codes (match: {self.match.value}): {', '.join(wrong)}")
        if len(set(self.codes)) != len(self.codes):
            raise ValueError("a code is written twice")
        return self


class CodeList(Policy):
    """policies/codelists/<name>.yaml: codes that SQL can use by the list's name."""

    version: Annotated[
        str, Field(pattern=r"^[0-9]{4}-[0-9]+$", description="Year and number; a change of codes is a new version.")
    ]
    title: Annotated[Text, Field(description="What the list stands for.")]
    description: Annotated[Text, Field(description="How it is meant to be used, and what it leaves out.")]
    source: Annotated[str, Field(min_length=10, description="Publication that the codes come from.")]
    parts: Annotated[tuple[Part, ...], Field(min_length=1, description="The codes, by meaning and classification.")]

    @model_validator(mode="after")
    def _parts_are_told_apart(self) -> CodeList:
        pairs = [(part.name, part.system) for part in self.parts]
        if len(set(pairs)) != len(pairs):
            raise ValueError("two parts have the same name and the same classification")
        weights = {part.name: {p.weight for p in self.parts if p.name == part.name} for part in self.parts}
        if any(len(found) > 1 for found in weights.values()):
            raise ValueError("parts of one name have one weight")
        return self


def fits(system: CodeSystem, match: Match, code: str) -> bool:
    """Say whether a code is written as its classification writes codes; an exact one must be complete."""
    return re.fullmatch(_SHAPES[system], code) is not None and (
        match is Match.PREFIX or len(code) == _LENGTHS.get(system, len(code))
    )
