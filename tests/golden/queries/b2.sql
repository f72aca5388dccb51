with inc as (select b.BEN_IDT_ANO, min(dt) d0 from mco join ben b on mco.NIR_ANO_17=b.BEN_NIR_PSA where DGN_PAL similar to 'I(61|62|63|64).*' group by 1)
select year(d0) an, dpt, sexe, least(90,(year(d0)-annee_nais::int)//5*5) age5, count(*) n from inc join patient using(BEN_IDT_ANO) group by all
