"""The quality filters of the portal's documentation: views over the source tables, with where their rules come from.

The extractor creates them for workspaces; the planners of private and of verified queries read them as part of a query.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ecluse_platform.core.text import Text

# Establishments that report their stays twice, up to 2017; a table of the extract, under the project's own numbers.
DUPLICATES = "finess_doublons"
DUPLICATES_UNTIL = 2017


@dataclass(frozen=True)
class QualityView:
    """One view: its name, its version, what it holds, where its rules come from, and its SQL.

    Its columns mean what those of the same name do in the first of ``tables`` that has one; ``columns`` says the rest.
    """

    name: str
    version: str
    label: Text
    source: str
    tables: tuple[str, ...]
    select: str
    columns: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def comment(self) -> str:
        """The comment of the view: French, then English, then version and source."""
        return f"{self.label.fr}\n{self.label.en}\nversion {self.version} · {self.source}"


_BEN = QualityView(
    name="ben",
    version="1",
    label=Text(
        fr="Bénéficiaires au numéro régulier : correspondance entre pseudonyme d'assuré, rang et personne",
        en="Beneficiaries with a regular number: from insured pseudonym and rank to person",
    ),
    source=(
        "documentation SNDS, fiche bénéficiaire: BEN_CDI_NIR = '00'; 01, 03 to 15 are provisional or fictitious numbers"
    ),
    tables=("IR_BEN_R",),
    select="""\
SELECT DISTINCT BEN_NIR_PSA, BEN_RNG_GEM, BEN_IDT_ANO
FROM IR_BEN_R
WHERE BEN_CDI_NIR = '00'""",
)

_PATIENT = QualityView(
    name="patient",
    version="1",
    label=Text(
        fr="Une ligne par personne : sexe, année de naissance, département, mois de décès (160001 si aucun)",
        en="One row per person: sex, year of birth, département, month of death (160001 when none)",
    ),
    source=(
        "documentation SNDS, fiche bénéficiaire: a person (BEN_IDT_ANO) may have several rows; regular numbers only"
    ),
    tables=("IR_BEN_R",),
    select="""\
SELECT BEN_IDT_ANO,
       min(BEN_SEX_COD) AS sexe,
       min(BEN_NAI_ANN) AS annee_nais,
       max(BEN_RES_DPT) AS dpt,
       max(BEN_DCD_AME) AS dcd_ame
FROM IR_BEN_R
WHERE BEN_CDI_NIR = '00'
GROUP BY BEN_IDT_ANO""",
    columns=MappingProxyType(
        {
            "sexe": Text(fr="Sexe : 1 homme, 2 femme", en="Sex: 1 male, 2 female"),
            "annee_nais": Text(fr="Année de naissance", en="Year of birth"),
            "dpt": Text(
                fr="Département de résidence, trois caractères", en="Département of residence, three characters"
            ),
            "dcd_ame": Text(
                fr="Mois du décès (année et mois), 160001 si aucun",
                en="Month of death (year and month), 160001 when none",
            ),
        }
    ),
)

_PHA = QualityView(
    name="pha",
    version="1",
    label=Text(
        fr="Délivrances de médicaments en ville : boîtes par personne, jour et classe ATC, régularisations déduites",
        en="Drug dispensings in the community: boxes per person, day and ATC class, corrections deducted",
    ),
    source=(
        "documentation SNDS, schéma relationnel: lines for information (DPN_QLF 71, 72; PRS_DPN_QLP 71) left out, "
        "NULL kept; public hospitals counted in PMSI (ETE_IND_TAA = 1) left out; identical lines summed with "
        "their sign, positive sums kept"
    ),
    tables=("ER_PRS_F", "IR_BEN_R"),
    select="""\
SELECT b.BEN_IDT_ANO, p.EXE_SOI_DTD, r.PHA_ATC_CLA AS atc, sum(h.PHA_ACT_QSN) AS boites
FROM ER_PRS_F p
JOIN ER_PHA_F h USING (FLX_DIS_DTD, FLX_TRT_DTD, FLX_EMT_TYP, FLX_EMT_NUM, FLX_EMT_ORD, ORG_CLE_NUM, DCT_ORD_NUM,
  PRS_ORD_NUM, REM_TYP_AFF)
JOIN (SELECT DISTINCT PHA_CIP_C13, PHA_ATC_CLA FROM IR_PHA_R) r ON h.PHA_PRS_C13 = r.PHA_CIP_C13
JOIN ben b USING (BEN_NIR_PSA, BEN_RNG_GEM)
LEFT JOIN ER_ETE_F e USING (FLX_DIS_DTD, FLX_TRT_DTD, FLX_EMT_TYP, FLX_EMT_NUM, FLX_EMT_ORD, ORG_CLE_NUM, DCT_ORD_NUM,
  PRS_ORD_NUM, REM_TYP_AFF)
WHERE coalesce(p.DPN_QLF, 0) NOT IN (71, 72)
  AND coalesce(p.PRS_DPN_QLP, 0) <> 71
  AND (e.ETE_IND_TAA IS NULL OR e.ETE_IND_TAA <> 1)
GROUP BY ALL
HAVING sum(h.PHA_ACT_QSN) > 0""",
    columns=MappingProxyType(
        {
            "atc": Text(fr="Classe ATC à 7 caractères", en="7-character ATC class"),
            "boites": Text(
                fr="Boîtes délivrées ce jour-là, régularisations déduites",
                en="Boxes dispensed that day, corrections deducted",
            ),
        }
    ),
)

_MCO = QualityView(
    name="mco",
    version="1",
    label=Text(
        fr="Séjours hospitaliers en court séjour (MCO), chaînés à une personne, tous les exercices",
        en="Acute hospital stays (MCO) chained to a person, all years",
    ),
    source=(
        "documentation SNDS, fiche requête type PMSI MCO: GHM in error (90…) left out; every return code '0' "
        "(COH_* since 2013); fictitious chaining numbers left out; geographic FINESS of AP-HP, AP-HM and HCL left "
        "out up to 2017 (counted twice); stays for another hospital's care (SEJ_TYP B) left out except sessions "
        "(GHM 28, less 28Z14Z, 28Z15Z, 28Z16Z): SCALPEL"
    ),
    tables=("T_MCO_B", "T_MCO_C"),
    select="""\
SELECT c.NIR_ANO_17, c.EXE_SOI_DTD::DATE AS dt, b.* EXCLUDE (ANNEE), b.ANNEE
FROM T_MCO_B b
JOIN T_MCO_C c USING (ANNEE, ETA_NUM, RSA_NUM)
WHERE b.GRG_GHM NOT LIKE '90%'
  AND c.NIR_RET = '0' AND c.NAI_RET = '0' AND c.SEX_RET = '0' AND c.SEJ_RET = '0'
  AND c.FHO_RET = '0' AND c.PMS_RET = '0' AND c.DAT_RET = '0'
  AND (b.ANNEE < 2013 OR (c.COH_NAI_RET = '0' AND c.COH_SEX_RET = '0'))
  AND c.NIR_ANO_17 NOT IN ('xxxxxxxxxxxxxxxxx', 'XXXXXXXXXXXXXXXXD')
  AND (b.ANNEE > 2017 OR b.ETA_NUM NOT IN (SELECT ETA_NUM FROM finess_doublons))
  AND (b.SEJ_TYP IS NULL OR b.SEJ_TYP <> 'B'
    OR (b.GRG_GHM LIKE '28%' AND b.GRG_GHM NOT IN ('28Z14Z', '28Z15Z', '28Z16Z')))""",
    columns=MappingProxyType(
        {
            "dt": Text(fr="Jour d'entrée", en="Day of entry"),
        }
    ),
)

_ACE = QualityView(
    name="ace",
    version="1",
    label=Text(
        fr="Actes CCAM externes à l'hôpital (ACE), chaînés à une personne",
        en="Outpatient CCAM acts in hospitals (ACE), chained to a person",
    ),
    source=(
        "documentation SNDS, fiche actes et consultations externes: FMSTC holds the acts, CSTC the chaining; "
        "return codes '0'; ACV_ACT = '1' is the act itself; geographic FINESS of AP-HP, AP-HM and HCL left out up "
        "to 2017"
    ),
    tables=("T_MCO_FMSTC", "T_MCO_CSTC"),
    select="""\
SELECT c.NIR_ANO_17, c.EXE_SOI_DTD::DATE AS dt, f.ANNEE, f.ETA_NUM, f.SEQ_NUM, f.CCAM_COD, f.PHA_ACT
FROM T_MCO_FMSTC f
JOIN T_MCO_CSTC c USING (ANNEE, ETA_NUM, SEQ_NUM)
WHERE c.NIR_RET = '0' AND c.NAI_RET = '0' AND c.SEX_RET = '0' AND c.IAS_RET = '0' AND c.ENT_DAT_RET = '0'
  AND c.NIR_ANO_17 NOT IN ('xxxxxxxxxxxxxxxxx', 'XXXXXXXXXXXXXXXXD')
  AND f.ACV_ACT = '1'
  AND (f.ANNEE > 2017 OR f.ETA_NUM NOT IN (SELECT ETA_NUM FROM finess_doublons))""",
    columns=MappingProxyType(
        {
            "dt": Text(fr="Jour de la venue", en="Day of the visit"),
        }
    ),
)

_ALD = QualityView(
    name="ald",
    version="1",
    label=Text(
        fr="Affections de longue durée : dernière version de chaque exonération, fin NULL si ouverte",
        en="Long-term diseases: last version of each exemption, end NULL when open",
    ),
    source=(
        "documentation SNDS, fiche requête type ALD: IMB_ETM_NAT 41, 43, 45; select on the ICD-10 code (3 "
        "characters), not on the number of the disease; last INS_DTE/UPD_DTE wins; 1600-01-01 stands for no date"
    ),
    tables=("IR_IMB_R", "IR_BEN_R"),
    select="""\
SELECT b.BEN_IDT_ANO,
       i.MED_MTF_COD,
       i.IMB_ALD_NUM,
       i.IMB_ALD_DTD,
       CASE WHEN i.IMB_ALD_DTF >= DATE '1601-01-01' THEN i.IMB_ALD_DTF END AS IMB_ALD_DTF
FROM IR_IMB_R i
JOIN ben b USING (BEN_NIR_PSA, BEN_RNG_GEM)
WHERE i.IMB_ETM_NAT IN (41, 43, 45)
QUALIFY row_number() OVER (
    PARTITION BY b.BEN_IDT_ANO, i.MED_MTF_COD, i.IMB_ALD_DTD
    ORDER BY i.INS_DTE DESC NULLS LAST, i.UPD_DTE DESC NULLS LAST, i.IMB_ALD_DTF DESC NULLS LAST, i.IMB_ALD_NUM
) = 1""",
    columns=MappingProxyType(
        {
            "IMB_ALD_DTF": Text(
                fr="Fin de l'exonération, NULL si elle est ouverte", en="End of the exemption, NULL when open"
            ),
        }
    ),
)

_DECES = QualityView(
    name="deces",
    version="2",
    label=Text(
        fr="Décès : une ligne par personne, date, cause initiale (CIM-10)",
        en="Deaths: one row per person, date, underlying cause (ICD-10)",
    ),
    source=(
        "documentation SNDS, causes médicales de décès: KI_CCI_R since 2013; before 2016 dates of RSI and some "
        "SLM are unreliable; of several records the first one that has a cause, by date, then by code"
    ),
    tables=("KI_CCI_R",),
    select="""\
SELECT BEN_IDT_ANO, BEN_DCD_DTE, DCD_CIM_COD
FROM KI_CCI_R
WHERE BEN_IDT_ANO IS NOT NULL AND BEN_DCD_DTE >= DATE '1601-01-01'
QUALIFY row_number() OVER (
    PARTITION BY BEN_IDT_ANO ORDER BY DCD_CIM_COD IS NULL, BEN_DCD_DTE, DCD_CIM_COD
) = 1""",
)

# In this order: later views read earlier ones.
QUALITY_VIEWS = (_BEN, _PATIENT, _PHA, _MCO, _ACE, _ALD, _DECES)
