"""What every policy file has in common: nothing unknown, nothing silently defaulted."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Policy(BaseModel):
    """Part of a policy file; an unknown key is an error and values never change once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
