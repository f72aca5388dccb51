-- version: 1
-- fr: Une ligne par personne : sexe, année de naissance, département, mois de décès (160001 si aucun)
-- en: One row per person: sex, year of birth, département, month of death (160001 when none)
-- source: documentation SNDS, fiche bénéficiaire: a person (BEN_IDT_ANO) may have several rows; regular numbers only
SELECT BEN_IDT_ANO,
       min(BEN_SEX_COD) AS sexe,
       min(BEN_NAI_ANN) AS annee_nais,
       max(BEN_RES_DPT) AS dpt,
       max(BEN_DCD_AME) AS dcd_ame
FROM IR_BEN_R
WHERE BEN_CDI_NIR = '00'
GROUP BY BEN_IDT_ANO
