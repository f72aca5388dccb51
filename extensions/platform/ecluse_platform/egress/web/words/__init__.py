"""Every word of the pages, in French and English, by key; a key with ``.one`` and ``.many`` depends on a count."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ecluse_platform.core.text import Text
from ecluse_platform.egress.web.words.frame import FRAME
from ecluse_platform.egress.web.words.operations import OPERATIONS
from ecluse_platform.egress.web.words.private import PRIVATE
from ecluse_platform.egress.web.words.request import REQUEST
from ecluse_platform.egress.web.words.review import REVIEW
from ecluse_platform.egress.web.words.states import STATES

WORDS: Mapping[str, Text] = MappingProxyType({**FRAME, **OPERATIONS, **PRIVATE, **REQUEST, **REVIEW, **STATES})
