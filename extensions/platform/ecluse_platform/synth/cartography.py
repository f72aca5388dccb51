"""CT_IND_AAAA_GN and CT_IDE_AAAA_GN: the yearly map of diseases, one row per person and year."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np

from ecluse_platform.synth import columns as c
from ecluse_platform.synth.columns import Columns
from ecluse_platform.synth.conditions import CONDITIONS
from ecluse_platform.synth.facts import departments
from ecluse_platform.synth.identities import Identities
from ecluse_platform.synth.population import Population, birth_years
from ecluse_platform.synth.schema import schema_of
from ecluse_platform.synth.settings import DAYS_OF_YEAR, FAR_DAY, Flags, Settings

VERSION = "G10"
_AGE_CLASSES = ("0-4", "5-9", *[f"{a}-{a + 4}" for a in range(10, 95, 5)], "95+")
# Which tops each disease raises.
_TOPS = MappingProxyType(
    {
        "diabetes": ("TOP_FDIABET_IND", "SUP_FRVDIAB_CAT"),
        "hypertension": ("TOP_FANTIHTA_MED", "SUP_FRV_CAT"),
        "coronary": ("TOP_CVCORON_CHR", "SUP_CVIDMCOR_CAT", "SUP_CV_CAT"),
        "heart failure": ("TOP_CVIC_CHR", "SUP_CVIC_CAT", "SUP_CV_CAT"),
        "atrial fibrillation": ("TOP_CVTRRYC_IND", "SUP_CV_CAT"),
        "breast cancer": ("TOP_CANSEIF_ACT", "SUP_CANSEIF_CAT", "SUP_CAN_CAT"),
        "prostate cancer": ("TOP_CANPROS_ACT", "SUP_CANPROS_CAT", "SUP_CAN_CAT"),
        "colorectal cancer": ("TOP_CANCOLO_ACT", "SUP_CANCOLO_CAT", "SUP_CAN_CAT"),
        "lung cancer": ("TOP_CANPOUM_ACT", "SUP_CANPOUM_CAT", "SUP_CAN_CAT"),
        "other cancer": ("TOP_CANAUTR_ACT", "SUP_CANAUTR_CAT", "SUP_CAN_CAT"),
        "psychiatric": ("TOP_PSYCHOS_IND", "SUP_PSYPAT_CAT"),
        "dementia": ("TOP_NDEMENC_IND", "SUP_NDEMALZ_IND", "SUP_NEURO_CAT"),
        "parkinson": ("TOP_NPARKIN_IND", "SUP_NDEMPAR_CAT", "SUP_NEURO_CAT"),
        "respiratory": ("TOP_ABPCOIR_IND",),
        "kidney": ("SUP_RIRCT_CAT",),
        "liver": ("TOP_HFOIPAN_IND", "SUP_HFOI_IND"),
        "hiv": ("TOP_IRVIH_IND", "SUP_INFRARVIH_CAT"),
        "arthritis": ("TOP_IRPOLYA_IND", "SUP_INFLAM_CAT"),
        "bowel": ("TOP_IRCRRCH_IND", "SUP_INFLAM_CAT"),
        "sclerosis": ("TOP_NSEPLAQ_IND", "SUP_NEURO_CAT"),
        "epilepsy": ("TOP_NEPILEP_IND", "SUP_NEURO_CAT"),
    }
)


def cartography(
    settings: Settings, block: int, population: Population, ids: Identities, cared: Flags
) -> tuple[Columns, Columns]:
    """Return the map of every year and the table that leads from its numbers to persons, sorted by year, then person.

    ``cared`` has a column per year: who had care that year.
    """
    person, year = np.nonzero(cared)
    order = np.lexsort((ids.order[ids.latest()[person]], year))
    person, year = person[order], year[order] + settings.first_year
    first_days = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
    end = first_days + 365
    age = np.maximum((first_days - population.birth_day[person]) / DAYS_OF_YEAR, 0).astype(np.int64)
    row = np.arange(len(person))
    wide = (person + block * settings.block).astype(np.int64)
    number = c.words([f"{(int(p) * 2654435761 + settings.seed) % (1 << 40):010X}{int(p):07X}" for p in wide])
    key = schema_of("CT_IND_AAAA_GN").names
    ill = population.onset[person] <= end[:, None]
    raised: dict[str, Flags] = {}
    for i, name in enumerate(CONDITIONS):
        for top in _TOPS.get(name, ()):
            raised[top] = raised.get(top, np.zeros(len(row), dtype=np.bool_)) | ill[:, i]
    years, _ = birth_years(population)
    first = int(years.min())
    death = population.death_day[person]
    dead = (death < FAR_DAY) & (death < end)
    zero = c.integer(np.zeros(len(row), dtype=np.int64))
    places = departments()
    columns: Columns = {name: zero for name in key if name.startswith(("TOP_", "SUP_"))}
    columns |= {top: c.integer(flags.astype(np.int64)) for top, flags in raised.items()}
    columns |= {
        "ANNEE": c.small(year),
        "ID_CARTO": number,
        "BEN_SEX_COD": c.small(population.sex[person]),
        "BEN_NAI_ANN": c.text(years[person] - first, [str(y) for y in range(first, int(years.max()) + 1)]),
        "AGE": c.integer(age),
        "CLA_AGE_5": c.text(np.minimum(age // 5, len(_AGE_CLASSES) - 1), _AGE_CLASSES),
        "NEW_COD_REG": c.text(population.department[person], [f"{d.region:02d}" for d in places]),
        "DPT": c.text(population.department[person], [d.portal for d in places]),
        "REGIME": c.text((person % 23 == 0), ["RG", "MSA"]),
        "BEN_DCD_DTE": c.integer(dead.astype(np.int64)),
        "DCD_3112": c.integer(dead.astype(np.int64)),
        "SUP_POPTOT_CAT": c.integer(np.ones(len(row), dtype=np.int64)),
        "VERSION": c.always(VERSION, len(row)),
    }
    record = ids.latest()[person]
    link: Columns = {
        "ANNEE": c.small(year),
        "ID_CARTO": number,
        "BEN_NIR_PSA": c.text(record, ids.psa),
        "BEN_RNG_GEM": c.small(ids.rank[record]),
        "VERSION": c.always(VERSION, len(row)),
    }
    return columns, link
