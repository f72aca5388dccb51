"""The MCO tables of the PMSI, made from stays: one row each, chained through NIR_ANO_17."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecluse_platform.synth import columns as c
from ecluse_platform.synth.actors import Actors, duplicate_codes
from ecluse_platform.synth.causes import CAUSES
from ecluse_platform.synth.columns import Columns
from ecluse_platform.synth.conditions import CONDITIONS
from ecluse_platform.synth.facts import departments
from ecluse_platform.synth.identities import FICTITIOUS_PSA, UNTOLD_PSA, Identities
from ecluse_platform.synth.population import Population
from ecluse_platform.synth.settings import Ints, Settings
from ecluse_platform.synth.stays import UNTOLD_NUMBER, Stays

_OTHER_DIAGNOSES = ("I10", "E785", "Z867", "K219", "R53", "D649", "E669", "Z961", "F171", "N390")
_ERROR_GROUP = "90Z00Z"
# A good group with 90 in it, invented: whoever looks for 90 anywhere leaves out stays that nothing is wrong with.
_GROUP_WITH_90, _WITH_90 = "23M90T", 0.02
# Without a common factor with ten: two numbers below ten to the tenth never give the same.
_SCATTER = 3**18
_UNPRICED = "9999"
_TWO_UNITS, _REPEATED_DIAGNOSIS, _BY_EMERGENCY = 0.12, 0.02, 0.45
_RETURN_CODES = (
    "NIR_RET", "NAI_RET", "SEX_RET", "SEJ_RET", "FHO_RET", "PMS_RET", "DAT_RET", "COH_NAI_RET", "COH_SEX_RET",
)  # fmt: skip


@dataclass(frozen=True)
class Hospitalised:
    """What the MCO tables of a block are made from."""

    settings: Settings
    block: int
    population: Population
    ids: Identities
    actors: Actors
    stays: Stays

    @property
    def year(self) -> Ints:
        """Year of each stay."""
        return self.stays.year

    def key(self, rows: Ints) -> Columns:
        """Return the columns that every MCO table has: year, hospital, number of the stay."""
        stays, names = self.stays, (*self.actors.hospitals, *duplicate_codes())
        hospital = np.where(stays.duplicate >= 0, len(self.actors.hospitals) + stays.duplicate, stays.hospital)
        return {
            "ANNEE": c.small(stays.year[rows]),
            "ETA_NUM": c.text(hospital[rows], names),
            "RSA_NUM": c.words(stay_numbers(self.settings, self.block, rows)),
        }


def stay_numbers(settings: Settings, block: int, rows: Ints) -> list[str]:
    """Number stays: text of ten digits, never the same twice; the numbers of blocks interleave.

    They are scattered, so that finding one where it should not be is never an accident.
    """
    scattered = (rows * settings.blocks + block + 1) * _SCATTER % 10**10
    return [f"{number:010d}" for number in scattered.tolist()]


def psa_of(ids: Identities, person: Ints, day: Ints) -> tuple[Ints, list[str]]:
    """Return the pseudonym of each stay, as positions in a list; below 0 is a person unknown to the hospital."""
    words = [*ids.psa, FICTITIOUS_PSA, UNTOLD_PSA]
    known = ids.rows_on(np.maximum(person, 0), day)
    unknown = np.where(person == UNTOLD_NUMBER, len(words) - 1, len(words) - 2)
    return np.where(person < 0, unknown, known), words


def by_pseudonym(ids: Identities, chained: Ints, day: Ints) -> Ints:
    """Return the order that sorts stays by the pseudonym they carry, then day; those without one come last."""
    place = np.where(chained < 0, ids.rows, ids.order[ids.rows_on(np.maximum(chained, 0), day)])
    order: Ints = np.lexsort((day, place))
    return order


def return_codes(rng: np.random.Generator, chained: Ints, person: Ints) -> Columns:
    """Return the nine return codes: '0' throughout unless the number was told to be missing or was somebody else's."""
    n = len(person)
    wrong = (chained != person) & (chained != UNTOLD_NUMBER)
    which = np.where(chained < 0, 0, rng.integers(1, len(_RETURN_CODES), n))
    value = 1 + rng.integers(0, 4, n)
    digits = ["0", "1", "2", "3", "4"]
    return {name: c.text(np.where(wrong & (which == i), value, 0), digits) for i, name in enumerate(_RETURN_CODES)}


def t_mco_b(h: Hospitalised) -> Columns:
    """Return one row per stay: group, main diagnosis, length, way in and out."""
    rng, stays, people = h.settings.stream("mco b", h.block), h.stays, h.population
    n, rows = stays.size, np.arange(stays.size)
    age = people.age_at(stays.person, stays.entry)
    infant = age < 1
    diagnoses = diagnosis_words()
    groups = [*[cause.group for cause in CAUSES], _ERROR_GROUP, _GROUP_WITH_90]
    with_90 = h.settings.stream("mco groups", h.block).random(n) < _WITH_90
    group = np.where(with_90 & (stays.cause == len(CAUSES) - 1), len(CAUSES) + 1, stays.cause)
    group = np.where(stays.error, len(CAUSES), group)
    emergency = rng.random(n) < _BY_EMERGENCY
    leaving = np.where(stays.died, 0, np.where(rng.random(n) < 0.06, 1, 2))  # noqa: PLR2004 -- share of transfers
    month = stays.exit.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    related = np.array([i for i, _ in enumerate(CAUSES)])
    days = stays.exit - stays.entry
    session = np.array([cause.group.startswith("28") for cause in CAUSES])[stays.cause]
    return {
        **h.key(rows),
        "AGE_ANN": c.nullable_small(np.where(infant, -1, age.astype(np.int64)), -1),
        "AGE_JOU": c.nullable_small(np.where(infant, stays.entry - people.birth_day[stays.person], -1), -1),
        "COD_SEX": c.text(people.sex[stays.person] - 1, ["1", "2"]),
        "BDI_DEP": c.text(people.department[stays.person], [d.pmsi for d in departments()]),
        "BDI_COD": c.text(people.department[stays.person], [f"{d.pmsi}001" for d in departments()]),
        "DGN_PAL": c.text(main_diagnosis(stays), diagnoses),
        "DGN_REL": c.text(related[stays.cause], [cause.related for cause in CAUSES]),
        "GRG_GHM": c.text(group, groups),
        "GRG_RET": c.text(stays.error, ["000", "099"]),
        "GHS_NUM": c.text(np.where(stays.error | stays.unpriced, len(CAUSES), stays.cause),
            [*[cause.tariff for cause in CAUSES], _UNPRICED]),
        "SEJ_NBJ": c.small(days),
        "SEJ_TYP": c.text(stays.between, [None, "B"]),
        "NBR_SEA": c.small(session.astype(np.int64)),
        "NBR_RUM": c.small(1 + _two_units(h)),
        "ENT_MOD": c.always("8", n),
        "ENT_PRV": c.text(emergency & ~session, [None, "5"]),
        "SOR_MOD": c.text(leaving, ["9", "7", "8"]),
        "SOR_ANN": c.text(stays.year - h.settings.first_year, [str(y) for y in range(h.settings.first_year,
            h.settings.last_year + 1)]),
        "SOR_MOI": c.text(month, [f"{m:02d}" for m in range(1, 13)]),
        "TYP_GEN_RSA": c.always("0", n),
    }  # fmt: skip


def diagnosis_words() -> list[str]:
    """Return every main diagnosis there is."""
    return [code for cause in CAUSES for code in cause.diagnoses]


def main_diagnosis(stays: Stays) -> Ints:
    """Return each stay's main diagnosis, as a position in ``diagnosis_words``."""
    first = np.cumsum([0, *[len(cause.diagnoses) for cause in CAUSES[:-1]]])
    found: Ints = first[stays.cause] + stays.diagnosis
    return found


def t_mco_c(h: Hospitalised) -> tuple[Columns, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Return the chaining of each stay, and which rows carry no pseudonym and go last."""
    rng, stays = h.settings.stream("mco c", h.block), h.stays
    n, rows = stays.size, np.arange(stays.size)
    psa, words = psa_of(h.ids, stays.chained, stays.entry)
    month = stays.exit.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    return {
        **h.key(rows),
        "NIR_ANO_17": c.text(psa, words),
        **return_codes(rng, stays.chained, stays.person),
        "SEJ_NUM": c.text(stays.entry % 3, ["00001", "00042", "01789"]),
        "EXE_SOI_DTD": c.day(stays.entry),
        "EXE_SOI_DTF": c.day(stays.exit),
        "EXE_SOI_AMD": c.months(stays.entry),
        "EXE_SOI_AMF": c.months(stays.exit),
        "ENT_DAT": c.written_days(stays.entry),
        "SOR_DAT": c.written_days(stays.exit),
        "SOR_ANN": c.text(stays.year - h.settings.first_year, [str(y) for y in range(h.settings.first_year,
            h.settings.last_year + 1)]),
        "SOR_MOI": c.text(month, [f"{m:02d}" for m in range(1, 13)]),
        "RNG_NAI": c.text(rng.integers(0, 3, n), [None, "1", "2"]),
    }, stays.chained < 0  # fmt: skip


def t_mco_d(h: Hospitalised) -> tuple[Columns, Ints]:
    """Return associated diagnoses: the person's diseases, some others, some twice; and the stay of each."""
    rng, stays, people = h.settings.stream("mco d", h.block), h.stays, h.population
    ill = people.onset[stays.person] <= stays.entry[:, None]
    told = ill & (rng.random(ill.shape) < 0.6)  # noqa: PLR2004 -- share of diseases that the stay mentions
    stay, condition = np.nonzero(told)
    pick = rng.integers(0, 1 << 20, len(stay))
    offsets = np.cumsum([0, *[len(a.codes) for a in list(CONDITIONS.values())[:-1]]])
    sizes = np.array([len(a.codes) for a in CONDITIONS.values()])
    words = [code for a in CONDITIONS.values() for code in a.codes] + list(_OTHER_DIAGNOSES)
    code = offsets[condition] + pick % sizes[condition]
    more = np.repeat(np.arange(stays.size), rng.poisson(0.8, stays.size))
    others = len(words) - len(_OTHER_DIAGNOSES) + rng.integers(0, len(_OTHER_DIAGNOSES), len(more))
    stay, code = np.concatenate([stay, more]), np.concatenate([code, others])
    again = np.flatnonzero(rng.random(len(stay)) < _REPEATED_DIAGNOSIS)
    stay, code = np.concatenate([stay, stay[again]]), np.concatenate([code, code[again]])
    order = np.lexsort((code, stay))
    stay, code = stay[order], code[order]
    return {**h.key(stay), "ASS_DGN": c.text(code, words), "DGN_ASS_NUM": c.small(positions(stay))}, stay


def t_mco_a(h: Hospitalised) -> tuple[Columns, Ints]:
    """Return the CCAM acts of the stays that have one, and the stay of each."""
    words = [cause.acts[0] if cause.acts else "" for cause in CAUSES]
    has = np.array([bool(cause.acts) for cause in CAUSES])
    stay = np.flatnonzero(has[h.stays.cause])
    twice = np.repeat(stay, 1 + (stay % 4 == 0))
    return {
        **h.key(twice),
        "CDC_ACT": c.text(h.stays.cause[twice], words),
        "ACV_ACT": c.text(positions(twice) > 1, ["1", "4"]),
        "PHA_ACT": c.always("0", len(twice)),
        "ENT_DAT_DEL": c.same(0, len(twice)),
        "NBR_EXE_ACT": c.same(1, len(twice)),
    }, twice


def t_mco_um(h: Hospitalised) -> tuple[Columns, Ints]:
    """Return the units that each stay passed through, and the stay of each; the last has the main diagnosis."""
    stay = np.repeat(np.arange(h.stays.size), 1 + _two_units(h))
    order = positions(stay)
    last = np.ones(len(stay), dtype=np.bool_)
    last[:-1] = stay[1:] != stay[:-1]
    words = [*diagnosis_words(), "R074"]
    return {
        **h.key(stay),
        "UM_ORD_NUM": c.small(order),
        "DGN_PAL": c.text(np.where(last, main_diagnosis(h.stays)[stay], len(words) - 1), words),
        "DGN_REL": c.text(h.stays.cause[stay], [cause.related for cause in CAUSES]),
        "AUT_TYP1_UM": c.text(order > 1, ["07A", "04A"]),
        "ETA_NUM_GEO": h.key(stay)["ETA_NUM"],
        "PAR_DUR_SEJ": c.small((h.stays.exit - h.stays.entry)[stay]),
    }, stay


def _two_units(h: Hospitalised) -> Ints:
    rng = h.settings.stream("mco units", h.block)
    drawn = rng.random(h.stays.size) < _TWO_UNITS
    two: Ints = (drawn & (h.stays.exit > h.stays.entry)).astype(np.int64)
    return two


def positions(group: Ints) -> Ints:
    """Number the rows of each group from 1; groups are contiguous."""
    new = np.ones(len(group), dtype=np.bool_)
    new[1:] = group[1:] != group[:-1]
    start = np.maximum.accumulate(np.where(new, np.arange(len(group)), 0))
    found: Ints = np.arange(len(group)) - start + 1
    return found
