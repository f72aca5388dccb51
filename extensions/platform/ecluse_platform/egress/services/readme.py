"""What a reader of a released table must know, in French and in English."""

from __future__ import annotations

from ecluse_platform.core.policy.project import Project
from ecluse_platform.core.requests import ExportRequest, Screening


def readme_fr(request: ExportRequest, project: Project, screening: Screening, table: str) -> str:
    """Explain the release in French."""
    return f"""# {request.title}

Projet : {project.title.fr} ({project.id}), autorisation {project.permit.reference}.
Responsable de traitement : {project.permit.controller}.
Objectif déclaré : {request.purpose}

## Le tableau `{table}`
- Calculé par le service de sortie sur l'extraction `{screening.extract_version}`, à partir de `query.sql`.
- « {screening.mark} » remplace toute valeur masquée : la cellule porte sur trop peu de personnes ou de lignes pour
  être publiée. Une valeur masquée n'est ni zéro, ni manquante, et ne doit pas être devinée.
- Une cellule sans personne n'a pas de ligne.
- Une apostrophe placée devant un libellé l'empêche d'être pris pour une formule par un tableur.
- Les différences avec d'autres tableaux déjà diffusés n'ont pas été vérifiées automatiquement.

## Vérifier
`ro-crate-metadata.json` donne l'empreinte SHA-256 de chaque fichier ; `release.json` la requête, l'extraction et
l'empreinte des politiques appliquées. Demande {request.id}, version {request.round}.
"""


def readme_en(request: ExportRequest, project: Project, screening: Screening, table: str) -> str:
    """Explain the release in English."""
    return f"""# {request.title}

Project: {project.title.en} ({project.id}), permit {project.permit.reference}.
Data controller: {project.permit.controller}.
Purpose stated: {request.purpose}

## The table `{table}`
- Computed by the egress service on the extract `{screening.extract_version}`, from `query.sql`.
- “{screening.mark}” stands for every hidden value: the cell is about too few persons or rows to be published.
  A hidden value is neither zero nor missing, and must not be guessed.
- A cell without any person has no row.
- An apostrophe in front of a label keeps a spreadsheet from taking it for a formula.
- Differences from other tables already released were not checked automatically.

## To verify
`ro-crate-metadata.json` gives the SHA-256 of every file; `release.json` the query, the extract and the digest of the
policies applied. Request {request.id}, version {request.round}.
"""
