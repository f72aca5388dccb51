"""Who takes which drug, how often: plausible rates by age and sex, invented but of the right order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from ecluse_platform.synth.effects import ANTIBIOTICS, ANTICOAGULANTS
from ecluse_platform.synth.settings import WOMAN, Floats, Ints

GENERALIST, CARDIOLOGIST, GYNAECOLOGIST, ENDOCRINOLOGIST = 1, 3, 7, 42
REIMBURSED_65 = 3313
REIMBURSED_100 = 3311


class Pace(StrEnum):
    """How a treatment is taken: month after month, when something happens, once in the vaccination campaign."""

    CHRONIC = "chronic"
    ACUTE = "acute"
    CAMPAIGN = "campaign"


@dataclass(frozen=True)
class Treatment:
    """A drug use: share of users if chronic, dispensings per person and year if not, by age."""

    name: str
    classes: tuple[str, ...]
    pace: Pace
    ages: tuple[float, ...]
    rates: tuple[float, ...]
    women: float = 1.0
    winter: float = 0.0
    prescriber: int = GENERALIST
    nature: int = REIMBURSED_65
    condition: str | None = None
    men: float = 1.0

    def rate(self, age: Floats, sex: Ints) -> Floats:
        """Return the rate of each person."""
        rate: Floats = np.interp(age, self.ages, self.rates) * np.where(sex == WOMAN, self.women, self.men)
        return rate


ADULT = (0, 17, 18, 40, 60, 75, 100)

TREATMENTS: tuple[Treatment, ...] = (
    Treatment("metformin", ("A10BA02",), Pace.CHRONIC, (0, 39, 40, 100), (0.2, 0.4, 0.75, 0.6), condition="diabetes"),
    Treatment(
        "oral antidiabetic",
        ("A10BB", "A10BD", "A10BH"),
        Pace.CHRONIC,
        (0, 30, 60, 100),
        (0, 0.2, 0.45, 0.4),
        condition="diabetes",
    ),
    Treatment(
        "glp1",
        ("A10BJ",),
        Pace.CHRONIC,
        (0, 30, 60, 100),
        (0, 0.15, 0.12, 0.03),
        prescriber=ENDOCRINOLOGIST,
        condition="diabetes",
    ),
    Treatment(
        "sglt2",
        ("A10BK",),
        Pace.CHRONIC,
        (0, 30, 60, 100),
        (0, 0.1, 0.16, 0.06),
        prescriber=ENDOCRINOLOGIST,
        condition="diabetes",
    ),
    Treatment(
        "insulin",
        ("A10A",),
        Pace.CHRONIC,
        (0, 30, 60, 100),
        (0.95, 0.5, 0.2, 0.3),
        nature=REIMBURSED_100,
        condition="diabetes",
    ),
    Treatment("statin", ("C10AA",), Pace.CHRONIC, ADULT, (0, 0, 0, 0.02, 0.2, 0.36, 0.3), 0.75),
    Treatment("renin-angiotensin", ("C09",), Pace.CHRONIC, ADULT, (0, 0, 0, 0.03, 0.24, 0.45, 0.5), 0.95),
    Treatment("calcium channel", ("C08CA",), Pace.CHRONIC, ADULT, (0, 0, 0, 0.02, 0.12, 0.25, 0.28)),
    Treatment(
        "beta blocker",
        ("C07AB",),
        Pace.CHRONIC,
        ADULT,
        (0, 0, 0.005, 0.02, 0.11, 0.24, 0.28),
        1.05,
        prescriber=CARDIOLOGIST,
    ),
    Treatment(
        "loop diuretic", ("C03CA",), Pace.CHRONIC, ADULT, (0, 0, 0, 0.002, 0.02, 0.1, 0.28), prescriber=CARDIOLOGIST
    ),
    Treatment(
        "proton pump inhibitor", ("A02BC",), Pace.CHRONIC, ADULT, (0.01, 0.02, 0.03, 0.08, 0.18, 0.3, 0.36), 1.15
    ),
    Treatment("thyroid hormone", ("H03AA",), Pace.CHRONIC, ADULT, (0, 0.003, 0.005, 0.02, 0.04, 0.06, 0.06), 3.0),
    Treatment("antidepressant", ("N06A",), Pace.CHRONIC, ADULT, (0, 0.004, 0.02, 0.06, 0.09, 0.09, 0.14), 1.9),
    Treatment("low-dose aspirin", ("B01AC06",), Pace.CHRONIC, ADULT, (0, 0, 0, 0.004, 0.07, 0.19, 0.24), 0.7),
    Treatment("asthma inhaler", ("R03",), Pace.CHRONIC, ADULT, (0.05, 0.07, 0.05, 0.05, 0.07, 0.1, 0.09)),
    Treatment(
        "contraceptive pill",
        ("G03A",),
        Pace.CHRONIC,
        (0, 14, 16, 20, 30, 45, 50, 51, 100),
        (0, 0, 0.05, 0.3, 0.22, 0.08, 0.02, 0, 0),
        women=2.0,
        men=0.0,
        prescriber=GYNAECOLOGIST,
    ),
    Treatment("benzodiazepine", ("N05BA", "N05CF"), Pace.CHRONIC, ADULT, (0, 0.002, 0.02, 0.05, 0.1, 0.15, 0.22), 1.6),
    Treatment(
        "antibiotic",
        (ANTIBIOTICS,),
        Pace.ACUTE,
        (0, 1, 4, 10, 18, 60, 75, 100),
        (0.9, 2.0, 1.4, 0.8, 0.6, 0.75, 0.9, 1.4),
        1.2,
        0.55,
    ),
    Treatment("paracetamol", ("N02BE",), Pace.ACUTE, (0, 2, 18, 60, 100), (1.2, 1.4, 0.9, 1.7, 3.2), 1.2, 0.25),
    Treatment("nsaid", ("M01A",), Pace.ACUTE, (0, 3, 18, 50, 70, 100), (0.1, 0.3, 0.4, 0.6, 0.4, 0.1), 1.1),
    Treatment("antihistamine", ("R06A",), Pace.ACUTE, (0, 3, 18, 60, 100), (0.1, 0.5, 0.5, 0.4, 0.2), 1.2, -0.4),
    Treatment("corticosteroid", ("H02AB",), Pace.ACUTE, (0, 3, 18, 60, 100), (0.3, 0.5, 0.35, 0.4, 0.3), 1.1, 0.5),
    Treatment("vitamin D", ("A11CC05",), Pace.ACUTE, (0, 2, 10, 50, 70, 100), (2.5, 2.0, 0.4, 0.3, 0.8, 1.6), 1.5, 0.3),
    Treatment("influenza vaccine", ("J07BB02",), Pace.CAMPAIGN, (0, 18, 60, 65, 100), (0.005, 0.02, 0.08, 0.5, 0.6)),
)

# Who takes these is drawn apart, with the strokes that one of them brings about.
ANTICOAGULANT_TREATMENTS: tuple[Treatment, ...] = tuple(
    Treatment(f"anticoagulant {atc}", (atc,), Pace.CHRONIC, (0, 100), (0, 0), prescriber=CARDIOLOGIST)
    for atc in ANTICOAGULANTS
)
