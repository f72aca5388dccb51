select year(EXE_SOI_DTD) an, month(EXE_SOI_DTD) mois, sexe, least(90,(year(EXE_SOI_DTD)-annee_nais::int)//10*10) age10, count(distinct BEN_IDT_ANO) n_pat, sum(boites) n_boites
from pha join patient using (BEN_IDT_ANO) where atc like 'C10AA%' group by all
