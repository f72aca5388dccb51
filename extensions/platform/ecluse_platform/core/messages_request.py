"""Wording of refusals about export requests, their review and their release."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ecluse_platform.core.text import Text

REQUEST: Mapping[str, tuple[Text, Text]] = MappingProxyType({})
