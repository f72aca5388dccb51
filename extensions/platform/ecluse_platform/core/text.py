"""Words that people read, always in both languages of the product."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Language(StrEnum):
    """A language of the user interface."""

    FR = "fr"
    EN = "en"


class Text(BaseModel):
    """One sentence or label, in French and in English."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fr: Annotated[str, Field(min_length=1, description="The French wording.")]
    en: Annotated[str, Field(min_length=1, description="The English wording.")]

    def in_language(self, language: Language) -> str:
        """Return the wording for one reader."""
        return self.fr if language is Language.FR else self.en
