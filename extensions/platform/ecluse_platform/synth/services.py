"""Care other than medicines: visits, laboratory, acts, devices, nursing; plausible rates by age, invented."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from ecluse_platform.synth.settings import WOMAN, Floats, Ints
from ecluse_platform.synth.treatments import ANTICOAGULANT_TREATMENTS, TREATMENTS, Treatment


class Kind(StrEnum):
    """What kind of detail a line has, if any."""

    PHARMACY = "pharmacy"
    VISIT = "visit"
    LABORATORY = "laboratory"
    ACT = "act"
    DEVICE = "device"
    HOSPITAL_DRUG = "hospital drug"
    CARE = "care"


class Executor(StrEnum):
    """Who carries the care out."""

    GENERALIST = "generalist"
    SPECIALIST = "specialist"
    PHARMACIST = "pharmacist"
    LABORATORY = "laboratory"
    NURSE = "nurse"
    PHYSIOTHERAPIST = "physiotherapist"
    HOSPITAL = "hospital"


@dataclass(frozen=True)
class Service:
    """A kind of care: nature of the prestation, price, who does it, how often per person and year by age.

    ``codes`` are what the detail table names; ``hospital`` is the share done in a hospital,
        which adds a row of ER_ETE_F.
    """

    name: str
    kind: Kind
    executor: Executor
    nature: int
    cents: int
    ages: tuple[float, ...]
    rates: tuple[float, ...]
    women: float = 1.0
    men: float = 1.0
    winter: float = 0.0
    codes: tuple[str, ...] = ()
    hospital: float = 0.0

    def rate(self, age: Floats, sex: Ints) -> Floats:
        """Return the rate of each person."""
        rate: Floats = np.interp(age, self.ages, self.rates) * np.where(sex == WOMAN, self.women, self.men)
        return rate


_LIFE = (0, 1, 4, 15, 40, 70, 100)

SERVICES: tuple[Service, ...] = (
    Service("visit", Kind.VISIT, Executor.GENERALIST, 1111, 2500, _LIFE, (6, 5, 2.8, 1.4, 2.1, 3.5, 5), 1.15,
        winter=0.2),
    Service("home visit", Kind.VISIT, Executor.GENERALIST, 1211, 3500, _LIFE, (0.1, 0, 0, 0, 0, 0.3, 4)),
    Service("specialist", Kind.VISIT, Executor.SPECIALIST, 1112, 3000, _LIFE, (1, 1, 0.5, 0.5, 0.9, 1.6, 1.5), 1.2,
        hospital=0.25),
    Service(
        "laboratory", Kind.LABORATORY, Executor.LABORATORY, 3211, 27, _LIFE, (0.3, 0.3, 0.15, 0.3, 0.9, 2.0, 3.0), 1.3,
        codes=("1104", "0593", "0996", "0552", "1577", "0522", "0519", "1208", "1804", "1213", "0126", "1601",
            "1806", "0578"),
    ),
    Service(
        "imaging", Kind.ACT, Executor.SPECIALIST, 1351, 4500, _LIFE, (0.1, 0.1, 0.15, 0.25, 0.4, 0.6, 0.7), 1.2,
        codes=("ZBQK002", "QEQK001", "LFQK002", "HBQK002", "ACQK001", "ACQN001", "NAQK015"), hospital=0.3,
    ),
    Service(
        "technical act", Kind.ACT, Executor.SPECIALIST, 1352, 6000, _LIFE, (0.03, 0.03, 0.03, 0.06, 0.2, 0.5, 0.6),
        codes=("DEQP003", "DZQM006", "GLQP012", "EBQM001", "QZNP013", "BGQP002", "HHQE005"), hospital=0.3,
    ),
    Service(
        "device", Kind.DEVICE, Executor.PHARMACIST, 3521, 4000, _LIFE, (0.02, 0.02, 0.05, 0.1, 0.15, 0.4, 0.9), 1.1,
        codes=("2121100", "2110060", "2188200", "2192117", "1332430", "1356400", "2177070"),
    ),
    Service(
        "respiratory device", Kind.DEVICE, Executor.PHARMACIST, 3511, 1800, _LIFE, (0, 0, 0, 0.01, 0.12, 0.5, 0.4),
            0.7, 1.2,
        codes=("1130220", "1188684", "1136581"),
    ),
    Service(
        "hospital drug", Kind.HOSPITAL_DRUG, Executor.HOSPITAL, 3317, 80000, _LIFE, (0.01, 0.01, 0.01, 0.02, 0.05,
            0.09, 0.05),
        codes=("0000009231824", "0000009347716", "0000009420399", "0000009179650", "0000009431061"), hospital=1.0,
    ),
    Service("nursing", Kind.CARE, Executor.NURSE, 3111, 700, _LIFE, (0.05, 0.05, 0.05, 0.2, 0.5, 2.0, 12.0)),
    Service("physiotherapy", Kind.CARE, Executor.PHYSIOTHERAPIST, 3125, 1620, _LIFE, (0.2, 0.6, 0.1, 0.6, 1.4, 2.4,
        4.0), 1.2),
)  # fmt: skip

# Everything that an event can be; an event's ``what`` is a position here.
MEDICINES: tuple[Treatment, ...] = (*TREATMENTS, *ANTICOAGULANT_TREATMENTS)
FIRST_ANTICOAGULANT = len(TREATMENTS)
FIRST_SERVICE = len(MEDICINES)


def kinds() -> tuple[Kind, ...]:
    """Return the kind of each thing an event can be."""
    return (*[Kind.PHARMACY] * len(MEDICINES), *[s.kind for s in SERVICES])
