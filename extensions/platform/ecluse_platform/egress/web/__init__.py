"""The pages of the egress service: plain HTML, no script, every value from outside treated as hostile."""

from __future__ import annotations

from ecluse_platform.egress.web.app import add_pages

__all__ = ["add_pages"]
