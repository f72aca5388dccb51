"""A form as routes receive it: who sent it, and its fields."""

from __future__ import annotations

from collections.abc import Mapping

from ecluse_platform.egress.web.visitor import Visitor

Form = tuple[Visitor, Mapping[str, str]]
