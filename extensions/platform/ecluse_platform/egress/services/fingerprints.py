"""When two private questions are the same: then the second one is answered from what is stored, and costs nothing."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from ecluse_platform.core.privacy.loss import exact_text
from ecluse_platform.core.privacy.query import PrivateQuery
from ecluse_platform.core.requests import sha256_of


def question_of(query: PrivateQuery) -> str:
    """Return the hash of everything that decides an answer but the data; 1 and 1.0 are one epsilon."""
    exact = {name: Decimal(exact_text(Fraction(getattr(query, name)))) for name in ("epsilon", "delta")}
    return query.model_copy(update=exact).fingerprint


def fingerprint_of(query: PrivateQuery, extract_version: str) -> str:
    """Return the hash of a question and of the version of the extract that it is asked of."""
    return sha256_of(f"{question_of(query)}:{extract_version}".encode())
