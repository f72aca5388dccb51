"""What a reader of a released table must know, in French and in English."""

from __future__ import annotations

from collections.abc import Sequence

from ecluse_platform.core.policy.project import Project
from ecluse_platform.core.requests import ExportRequest, Screening

LIST_FR = "- `{file}` ({name}) : calculé par le service de sortie sur l'extraction `{extract}`, à partir de `{sql}`."
LIST_EN = "- `{file}` ({name}): computed by the egress service on the extract `{extract}`, from `{sql}`."


def readme_fr(request: ExportRequest, project: Project, screening: Screening, files: Sequence[str]) -> str:
    """Explain the release in French."""
    return f"""# {request.title}

Projet : {project.title.fr} ({project.id}), autorisation {project.permit.reference}.
Responsable de traitement : {project.permit.controller}.
Objectif déclaré : {request.purpose}

## {"Le tableau" if len(files) == 1 else "Les tableaux"}
{_listed(request, screening, files, LIST_FR)}

## Lire
- « {screening.mark} » remplace toute valeur masquée : la cellule porte sur trop peu de personnes ou de lignes pour
  être publiée, ou permettrait d'en calculer une qui l'est. Une valeur masquée n'est ni zéro, ni manquante, et ne doit
  pas être devinée.
- Une cellule sans personne n'a pas de ligne.
- Une apostrophe placée devant un libellé l'empêche d'être pris pour une formule par un tableur.
- Comparé, personne par personne, avec les tableaux déjà sortis du projet : les soustraire ne révèle aucun groupe de
  trop peu de personnes.

## Vérifier
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

## To read
- “{screening.mark}” stands for every hidden value: the cell is about too few persons or rows to be published,
  or would let such a cell be computed. A hidden value is neither zero nor missing, and must not be guessed.
- A cell without any person has no row.
- An apostrophe in front of a label keeps a spreadsheet from taking it for a formula.
- Compared, person by person, with the tables of the project that are already out: subtracting them reveals no group
  of too few persons.

## To verify
`ro-crate-metadata.json` gives the SHA-256 of every file; `release.json` the query, the extract and the digest of the
policies applied. Request {request.id}, version {request.round}.
"""


def _listed(request: ExportRequest, screening: Screening, files: Sequence[str], line: str) -> str:
    return "\n".join(
        line.format(file=file, name=item.name, extract=table.extract_version, sql=f"{file.removesuffix('.csv')}.sql")
        for file, item, table in zip(files, request.items, screening.tables, strict=True)
    )
