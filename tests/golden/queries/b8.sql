with d as (select BEN_IDT_ANO, BEN_DCD_DTE, substr(DCD_CIM_COD,1,1) chap from KI_CCI_R where FLX_PER_ANN between '2018' and '2022'),
h as (select b.BEN_IDT_ANO, m.dt, m.GRG_GHM from mco m join ben b on m.NIR_ANO_17=b.BEN_NIR_PSA)
select chap, count(distinct d.BEN_IDT_ANO) n_dc, count(distinct case when h.dt between BEN_DCD_DTE - interval 30 day and BEN_DCD_DTE then d.BEN_IDT_ANO end) n_hosp30 from d left join h using (BEN_IDT_ANO) group by all
