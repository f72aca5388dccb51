"""Wording of refusals about differentially private queries: the union of its two families."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ecluse_platform.core.messages_private_inner import INNER
from ecluse_platform.core.messages_private_outer import OUTER
from ecluse_platform.core.text import Text

PRIVATE: Mapping[str, tuple[Text, Text]] = MappingProxyType({**INNER, **OUTER})
