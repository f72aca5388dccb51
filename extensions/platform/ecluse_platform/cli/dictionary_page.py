"""The page of the dictionary: which tables can be granted, how they are joined, which code lists there are."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ecluse_platform.core.policy.bundle import PolicyBundle
from ecluse_platform.core.policy.catalogue import Catalogue, Table
from ecluse_platform.core.policy.codelist import CodeList
from ecluse_platform.core.policy.columns import ColumnClass
from ecluse_platform.core.text import Language

_WORDS: Mapping[Language, Mapping[str, str]] = MappingProxyType(
    {
        Language.EN: {
            "head": """# Dictionary

Written by `ecluse policy dictionary` from the catalogue and the code lists; do not edit.
[En français](../fr/dictionnaire.md)

All that follows can be asked in a notebook, with what your permit grants first:

```python
import ecluse

ecluse.describe()  # the tables of the project
ecluse.describe("ER_PRS_F")  # the columns of one
ecluse.describe("ER_PRS_F.PSP_SPE_COD")  # what is known of a column, with the values of its code list
ecluse.search("dispensation date")  # by names and meanings, French or English, accents aside
ecluse.codelist("diabetes")  # a set of codes, its version and its source
```

The catalogue knows {all_columns} columns of {all_tables} tables. {tables} can be granted. The other {described} have
names and types only: they can be looked up, and a permit that names one is refused.
""",
            "tables": """
## Tables that can be granted

Tables that share a key are joined on all of its columns. The owner is the key that leads to the person of a row. Tables
of the PMSI hold all years, with the year in `ANNEE`; in a project's database each year also has the portal's own name.

| Table | One row | Keys | Owner | Columns | On the portal |
|---|---|---|---|---|---|
""",
            "identifiers": """
## Potential identifiers

The five potential identifiers of the SNDS stand in these columns. A permit names those that it grants; two different
ones in one project need the pair by name. What is coarser can be granted without being named.

| Column | Which | Coarser |
|---|---|---|
""",
            "codelists": """
## Code lists

In SQL, `in_codelist(code, 'name')` says whether a code belongs to a list, and `codelists` is the table of all codes:

```sql
SELECT count(DISTINCT NIR_ANO_17)
FROM T_MCO_B JOIN T_MCO_C USING (ANNEE, ETA_NUM, RSA_NUM)
WHERE in_codelist(DGN_PAL, 'stroke')
```

CIM-10 codes have no dot. A list is a starting point: read its description and its source before you publish with it.
The egress service knows no macro: `ecluse.codelist("stroke").condition("DGN_PAL")` writes the codes out for a request.

| Name | Version | What it is | Codes | Source |
|---|---|---|---|---|
""",
        },
        Language.FR: {
            "head": """# Dictionnaire

Écrit par `ecluse policy dictionary` à partir du catalogue et des listes de codes ; ne pas modifier.
[In English](../en/dictionary.md)

Tout ce qui suit se demande aussi dans un notebook, ce que votre permis accorde en premier :

```python
import ecluse

ecluse.describe()  # les tables du projet
ecluse.describe("ER_PRS_F")  # les colonnes d'une table
ecluse.describe("ER_PRS_F.PSP_SPE_COD")  # ce qu'on sait d'une colonne, avec les valeurs de sa nomenclature
ecluse.search("date de délivrance")  # par noms et significations, dans les deux langues
ecluse.codelist("diabetes")  # un ensemble de codes, sa version et sa source
```

Le catalogue connaît {all_columns} colonnes de {all_tables} tables. {tables} peuvent être accordées. Les {described}
autres n'ont que des noms et des types : on peut les consulter, et un permis qui en nomme une est refusé.
""",
            "tables": """
## Tables qui peuvent être accordées

Deux tables qui partagent une clé se joignent sur toutes ses colonnes. Le propriétaire est la clé qui mène à la personne
d'une ligne. Les tables du PMSI contiennent toutes les années, avec l'année dans `ANNEE` ; dans la base d'un projet,
chaque année a aussi le nom du portail.

| Table | Une ligne | Clés | Propriétaire | Colonnes | Sur le portail |
|---|---|---|---|---|---|
""",
            "identifiers": """
## Identifiants potentiels

Les cinq identifiants potentiels du SNDS se trouvent dans ces colonnes. Un permis nomme ceux qu'il accorde ; deux
identifiants différents dans un projet demandent que le permis nomme le couple. Ce qui est moins précis peut être
accordé sans être nommé.

| Colonne | Lequel | Moins précise |
|---|---|---|
""",
            "codelists": """
## Listes de codes

En SQL, `in_codelist(code, 'nom')` dit si un code appartient à une liste, et `codelists` est la table des codes :

```sql
SELECT count(DISTINCT NIR_ANO_17)
FROM T_MCO_B JOIN T_MCO_C USING (ANNEE, ETA_NUM, RSA_NUM)
WHERE in_codelist(DGN_PAL, 'stroke')
```

Les codes CIM-10 s'écrivent sans point. Une liste est un point de départ : lisez sa description et sa source avant de
publier avec elle. Le service de sortie ne connaît pas cette macro : `ecluse.codelist("stroke").condition("DGN_PAL")`
écrit les codes en entier pour une demande.

| Nom | Version | Ce que c'est | Codes | Source |
|---|---|---|---|---|
""",
        },
    }
)
_IDENTIFIERS: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        "birth_month": {Language.EN: "month of birth", Language.FR: "mois de naissance"},
        "residence": {Language.EN: "municipality of residence", Language.FR: "commune de résidence"},
        "care_date": {Language.EN: "exact date of care", Language.FR: "date exacte de soins"},
        "death_date": {Language.EN: "exact date of death", Language.FR: "date exacte de décès"},
        "death_place": {Language.EN: "municipality of death", Language.FR: "commune de décès"},
    }
)


def dictionary_page(bundle: PolicyBundle, language: Language) -> str:
    """Return the page in one language; the same policies give the same page."""
    words, catalogue = _WORDS[language], bundle.catalogue
    columns = [len(t.columns) for t in catalogue.tables.values()]
    columns += [len(t.columns) for t in catalogue.described.values()]
    head = words["head"].format(
        all_columns=sum(columns),
        all_tables=len(columns),
        tables=len(catalogue.tables),
        described=len(catalogue.described),
    )
    tables = "".join(_table(name, table, language) for name, table in catalogue.tables.items())
    codelists = "".join(_codelist(name, found, language) for name, found in sorted(bundle.codelists.items()))
    parts = (head, words["tables"], tables, words["identifiers"], _identifiers(catalogue, language))
    return "".join(parts) + words["codelists"] + codelists


def _table(name: str, table: Table, language: Language) -> str:
    keys = " ".join(f"`{key.domain}`" for key in table.keys)
    owner = f"`{table.owner}`" if table.owner else ""
    portal = f"`{table.yearly.pattern}`" if table.yearly else ""
    if table.archive:
        portal = f"`{table.archive.pattern}` ≤ {table.archive.until}"
    title = table.title.in_language(language)
    return f"| `{name}` | {title} | {keys} | {owner} | {len(table.columns)} | {portal} |\n"


def _identifiers(catalogue: Catalogue, language: Language) -> str:
    found: dict[str, tuple[str, set[str]]] = {}
    for table in catalogue.tables.values():
        for name, column in table.columns.items():
            if column.column_class is ColumnClass.POTENTIAL_IDENTIFIER and column.identifier is not None:
                coarser = found.setdefault(name, (column.identifier.value, set()))[1]
                coarser |= {column.coarser} if column.coarser else set()
    return "".join(
        f"| `{name}` | {_IDENTIFIERS[which][language]} | {' '.join(f'`{c}`' for c in sorted(coarser))} |\n"
        for name, (which, coarser) in sorted(found.items(), key=lambda item: (item[1][0], item[0]))
    )


def _codelist(name: str, codelist: CodeList, language: Language) -> str:
    codes = sum(len(part.codes) for part in codelist.parts)
    title = codelist.title.in_language(language)
    return f"| `{name}` | {codelist.version} | {title} | {codes} | {codelist.source.strip()} |\n"
