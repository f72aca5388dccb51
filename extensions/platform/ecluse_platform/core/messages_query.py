"""Wording of refusals about the SQL of a verified query."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ecluse_platform.core.text import Text

QUERY: Mapping[str, tuple[Text, Text]] = MappingProxyType({})
