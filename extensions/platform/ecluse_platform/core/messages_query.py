"""Wording of refusals about the SQL of a verified query: the union of its four families."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ecluse_platform.core.messages_query_cells import CELLS
from ecluse_platform.core.messages_query_data import DATA
from ecluse_platform.core.messages_query_measures import MEASURES
from ecluse_platform.core.messages_query_shape import SHAPE
from ecluse_platform.core.text import Text

QUERY: Mapping[str, tuple[Text, Text]] = MappingProxyType({**SHAPE, **DATA, **CELLS, **MEASURES})
