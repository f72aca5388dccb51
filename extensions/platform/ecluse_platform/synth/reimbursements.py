"""ER_PRS_F and ER_PHA_F: the lines and their products, in the order in which they are stored."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecluse_platform.synth import columns as c
from ecluse_platform.synth.care import CONSULTATION_CODE
from ecluse_platform.synth.facts import departments, drugs
from ecluse_platform.synth.flow import Flow
from ecluse_platform.synth.identities import Identities
from ecluse_platform.synth.lines import MISSING_QUALIFIER, SPECIALIST_VISIT, SURCHARGE, Lines
from ecluse_platform.synth.persons import body_of
from ecluse_platform.synth.population import Population
from ecluse_platform.synth.products import Products
from ecluse_platform.synth.settings import NO_DAY, Ints, Settings
from ecluse_platform.synth.treatments import TREATMENTS

Table = dict[str, Any]
_VISIT_CENTS, _SPECIALIST_CENTS, _SURCHARGE_CENTS = 2500, 3000, 500
_SPECIALTIES = (3, 5, 7, 11, 15, 33)
_PHARMACIST = 50
_FULL, _USUAL_PERCENT = 100, 65
_LONG_TERM_EXEMPTION = 4
_WITHOUT_PRESCRIPTION_DAY = 0.01
_PROFESSIONALS_PER_PATIENT = 20


def records_of(lines: Lines, ids: Identities) -> Ints:
    """Return the row of IR_BEN_R under which each line is booked."""
    usual = ids.rows_on(lines.person, lines.day)
    nobody = len(ids.psa) - 1 - lines.person % int((ids.person < 0).sum())
    booked: Ints = np.where(lines.fictitious == 1, nobody, usual)
    return booked


def storage_order(flow: Flow, lines: Lines, records: Ints, ids: Identities) -> Ints:
    """Sort lines by flow month, then person, then day of care."""
    rank = np.argsort(np.argsort(np.array(ids.psa), kind="stable"))
    order: Ints = np.lexsort((flow.order, flow.statement, lines.day, rank[records], flow.month))
    return order


def key_columns(flow: Flow, lines: Lines, population: Population, narrow: bool) -> Table:  # noqa: FBT001 -- two tables, two widths
    """Return the nine key columns; the detail table stores the last two narrower than the main one."""
    last = c.small if narrow else c.integer
    return {
        "FLX_DIS_DTD": c.day(flow.available),
        "FLX_TRT_DTD": c.day(flow.entered),
        "FLX_EMT_TYP": c.small(np.ones(lines.size, dtype=np.int64)),
        "FLX_EMT_NUM": c.small(flow.sender),
        "FLX_EMT_ORD": c.small(flow.sequence),
        "ORG_CLE_NUM": c.text(population.department[lines.person], [body_of(d.portal) for d in departments()]),
        "DCT_ORD_NUM": c.integer(flow.statement),
        "PRS_ORD_NUM": last(flow.order),
        "REM_TYP_AFF": last(np.zeros(lines.size, dtype=np.int64)),
    }


def er_prs_f(
    settings: Settings, population: Population, ids: Identities, lines: Lines, flow: Flow, products: Products
) -> Table:
    """Return the lines, unsorted."""
    rng, n = settings.stream("reimbursements"), lines.size
    record = records_of(lines, ids)
    boxes = products.per_line(products.boxes, n)
    prices = np.array([d.price_cents for d in drugs()])
    visit = lines.what == CONSULTATION_CODE
    fee = np.where(lines.nature == SPECIALIST_VISIT, _SPECIALIST_CENTS, _VISIT_CENTS)
    fee = np.where(lines.nature == SURCHARGE, _SURCHARGE_CENTS, fee)
    paid = np.where(visit, fee, products.per_line(products.boxes * prices[products.drug], n))
    percent = np.where(population.diabetic[lines.person], _FULL, _USUAL_PERCENT)
    months = lines.day.astype("datetime64[D]").astype("datetime64[M]")
    distinct, month = np.unique(months, return_inverse=True)
    age = np.maximum(population.age_at(lines.person, lines.day), 0)
    infant = age < 2  # noqa: PLR2004 -- under two years the portal counts months
    specialty = np.array(_SPECIALTIES)[rng.integers(0, len(_SPECIALTIES), n)]
    prescriber = np.array([t.prescriber for t in TREATMENTS] + [0])[lines.what]
    prescriber = np.where(~visit & (rng.random(n) < 0.5), 1, prescriber)  # noqa: PLR2004 -- half are renewed by the generalist
    pool = settings.patients // _PROFESSIONALS_PER_PATIENT + 20
    names = [f"{v:017X}" for v in rng.integers(1 << 40, 1 << 62, pool)]
    unknown = rng.random(n) < _WITHOUT_PRESCRIPTION_DAY
    return {
        **key_columns(flow, lines, population, narrow=False),
        "BEN_NIR_PSA": c.text(record, ids.psa),
        "BEN_RNG_GEM": c.small(ids.rank[record]),
        "BEN_AMA_COD": c.small(np.where(infant, 1000 + (age * 12).astype(np.int64), age.astype(np.int64))),
        "BEN_SEX_COD": c.small(population.sex[lines.person]),
        "BEN_RES_DPT": c.text(population.department[lines.person], [d.portal for d in departments()]),
        "PRS_NAT_REF": c.small(lines.nature),
        "EXE_SOI_DTD": c.day(lines.day),
        "EXE_SOI_AMD": c.text(month, [str(m).replace("-", "") for m in distinct]),
        "PRE_PRE_DTD": c.day(np.where(unknown, NO_DAY, lines.day - rng.integers(0, 90, n) * ~visit)),
        "PRS_ACT_QTE": c.decimal(np.where(visit, lines.sign, boxes) * 100, 8, 2),
        "PRS_PAI_MNT": c.decimal(paid, 10, 2),
        "BSE_REM_MNT": c.decimal(paid * percent // 100, 10, 2),
        "BSE_PRS_NAT": c.small(np.where(lines.surcharge > 0, 0, lines.nature)),
        "DPN_QLF": c.nullable_small(lines.qualifier, MISSING_QUALIFIER),
        "PRS_DPN_QLP": c.nullable_small(
            np.where(lines.transmitted > 0, lines.transmitted, MISSING_QUALIFIER), MISSING_QUALIFIER
        ),
        "CPL_MAJ_TOP": c.small(lines.surcharge),
        "EXO_MTF": c.small(np.where(percent == _FULL, _LONG_TERM_EXEMPTION, 0)),
        "PSE_SPE_COD": c.small(np.where(visit, np.where(lines.nature == SPECIALIST_VISIT, specialty, 1), _PHARMACIST)),
        "PSP_SPE_COD": c.small(prescriber),
        "PFS_EXE_NUM": c.text((population.department[lines.person] * 31 + lines.person % 7 + visit * 11) % pool, names),
        "PFS_PRE_NUM": c.text((lines.person * 17 + prescriber) % pool, names),
    }


def er_pha_f(lines_keys: Table, products: Products) -> Table:
    """Return the products, unsorted, under the key of their line."""
    prices = np.array([d.price_cents for d in drugs()])
    return {
        **c.chosen(lines_keys, products.line),
        "PHA_ORD_NUM": c.small(products.order),
        "PHA_PRS_C13": c.big(np.array([d.cip13 for d in drugs()])[products.drug]),
        "PHA_ACT_QSN": c.small(products.boxes),
        "PHA_ACT_PRU": c.decimal(prices[products.drug] * 1000, 10, 5),
        "PHA_DEC_TOP": c.words(["N"] * len(products.line)),
    }
