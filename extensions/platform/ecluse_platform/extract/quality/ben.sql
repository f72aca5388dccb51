-- version: 1
-- fr: Bénéficiaires au numéro régulier : correspondance entre pseudonyme d'assuré, rang et personne
-- en: Beneficiaries with a regular number: from insured pseudonym and rank to person
-- source: documentation SNDS, fiche bénéficiaire: BEN_CDI_NIR = '00'; 01, 03 to 15 are provisional or fictitious numbers
SELECT DISTINCT BEN_NIR_PSA, BEN_RNG_GEM, BEN_IDT_ANO
FROM IR_BEN_R
WHERE BEN_CDI_NIR = '00'
