"""What the planner accepts and what it refuses, one line each: the contract of the calculus, read by several tests."""

from __future__ import annotations

LINE_KEY = "FLX_DIS_DTD,FLX_TRT_DTD,FLX_EMT_TYP,FLX_EMT_NUM,FLX_EMT_ORD,ORG_CLE_NUM,DCT_ORD_NUM,PRS_ORD_NUM,REM_TYP_AFF"
SHORT_KEY = LINE_KEY.rpartition(",")[0]

ACCEPTED: tuple[str, ...] = (
    "select BEN_SEX_COD, count(distinct BEN_IDT_ANO) from IR_BEN_R group by all",
    "select BEN_RES_DPT, count(*), sum(PRS_PAI_MNT), avg(PRS_PAI_MNT) from ER_PRS_F group by 1",
    "select BEN_RES_DPT d, PSP_SPE_COD s, count(*), sum(PRS_PAI_MNT) from ER_PRS_F group by rollup (d, 2)",
    (
        "select q, z, count(distinct id) from (select BEN_NIR_PSA id, PRS_ACT_QTE q, BEN_RES_DPT z from ER_PRS_F "
        "qualify row_number() over (partition by BEN_NIR_PSA order by EXE_SOI_DTD desc)=1) group by cube (z, q)"
    ),
    "select BEN_RES_DPT, DPN_QLF, count(*) from ER_PRS_F group by grouping sets ((1), (DPN_QLF), ())",
    "select count(distinct BEN_NIR_PSA) from ER_PRS_F where EXE_SOI_DTD >= date '2020-02-01'",
    f"select count(*) from ER_PRS_F p join ER_PHA_F h using ({LINE_KEY})",
    f"select count(distinct p.BEN_NIR_PSA) from ER_PRS_F p semi join ER_PHA_F h using ({LINE_KEY})",
    f"select count(distinct p.BEN_NIR_PSA) from ER_PRS_F p anti join ER_PHA_F h using ({LINE_KEY})",
    (
        "select count(distinct BEN_IDT_ANO) from IR_BEN_R b where not exists (select 1 from ER_PRS_F p where "
        "p.BEN_NIR_PSA=b.BEN_NIR_PSA and p.DPN_QLF=71)"
    ),
    ("select count(distinct BEN_IDT_ANO) from IR_BEN_R b where BEN_NIR_PSA not in (select NIR_ANO_17 from T_MCO_C)"),
    (
        "select count(distinct BEN_IDT_ANO) from IR_BEN_R where (BEN_NIR_PSA,BEN_RNG_GEM) in (select "
        "BEN_NIR_PSA,BEN_RNG_GEM from IR_IMB_R where IMB_ETM_NAT=41)"
    ),
    (
        "select n, count(*) from (select BEN_IDT_ANO, (select count(*) from IR_IMB_R i where "
        "i.BEN_NIR_PSA=b.BEN_NIR_PSA) n from IR_BEN_R b) group by all"
    ),
    (
        "select r, count(*) from (select BEN_NIR_PSA, row_number() over (partition by BEN_NIR_PSA order by "
        "EXE_SOI_DTD) r, PRS_ACT_QTE q from ER_PRS_F) where r<=2 group by all"
    ),
    (
        "select q, count(*) from (select PRS_ACT_QTE q from ER_PRS_F qualify row_number() over (partition by "
        "BEN_NIR_PSA order by EXE_SOI_DTD desc)=1) group by all"
    ),
    (
        "select d, count(*) from (select lag(EXE_SOI_DTD) over (partition by BEN_NIR_PSA order by "
        "EXE_SOI_DTD) p, EXE_SOI_DTD e, datediff('day', p, e) d from ER_PRS_F) group by all"
    ),
    (
        "select k, count(*) from (select BEN_NIR_PSA id,'p' k from ER_PRS_F union all select NIR_ANO_17,'s' "
        "from T_MCO_C) group by all"
    ),
    ("select count(distinct id) from (select BEN_NIR_PSA id from ER_PRS_F except select NIR_ANO_17 from T_MCO_C)"),
    ("select count(distinct id) from (select BEN_NIR_PSA id from ER_PRS_F intersect select NIR_ANO_17 from T_MCO_C)"),
    ("select count(distinct id) from (select BEN_NIR_PSA id from ER_PRS_F union select NIR_ANO_17 from T_MCO_C)"),
    ("select count(*) from ER_PRS_F p, IR_BEN_R b where p.BEN_NIR_PSA=b.BEN_NIR_PSA and p.BEN_RNG_GEM=b.BEN_RNG_GEM"),
    (
        "select x, count(*) from (select coalesce(a.BEN_NIR_PSA,c.NIR_ANO_17) id, count(*) x from (select "
        "BEN_NIR_PSA from ER_PRS_F) a full join T_MCO_C c on a.BEN_NIR_PSA=c.NIR_ANO_17 group by 1) group by "
        "all"
    ),
    "select v, count(*) from (select BEN_NIR_PSA, unnest([1,2]) v from IR_BEN_R) group by all",
    ("select an, count(distinct BEN_IDT_ANO) from IR_BEN_R, range(2018,2021) t(an) where an > 2018 group by all"),
    ("select r.PHA_ATC_CLA, count(*) from ER_PHA_F h left join IR_PHA_R r on h.PHA_PRS_C13=r.PHA_CIP_C13 group by all"),
    (
        "select count(*) from ER_PHA_F where PHA_PRS_C13 in (select PHA_CIP_C13 from IR_PHA_R where "
        "PHA_ATC_CLA like 'C10%')"
    ),
    "select median(n) from (select BEN_NIR_PSA, count(*) n from ER_PRS_F group by 1)",
    "select DCD_CIM_COD, count(distinct BEN_IDT_ANO) from deces group by 1",
    "select b.sexe, year(d.BEN_DCD_DTE), count(*) from deces d join patient b using (BEN_IDT_ANO) group by all",
    "select DGN_PAL, count(distinct NIR_ANO_17) from T_MCO20B b join T_MCO20C c using (ETA_NUM, RSA_NUM) group by 1",
    "select n, count(*) from (select ETA_NUM, RSA_NUM, count(*) n from t_mco20um group by all) group by 1",
    "select count(distinct NIR_ANO_17) from (select * from T_MCO20C union all select * from T_MCO21C)",
    ("select count(*) from T_MCO_B b join T_MCO_D d using (ETA_NUM, RSA_NUM) where b.ANNEE = 2020 and d.ANNEE = 2020"),
    "select count(distinct m) from (select BEN_IDT_ANO, min(BEN_NIR_PSA) m from IR_BEN_R group by 1)",
    (
        "select count(*) from ER_PRS_F a join ER_PRS_F b on a.BEN_NIR_PSA=b.BEN_NIR_PSA and b.EXE_SOI_DTD "
        "between a.EXE_SOI_DTD and a.EXE_SOI_DTD + interval 30 day"
    ),
    (
        "select s, count(*) from (select sum(PRS_ACT_QTE) over (partition by BEN_NIR_PSA order by EXE_SOI_DTD"
        " rows unbounded preceding) s from ER_PRS_F) group by all"
    ),
    "select BEN_NAI_ANN::int // (BEN_SEX_COD-1) z, count(*) from IR_BEN_R group by all",
)

REFUSED: tuple[tuple[str, str], ...] = (
    ("sql_unknown_column", "select BEN_SEXE, count(*) from IR_BEN_R group by all"),
    ("sql_column_not_granted", "select BEN_RES_COM, count(*) from IR_BEN_R group by all"),
    ("sql_column_not_granted", "select count(*) from IR_BEN_R b where b.ben_dcd_dte is null"),
    # A column that the permit grants and the filter leaves out is unknown there.
    ("sql_unknown_column", "select BEN_SEX_COD, count(*) from ben group by all"),
    ("sql_star", "select * from IR_BEN_R"),
    ("private_join_without_person", "select count(*) from ER_PRS_F a join ER_PRS_F b on a.EXE_SOI_DTD=b.EXE_SOI_DTD"),
    ("private_join_without_person", "select count(*) from ER_PRS_F a cross join IR_BEN_R b"),
    ("private_join_without_person", f"select count(*) from ER_PRS_F p join ER_PHA_F h using ({SHORT_KEY})"),
    ("private_join_without_person", "select count(*) from T_MCO_B b join T_MCO_C c using (ETA_NUM,RSA_NUM)"),
    (
        "private_join_without_person",
        "select count(*) from IR_BEN_R a join IR_BEN_R b on a.BEN_IDT_ANO = upper(b.BEN_IDT_ANO)",
    ),
    (
        "private_join_without_person",
        "select count(*) from IR_BEN_R a join KI_CCI_R b on a.BEN_IDT_ANO = b.BEN_IDT_ANO or a.BEN_IDT_ANO is null",
    ),
    (
        "private_public_kept",
        (
            "select r.PHA_ATC_CLA, count(*) from IR_PHA_R r left join ER_PHA_F h on h.PHA_PRS_C13=r.PHA_CIP_C13 "
            "group by all"
        ),
    ),
    ("private_public_kept", "select count(*) from ER_PHA_F h full join IR_PHA_R r on h.PHA_PRS_C13=r.PHA_CIP_C13"),
    ("private_inner_total", "select x, count(*) from IR_BEN_R, (select avg(PRS_ACT_QTE) x from ER_PRS_F) group by all"),
    (
        "private_group_without_person",
        "select n, count(*) from (select EXE_SOI_DTD, count(*) n from ER_PRS_F group by 1) group by all",
    ),
    (
        "private_group_without_person",
        (
            "select n, count(*) from (select h.BEN_NIR_PSA, count(*) n from IR_BEN_R b left join ER_PRS_F h on "
            "b.BEN_NIR_PSA=h.BEN_NIR_PSA group by 1) group by all"
        ),
    ),
    (
        "private_window_without_person",
        "select count(*) from (select rank() over (order by PRS_PAI_MNT) r from ER_PRS_F) where r<=10",
    ),
    (
        "private_window_without_person",
        (
            "select count(*) from (select rank() over (partition by BEN_RES_DPT order by PRS_PAI_MNT) r from "
            "ER_PRS_F) where r<=10"
        ),
    ),
    ("private_join_without_person", "select count(*) from T_MCO20B b join T_MCO21C c using (ETA_NUM, RSA_NUM)"),
    ("private_join_without_person", "select count(*) from T_MCO_B b join T_MCO_C c using (ETA_NUM, RSA_NUM)"),
    (
        "private_group_without_person",
        "select n, count(*) from (select ETA_NUM, count(*) n from T_MCO20B group by 1) group by 1",
    ),
    ("sql_unknown_table", "select count(*) from T_MCO17B"),
    ("private_distinct_without_person", "select count(*) from (select distinct EXE_SOI_DTD from ER_PRS_F)"),
    ("private_chooses_persons", "select count(*) from (select * from ER_PRS_F order by PRS_PAI_MNT desc limit 10)"),
    ("private_chooses_persons", "select count(*) from (select distinct on (BEN_RES_DPT) * from ER_PRS_F)"),
    ("private_chooses_persons", "select count(*) from (select * from ER_PRS_F using sample 10)"),
    ("private_mixed_rows", "select count(*) from (select BEN_IDT_ANO from IR_BEN_R union all select 'x')"),
    (
        "private_duplicates_across",
        "select count(*) from (select EXE_SOI_DTD from ER_PRS_F union select EXE_SOI_DTD from T_MCO_C)",
    ),
    (
        "private_public_filtered",
        (
            "select count(*) from ER_PHA_F where PHA_PRS_C13 in (select PHA_CIP_C13 from IR_PHA_R where "
            "PHA_CIP_C13 in (select PHA_PRS_C13 from ER_PHA_F))"
        ),
    ),
    (
        "private_subquery_without_person",
        "select count(*) from ER_PRS_F where PRS_PAI_MNT > (select avg(PRS_PAI_MNT) from ER_PRS_F)",
    ),
    (
        "private_tuple_in",
        (
            "select count(*) from IR_BEN_R where (BEN_NIR_PSA,BEN_RNG_GEM) not in (select BEN_NIR_PSA,BEN_RNG_GEM"
            " from ER_PRS_F)"
        ),
    ),
    (
        "private_subquery_place",
        (
            "select count(*) from IR_BEN_R a join IR_PHA_R r on exists (select 1 from ER_PHA_F h where "
            "h.PHA_PRS_C13 = r.PHA_CIP_C13)"
        ),
    ),
    (
        "private_subquery_without_person",
        "select count(*) from IR_BEN_R where BEN_RES_DPT in (select BEN_RES_DPT from ER_PRS_F where DPN_QLF=71)",
    ),
    (
        "private_subquery_without_person",
        (
            "select count(distinct BEN_IDT_ANO) from IR_BEN_R b where not exists (select 1 from ER_PRS_F p where "
            "p.DPN_QLF=71)"
        ),
    ),
    (
        "private_scalar_rows",
        (
            "select x, count(*) from (select BEN_IDT_ANO, (select PRS_PAI_MNT from ER_PRS_F p where "
            "p.BEN_NIR_PSA=b.BEN_NIR_PSA) x from IR_BEN_R b) group by all"
        ),
    ),
    ("private_not_person", "select count(distinct BEN_IDT_ANO) from (select BEN_RES_DPT BEN_IDT_ANO from ER_PRS_F)"),
    ("private_not_person", "select count(distinct lower(BEN_IDT_ANO)) from IR_BEN_R"),
    ("private_outer_aggregate", "select max(PRS_PAI_MNT) from ER_PRS_F"),
    ("private_outer_aggregate", "select string_agg(BEN_IDT_ANO, ',') from IR_BEN_R"),
    ("private_volatile", "select count(*) from ER_PRS_F where random() < 0.1"),
    ("private_function", "select count(*) from IR_BEN_R where error(BEN_IDT_ANO) is null"),
    ("private_function", "select count(*) from IR_BEN_R where getvariable('x') = 1"),
    ("private_volatile", "select count(*) from ER_PRS_F where EXE_SOI_DTD > current_date"),
    ("private_variable_range", "select count(*) from ER_PRS_F p, range(p.PRS_ACT_QTE) t(x)"),
    ("sql_source", "select count(*) from read_csv('/etc/passwd')"),
    ("sql_source", "select count(*) from 'x.parquet'"),
    ("private_reserved_name", "select count(distinct __u) from IR_BEN_R"),
    ("sql_unknown_column", "select count(nope) from IR_BEN_R"),
    ("private_row_as_value", "select count(*) from (select b from IR_BEN_R b)"),
    ("private_function", "select count(columns('BEN.*')) from IR_BEN_R"),
    ("sql_not_select", "drop table IR_BEN_R"),
    ("sql_several_statements", "select 1; select 2"),
    (
        "private_order_dependent",
        "select f, count(*) from (select BEN_NIR_PSA, first(PRS_ACT_QTE) f from ER_PRS_F group by 1) group by all",
    ),
    (
        "private_recursive",
        "with recursive r as (select 1 x union all select x+1 from r) select count(*) from r, IR_BEN_R",
    ),
    ("private_nothing_private", "select count(*) from IR_PHA_R"),
    ("private_outer_clause", "select BEN_RES_DPT, count(*) from ER_PRS_F group by 1 having count(*) > 10"),
    ("private_margin_not_additive", "select BEN_RES_DPT, avg(PRS_PAI_MNT) from ER_PRS_F group by rollup(1)"),
    ("private_margin_persons", "select BEN_RES_DPT, count(distinct BEN_NIR_PSA) from ER_PRS_F group by rollup(1)"),
    ("sql_totals", "select BEN_RES_DPT, count(*) from ER_PRS_F group by BEN_RES_DPT with rollup"),
    ("sql_set_twice", "select BEN_RES_DPT d, count(*) from ER_PRS_F group by grouping sets ((1), (d))"),
    ("sql_set_nested", "select BEN_RES_DPT, count(*) from ER_PRS_F group by grouping sets (rollup(1))"),
    ("sql_group_not_shown", "select 1 a, 2 b, count(*) from ER_PRS_F group by (a, b), rollup(1)"),
    (
        "private_too_many_cells",
        f"select BEN_RES_DPT, count(*) from ER_PRS_F group by cube({', '.join(['BEN_RES_DPT'] * 40)})",
    ),
    (
        "private_lateral",
        "select count(*) from IR_BEN_R b, (select p.DPN_QLF from ER_PRS_F p where p.BEN_NIR_PSA=b.BEN_NIR_PSA) z",
    ),
    ("private_join_kind", "select count(*) from ER_PRS_F positional join IR_BEN_R"),
    ("private_not_select", "select 1 union select 2"),
    ("private_names_unclear", "select count(*) from IR_BEN_R a join IR_IMB_R b using (BEN_SEX_COD)"),
    ("private_professionals_table", "select count(*) from DA_PRA_R"),
    ("sql_table_not_granted", "select count(*) from ER_UCD_F"),
    ("sql_unknown_table", "select count(*) from ER_PRS"),
    ("private_alias_twice", "with IR_BEN_R as (select 1 x) select count(*) from IR_BEN_R"),
    ("private_inner_margins", "select count(*) from (select BEN_NIR_PSA from ER_PRS_F group by rollup(1))"),
    (
        "private_window_grouped",
        (
            "select count(*) from (select BEN_NIR_PSA, count(*) n, rank() over (partition by BEN_NIR_PSA) r "
            "from ER_PRS_F group by 1)"
        ),
    ),
    ("private_by_name", "select count(*) from (from IR_BEN_R union all by name from IR_BEN_R)"),
    (
        "private_set_columns",
        "select count(*) from (select BEN_NIR_PSA from IR_BEN_R union all select BEN_NIR_PSA, 1 from IR_BEN_R)",
    ),
    (
        "private_mixed_types",
        (
            "select count(*) from (select BEN_NIR_PSA, BEN_SEX_COD x from IR_BEN_R union all "
            "select BEN_NIR_PSA, EXE_SOI_DTD from ER_PRS_F)"
        ),
    ),
    ("private_mixed_types", "select count(*) from ER_PRS_F join IR_PHA_R on PHA_ATC_CLA = DPN_QLF"),
    ("private_aggregate_place", "select count(*) from IR_BEN_R where max(BEN_SEX_COD) = 1"),
    (
        "private_inexact_sum",
        "select count(*) from (select BEN_NIR_PSA, sum(PRS_PAI_MNT::double) s from ER_PRS_F group by 1) where s > 1",
    ),
    (
        "private_subquery_arithmetic",
        (
            "select count(*) from IR_BEN_R b where "
            "2 * (select count(*) from ER_PRS_F p where p.BEN_NIR_PSA = b.BEN_NIR_PSA) > 2"
        ),
    ),
    ("private_outer_limit", "select BEN_SEX_COD, count(*) from IR_BEN_R group by 1 limit 3"),
    ("private_outer_arithmetic", "select sum(PRS_PAI_MNT) / count(*) from ER_PRS_F"),
    ("private_no_aggregate", "select BEN_SEX_COD from IR_BEN_R group by 1"),
    ("private_identifying_dimension", "select BEN_IDT_ANO, count(*) from IR_BEN_R group by 1"),
    ("private_identifying_dimension", "select PFS_EXE_NUM, count(*) from ER_PRS_F group by 1"),
    ("private_identifying_dimension", "select EXE_SOI_DTD, count(*) from ER_PRS_F group by 1"),
    ("private_identifying_dimension", "select EXE_SOI_DTD::varchar d, count(*) from ER_PRS_F group by 1"),
    ("private_dimension_not_grouped", "select BEN_SEX_COD, BEN_RES_DPT, count(*) from IR_BEN_R group by 1"),
    ("private_dimension_hidden", "select count(*) from IR_BEN_R group by BEN_SEX_COD"),
    ("private_edges_missing", "select median(PRS_PAI_MNT) from ER_PRS_F"),
    ("sql_quantile", "select quantile_cont(PRS_PAI_MNT, 2) q from ER_PRS_F"),
    ("private_chooses_persons", "select count(*) from ((select * from ER_PRS_F) limit 10) t"),
    ("private_chooses_persons", "select count(*) from ((from ER_PRS_F limit 2) union all (from ER_PRS_F)) t"),
    (
        "private_function",
        "select count(*) from (select ntile(0) over (partition by BEN_NIR_PSA) q from ER_PRS_F) where q = 1",
    ),
    ("private_function", "select count(*) from (select BEN_NIR_PSA, max(PRS_ACT_QTE, 3) q from ER_PRS_F group by 1)"),
    (
        "private_function",
        (
            "select count(*) from (select sum(PRS_ACT_QTE) over (partition by BEN_NIR_PSA order by EXE_SOI_DTD "
            "rows between PRS_NAT_REF preceding and current row) q from ER_PRS_F) where q = 1"
        ),
    ),
)

# The benchmark queries that are accepted as they were written; what each needs beside its text is in private_world.
BENCHMARKS = ("b1", "b2", "b3", "b4", "b5", "b6", "b8")
