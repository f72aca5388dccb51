"""ER_PRS_F: one row per line, under a key of nine columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecluse_platform.synth import columns as c
from ecluse_platform.synth.actors import Actors
from ecluse_platform.synth.affiliation import bodies, body_of, told_deaths
from ecluse_platform.synth.columns import Columns
from ecluse_platform.synth.details import Details, prices
from ecluse_platform.synth.exemptions import Exemptions
from ecluse_platform.synth.facts import departments
from ecluse_platform.synth.flow import Flow
from ecluse_platform.synth.identities import FICTITIOUS_RANKS, Identities
from ecluse_platform.synth.lines import MISSING_QUALIFIER, PUBLIC, Lines
from ecluse_platform.synth.population import Population, birth_years
from ecluse_platform.synth.services import FIRST_SERVICE, MEDICINES, SERVICES, Executor, Kind
from ecluse_platform.synth.settings import NO_DAY, Ints, Settings

_SURCHARGE_CENTS = 500
_LETTER_CENTS = 27
_LETTERS_PER_TEST = 20
_FULL, _USUAL_PERCENT = 100, 65
_LONG_TERM_EXEMPTION = 4
_UNKNOWN_PRESCRIPTION_DAY = 0.01
_OTHER_PROFESSIONAL, _RENEWED_BY_GENERALIST = 0.15, 0.5
_INFANT = 2
KEY = (
    "FLX_DIS_DTD", "FLX_TRT_DTD", "FLX_EMT_TYP", "FLX_EMT_NUM", "FLX_EMT_ORD",
    "ORG_CLE_NUM", "DCT_ORD_NUM", "PRS_ORD_NUM", "REM_TYP_AFF",
)  # fmt: skip


@dataclass(frozen=True)
class Booked:
    """Everything that the reimbursement tables are made from, for one block."""

    settings: Settings
    block: int
    population: Population
    ids: Identities
    exemptions: Exemptions
    lines: Lines
    flow: Flow
    details: dict[Kind, Details]
    actors: Actors

    @property
    def record(self) -> Ints:
        """Row of IR_BEN_R under which each line is booked."""
        usual = self.ids.rows_on(self.lines.person, self.lines.day)
        nobody = self.ids.rows + self.lines.person % FICTITIOUS_RANKS
        booked: Ints = np.where(self.lines.fictitious, nobody, usual)
        return booked


def key_columns(booked: Booked, rows: Ints, *, narrow: bool) -> Columns:
    """Return the nine key columns of some lines; pharmacy stores the last two narrower than the other tables."""
    last = c.small if narrow else c.integer
    flow, n = booked.flow, len(rows)
    return {
        "FLX_DIS_DTD": c.day(flow.available[rows]),
        "FLX_TRT_DTD": c.day(flow.entered[rows]),
        "FLX_EMT_TYP": c.same(1, n),
        "FLX_EMT_NUM": c.small(flow.sender[rows]),
        "FLX_EMT_ORD": c.small(flow.sequence[rows]),
        "ORG_CLE_NUM": c.text(
            booked.population.department[booked.lines.person[rows]], [body_of(d.portal) for d in departments()]
        ),
        "DCT_ORD_NUM": c.integer(flow.statement[rows]),
        "PRS_ORD_NUM": last(flow.order[rows]),
        "REM_TYP_AFF": last(np.zeros(n, dtype=np.int64)),
    }


def er_prs_f(booked: Booked, rows: Ints) -> Columns:
    """Return the lines asked for, in that order."""
    rng = booked.settings.stream("reimbursements", booked.block)
    lines, people, n = booked.lines, booked.population, booked.lines.size
    person, day = lines.person[rows], lines.day[rows]
    record = booked.record[rows]
    quantity, paid = _amounts(booked)
    percent = np.where(lines.day >= booked.exemptions.since[lines.person], _FULL, _USUAL_PERCENT)
    reimbursed = (paid * percent // 100)[rows]
    executor, prescriber, prescribed = _professionals(booked, rng)
    unknown = rng.random(n) < _UNKNOWN_PRESCRIPTION_DAY
    waited = rng.integers(0, 90, n) * prescribed
    age = np.maximum(people.age_at(person, day), 0)
    months_old = 1000 + (age * 12).astype(np.int64)
    years, _ = birth_years(people)
    portal = [d.portal for d in departments()]
    death = told_deaths(booked.settings, booked.block, people)[person]
    body, all_bodies = bodies(booked.settings, booked.block, people)
    # The flow knows of a death only once it has happened.
    death = np.where(death <= booked.flow.entered[rows], death, NO_DAY)
    specialty = booked.actors.specialty
    amount, month = paid[rows], c.months(day)
    usual_doctor = booked.actors.near(Executor.GENERALIST, people.department, lasting_choice(booked, 17))[person]
    return {
        **key_columns(booked, rows, narrow=False),
        "BEN_NIR_PSA": c.text(record, booked.ids.psa),
        "BEN_RNG_GEM": c.small(booked.ids.rank[record]),
        "BEN_AMA_COD": c.small(np.where(age < _INFANT, months_old, age.astype(np.int64))),
        "BEN_CDI_NIR": c.text(record, booked.ids.kind),
        "BEN_CMU_TOP": c.text(person % 11 == 0, ["0", "1"]),
        "BEN_DCD_DTE": c.day(death),
        "BEN_DCD_AME": c.months(death),
        "BEN_NAI_ANN": c.text(years[person] - years.min(), [str(y) for y in range(years.min(), years.max() + 1)]),
        "BEN_SEX_COD": c.small(people.sex[person]),
        "BEN_RES_DPT": c.text(people.department[person], portal),
        "BEN_RES_COM": c.text(person * 37 % 299, [f"{m:03d}" for m in range(1, 300)]),
        "ORG_AFF_BEN": c.text(body[person], all_bodies),
        "RGM_GRG_COD": c.small(np.where(person % 23 == 0, 2, 1)),
        "PRS_NAT_REF": c.small(lines.nature[rows]),
        "EXE_SOI_DTD": c.day(day),
        "EXE_SOI_DTF": c.day(day),
        "EXE_SOI_AMD": month,
        "EXE_SOI_AMF": month,
        "PRE_PRE_DTD": c.day(np.where(unknown, NO_DAY, lines.day - waited)[rows]),
        "PRE_PRE_AMD": c.months(np.where(unknown, NO_DAY, lines.day - waited)[rows]),
        "PRS_GRS_DTD": c.day(np.full(len(rows), NO_DAY)),
        "PRS_HOS_DTD": c.day(np.full(len(rows), NO_DAY)),
        "PRS_ACT_QTE": c.decimal(quantity[rows] * 100, 8, 2),
        "PRS_ACT_NBR": c.decimal(quantity[rows] * 100, 10, 2),
        "PRS_PAI_MNT": c.decimal(amount, 10, 2),
        "PRS_DEP_MNT": c.decimal(np.zeros(len(rows), dtype=np.int64), 10, 2),
        "BSE_REM_BSE": c.decimal(amount, 10, 2),
        "BSE_REM_MNT": c.decimal(reimbursed, 10, 2),
        "BSE_REM_SGN": c.small(np.sign(lines.sign[rows])),
        "RGO_REM_TAU": c.decimal(percent[rows] * 100, 10, 2),
        "RGO_ASU_NAT": c.same(10, len(rows)),
        "BSE_PRS_NAT": c.small(np.where(lines.surcharge > 0, 0, lines.nature)[rows]),
        "CPL_PRS_NAT": c.small(np.where(lines.surcharge > 0, lines.nature, 0)[rows]),
        "DPN_QLF": c.nullable_small(lines.qualifier[rows], MISSING_QUALIFIER),
        "PRS_DPN_QLP": c.nullable_small(
            np.where(lines.transmitted > 0, lines.transmitted, MISSING_QUALIFIER)[rows], MISSING_QUALIFIER
        ),
        "CPL_MAJ_TOP": c.small(lines.surcharge[rows]),
        "EXO_MTF": c.small(np.where(percent == _FULL, _LONG_TERM_EXEMPTION, 0)[rows]),
        "PSE_SPE_COD": c.small(np.where(executor >= 0, specialty[executor], 0)[rows]),
        "PSE_STJ_COD": c.same(1, len(rows)),
        "PSP_SPE_COD": c.small(np.where(prescribed, specialty[prescriber], 0)[rows]),
        "PFS_EXE_NUM": c.text(executor[rows], [*booked.actors.professionals, None]),
        "PFS_PRE_NUM": c.text(np.where(prescribed, prescriber, -1)[rows], [*booked.actors.professionals, None]),
        "PRS_MTT_NUM": c.text(usual_doctor, booked.actors.professionals),
        "PRS_PPU_SEC": c.small(np.where(np.isin(lines.hospital, (0, PUBLIC)), 1, 2)[rows]),
    }


def lasting_choice(booked: Booked, factor: int) -> Ints:
    """Return a number for each person that stays the same over the years."""
    everyone = np.arange(booked.population.size)
    spread: Ints = (everyone + booked.block * booked.settings.block) * factor + everyone // 7
    return spread


def _amounts(booked: Booked) -> tuple[Ints, Ints]:
    """Return quantity and euros (in cents) of every line, negative for a correction."""
    lines = booked.lines
    price = prices()
    fees = np.array([0] * len(MEDICINES) + [s.cents for s in SERVICES])
    quantity = lines.sign.copy()
    paid = np.where(lines.surcharge > 0, _SURCHARGE_CENTS, fees[lines.what]) * lines.sign
    for kind, detail in booked.details.items():
        mine = lines.of_kind(kind)
        if kind is Kind.LABORATORY:
            tests = detail.per_line(detail.quantity, lines.size)
            paid[mine] = (tests * _LETTER_CENTS * _LETTERS_PER_TEST)[mine]
            continue
        paid[mine] = detail.per_line(detail.quantity * price[detail.code], lines.size)[mine]
        if kind is not Kind.ACT:
            quantity[mine] = detail.per_line(detail.quantity, lines.size)[mine]
    return quantity, paid


def _professionals(booked: Booked, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Return who did each line's care (-1: a hospital), who prescribed it, and whether somebody had to."""
    lines, people, staff = booked.lines, booked.population, booked.actors
    place = people.department[lines.person]
    usual = lasting_choice(booked, 7)[lines.person]
    choice = np.where(rng.random(lines.size) < _OTHER_PROFESSIONAL, rng.integers(0, 1 << 20, lines.size), usual)
    executors = [Executor.PHARMACIST] * len(MEDICINES) + [s.executor for s in SERVICES]
    executor = np.full(lines.size, -1, dtype=np.int64)
    for kind in Executor:
        mine = np.array([e is kind for e in executors])[lines.what] & (lines.hospital != PUBLIC)
        if kind is not Executor.HOSPITAL:
            # A service is always done by the same specialty for one person, whatever the person's other care.
            spread = choice[mine] + (lines.what[mine] - FIRST_SERVICE) * 5
            executor[mine] = staff.near(kind, place[mine], np.abs(spread))
    generalist = staff.near(Executor.GENERALIST, place, usual)
    specialist = staff.near(Executor.SPECIALIST, place, choice + lines.what)
    wanted = np.array([m.prescriber == 1 for m in MEDICINES] + [True] * len(SERVICES))[lines.what]
    renewed = rng.random(lines.size) < _RENEWED_BY_GENERALIST
    prescriber = np.where(wanted | renewed, generalist, specialist)
    own = np.array([False] * len(MEDICINES) + [s.kind is Kind.VISIT for s in SERVICES])[lines.what]
    return executor, prescriber, (~own).astype(np.int64)
