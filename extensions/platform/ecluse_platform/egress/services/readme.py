"""What a reader of a released table must know, in French and in English."""

from __future__ import annotations

from collections.abc import Sequence

from ecluse_platform.core.policy.project import Project
from ecluse_platform.core.requests import ExportRequest, Screening

LIST_FR = "- `{file}` ({name}) : calculé par le service de sortie sur l'extraction `{extract}`, à partir de `{sql}`."
LIST_EN = "- `{file}` ({name}): computed by the egress service on the extract `{extract}`, from `{sql}`."
_EXACT_FR = """## Lire
- « {mark} » remplace toute valeur masquée : la cellule porte sur trop peu de personnes ou de lignes pour
  être publiée, ou permettrait d'en calculer une qui l'est. Une valeur masquée n'est ni zéro, ni manquante, et ne doit
  pas être devinée.
- Une cellule sans personne n'a pas de ligne.
- Une apostrophe placée devant un libellé l'empêche d'être pris pour une formule par un tableur.
- Comparé, personne par personne, avec les tableaux déjà sortis du projet : les soustraire ne révèle aucun groupe de
  trop peu de personnes.

"""
_EXACT_EN = """## To read
- “{mark}” stands for every hidden value: the cell is about too few persons or rows to be published,
  or would let such a cell be computed. A hidden value is neither zero nor missing, and must not be guessed.
- A cell without any person has no row.
- An apostrophe in front of a label keeps a spreadsheet from taking it for a formula.
- Compared, person by person, with the tables of the project that are already out: subtracting them reveals no group
  of too few persons.

"""
NOISED_FR = """## Lire `{file}` : des nombres bruités
- Confidentialité différentielle (comptabilité {accounting}), ε = {epsilon}, δ = {delta} : qu'une personne soit ou non
  dans les données, avec toutes ses lignes, la probabilité de chaque résultat possible ne change que d'un facteur borné.
- Chaque nombre est bruité. `<colonne>__low` et `<colonne>__high` contiennent le nombre d'avant le bruit avec une
  confiance de {confidence} %, colonne par colonne et cellule par cellule : sur cent cellules, quelques-unes en sortent.
- Chaque personne compte dans au plus {cells} cellule(s), et pour au plus {rows} ligne(s) dans chacune ; le reste est
  laissé de côté et manque au total.{clipped} Les pseudonymes qui vont ensemble comptent une fois, et les lignes qui ne
  peuvent être attribuées à une seule personne sont écartées.
- Une cellule peut être vide dans les données et non nulle ici, ou l'inverse. « {mark} » remplace une cellule dont le
  nombre bruité est inférieur à {least}.{margins}
- Ce tableau n'a pas été comparé aux autres : le bruit protège aussi de leur soustraction, et le budget du projet borne
  ce que toutes les réponses disent ensemble.

"""
NOISED_EN = """## To read `{file}`: noised numbers
- Differential privacy ({accounting} accounting), ε = {epsilon}, δ = {delta}: whether a person is in the data or not,
  with all their rows, changes the probability of every possible result by a bounded factor only.
- Each number is noised. `<column>__low` and `<column>__high` hold the number before noise with a confidence of
  {confidence} %, column by column and cell by cell: of a hundred cells, a few lie outside.
- Each person counts in at most {cells} cell(s), and for at most {rows} row(s) in each; what is beyond is left out, and
  is missing from the numbers.{clipped} Pseudonyms that belong together count once, and rows that cannot be given to
  one person are left out.
- A cell may be empty in the data and not 0 here, or the other way round. “{mark}” stands for a cell whose noised number
  is below {least}.{margins}
- This table was not compared with others: the noise protects from subtracting them too, and the project's budget bounds
  what all answers say together.

"""
ENDS = ("value", "low", "high")
CLIPPED_FR = " Cela concerne {value} personnes environ ({low} à {high})."
CLIPPED_EN = " That concerns about {value} persons ({low} to {high})."
MARGINS_FR = """
- « {total} » désigne la somme des cellules publiées : les cellules masquées y manquent, et `<colonne>__hidden` dit
  combien. Là où il en manque beaucoup, la somme des autres est trop grande, et son intervalle trop étroit : près de
  {least}, c'est le bruit qui a choisi les cellules publiées."""
MARGINS_EN = """
- “{total}” stands for the sum of the published cells: hidden cells are missing in it, and `<column>__hidden` says how
  many. Where many are missing, the sum of the others is too large, and its interval too narrow: near {least}, noise
  has chosen which cells are published."""
_WORDS_FR = (NOISED_FR, CLIPPED_FR, MARGINS_FR)
_WORDS_EN = (NOISED_EN, CLIPPED_EN, MARGINS_EN)


def readme_fr(request: ExportRequest, project: Project, screening: Screening, files: Sequence[str]) -> str:
    """Explain the release in French."""
    return f"""# {request.title}

Projet : {project.title.fr} ({project.id}), autorisation {project.permit.reference}.
Responsable de traitement : {project.permit.controller}.
Objectif déclaré : {request.purpose}

## {"Le tableau" if len(files) == 1 else "Les tableaux"}
{_listed(request, screening, files, LIST_FR)}

{_to_read(screening, _EXACT_FR)}{_noised(screening, files, _WORDS_FR)}## Vérifier
`ro-crate-metadata.json` donne l'empreinte SHA-256 de chaque fichier ; `release.json` la requête, l'extraction et
l'empreinte des politiques appliquées. Demande {request.id}, version {request.round}.
"""


def readme_en(request: ExportRequest, project: Project, screening: Screening, files: Sequence[str]) -> str:
    """Explain the release in English."""
    return f"""# {request.title}

Project: {project.title.en} ({project.id}), permit {project.permit.reference}.
Data controller: {project.permit.controller}.
Purpose stated: {request.purpose}

## {"The table" if len(files) == 1 else "The tables"}
{_listed(request, screening, files, LIST_EN)}

{_to_read(screening, _EXACT_EN)}{_noised(screening, files, _WORDS_EN)}## To verify
`ro-crate-metadata.json` gives the SHA-256 of every file; `release.json` the query, the extract and the digest of the
policies applied. Request {request.id}, version {request.round}.
"""


def _listed(request: ExportRequest, screening: Screening, files: Sequence[str], line: str) -> str:
    return "\n".join(
        line.format(file=file, name=item.name, extract=table.extract_version, sql=f"{file.removesuffix('.csv')}.sql")
        for file, item, table in zip(files, request.items, screening.tables, strict=True)
    )


def _to_read(screening: Screening, words: str) -> str:
    exact = any(table.private is None for table in screening.tables)
    return words.format(mark=screening.mark) if exact else ""


def _noised(screening: Screening, files: Sequence[str], said: tuple[str, str, str]) -> str:
    """Explain each noised table: its guarantee, its intervals, its margins, and what it leaves out."""
    words, clipped, margins = said
    found = []
    for file, table in zip(files, screening.tables, strict=True):
        private = table.private
        if private is None:
            continue
        out = "" if private.clipped is None else clipped.format(**dict(zip(ENDS, private.clipped, strict=True)))
        found.append(
            words.format(
                file=file,
                accounting=private.accounting,
                epsilon=private.epsilon,
                delta=private.delta,
                confidence=private.confidence_percent,
                cells=private.cells,
                rows=private.rows,
                clipped=out,
                mark=screening.mark,
                least=private.least,
                margins="" if private.total is None else margins.format(total=private.total, least=private.least),
            )
        )
    return "".join(found)
