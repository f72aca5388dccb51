-- version: 1
-- fr: Affections de longue durée : dernière version de chaque exonération, fin NULL si ouverte
-- en: Long-term diseases: last version of each exemption, end NULL when open
-- source: documentation SNDS, fiche requête type ALD: IMB_ETM_NAT 41, 43, 45; select on the ICD-10 code (3 characters), not on
--         the number of the disease; last INS_DTE/UPD_DTE wins; 1600-01-01 stands for no date
SELECT b.BEN_IDT_ANO,
       i.MED_MTF_COD,
       i.IMB_ALD_NUM,
       i.IMB_ALD_DTD,
       CASE WHEN i.IMB_ALD_DTF >= DATE '1601-01-01' THEN i.IMB_ALD_DTF END AS IMB_ALD_DTF
FROM IR_IMB_R i
JOIN ben b USING (BEN_NIR_PSA, BEN_RNG_GEM)
WHERE i.IMB_ETM_NAT IN (41, 43, 45)
QUALIFY row_number() OVER (
    PARTITION BY b.BEN_IDT_ANO, i.MED_MTF_COD, i.IMB_ALD_DTD
    ORDER BY i.INS_DTE DESC NULLS LAST, i.UPD_DTE DESC NULLS LAST, i.IMB_ALD_DTF DESC NULLS LAST, i.IMB_ALD_NUM
) = 1
