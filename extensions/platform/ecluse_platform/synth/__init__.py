"""A synthetic SNDS: fictitious persons whose care and deaths look, join and mislead like the real ones."""

from __future__ import annotations

from ecluse_platform.synth.generate import Progress, Written, generate
from ecluse_platform.synth.origin import NotOurs
from ecluse_platform.synth.settings import Settings

__all__ = ["NotOurs", "Progress", "Settings", "Written", "generate"]
