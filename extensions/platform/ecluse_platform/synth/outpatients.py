"""Outpatient acts of public hospitals: three tables, part of whose care is also in ER_PRS_F, to be counted once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecluse_platform.synth import columns as c
from ecluse_platform.synth.columns import Columns
from ecluse_platform.synth.lines import PUBLIC, Lines
from ecluse_platform.synth.mco import Hospitalised, by_pseudonym, psa_of, stay_numbers
from ecluse_platform.synth.settings import Flags, Ints

_VISITS_A_YEAR = 0.3
_WITH_ACT = 0.4
_UNCHAINED = 0.01
_ACTS = ("DEQP003", "ZBQK002", "LFQK002", "NAQK015", "QZNP013", "DZQM006")


@dataclass(frozen=True)
class Outpatients:
    """One position per outpatient visit, sorted by person and day; ``booked`` says that ER_PRS_F has it too."""

    person: Ints
    day: Ints
    hospital: Ints
    chained: Ints
    booked: Flags
    with_act: Flags

    @property
    def year(self) -> Ints:
        """Return the year of each visit."""
        return self.day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def outpatients(h: Hospitalised, lines: Lines) -> Outpatients:
    """Draw visits that only the hospital tells of, and take those that the insurance was told of as well."""
    rng = h.settings.stream("outpatients", h.block)
    people = h.population
    person = np.repeat(np.arange(people.size), rng.poisson(_VISITS_A_YEAR * h.settings.span_years * people.frailty))
    day = h.settings.first_day + rng.integers(0, h.settings.end_day - h.settings.first_day, len(person))
    told = np.flatnonzero((lines.hospital == PUBLIC) & (lines.sign > 0) & (lines.surcharge == 0))
    booked = np.concatenate([np.zeros(len(person), dtype=np.bool_), np.ones(len(told), dtype=np.bool_)])
    person, day = np.concatenate([person, lines.person[told]]), np.concatenate([day, lines.day[told]])
    alive = (day >= people.birth_day[person]) & (day <= people.death_day[person])
    rows = np.flatnonzero(alive)
    chained = np.where(rng.random(len(rows)) < _UNCHAINED, -1, person[rows])
    order = by_pseudonym(h.ids, chained, day[rows])
    rows, chained = rows[order], chained[order]
    person, n = person[rows], len(rows)
    return Outpatients(
        person=person,
        day=day[rows],
        hospital=h.actors.hospital_near(people.department[person], person * 3),
        chained=chained,
        booked=booked[rows],
        with_act=rng.random(n) < _WITH_ACT,
    )


def _key(h: Hospitalised, visits: Outpatients, rows: Ints) -> Columns:
    return {
        "ANNEE": c.small(visits.year[rows]),
        "ETA_NUM": c.text(visits.hospital[rows], h.actors.hospitals),
        "SEQ_NUM": c.words(stay_numbers(h.settings, h.block, rows)),
    }


def _returns(visits: Outpatients, rows: Ints, names: tuple[str, ...]) -> Columns:
    missing = visits.chained[rows] < 0
    return {
        name: c.text(missing if name == "NIR_RET" else np.zeros(len(rows), dtype=np.int64), ["0", "1"])
        for name in names
    }


def t_mco_cstc(h: Hospitalised, visits: Outpatients) -> Columns:
    """Return the chaining of each visit."""
    rows = np.arange(len(visits.person))
    psa, words = psa_of(h.ids, visits.chained, visits.day)
    day = c.day(visits.day)
    return {
        **_key(h, visits, rows),
        "NIR_ANO_17": c.text(psa, words),
        **_returns(visits, rows, ("NIR_RET", "NAI_RET", "SEX_RET", "IAS_RET", "ENT_DAT_RET")),
        "EXE_SOI_DTD": day,
        "EXE_SOI_DTF": day,
        "EXE_SOI_AMD": c.months(visits.day),
        "EXE_SOI_AMF": c.months(visits.day),
        "ENT_DAT": c.written_days(visits.day),
        "SOR_DAT": c.written_days(visits.day),
    }


def t_mco_fcstc(h: Hospitalised, visits: Outpatients) -> Columns:
    """Return the visits themselves."""
    rows = np.arange(len(visits.person))
    n = len(rows)
    return {
        **_key(h, visits, rows),
        "ACT_COD": c.text(visits.person % 5, ["CS", "CS", "C", "CNP", "ATU"]),
        "ACT_NBR": c.same(1, n),
        "EXE_SPE": c.text(visits.person % 6, ["01", "03", "07", "11", "32", "33"]),
        "HON_MNT": c.decimal(np.array([3000, 3000, 2500, 3900, 2532])[visits.person % 5], 10, 2),
        "SOR_ANN": c.months(visits.day, "%Y"),
        "SOR_MOI": c.months(visits.day, "%m"),
        **_returns(visits, rows, ("NIR_RET", "SEX_RET", "DAT_RET")),
    }


def t_mco_fmstc(h: Hospitalised, visits: Outpatients) -> tuple[Columns, Ints]:
    """Return the CCAM acts of the visits that have one, and the visit of each."""
    rows = np.flatnonzero(visits.with_act)
    return {
        **_key(h, visits, rows),
        "CCAM_COD": c.text(visits.person[rows] * 7 % len(_ACTS), _ACTS),
        "ACV_ACT": c.always("1", len(rows)),
        "PHA_ACT": c.always("0", len(rows)),
        "SOR_ANN": c.months(visits.day[rows], "%Y"),
        "SOR_MOI": c.months(visits.day[rows], "%m"),
        **_returns(visits, rows, ("NIR_RET", "SEX_RET", "DAT_RET")),
    }, rows
