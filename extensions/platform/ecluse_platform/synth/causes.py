"""Why people go to hospital: diagnoses, groups, length of stay, how often by age; plausible, invented."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecluse_platform.synth.settings import WOMAN, Floats, Ints

_LIFE = (0, 1, 5, 15, 40, 65, 80, 100)
_OTHER_RATES = (0.15, 0.08, 0.03, 0.035, 0.06, 0.12, 0.22, 0.3)


@dataclass(frozen=True)
class Cause:
    """A kind of MCO stay; ``days`` is the mean length, 0 for the day or a session; ``among`` names a disease."""

    name: str
    diagnoses: tuple[str, ...]
    group: str
    tariff: str
    days: float
    rates: tuple[float, ...]
    ages: tuple[float, ...] = _LIFE
    women: float = 1.0
    men: float = 1.0
    among: str | None = None
    related: str | None = None
    acts: tuple[str, ...] = ()
    death: float = 0.0
    sessions: int = 1
    to_rehabilitation: float = 0.0

    def rate(self, age: Floats, sex: Ints) -> Floats:
        """Return the stays per year of each person."""
        rate: Floats = np.interp(age, self.ages, self.rates) * np.where(sex == WOMAN, self.women, self.men)
        return rate


CAUSES: tuple[Cause, ...] = (
    Cause("stroke", ("I639", "I634", "I619", "I64"), "01M302", "0281", 9, (0,) * 8, acts=("ACQN001",), death=0.12,
        to_rehabilitation=0.35),
    Cause("infarction", ("I214", "I211", "I219"), "05M042", "1581", 5, (0, 0, 0, 0, 0.0008, 0.003, 0.007, 0.008),
        women=0.5, men=1.5, acts=("DDAF008",), death=0.06),
    Cause("heart failure", ("I500", "I501", "I509"), "05M093", "1596", 9, (0.2,) * 8, among="heart failure",
        acts=("DZQM006",), death=0.08, to_rehabilitation=0.1),
    Cause("pneumonia", ("J189", "J181"), "04M053", "1131", 8, (0.01, 0.006, 0.002, 0.0008, 0.001, 0.004, 0.016,
        0.035), acts=("ZBQK002",), death=0.09),
    Cause("bronchitis", ("J440", "J441"), "04M082", "1142", 7, (0.06,) * 8, among="respiratory", death=0.04),
    Cause("chemotherapy", ("Z511",), "28Z07Z", "9606", 0, (0.12,) * 8, among="breast cancer", related="C509",
        sessions=6),
    Cause("chemotherapy colorectal", ("Z511",), "28Z07Z", "9606", 0, (0.15,) * 8, among="colorectal cancer",
        related="C187", sessions=8),
    Cause("chemotherapy lung", ("Z511",), "28Z07Z", "9606", 0, (0.3,) * 8, among="lung cancer", related="C349",
        sessions=8),
    Cause("cancer surgery", ("C504", "C187", "C61"), "09C041", "3261", 4, (0, 0, 0, 0.0002, 0.001, 0.004, 0.004,
        0.002), acts=("QEFA004",), death=0.01),
    Cause("dialysis", ("Z491",), "28Z04Z", "9605", 0, (0.08,) * 8, among="kidney", related="N180", acts=("JVJF008",),
        sessions=40),
    Cause("kidney", ("N180", "N179"), "11M062", "4331", 6, (0.12,) * 8, among="kidney", death=0.06),
    Cause("diabetes", ("E119", "E115", "E101"), "10M022", "3721", 6, (0.05,) * 8, among="diabetes", death=0.01),
    Cause("delivery", ("O800", "O809"), "14Z14A", "5415", 4, (0, 0.02, 0.055, 0.025, 0.002, 0), (14, 20, 30, 38, 44,
        45), women=2.0, men=0.0, acts=("JQGD010",)),
    Cause("newborn", ("Z380",), "15M05A", "5904", 4, (0.9, 0, 0, 0, 0, 0, 0, 0)),
    Cause("abortion", ("O049",), "14Z08Z", "5408", 0, (0, 0.012, 0.01, 0.006, 0.002, 0), (14, 20, 30, 38, 44, 45),
        women=2.0, men=0.0, acts=("JNJD002",)),
    Cause("cataract", ("H259", "H251"), "02C05J", "0472", 0, (0, 0, 0, 0, 0.001, 0.02, 0.06, 0.03), acts=("BFGA004",)),
    Cause("colonoscopy", ("K635", "Z121"), "06K04J", "1932", 0, (0, 0, 0, 0.002, 0.015, 0.04, 0.03, 0.005),
        acts=("HHQE005",)),
    Cause("hip fracture", ("S7200", "S721"), "08C491", "2641", 10, (0, 0, 0, 0.0001, 0.0003, 0.0012, 0.008, 0.03),
        women=1.4, men=0.6, acts=("NBCA010",), death=0.04, to_rehabilitation=0.5),
    Cause("hip replacement", ("M161",), "08C481", "2632", 6, (0, 0, 0, 0, 0.0005, 0.004, 0.006, 0.001),
        acts=("NEKA020",), to_rehabilitation=0.3),
    Cause("appendicitis", ("K358",), "06C091", "1851", 2, (0, 0.0005, 0.002, 0.003, 0.001, 0.0005, 0.0003, 0.0002),
        acts=("HHFA016",)),
    Cause("gallbladder", ("K802",), "07C141", "2211", 2, (0, 0, 0, 0.001, 0.002, 0.003, 0.003, 0.002),
        acts=("HMFC004",)),
    Cause("psychiatric", ("F322", "F102"), "19M062", "6921", 5, (0, 0, 0.0003, 0.003, 0.004, 0.003, 0.002, 0.002)),
    Cause("transfusion", ("D649",), "28Z14Z", "9613", 0, (0, 0, 0, 0.0003, 0.001, 0.004, 0.01, 0.01),
        acts=("FELF011",)),
    Cause("other", ("R104", "R55", "N390", "K590", "S060", "L031", "M545", "A099"), "23M20T", "7992", 3,
        _OTHER_RATES, death=0.008),
)  # fmt: skip
STROKE = 0
# The causes of death by ICD-10 chapter letter: how often, when no disease says otherwise.
DEATH_CAUSES: tuple[tuple[str, float], ...] = (
    ("I251", 0.10), ("I500", 0.08), ("I64", 0.05), ("C349", 0.05), ("C259", 0.04), ("C189", 0.04), ("C800", 0.09),
    ("G309", 0.06), ("J189", 0.05), ("J449", 0.03), ("R99", 0.10), ("W19", 0.04), ("X70", 0.02), ("K746", 0.02),
    ("E149", 0.03), ("N189", 0.02), ("A419", 0.03), ("F03", 0.05), ("I10", 0.10),
)  # fmt: skip
