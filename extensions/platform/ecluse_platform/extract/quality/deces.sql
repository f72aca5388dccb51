-- version: 1
-- fr: Décès : une ligne par personne, date, cause initiale (CIM-10)
-- en: Deaths: one row per person, date, underlying cause (ICD-10)
-- source: documentation SNDS, causes médicales de décès: KI_CCI_R since 2013; before 2016 dates of RSI and some SLM are unreliable
SELECT BEN_IDT_ANO, min(BEN_DCD_DTE) AS BEN_DCD_DTE, arg_min(DCD_CIM_COD, BEN_DCD_DTE) AS DCD_CIM_COD
FROM KI_CCI_R
WHERE BEN_IDT_ANO IS NOT NULL AND BEN_DCD_DTE >= DATE '1601-01-01'
GROUP BY BEN_IDT_ANO
