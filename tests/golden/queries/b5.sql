with base as (select BEN_IDT_ANO, min(EXE_SOI_DTD) d0 from pha where atc in ('B01AF01','B01AF02','B01AE07','B01AA03') group by 1),
ev as (select b.BEN_IDT_ANO, min(dt) de from mco m join ben b on m.NIR_ANO_17=b.BEN_NIR_PSA join base using(BEN_IDT_ANO) where dt>d0 and DGN_PAL like 'I6%' group by 1),
dc as (select BEN_IDT_ANO, min(BEN_DCD_DTE) dd from KI_CCI_R group by 1),
t as (select arm, least(coalesce(de,date '9999-01-01'),coalesce(dd,date '9999-01-01'),date '2023-12-31') fin, de, d0 from (select b.*, (select min(atc) from pha p where p.BEN_IDT_ANO=b.BEN_IDT_ANO and p.EXE_SOI_DTD=b.d0 and atc like 'B01A%') arm from base b) left join ev using(BEN_IDT_ANO) left join dc using(BEN_IDT_ANO))
select arm, datediff('day',d0,fin)//30 t30, count(*) n_sortis, sum((de is not null and de<=fin)::int) n_ev from t group by all
