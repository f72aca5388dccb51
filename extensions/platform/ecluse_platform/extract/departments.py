"""Départements: permits use the official code, the source the portal's three characters."""

from __future__ import annotations

import re

from ecluse_platform.extract.problems import ExtractProblem

_CORSICA = {"2A": "201", "2B": "202"}
_METROPOLE = re.compile(r"(0[1-9]|[1-9][0-9])")
_OVERSEAS = re.compile(r"97[1-8]")


def portal_code(official: str) -> str:
    """Return the code found in BEN_RES_DPT: 75 is 075, 2A is 201, 971 stays."""
    if official in _CORSICA:
        return _CORSICA[official]
    if _METROPOLE.fullmatch(official) and official not in {"20", "96", "97", "98", "99"}:
        return "0" + official
    if _OVERSEAS.fullmatch(official):
        return official
    raise ExtractProblem(
        f"the permit grants {official!r}, which is not the code of a département.",
        'Write official codes under data.departments, such as "75", "2A" or "971".',
    )
