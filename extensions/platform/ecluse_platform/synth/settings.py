"""What a synthetic source is made from, and where its randomness comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zlib import crc32

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

EPOCH = date(1970, 1, 1)
# The portal writes this day where a date is missing.
NO_DAY = (date(1600, 1, 1) - EPOCH).days
FAR_DAY = (date(2999, 1, 1) - EPOCH).days
FEWEST_PATIENTS = 10
FIRST_YEAR = 2006
LAST_YEAR = 2035
DAYS_OF_YEAR = 365.25


def day_number(day: date) -> int:
    """Count days since 1970, as Parquet does."""
    return (day - EPOCH).days


@dataclass(frozen=True)
class Settings:
    """How many fictitious persons, over which years of care, from which seed."""

    patients: int
    first_year: int
    last_year: int
    seed: int

    def __post_init__(self) -> None:
        """Refuse what could not give a usable source."""
        if self.patients < FEWEST_PATIENTS:
            raise ValueError(f"at least {FEWEST_PATIENTS} patients are needed")
        if not FIRST_YEAR <= self.first_year <= self.last_year <= LAST_YEAR:
            raise ValueError(f"years must be in order and between {FIRST_YEAR} and {LAST_YEAR}")
        if self.seed < 0:
            raise ValueError("the seed must not be negative")

    @property
    def first_day(self) -> int:
        """First day of care."""
        return day_number(date(self.first_year, 1, 1))

    @property
    def end_day(self) -> int:
        """The day after the last day of care."""
        return day_number(date(self.last_year + 1, 1, 1))

    def stream(self, name: str) -> np.random.Generator:
        """Return the random numbers of one part; parts never share any, so one can change without the others."""
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence([self.seed, crc32(name.encode())])))
