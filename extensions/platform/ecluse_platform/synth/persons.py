"""IR_BEN_R, IR_IBA_R and IR_IMB_R: the persons and their long-term diseases."""

from __future__ import annotations

import numpy as np

from ecluse_platform.synth import columns as c
from ecluse_platform.synth.affiliation import bodies, told_deaths
from ecluse_platform.synth.columns import Columns
from ecluse_platform.synth.conditions import CONDITIONS
from ecluse_platform.synth.exemptions import LONG_CARE, Exemptions
from ecluse_platform.synth.facts import departments
from ecluse_platform.synth.identities import Identities
from ecluse_platform.synth.population import Population, birth_years
from ecluse_platform.synth.settings import DAYS_OF_YEAR, NO_DAY, Ints, Settings

_ADULT = 18
_RENEWED, _RENEWAL_DAYS = 0.12, 400
# Not the number of any disease: NULL.
_NO_NUMBER = -1


def ir_ben_r(
    settings: Settings, block: int, population: Population, ids: Identities, last_entry: Ints
) -> tuple[Columns, Columns]:
    """Return the rows of persons, sorted, and those of nobody, which every block books care under.

    ``last_entry`` is the last flow day of each row, NO_DAY for those without care.
    """
    rng = settings.stream("persons", block)
    nobody = ids.person < 0
    person = np.where(nobody, 0, ids.person)
    years, months = birth_years(population)
    death = np.where(nobody, NO_DAY, told_deaths(settings, block, population)[person])
    body, all_bodies = bodies(settings, block, population)
    # Rows that every block has are the same in every block.
    seen = np.where(nobody, settings.first_day - 1, last_entry)
    inserted = settings.first_day - np.where(nobody, 1000, rng.integers(0, 3000, len(person)))
    updated = inserted + np.where(nobody, 0, rng.integers(0, 2000, len(person)))
    first = years.min()
    columns: Columns = {
        "BEN_NIR_PSA": c.words(ids.psa),
        "BEN_RNG_GEM": c.small(ids.rank),
        "BEN_NIR_ANO": c.words(ids.own_number),
        "BEN_IDT_ANO": c.words(ids.identifier),
        "BEN_IDT_TOP": c.small(np.array([own is not None for own in ids.own_number], dtype=np.int64)),
        "ASS_NIR_ANO": c.words(_openers(settings, rng, population, ids)),
        "BEN_IDT_MAJ": c.day(updated),
        "BEN_CDI_NIR": c.words(ids.kind),
        "BEN_NAI_ANN": c.text(
            np.where(nobody, 0, years[person] - first + 1),
            ["1600", *[str(y) for y in range(int(first), int(years.max()) + 1)]],
        ),
        "BEN_NAI_MOI": c.text(np.where(nobody, 0, months[person] - 1), [f"{m:02d}" for m in range(1, 13)]),
        "BEN_SEX_COD": c.small(np.where(nobody, 2, population.sex[person])),
        "BEN_DCD_DTE": c.day(death),
        "BEN_DCD_AME": c.months(death),
        "ORG_AFF_BEN": c.text(np.where(nobody, 0, body[person]), all_bodies),
        "BEN_RES_DPT": c.text(_place(population, person, nobody), [d.portal for d in departments()]),
        "BEN_RES_COM": c.text(np.where(nobody, 0, person * 37 % 299), [f"{m:03d}" for m in range(1, 300)]),
        "BEN_TOP_CNS": c.small((seen != NO_DAY).astype(np.int64)),
        "MAX_TRT_DTD": c.day(seen),
        "BEN_DTE_INS": c.day(inserted),
        "BEN_DTE_MAJ": c.day(updated),
    }
    order = np.argsort(ids.place)
    return c.chosen(columns, order[: ids.rows]), c.chosen(columns, order[ids.rows :])


def _place(population: Population, person: Ints, nobody: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Ints:
    found: Ints = np.where(nobody, 0, population.department[person])
    return found


def _openers(settings: Settings, rng: np.random.Generator, population: Population, ids: Identities) -> list[str | None]:
    """Say who opens each row's rights: an adult with a number of their own opens their own, a child an adult's."""
    person = np.where(ids.person < 0, 0, ids.person)
    age = (settings.end_day - population.birth_day[person]) / DAYS_OF_YEAR
    adults = [own for own, a in zip(ids.own_number, age.tolist(), strict=True) if own is not None and a >= _ADULT]
    parent = rng.integers(0, max(len(adults), 1), len(person)).tolist()
    return [
        (own if a >= _ADULT or not adults else adults[p]) if one >= 0 else None
        for own, a, p, one in zip(ids.own_number, age.tolist(), parent, ids.person.tolist(), strict=True)
    ]


def ir_iba_r(persons: Columns) -> Columns:
    """Keep one row of IR_BEN_R per identifier: the one whose care was processed last."""
    rank = np.array(persons["MAX_TRT_DTD"].cast("int32"))
    identifier = np.array(persons["BEN_IDT_ANO"].to_pylist())
    order = np.lexsort((-rank, identifier))
    ordered = identifier[order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    kept = order[first]
    dropped = {"BEN_NIR_PSA", "BEN_RNG_GEM", "BEN_NIR_ANO", "BEN_IDT_MAJ"}
    return c.chosen({name: column for name, column in persons.items() if name not in dropped}, np.sort(kept))


def ir_imb_r(settings: Settings, block: int, ids: Identities, exemptions: Exemptions) -> Columns:
    """Return the exemptions, sorted by person: a renewal adds a version."""
    rng, n = settings.stream("versions", block), len(exemptions.person)
    renewed = np.flatnonzero(rng.random(n) < _RENEWED)
    row = np.concatenate([np.arange(n), renewed])
    version = np.concatenate([np.zeros(n), np.full(len(renewed), _RENEWAL_DAYS)]).astype(np.int64)
    start, condition, nature = exemptions.start[row], exemptions.condition[row], exemptions.nature[row]
    record = ids.rows_on(exemptions.person[row], np.minimum(start + version, settings.end_day - 1))
    order = np.lexsort((version, start, ids.place[record]))
    all_conditions = list(CONDITIONS.values())
    number = np.array([a.ald_number for a in all_conditions])[condition]
    columns: Columns = {
        "BEN_NIR_PSA": c.text(record, ids.psa),
        "BEN_RNG_GEM": c.small(ids.rank[record]),
        "IMB_ALD_DTD": c.day(start),
        "IMB_ALD_DTF": c.day(exemptions.end[row]),
        "IMB_ALD_NUM": c.nullable_small(np.where(nature == LONG_CARE, _NO_NUMBER, number), _NO_NUMBER),
        "IMB_ETM_NAT": c.small(nature),
        "MED_MTF_COD": c.text(condition, [a.codes[0] for a in all_conditions]),
        "MED_NCL_IDT": c.always("CIM10", len(row)),
        "INS_DTE": c.day(start + version),
        "UPD_DTE": c.day(start + version + 20),
    }
    return c.chosen(columns, order)
