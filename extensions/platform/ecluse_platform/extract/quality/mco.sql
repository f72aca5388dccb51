-- version: 1
-- fr: Séjours hospitaliers en court séjour (MCO), chaînés à une personne, tous les exercices
-- en: Acute hospital stays (MCO) chained to a person, all years
-- source: documentation SNDS, fiche requête type PMSI MCO: GHM in error (90…) left out; every return code '0' (COH_* since 2013);
--         fictitious chaining numbers left out; geographic FINESS of AP-HP, AP-HM and HCL left out up to 2017 (counted twice);
--         stays for another hospital's care (SEJ_TYP B) left out except sessions (GHM 28, less 28Z14Z, 28Z15Z, 28Z16Z): SCALPEL
SELECT c.NIR_ANO_17, c.EXE_SOI_DTD::DATE AS dt, b.* EXCLUDE (ANNEE), b.ANNEE
FROM T_MCO_B b
JOIN T_MCO_C c USING (ANNEE, ETA_NUM, RSA_NUM)
WHERE b.GRG_GHM NOT LIKE '90%'
  AND c.NIR_RET = '0' AND c.NAI_RET = '0' AND c.SEX_RET = '0' AND c.SEJ_RET = '0'
  AND c.FHO_RET = '0' AND c.PMS_RET = '0' AND c.DAT_RET = '0'
  AND (b.ANNEE < 2013 OR (c.COH_NAI_RET = '0' AND c.COH_SEX_RET = '0'))
  AND c.NIR_ANO_17 NOT IN ('xxxxxxxxxxxxxxxxx', 'XXXXXXXXXXXXXXXXD')
  AND (b.ANNEE > 2017 OR b.ETA_NUM NOT IN (SELECT ETA_NUM FROM finess_doublons))
  AND (b.SEJ_TYP IS NULL OR b.SEJ_TYP <> 'B' OR (b.GRG_GHM LIKE '28%' AND b.GRG_GHM NOT IN ('28Z14Z', '28Z15Z', '28Z16Z')))
