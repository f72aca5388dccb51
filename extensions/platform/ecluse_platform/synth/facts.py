"""The few facts about France and its drugs that ship with the package (see facts/NOTICE)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

# The PMSI's codes of the overseas départements.
_OVERSEAS = MappingProxyType({"971": "9A", "972": "9B", "973": "9C", "974": "9D", "976": "9F"})


@dataclass(frozen=True)
class Department:
    """A département: its official code, the portal's code, its région, its name, its thousands of inhabitants."""

    official: str
    portal: str
    region: int
    name: str
    thousands: int

    @property
    def pmsi(self) -> str:
        """The code of two characters that hospitals write."""
        return _OVERSEAS.get(self.official, self.official)


@dataclass(frozen=True)
class Drug:
    """One presentation of the national drug reference."""

    cip13: int
    cip7: int
    atc: str
    name: str
    units: float

    @property
    def price_cents(self) -> int:
        """An invented price, the same for everyone who asks: real prices are not needed here."""
        return 180 + (self.cip13 * 37) % 2900


def _rows(name: str) -> list[dict[str, str]]:
    text = files("ecluse_platform.synth").joinpath("facts", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))


@cache
def departments() -> tuple[Department, ...]:
    """Return all départements, metropolitan and overseas."""
    return tuple(
        Department(r["official"], r["portal"], int(r["region"]), r["name"], int(r["thousands"]))
        for r in _rows("departments.csv")
    )


@cache
def regions() -> tuple[tuple[int, str], ...]:
    """Return code and name of all régions."""
    return tuple((int(r["code"]), r["name"]) for r in _rows("regions.csv"))


@cache
def drugs() -> tuple[Drug, ...]:
    """Return the drugs that can be dispensed."""
    return tuple(
        Drug(
            int(r["PHA_CIP_C13"]),
            int(r["PHA_PRS_IDE"]),
            r["PHA_ATC_CLA"],
            r["PHA_MED_NOM"],
            float(r["PHA_UNT_NBR_DSES"]),
        )
        for r in _rows("drugs.csv")
    )
