"""Chronic diseases: how common they are by age, what they are called, what they bring about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ecluse_platform.synth.effects import DIABETES_GRADIENT
from ecluse_platform.synth.settings import DAYS_OF_YEAR, FAR_DAY, WOMAN, Floats, Ints

_AGES = (0.0, 20.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 105.0)
_LISTED, _UNLISTED = 41, 43


@dataclass(frozen=True)
class Condition:
    """A disease: its number in the ALD list, ICD-10 codes (the first is the ALD's), share of persons by age.

    ``ald`` is the share of the ill who have the exemption, ``mortality`` multiplies the hazard of death.
    """

    ald_number: int
    codes: tuple[str, ...]
    share: tuple[float, ...]
    women: float = 1.0
    men: float = 1.0
    ald: float = 0.8
    nature: int = _LISTED
    mortality: float = 1.0
    by_region: Mapping[int, float] | None = None


CONDITIONS: MappingProxyType[str, Condition] = MappingProxyType(
    {
        "diabetes": Condition(
            8,
            ("E11", "E119", "E115", "E112"),
            (0.001, 0.004, 0.02, 0.055, 0.105, 0.165, 0.19, 0.19, 0.19),
            women=0.78,
            men=1.1,
            ald=0.82,
            mortality=1.5,
            by_region=DIABETES_GRADIENT,
        ),
        "hypertension": Condition(
            12, ("I10",), (0, 0.005, 0.06, 0.17, 0.32, 0.47, 0.56, 0.58, 0.58), ald=0.02, mortality=1.05
        ),
        "coronary": Condition(
            13, ("I25", "I251", "I200"), (0, 0, 0.004, 0.02, 0.05, 0.09, 0.13, 0.15, 0.15), 0.5, 1.4, mortality=1.5
        ),
        "heart failure": Condition(
            5, ("I50", "I500", "I501"), (0, 0, 0.002, 0.005, 0.015, 0.04, 0.10, 0.18, 0.22), mortality=2.2
        ),
        "atrial fibrillation": Condition(
            5, ("I48", "I480", "I489"), (0, 0.0005, 0.003, 0.008, 0.025, 0.07, 0.15, 0.22, 0.25), 0.8, 1.1, ald=0.6
        ),
        "breast cancer": Condition(
            30, ("C50", "C509", "C504"), (0, 0, 0.005, 0.02, 0.04, 0.055, 0.06, 0.06, 0.06), men=0.0, mortality=1.6
        ),
        "prostate cancer": Condition(
            30, ("C61",), (0, 0, 0, 0.003, 0.02, 0.07, 0.11, 0.12, 0.12), women=0.0, mortality=1.4
        ),
        "colorectal cancer": Condition(
            30, ("C18", "C187", "C20"), (0, 0, 0.0008, 0.003, 0.009, 0.018, 0.026, 0.03, 0.03), 0.8, 1.1, mortality=2.5
        ),
        "lung cancer": Condition(
            30, ("C34", "C341", "C349"), (0, 0, 0.0003, 0.002, 0.005, 0.008, 0.008, 0.008, 0.008), 0.5, 1.4,
                mortality=9.0
        ),
        "other cancer": Condition(
            30, ("C85", "C64", "C73", "C443"), (0.0004, 0.002, 0.005, 0.012, 0.022, 0.035, 0.045, 0.05, 0.05),
                mortality=2.2
        ),
        "psychiatric": Condition(
            23, ("F20", "F200", "F312", "F332"), (0.001, 0.012, 0.028, 0.034, 0.036, 0.038, 0.04, 0.042, 0.042),
                mortality=1.6
        ),
        "dementia": Condition(
            15, ("G30", "G301", "F03"), (0, 0, 0, 0, 0.002, 0.012, 0.06, 0.17, 0.28), 1.15, 0.85, ald=0.7, mortality=2.6
        ),
        "parkinson": Condition(16, ("G20",), (0, 0, 0, 0.0006, 0.002, 0.007, 0.017, 0.02, 0.02), mortality=1.7),
        "respiratory": Condition(
            14, ("J44", "J449", "J459"), (0.02, 0.035, 0.045, 0.06, 0.08, 0.1, 0.12, 0.12, 0.12), ald=0.1, mortality=1.5
        ),
        "kidney": Condition(
            19, ("N18", "N180", "N184"), (0.0001, 0.0005, 0.001, 0.0025, 0.006, 0.012, 0.025, 0.035, 0.035), 0.8,
                mortality=2.4
        ),
        "liver": Condition(6, ("K74", "K746", "K703"), (0, 0.0005, 0.003, 0.006, 0.01, 0.01, 0.01, 0.01, 0.01), 0.5,
            1.4, mortality=2.5),
        "hiv": Condition(7, ("B24", "B20"), (0, 0.0006, 0.003, 0.005, 0.005, 0.005, 0.005, 0.005, 0.005), 0.5, 1.4,
            mortality=1.3),
        "arthritis": Condition(22, ("M05", "M059"), (0, 0.0006, 0.002, 0.004, 0.006, 0.009, 0.01, 0.01, 0.01), 2.0,
            0.7),
        "bowel": Condition(24, ("K50", "K500", "K519"), (0, 0.002, 0.004, 0.005, 0.005, 0.005, 0.005, 0.005, 0.005)),
        "sclerosis": Condition(25, ("G35",), (0, 0.0003, 0.0017, 0.0026, 0.003, 0.003, 0.003, 0.003, 0.003), 1.8,
            0.6, mortality=1.5),
        "epilepsy": Condition(9, ("G40", "G409"), (0.003, 0.005, 0.006, 0.007, 0.008, 0.009, 0.01, 0.01, 0.01),
            ald=0.4, mortality=1.4),
        "unlisted": Condition(
            99, ("M79", "M796", "L40"), (0.001, 0.002, 0.003, 0.004, 0.006, 0.008, 0.01, 0.012, 0.012), ald=0.9,
                nature=_UNLISTED
        ),
    }
)  # fmt: skip


def onset_days(rng: np.random.Generator, birth: Ints, sex: Ints, region: Ints) -> Ints:
    """Draw the day on which each disease begins, so that the share of the ill at each age is the table's."""
    columns = []
    for condition in CONDITIONS.values():
        factor = np.where(sex == WOMAN, condition.women, condition.men)
        for code, relative in (condition.by_region or {}).items():
            factor = np.where(region == code, factor * relative, factor)
        drawn = rng.random(len(birth)) / np.maximum(factor, 1e-9)
        age = _age_at(drawn, condition.share)
        columns.append(
            np.where(np.isfinite(age), birth + np.minimum(age, 200) * DAYS_OF_YEAR, FAR_DAY).astype(np.int64)
        )
    return np.stack(columns, axis=1)


def _age_at(drawn: Floats, share: tuple[float, ...]) -> Floats:
    """Return the age at which the share of the ill passes the number drawn; infinite if it never does."""
    # A hair of slope makes the inverse a function where the share stays level.
    levels = np.array(share) + np.arange(len(share)) * 1e-12
    age: Floats = np.where(drawn < levels[0], 0.0, np.interp(drawn, levels, _AGES))
    return np.where(drawn < levels[-1], age, np.inf)
