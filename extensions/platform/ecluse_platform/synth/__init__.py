"""A synthetic SNDS: fictitious persons whose reimbursements look, join and trap like the real ones."""

from __future__ import annotations

from ecluse_platform.synth.generate import Written, generate
from ecluse_platform.synth.settings import Settings

__all__ = ["Settings", "Written", "generate"]
