"""The reference tables: drugs, départements, régions."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecluse_platform.synth import columns as c
from ecluse_platform.synth.facts import departments, drugs, regions

Table = dict[str, Any]


def ir_pha_r() -> Table:
    """Describe every drug that can be dispensed."""
    all_drugs = drugs()
    return {
        "PHA_CIP_C13": c.big(np.array([d.cip13 for d in all_drugs])),
        "PHA_PRS_IDE": c.integer(np.array([d.cip7 for d in all_drugs])),
        "PHA_ATC_CLA": c.words([d.atc for d in all_drugs]),
        "PHA_ATC_C03": c.words([d.atc[:3] for d in all_drugs]),
        "PHA_MED_NOM": c.words([d.name for d in all_drugs]),
        "PHA_UNT_NBR_DSES": c.double([d.units for d in all_drugs]),
    }


def ir_dpt_v() -> Table:
    """Give each département its région."""
    return {
        "GEO_DPT_COD": c.words([d.portal for d in departments()]),
        "GEO_REG_COD": c.small(np.array([d.region for d in departments()])),
        "GEO_DPT_LIB": c.words([d.name for d in departments()]),
    }


def ir_reg_v() -> Table:
    """Name each région."""
    return {
        "GEO_REG_COD": c.small(np.array([code for code, _ in regions()])),
        "GEO_REG_LIB": c.words([name for _, name in regions()]),
    }
