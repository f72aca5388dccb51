"""IR_BEN_R and IR_IMB_R: the persons and their long-term diseases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np

from ecluse_platform.synth import columns as c
from ecluse_platform.synth.facts import departments
from ecluse_platform.synth.identities import Identities
from ecluse_platform.synth.population import Population, birth_years
from ecluse_platform.synth.settings import DAYS_OF_YEAR, EPOCH, FAR_DAY, NO_DAY, Floats, Ints, Settings

Table = dict[str, Any]
NO_MONTH = "160001"
_ADULT = 18
# Number in the ALD list, ICD-10 codes, nature of the exemption, share of persons by age; diabetes comes apart.
_DISEASES: tuple[tuple[int, tuple[str, ...], int, tuple[float, ...]], ...] = (
    (30, ("C50", "C61", "C18", "C34"), 41, (0.0005, 0.002, 0.01, 0.05, 0.11, 0.14)),
    (13, ("I20", "I25"), 41, (0, 0, 0.003, 0.03, 0.08, 0.13)),
    (5, ("I48", "I50"), 41, (0.0005, 0.001, 0.003, 0.015, 0.06, 0.16)),
    (23, ("F20", "F31", "F33"), 41, (0.003, 0.015, 0.025, 0.03, 0.03, 0.035)),
    (15, ("G30", "F03"), 41, (0, 0, 0, 0.001, 0.012, 0.09)),
    (1, ("I63", "I64"), 41, (0, 0.0005, 0.002, 0.01, 0.02, 0.04)),
    (14, ("J44", "J45"), 41, (0.001, 0.001, 0.002, 0.01, 0.02, 0.03)),
    (7, ("B24",), 41, (0, 0.001, 0.004, 0.004, 0.001, 0)),
    (99, ("M79", "K74"), 43, (0.001, 0.001, 0.002, 0.004, 0.006, 0.01)),
)
_AGES = (0.0, 20.0, 40.0, 60.0, 75.0, 90.0)
_ALD_AMONG_DIABETICS, _TYPE_1_BEFORE, _RENEWED, _ENDED = 0.82, 30, 0.12, 0.1


def ir_ben_r(settings: Settings, population: Population, ids: Identities, last_entry: Ints) -> Table:
    """Write the persons' rows; ``last_entry`` is the last flow day of each row, NO_DAY for those without care."""
    rng = settings.stream("persons")
    nobody = ids.person < 0
    person = np.where(nobody, 0, ids.person)
    years, months = birth_years(population)
    death = np.where(population.death_day[person] == FAR_DAY, NO_DAY, population.death_day[person])
    death = np.where(nobody, NO_DAY, death)
    inserted = settings.first_day - rng.integers(0, 3000, len(person))
    age = (settings.end_day - population.birth_day[person]) / DAYS_OF_YEAR
    adults = [own for own, a in zip(ids.own_number, age.tolist(), strict=True) if own is not None and a >= _ADULT]
    parent = rng.integers(0, max(len(adults), 1), len(person)).tolist()
    opens = [
        own if a >= _ADULT or not adults else adults[p]
        for own, a, p in zip(ids.own_number, age.tolist(), parent, strict=True)
    ]
    portal = [d.portal for d in departments()]
    table: Table = {
        "BEN_NIR_PSA": c.words(ids.psa),
        "BEN_RNG_GEM": c.small(ids.rank),
        "BEN_NIR_ANO": c.words(ids.own_number),
        "BEN_IDT_ANO": c.words(ids.identifier),
        "BEN_IDT_TOP": c.small(np.array([own is not None for own in ids.own_number], dtype=np.int64)),
        "ASS_NIR_ANO": c.words(opens),
        "BEN_CDI_NIR": c.words(ids.kind),
        "BEN_NAI_ANN": c.words(["1600" if n else str(y) for n, y in zip(nobody, years[person], strict=True)]),
        "BEN_NAI_MOI": c.words([f"{m:02d}" for m in months[person]]),
        "BEN_SEX_COD": c.small(population.sex[person]),
        "BEN_DCD_DTE": c.day(death),
        "BEN_DCD_AME": c.words([_year_month(d) for d in death.tolist()]),
        "ORG_AFF_BEN": c.words([body_of(portal[d]) for d in population.department[person]]),
        "BEN_RES_DPT": c.text(population.department[person], portal),
        "BEN_RES_COM": c.words([f"{m:03d}" for m in rng.integers(1, 300, len(person))]),
        "BEN_TOP_CNS": c.small((last_entry != NO_DAY).astype(np.int64)),
        "MAX_TRT_DTD": c.day(last_entry),
        "BEN_DTE_INS": c.day(inserted),
        "BEN_DTE_MAJ": c.day(inserted + rng.integers(0, 2000, len(person))),
    }
    order = np.lexsort((ids.rank, np.array(ids.psa)))
    return c.chosen(table, order)


def body_of(portal: str) -> str:
    """Name the local insurance body of a département, in nine characters."""
    return f"01C{portal}000"


def _year_month(number: int) -> str:
    if number == NO_DAY:
        return NO_MONTH
    return (EPOCH + timedelta(days=number)).strftime("%Y%m")


def ir_imb_r(settings: Settings, population: Population, ids: Identities) -> Table:
    """Write the exemptions: several per person are possible, and a renewal adds a version."""
    rng, n = settings.stream("exemptions"), population.size
    age = np.maximum((settings.end_day - population.birth_day) / DAYS_OF_YEAR, 0)
    persons, codes, numbers, natures = [], [], [], []
    diabetic = np.flatnonzero(population.diabetic & (rng.random(n) < _ALD_AMONG_DIABETICS))
    persons.append(diabetic)
    codes += np.where(age[diabetic] < _TYPE_1_BEFORE, "E10", "E11").tolist()
    numbers += [8] * len(diabetic)
    natures += [41] * len(diabetic)
    for number, icd, nature, rates in _DISEASES:
        ill = np.flatnonzero(rng.random(n) < _rates(age, rates))
        persons.append(ill)
        codes += [icd[i] for i in rng.integers(0, len(icd), len(ill))]
        numbers += [number] * len(ill)
        natures += [nature] * len(ill)
    person = np.concatenate(persons)
    renewed = np.flatnonzero(rng.random(len(person)) < _RENEWED)
    row = np.concatenate([np.arange(len(person)), renewed])
    start = np.maximum(settings.end_day - rng.integers(30, 4000, len(person)), population.birth_day[person])[row]
    version = np.concatenate([np.zeros(len(person)), np.full(len(renewed), 400)]).astype(np.int64)
    ended = rng.random(len(row)) < _ENDED
    end = np.where(ended, start + rng.integers(200, 2000, len(row)), NO_DAY)
    record = ids.rows_on(person[row], np.minimum(start + version, settings.end_day - 1))
    order = np.lexsort((version, start, np.array(ids.psa)[record]))
    table: Table = {
        "BEN_NIR_PSA": c.text(record, ids.psa),
        "BEN_RNG_GEM": c.small(ids.rank[record]),
        "IMB_ALD_DTD": c.day(start),
        "IMB_ALD_DTF": c.day(end),
        "IMB_ALD_NUM": c.small(np.array(numbers, dtype=np.int64)[row]),
        "IMB_ETM_NAT": c.small(np.array(natures, dtype=np.int64)[row]),
        "MED_MTF_COD": c.text(row, codes),
        "MED_NCL_IDT": c.words(["CIM10"] * len(row)),
        "INS_DTE": c.day(start + version),
        "UPD_DTE": c.day(start + version + 20),
    }
    return c.chosen(table, order)


def _rates(age: Floats, rates: tuple[float, ...]) -> Floats:
    share: Floats = np.interp(age, _AGES, rates)
    return share
