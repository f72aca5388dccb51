"""Places: permits use official codes of départements and régions, the source the portal's three characters."""

from __future__ import annotations

import re
from types import MappingProxyType

from ecluse_platform.extract.problems import ExtractProblem

_CORSICA = {"2A": "201", "2B": "202"}
_METROPOLE = re.compile(r"(0[1-9]|[1-9][0-9])")
_OVERSEAS = re.compile(r"97[1-8]")
# Départements of each région since 2016, by official codes.
_REGIONS = MappingProxyType(
    {
        "01": "971",
        "02": "972",
        "03": "973",
        "04": "974",
        "06": "976",
        "11": "75 77 78 91 92 93 94 95",
        "24": "18 28 36 37 41 45",
        "27": "21 25 39 58 70 71 89 90",
        "28": "14 27 50 61 76",
        "32": "02 59 60 62 80",
        "44": "08 10 51 52 54 55 57 67 68 88",
        "52": "44 49 53 72 85",
        "53": "22 29 35 56",
        "75": "16 17 19 23 24 33 40 47 64 79 86 87",
        "76": "09 11 12 30 31 32 34 46 48 65 66 81 82",
        "84": "01 03 07 15 26 38 42 43 63 69 73 74",
        "93": "04 05 06 13 83 84",
        "94": "2A 2B",
    }
)


def portal_codes(departments: tuple[str, ...] | None, regions: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Return all départements granted as the portal writes them; None grants the whole country."""
    if departments is None and regions is None:
        return None
    official = {*(departments or ()), *(code for region in regions or () for code in _of_region(region))}
    return tuple(sorted(portal_code(code) for code in official))


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


def _of_region(code: str) -> list[str]:
    if code not in _REGIONS:
        raise ExtractProblem(
            f"the permit grants {code!r}, which is not the code of a région.",
            'Write official codes under data.regions, such as "11" or "93".',
        )
    return _REGIONS[code].split()
