-- version: 1
-- fr: Actes CCAM externes à l'hôpital (ACE), chaînés à une personne
-- en: Outpatient CCAM acts in hospitals (ACE), chained to a person
-- source: documentation SNDS, fiche actes et consultations externes: FMSTC holds the acts, CSTC the chaining; return codes '0';
--         ACV_ACT = '1' is the act itself; geographic FINESS of AP-HP, AP-HM and HCL left out up to 2017
SELECT c.NIR_ANO_17, c.EXE_SOI_DTD::DATE AS dt, f.ANNEE, f.ETA_NUM, f.SEQ_NUM, f.CCAM_COD, f.PHA_ACT
FROM T_MCO_FMSTC f
JOIN T_MCO_CSTC c USING (ANNEE, ETA_NUM, SEQ_NUM)
WHERE c.NIR_RET = '0' AND c.NAI_RET = '0' AND c.SEX_RET = '0' AND c.IAS_RET = '0' AND c.ENT_DAT_RET = '0'
  AND c.NIR_ANO_17 NOT IN ('xxxxxxxxxxxxxxxxx', 'XXXXXXXXXXXXXXXXD')
  AND f.ACV_ACT = '1'
  AND (f.ANNEE > 2017 OR f.ETA_NUM NOT IN (SELECT ETA_NUM FROM finess_doublons))
