"""The tables that every block shares: drugs, places, professionals, hospitals."""

from __future__ import annotations

import numpy as np

from ecluse_platform.synth import columns as c
from ecluse_platform.synth.actors import LAST_YEAR_OF_DUPLICATES, actors, duplicate_codes
from ecluse_platform.synth.affiliation import body_of
from ecluse_platform.synth.columns import Columns
from ecluse_platform.synth.facts import departments, drugs, regions
from ecluse_platform.synth.settings import Settings


def ir_pha_r() -> Columns:
    """Describe every drug that can be dispensed."""
    known = drugs()
    return {
        "PHA_CIP_C13": c.big(np.array([d.cip13 for d in known])),
        "PHA_PRS_IDE": c.integer(np.array([d.cip7 for d in known])),
        "PHA_ATC_CLA": c.words([d.atc for d in known]),
        "PHA_ATC_C03": c.words([d.atc[:3] for d in known]),
        "PHA_MED_NOM": c.words([d.name for d in known]),
        "PHA_UNT_NBR_DSES": c.double([d.units for d in known]),
    }


def ir_dpt_v() -> Columns:
    """Give each département its région."""
    return {
        "GEO_DPT_COD": c.words([d.portal for d in departments()]),
        "GEO_REG_COD": c.small(np.array([d.region for d in departments()])),
        "GEO_DPT_LIB": c.words([d.name for d in departments()]),
    }


def ir_reg_v() -> Columns:
    """Name each région."""
    return {
        "GEO_REG_COD": c.small(np.array([code for code, _ in regions()])),
        "GEO_REG_LIB": c.words([name for _, name in regions()]),
    }


def da_pra_r(settings: Settings) -> Columns:
    """Describe every professional."""
    staff, places = actors(settings), departments()
    n = len(staff.professionals)
    order = np.argsort(np.array(staff.professionals))
    specialty = staff.specialty[order]
    return {
        "PFS_PFS_NUM": c.words([staff.professionals[i] for i in order.tolist()]),
        "DTE_ANN_TRT": c.always(str(settings.last_year), n),
        "DTE_MOI_FIN": c.always(f"{settings.last_year}12", n),
        "PFS_PRA_SPE": c.text(specialty, [f"{s:02d}" for s in range(100)]),
        "IPP_SEX_COD": c.text(order % 2, ["1", "2"]),
        "IPP_ANN_NAI": c.text(order * 7 % 40, [str(1955 + i) for i in range(40)]),
        "CAI_NUM": c.text(staff.department_of_professional[order], [body_of(d.portal)[2:5] for d in places]),
        "CNV_CNV_COD": c.text(order % 10 == 0, ["1", "3"]),
        "PFS_EXC_COM": c.text(
            staff.department_of_professional[order], [f"{d.portal[:2]}{d.portal[2]}01" for d in places]
        ),
        "PFS_COD_POS": c.text(staff.department_of_professional[order], [f"{d.official[:2]}000" for d in places]),
    }


def be_ide_r(settings: Settings) -> Columns:
    """Describe every hospital, under its number without the check digit."""
    staff, places = actors(settings), departments()
    order = np.array(sorted(range(len(staff.hospitals)), key=lambda i: staff.hospitals[i]))
    public = staff.public[order]
    return {
        "IDE_ETA_NU8": c.words([staff.hospitals[i][:8] for i in order.tolist()]),
        "IDE_ETA_NUM": c.words([staff.hospitals[i] for i in order.tolist()]),
        "IDE_ETA_NOM": c.words([_name(settings, i) for i in order.tolist()]),
        "IDE_IMP_DPT": c.text(staff.department_of_hospital[order], [d.portal for d in places]),
        "IDE_PSH_CAT": c.text(public, ["365", "355"]),
    }


def t_mco_e(settings: Settings, year: int) -> Columns:
    """Describe the hospitals that sent data in a year, geographic codes included while they did."""
    staff, places = actors(settings), departments()
    order = sorted(range(len(staff.hospitals)), key=lambda i: staff.hospitals[i])
    codes = [staff.hospitals[i] for i in order]
    region = [f"{places[int(staff.department_of_hospital[i])].region:02d}" for i in order]
    names = [_name(settings, i) for i in order]
    twice = list(duplicate_codes()) if year <= LAST_YEAR_OF_DUPLICATES else []
    n = len(codes) + len(twice)
    return {
        "ANNEE": c.same(year, n),
        "ANN_TRT": c.always(str(year), n),
        "ETA_NUM": c.words(codes + twice),
        "ETB_EXE_FIN": c.words([code[:8] for code in codes + twice]),
        "REG_ETA": c.words(region + ["11"] * len(twice)),
        "SOC_RAI": c.words(names + ["SITE GEOGRAPHIQUE FICTIF"] * len(twice)),
        "STA_ETA": c.words([("DGF" if staff.public[i] else "OQN") for i in order] + ["DGF"] * len(twice)),
    }


def _name(settings: Settings, hospital: int) -> str:
    staff = actors(settings)
    place = departments()[int(staff.department_of_hospital[hospital])].name.upper()
    return f"{'HOPITAL' if staff.public[hospital] else 'CLINIQUE'} FICTIF {hospital} {place}"
