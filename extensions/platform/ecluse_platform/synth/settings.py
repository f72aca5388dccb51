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
# Statement and stay numbers are nine digits, shared out between blocks.
MOST_PATIENTS = 20_000_000
FIRST_YEAR = 2006
LAST_YEAR = 2035
DAYS_OF_YEAR = 365.25
BLOCK = 5000
# The portal's code of women.
WOMAN = 2


def day_number(day: date) -> int:
    """Count days since 1970, as Parquet does."""
    return (day - EPOCH).days


@dataclass(frozen=True)
class Settings:
    """How many fictitious persons, over which years of care, from which seed.

    Persons are made in blocks, each from random streams of its own: which process makes a block, and when, changes
    nothing. ``block`` is part of what determines the bytes; it is a setting only so that tests can have several.
    """

    patients: int
    first_year: int
    last_year: int
    seed: int
    block: int = BLOCK

    def __post_init__(self) -> None:
        """Refuse what could not give a usable source."""
        if self.patients < FEWEST_PATIENTS:
            raise ValueError(f"at least {FEWEST_PATIENTS} patients are needed")
        if self.patients > MOST_PATIENTS:
            raise ValueError(f"at most {MOST_PATIENTS} patients fit the numbers of statements")
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

    @property
    def span_years(self) -> float:
        """Years of care."""
        return (self.end_day - self.first_day) / DAYS_OF_YEAR

    @property
    def blocks(self) -> int:
        """How many blocks the persons make: a last one of few persons joins the one before it."""
        return max(1, self.patients // self.block)

    def persons_of(self, block: int) -> int:
        """Count the persons of a block."""
        first = block * self.block
        return (self.patients if block == self.blocks - 1 else first + self.block) - first

    def stream(self, name: str, block: int = -1) -> np.random.Generator:
        """Return the random numbers of one part of one block; none shares any, so one can change without the others."""
        entropy = [self.seed, crc32(name.encode()), block + 1]
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy)))
