# SQL is the subject of these tests.
from __future__ import annotations

from pathlib import Path

import pytest

from ecluse_platform.core.disclosure.queries.plan import plan_query
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.policyfiles import load_policies

POLICIES = Path(__file__).resolve().parents[3] / "policies"
K9 = (
    "FLX_DIS_DTD, FLX_TRT_DTD, FLX_EMT_TYP, FLX_EMT_NUM, FLX_EMT_ORD, ORG_CLE_NUM, DCT_ORD_NUM, PRS_ORD_NUM, "
    "REM_TYP_AFF"
)
DRUGS = (
    f"FROM ER_PRS_F p JOIN ER_PHA_F h USING ({K9}) JOIN IR_PHA_R r ON h.PHA_PRS_C13 = r.PHA_CIP_C13 "
    "JOIN IR_BEN_R b USING (BEN_NIR_PSA, BEN_RNG_GEM) WHERE r.PHA_ATC_CLA LIKE 'A10%' AND b.BEN_CDI_NIR = '00' "
    "AND coalesce(p.DPN_QLF, 0) NOT IN (71, 72) AND coalesce(p.PRS_DPN_QLP, 0) <> 71 "
)

ACCEPTED = {
    "drug use by year, sex and département": (
        "SELECT year(p.EXE_SOI_DTD) AS annee, b.BEN_SEX_COD AS sexe, b.BEN_RES_DPT AS dpt, "
        f"count(DISTINCT b.BEN_IDT_ANO) AS personnes, count(*) AS delivrances {DRUGS} GROUP BY ALL"
    ),
    "drug use by month and age": (
        "SELECT year(p.EXE_SOI_DTD) AS an, month(p.EXE_SOI_DTD) AS mois, b.BEN_SEX_COD AS sexe, "
        "least(90, (year(p.EXE_SOI_DTD) - b.BEN_NAI_ANN::INT) // 10 * 10) AS age10, "
        f"count(DISTINCT b.BEN_IDT_ANO) AS n {DRUGS} GROUP BY ALL ORDER BY 1, 2"
    ),
    "long-term diseases by département": (
        "SELECT b.BEN_RES_DPT, b.BEN_SEX_COD, count(DISTINCT b.BEN_IDT_ANO) AS n FROM IR_IMB_R i "
        "JOIN IR_BEN_R b USING (BEN_NIR_PSA, BEN_RNG_GEM) WHERE i.IMB_ETM_NAT IN (41, 43, 45) "
        "AND left(i.MED_MTF_COD, 3) IN ('E10', 'E11', 'E12', 'E13', 'E14') AND i.IMB_ALD_DTD <= DATE '2023-12-31' "
        "AND (i.IMB_ALD_DTF < DATE '1601-01-01' OR i.IMB_ALD_DTF >= DATE '2023-01-01') GROUP BY ALL"
    ),
    "a series interrupted": (
        "SELECT date_trunc('month', p.EXE_SOI_DTD) AS mois, date_trunc('month', p.EXE_SOI_DTD) >= DATE '2023-03-01' "
        f"AS apres, count(*) AS n, count(DISTINCT p.BEN_NIR_PSA) AS personnes {DRUGS} GROUP BY ALL ORDER BY 1"
    ),
    "classes of drugs with all their totals": (
        "SELECT left(r.PHA_ATC_CLA, 5) AS classe, r.PHA_ATC_CLA AS substance, b.BEN_SEX_COD AS sexe, "
        f"count(DISTINCT b.BEN_IDT_ANO) AS personnes {DRUGS} GROUP BY ROLLUP (classe, substance), CUBE (sexe)"
    ),
    "regions and their départements": (
        "SELECT d.GEO_REG_COD AS region, b.BEN_RES_DPT AS dpt, count(DISTINCT b.BEN_IDT_ANO) AS personnes, "
        "100.0 * count(DISTINCT CASE WHEN b.BEN_SEX_COD = 2 THEN b.BEN_IDT_ANO END) / count(DISTINCT b.BEN_IDT_ANO) "
        "AS femmes FROM IR_BEN_R b JOIN IR_DPT_V d ON b.BEN_RES_DPT = d.GEO_DPT_COD GROUP BY ROLLUP (region, dpt)"
    ),
}
REFUSED = {
    f"SELECT count(*) FROM ER_PRS_F p JOIN ER_PHA_F h USING ({K9.replace(', REM_TYP_AFF', '')})": "sql_join_key",
    f"SELECT p.PRS_PAI_MNT, count(*) {DRUGS} GROUP BY ALL": "sql_measure_dimension",
    f"SELECT p.BEN_RES_DPT, sum(p.PRS_PAI_MNT) {DRUGS} GROUP BY ALL": "sql_sum_joined",
    f"SELECT p.EXE_SOI_DTD, count(*) {DRUGS} GROUP BY ALL": "sql_date_dimension",
    f"SELECT b.BEN_RES_COM, count(*) {DRUGS} GROUP BY ALL": "sql_column_not_granted",
    f"SELECT h.PHA_PRS_C13, count(DISTINCT h.PHA_PRS_C13) {DRUGS} GROUP BY ALL": "sql_count_column",
}


@pytest.mark.parametrize("sql", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_the_questions_of_epidemiologists_are_accepted_as_they_write_them(sql: str) -> None:
    """Queries of the published kind pass on the demonstration's own policies, and read the same when planned again."""
    bundle = load_policies(POLICIES)
    project = bundle.projects["diabete-idf"]
    limits = bundle.catalogue, project, bundle.profile_of(project)
    length = bundle.platform.queries.sql_characters
    query = plan_query(*limits, sql, length)
    assert plan_query(*limits, query.canonical_sql, length).guarded_sql == query.guarded_sql


@pytest.mark.parametrize(("sql", "code"), REFUSED.items())
def test_what_would_mix_or_name_persons_is_refused_there_too(sql: str, code: str) -> None:
    """The same queries with one step too far are refused with their own reason."""
    bundle = load_policies(POLICIES)
    project = bundle.projects["diabete-idf"]
    with pytest.raises(Refusal) as caught:
        plan_query(bundle.catalogue, project, bundle.profile_of(project), sql, bundle.platform.queries.sql_characters)
    assert caught.value.code == code


def test_one_year_of_a_table_is_told_under_the_name_that_is_read() -> None:
    """The portal's name of a granted year leads to the table and its year; one of another year is no table."""
    bundle = load_policies(POLICIES)
    project = bundle.projects["avc-parcours"]
    year = max(project.data.years)
    found = {}
    for asked in (year, year + 1):
        with pytest.raises(Refusal) as caught:
            plan_query(
                bundle.catalogue,
                project,
                bundle.profile_of(project),
                f"SELECT count(*) AS n FROM t_mco{asked % 100}b",
                bundle.platform.queries.sql_characters,
            )
        found[asked] = caught.value
    assert found[year].code == "sql_table_of_a_year"
    assert (found[year].fields["known"], found[year].fields["year"]) == ("T_MCO_B", str(year))
    assert found[year + 1].code == "sql_unknown_table"
