"""The states of a request in one word or two: the same on every page and in every refusal."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ecluse_platform.core.text import Text

# Keyed by the state's code: the workflow raises refusals, whose wording needs these words, so they cannot import it.
STATE_WORDS: Mapping[str, Text] = MappingProxyType(
    {
        "draft": Text(fr="Brouillon", en="Draft"),
        "submitted": Text(fr="Déposée", en="Submitted"),
        "screening": Text(fr="Recalcul en cours", en="Being recomputed"),
        "quarantined": Text(fr="En quarantaine", en="In quarantine"),
        "in_review": Text(fr="En vérification", en="In review"),
        "returned": Text(fr="Renvoyée", en="Returned"),
        "rejected": Text(fr="Rejetée", en="Rejected"),
        "approved": Text(fr="Approuvée", en="Approved"),
        "released": Text(fr="Diffusée", en="Released"),
        "revoked": Text(fr="Révoquée", en="Revoked"),
        "withdrawn": Text(fr="Retirée", en="Withdrawn"),
    }
)
