"""KI_CCI_R and KI_ECD_R: deaths and their causes."""

from __future__ import annotations

import numpy as np

from ecluse_platform.synth import columns as c
from ecluse_platform.synth.causes import DEATH_CAUSES
from ecluse_platform.synth.columns import Columns
from ecluse_platform.synth.conditions import CONDITIONS
from ecluse_platform.synth.facts import departments
from ecluse_platform.synth.identities import Identities
from ecluse_platform.synth.mco import positions
from ecluse_platform.synth.population import Population, birth_years
from ecluse_platform.synth.settings import FAR_DAY, Floats, Ints, Settings

# What a person dies of when ill of a disease, and how often it is that.
_OF_DISEASE = (
    ("lung cancer", "C349", 0.85), ("colorectal cancer", "C189", 0.6), ("other cancer", "C859", 0.5),
    ("breast cancer", "C509", 0.4), ("prostate cancer", "C61", 0.35), ("dementia", "G309", 0.5),
    ("heart failure", "I500", 0.4), ("coronary", "I251", 0.3), ("liver", "K746", 0.4), ("respiratory", "J449", 0.25),
)  # fmt: skip
_STROKE = "I64"
# Some deaths are not found in IR_BEN_R: their identifier is missing.
_UNMATCHED = 0.03


def deaths(
    settings: Settings, block: int, population: Population, ids: Identities, by_stroke: Ints
) -> tuple[Columns, Columns]:
    """Return one row per death in the years of care, and one per cause written on the certificate.

    ``by_stroke`` is 1 for the persons whom a planted stroke killed.
    """
    rng = settings.stream("deaths", block)
    dead = np.flatnonzero(population.death_day < FAR_DAY)
    n = len(dead)
    words = [*[code for code, _ in DEATH_CAUSES], *[code for _, code, _ in _OF_DISEASE], _STROKE]
    weights: Floats = np.array([weight for _, weight in DEATH_CAUSES])
    cause = rng.choice(len(weights), n, p=weights / weights.sum())
    names = list(CONDITIONS)
    for i, (name, _, share) in reversed(list(enumerate(_OF_DISEASE))):
        ill = population.onset[dead, names.index(name)] <= population.death_day[dead]
        cause = np.where(ill & (rng.random(n) < share), len(weights) + i, cause)
    cause = np.where(by_stroke[dead] == 1, len(words) - 1, cause)
    day = population.death_day[dead]
    record = ids.rows_on(dead, day)
    matched = rng.random(n) >= _UNMATCHED
    high = ((1 << 36) // settings.blocks) * block + np.arange(n)
    low = rng.integers(0, 1 << 32, n)
    enclosed = [f"{a:09X}{b:08X}" for a, b in zip(high.tolist(), low.tolist(), strict=True)]
    years, months = birth_years(population)
    first = years.min()
    portal = [d.portal for d in departments()]
    person: Columns = {
        "DCD_IDT_ENC": c.words(enclosed),
        "DCD_IDT_TOP": c.small(matched.astype(np.int64)),
        "BEN_IDT_ANO": c.text(np.where(matched, record, len(ids.identifier)), [*ids.identifier, None]),
        "BEN_IDT_TOP": c.small(np.array([own is not None for own in ids.own_number], dtype=np.int64)[record]),
        "BEN_NIR_ANO": c.text(np.where(matched, record, len(ids.own_number)), [*ids.own_number, None]),
        "FLX_PER_ANN": c.months(day, "%Y"),
        "BEN_DCD_DTE": c.day(day),
        "BEN_DCD_AME": c.months(day),
    }
    cci: Columns = {
        **person,
        "TYP_CER_COD": c.same(1, n),
        "CER_SUP_TYP": c.small(np.where(rng.random(n) < 0.3, 1, 2)),  # noqa: PLR2004 -- share of electronic certificates
        "DCD_DPT_COD": c.text(population.department[dead], portal),
        "DCD_COM_COD": c.text(dead * 13 % 299, [f"{m:03d}" for m in range(1, 300)]),
        "BEN_RES_DPT": c.text(population.department[dead], portal),
        "BEN_RES_COM": c.text(dead * 37 % 299, [f"{m:03d}" for m in range(1, 300)]),
        "DCD_LIE_COD": c.small(rng.choice([1, 2, 3, 4], n)),
        "BEN_NAI_ANN": c.text(years[dead] - first, [str(y) for y in range(int(first), int(years.max()) + 1)]),
        "BEN_NAI_MOI": c.text(months[dead] - 1, [f"{m:02d}" for m in range(1, 13)]),
        "BEN_SEX_COD": c.small(population.sex[dead]),
        "DCD_CIM_COD": c.text(cause, words),
    }
    row = np.repeat(np.arange(n), 1 + rng.poisson(1.2, n))
    rank = positions(row)
    other = rng.integers(0, len(weights), len(row))
    ecd: Columns = {
        **c.chosen(person, row),
        "CER_LIG_NUM": c.small(rank),
        "ECD_CAU_RNG": c.small(rank),
        "ECD_CIM_COD": c.text(np.where(rank == 1, cause[row], other), words),
    }
    return cci, ecd
