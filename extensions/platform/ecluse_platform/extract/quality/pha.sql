-- version: 1
-- fr: Délivrances de médicaments en ville : boîtes par personne, jour et classe ATC, régularisations déduites
-- en: Drug dispensings in the community: boxes per person, day and ATC class, corrections deducted
-- source: documentation SNDS, schéma relationnel: lines for information (DPN_QLF 71, 72; PRS_DPN_QLP 71) left out, NULL kept;
--         public hospitals counted in PMSI (ETE_IND_TAA = 1) left out; identical lines summed with their sign, positive sums kept
SELECT b.BEN_IDT_ANO, p.EXE_SOI_DTD, r.PHA_ATC_CLA AS atc, sum(h.PHA_ACT_QSN) AS boites
FROM ER_PRS_F p
JOIN ER_PHA_F h USING (FLX_DIS_DTD, FLX_TRT_DTD, FLX_EMT_TYP, FLX_EMT_NUM, FLX_EMT_ORD, ORG_CLE_NUM, DCT_ORD_NUM, PRS_ORD_NUM, REM_TYP_AFF)
JOIN (SELECT DISTINCT PHA_CIP_C13, PHA_ATC_CLA FROM IR_PHA_R) r ON h.PHA_PRS_C13 = r.PHA_CIP_C13
JOIN ben b USING (BEN_NIR_PSA, BEN_RNG_GEM)
LEFT JOIN ER_ETE_F e USING (FLX_DIS_DTD, FLX_TRT_DTD, FLX_EMT_TYP, FLX_EMT_NUM, FLX_EMT_ORD, ORG_CLE_NUM, DCT_ORD_NUM, PRS_ORD_NUM, REM_TYP_AFF)
WHERE coalesce(p.DPN_QLF, 0) NOT IN (71, 72)
  AND coalesce(p.PRS_DPN_QLP, 0) <> 71
  AND (e.ETE_IND_TAA IS NULL OR e.ETE_IND_TAA <> 1)
GROUP BY ALL
HAVING sum(h.PHA_ACT_QSN) > 0
