"""The other tables of the PMSI: rehabilitation, hospital at home, psychiatry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecluse_platform.synth import columns as c
from ecluse_platform.synth.causes import CAUSES
from ecluse_platform.synth.columns import Columns
from ecluse_platform.synth.facts import departments
from ecluse_platform.synth.mco import (
    Hospitalised,
    by_pseudonym,
    diagnosis_words,
    positions,
    psa_of,
    return_codes,
    stay_numbers,
)
from ecluse_platform.synth.settings import Flags, Ints

_WEEK = 7
_WITHOUT_NUMBER = 0.01
_AGES = (0, 20, 60, 75, 85, 105)
_REHABILITATION = (0.0006, 0.002, 0.006, 0.018, 0.04, 0.05)
_AT_HOME = (0.0004, 0.0008, 0.001, 0.003, 0.006, 0.006)
_PSYCHIATRY, _ILL_PSYCHIATRY = 0.0012, 0.12


@dataclass(frozen=True)
class Sojourns:
    """Stays of one field of the PMSI: whose, from when to when, in which hospital, with which diagnosis."""

    person: Ints
    entry: Ints
    exit: Ints
    hospital: Ints
    diagnosis: Ints
    chained: Ints

    @property
    def year(self) -> Ints:
        """Return the year of each exit."""
        return self.exit.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970

    @property
    def unchained(self) -> Flags:
        """Say which stays carry no pseudonym."""
        return self.chained < 0


def _sojourns(h: Hospitalised, name: str, person: Ints, entry: Ints, mean: float, diagnoses: int) -> Sojourns:
    rng = h.settings.stream(name, h.block)
    last = np.minimum(h.population.death_day[person], h.settings.end_day - 1)
    end = np.minimum(entry + 1 + rng.poisson(mean, len(person)), last)
    fits = (entry >= h.settings.first_day) & (entry <= last) & (entry >= h.population.birth_day[person])
    rows = np.flatnonzero(fits)
    chained = np.where(rng.random(len(rows)) < _WITHOUT_NUMBER, -1, person[rows])
    order = by_pseudonym(h.ids, chained, entry[rows])
    rows, chained = rows[order], chained[order]
    person, n = person[rows], len(rows)
    return Sojourns(
        person=person,
        entry=entry[rows],
        exit=end[rows],
        hospital=h.actors.hospital_near(h.population.department[person], person * 5 + rng.integers(0, 2, n)),
        diagnosis=rng.integers(0, diagnoses, n),
        chained=chained,
    )


def _random(h: Hospitalised, name: str, rate: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[Ints, Ints]:
    rng = h.settings.stream(f"{name} entries", h.block)
    person = np.repeat(np.arange(h.population.size), rng.poisson(rate * h.settings.span_years))
    span = h.settings.end_day - h.settings.first_day
    return person, h.settings.first_day + rng.integers(0, span, len(person))


def _middle_ages(h: Hospitalised) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return h.population.ages((h.settings.first_day + h.settings.end_day) // 2)


def rehabilitation(h: Hospitalised) -> Sojourns:
    """Draw stays that follow a stroke, a fracture or a prosthesis, and some others."""
    rng = h.settings.stream("rehabilitation", h.block)
    share = np.array([cause.to_rehabilitation for cause in CAUSES])[h.stays.cause]
    plain = ~(h.stays.error | h.stays.between | (h.stays.duplicate >= 0) | h.stays.died)
    after = np.flatnonzero((rng.random(h.stays.size) < share) & plain)
    person, entry = _random(h, "rehabilitation", np.interp(_middle_ages(h), _AGES, _REHABILITATION))
    return _sojourns(
        h, "rehabilitation stays", np.concatenate([h.stays.person[after], person]),
        np.concatenate([h.stays.exit[after], entry]), 28, len(diagnosis_words()),
    )  # fmt: skip


def at_home(h: Hospitalised) -> Sojourns:
    """Draw stays in hospital at home."""
    person, entry = _random(h, "at home", np.interp(_middle_ages(h), _AGES, _AT_HOME))
    return _sojourns(h, "at home stays", person, entry, 20, len(diagnosis_words()))


_PSYCHIATRIC = ("F200", "F312", "F322", "F102", "F603", "F432")


def psychiatry(h: Hospitalised) -> Sojourns:
    """Draw psychiatric stays: mostly of those with a long-term psychiatric disease."""
    ill = h.population.has("psychiatric", h.settings.end_day)
    person, entry = _random(h, "psychiatry", np.where(ill, _ILL_PSYCHIATRY, _PSYCHIATRY))
    return _sojourns(h, "psychiatry stays", person, entry, 18, len(_PSYCHIATRIC))


def _key(h: Hospitalised, stays: Sojourns, rows: Ints, hospital: str, number: str) -> Columns:
    return {
        "ANNEE": c.small(stays.year[rows]),
        hospital: c.text(stays.hospital[rows], h.actors.hospitals),
        number: c.words(stay_numbers(h.settings, h.block, rows)),
    }


def _chaining(h: Hospitalised, stays: Sojourns, name: str) -> Columns:
    rng = h.settings.stream(f"{name} chaining", h.block)
    psa, words = psa_of(h.ids, stays.chained, stays.entry)
    month = stays.exit.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    years = [str(y) for y in range(h.settings.first_year, h.settings.last_year + 1)]
    return {
        "NIR_ANO_17": c.text(psa, words),
        **return_codes(rng, stays.chained, stays.person),
        "EXE_SOI_AMD": c.months(stays.entry),
        "EXE_SOI_AMF": c.months(stays.exit),
        "ENT_DAT": c.written_days(stays.entry),
        "SOR_DAT": c.written_days(stays.exit),
        "SOR_ANN": c.text(stays.year - h.settings.first_year, years),
        "SOR_MOI": c.text(month, [f"{m:02d}" for m in range(1, 13)]),
    }


def _patient(h: Hospitalised, stays: Sojourns, rows: Ints) -> Columns:
    people, person = h.population, stays.person[rows]
    return {
        "AGE_ANN": c.integer(people.age_at(person, stays.entry[rows])),
        "COD_SEX": c.text(people.sex[person] - 1, ["1", "2"]),
        "BDI_DEP": c.text(people.department[person], [d.pmsi for d in departments()]),
    }


def t_ssr(h: Hospitalised, stays: Sojourns) -> tuple[Columns, Ints, Columns]:
    """Return the weeks of rehabilitation with the stay of each, and the chaining of the stays."""
    weeks = 1 + (stays.exit - stays.entry) // _WEEK
    stay = np.repeat(np.arange(len(stays.person)), weeks)
    order = positions(stay)
    words = diagnosis_words()
    b = {
        **_key(h, stays, stay, "ETA_NUM", "RHA_NUM"),
        "RHS_NUM": c.text(order, [f"{i:04d}" for i in range(int(order.max(initial=0)) + 1)]),
        **_patient(h, stays, stay),
        "FP_PEC": c.always("Z50", len(stay)),
        "MOR_PRP": c.text(stays.diagnosis[stay], words),
        "ETL_AFF": c.text(stays.diagnosis[stay] % len(words), [*words[1:], None]),
        "ASS_DGN_1": c.text(stays.person[stay] % 4, [None, "I10", "E119", "N180"]),
        "GRG_GME": c.always("0147A1", len(stay)),
        "MOI_ANN": c.months(np.minimum(stays.entry[stay] + (order - 1) * _WEEK, stays.exit[stay]), "%m%Y"),
    }
    rows = np.arange(len(stays.person))
    chain = {
        **_key(h, stays, rows, "ETA_NUM", "RHA_NUM"),
        **_chaining(h, stays, "ssr"),
        "EXE_SOI_DTD": c.day(stays.entry),
        "EXE_SOI_DTF": c.day(stays.exit),
    }
    return b, stay, chain


def t_had(h: Hospitalised, stays: Sojourns) -> tuple[Columns, Columns]:
    """Return stays at home, one sub-sequence each, and their chaining."""
    rows = np.arange(len(stays.person))
    patient = _patient(h, stays, rows)
    b = {
        **_key(h, stays, rows, "ETA_NUM_EPMSI", "RHAD_NUM"),
        **patient,
        "SEQ_NUM": c.always("001", len(rows)),
        "SSEQ_NUM": c.always("001", len(rows)),
        "DGN_PAL": c.text(stays.diagnosis, diagnosis_words()),
        "PEC_PAL": c.text(stays.person % 5, ["04", "05", "06", "09", "13"]),
        "SEJ_NBJ": c.integer(stays.exit - stays.entry),
    }
    chain = {
        **_key(h, stays, rows, "ETA_NUM_EPMSI", "RHAD_NUM"),
        **_chaining(h, stays, "had"),
        "EXE_SOI_DTD": c.day(stays.entry),
        "EXE_SOI_DTF": c.day(stays.exit),
    }
    return b, chain


def t_rip(h: Hospitalised, stays: Sojourns) -> tuple[Columns, Columns]:
    """Return psychiatric stays, one sequence each, and their chaining."""
    rows = np.arange(len(stays.person))
    rsa = {
        **_key(h, stays, rows, "ETA_NUM_EPMSI", "RIP_NUM"),
        **_patient(h, stays, rows),
        "FOR_ACT": c.always("01", len(rows)),
        "SEQ_SEQ_NUM": c.always("001", len(rows)),
        "DGN_PAL": c.text(stays.diagnosis, _PSYCHIATRIC),
        "SEQ_COU_NBJ": c.integer(stays.exit - stays.entry),
    }
    chain = {
        **_key(h, stays, rows, "ETA_NUM_EPMSI", "RIP_NUM"),
        **_chaining(h, stays, "rip"),
        "EXE_SOI_DTD": c.day(stays.entry),
        "EXE_SOI_DTF": c.day(stays.exit),
    }
    return rsa, chain
