"""SELECT DISTINCT inside: equal rows of two persons are not one row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from ecluse_platform.core.privacy.plan.relation import Key

if TYPE_CHECKING:
    from ecluse_platform.core.privacy.plan.calculus import Calculus


def require_key(select: exp.Select, keys: tuple[Key, ...], calculus: Calculus) -> None:
    """Refuse a DISTINCT whose output has no key of persons; the owner is output in any case, and compared with it."""
    if not any(key.grouping for key in keys):
        raise calculus.refuse("private_distinct_without_person", select.args["distinct"], what="DISTINCT")
