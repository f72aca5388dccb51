"""The reader's language, and every sentence this package says by itself."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import MappingProxyType

from ecluse.private_words import PRIVATE_WORDS
from ecluse.rule_words import RULE_WORDS

_WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        **PRIVATE_WORDS,
        **RULE_WORDS,
        "no_data": {
            "fr": "Les données du projet ne sont pas montées dans {place}.\n"
            "→ Ouvrez le projet depuis la page d'accueil d'Écluse ; si vous y êtes déjà, prévenez l'opérateur.",
            "en": "The project's data is not mounted at {place}.\n"
            "→ Open the project from the home page of Écluse; if you did, tell the operator.",
        },
        "no_table": {
            "fr": "Le projet n'a pas de table {table}.\n→ Tables du projet : {known}.",
            "en": "The project has no table {table}.\n→ Tables of the project: {known}.",
        },
        "no_column": {
            "fr": "{table} n'a pas de colonne {column}.\n→ Colonnes proches : {known}.",
            "en": "{table} has no column {column}.\n→ Columns with near names: {known}.",
        },
        "no_codelist": {
            "fr": "Aucune liste de codes ne s'appelle {name}.\n→ Listes : {known}.",
            "en": "No code list is called {name}.\n→ Lists: {known}.",
        },
        "which_system": {
            "fr": "La liste {name} a des codes de plusieurs nomenclatures, ou pas de celle-ci.\n"
            "→ Nommez-en une avec system= : {known}.",
            "en": "The list {name} has codes of several classifications, or none of this one.\n"
            "→ Name one with system=: {known}.",
        },
        "no_such_column": {
            "fr": "{column} n'est pas un nom de colonne.\n→ Écrivez COLONNE ou alias.COLONNE.",
            "en": "{column} is no name of a column.\n→ Write COLUMN or alias.COLUMN.",
        },
        "no_codelists": {
            "fr": "L'extraction de ce projet ne contient pas les listes de codes.\n"
            "→ Demandez à l'opérateur de la reconstruire.",
            "en": "The extract of this project does not hold the code lists.\n→ Ask the operator to build it again.",
        },
        "not_granted": {"fr": "hors de votre permis", "en": "not in your permit"},
        "found": {"fr": "{count} résultats pour « {words} »", "en": "{count} results for “{words}”"},
        "found_first": {"fr": "(les {count} premiers)", "en": "(the first {count})"},
        "note": {"fr": "Remarque", "en": "Note"},
        "fact": {"fr": "Propriété", "en": "Property"},
        "yes": {"fr": "oui", "en": "yes"},
        "name": {"fr": "Nom", "en": "Name"},
        "version": {"fr": "Version", "en": "Version"},
        "description": {"fr": "Description", "en": "Description"},
        "source": {"fr": "Source", "en": "Source"},
        "part": {"fr": "Partie", "en": "Part"},
        "points": {"fr": "Points", "en": "Points"},
        "system": {"fr": "Nomenclature", "en": "Classification"},
        "codes": {"fr": "Codes", "en": "Codes"},
        "codelists": {"fr": "Listes de codes", "en": "Code lists"},
        "fact_class": {"fr": "Usage", "en": "Use"},
        "fact_keys": {"fr": "Clés", "en": "Keys"},
        "fact_code_list": {"fr": "Nomenclature", "en": "Code list"},
        "fact_refers": {"fr": "Renvoie à", "en": "Refers to"},
        "fact_identifier": {"fr": "Identifiant potentiel", "en": "Potential identifier"},
        "fact_coarser": {"fr": "Moins précise", "en": "Coarser column"},
        "fact_low": {"fr": "Valeur la plus basse comptée", "en": "Lowest value counted"},
        "fact_high": {"fr": "Valeur la plus haute comptée", "en": "Highest value counted"},
        "fact_since": {"fr": "Depuis", "en": "Since"},
        "fact_until": {"fr": "Jusqu'à", "en": "Until"},
        "fact_formerly": {"fr": "Auparavant", "en": "Formerly"},
        "fact_source": {"fr": "Nom sur le portail", "en": "Name on the portal"},
        "fact_sensitive": {"fr": "Sensible", "en": "Sensitive"},
        "class_pseudonym": {"fr": "pseudonyme, propre à ce projet", "en": "pseudonym, of this project only"},
        "class_professional": {"fr": "professionnel, sous pseudonyme", "en": "professional, under a pseudonym"},
        "class_establishment": {"fr": "établissement, sous pseudonyme", "en": "establishment, under a pseudonym"},
        "class_potential_identifier": {
            "fr": "identifiant potentiel : ne sort pas tel quel",
            "en": "potential identifier: does not leave as it is",
        },
        "class_technical_key": {"fr": "clé technique, pour les jointures", "en": "technical key, for joins"},
        "class_dimension": {"fr": "dimension d'un tableau", "en": "dimension of a table"},
        "class_date": {"fr": "date, à regrouper pour sortir", "en": "date, to be grouped before leaving"},
        "class_measure": {"fr": "mesure, à additionner", "en": "measure, to be summed"},
        "not_a_workspace": {
            "fr": "Cet environnement n'est pas un espace de travail d'Écluse : {variable} n'est pas défini.\n"
            "→ Ouvrez le projet depuis la page d'accueil d'Écluse.",
            "en": "This is not an Écluse workspace: {variable} is not set.\n"
            "→ Open the project from the home page of Écluse.",
        },
        "unreachable": {
            "fr": "Le service de sortie ne répond pas ({cause}).\n"
            "→ Exécutez de nouveau la cellule dans une minute : une demande identique ne sera pas déposée deux fois.",
            "en": "The egress service does not answer ({cause}).\n"
            "→ Run the cell again in a minute: an identical request will not be submitted twice.",
        },
        "unreadable": {
            "fr": "réponse illisible, statut {status}",
            "en": "unreadable answer, status {status}",
        },
        "no_query": {
            "fr": 'La demande ne contient aucune requête.\n→ Ajoutez-en une : .add_query("SELECT …").',
            "en": 'The request holds no query.\n→ Add one: .add_query("SELECT …").',
        },
        "empty": {
            "fr": "Il manque : {what}.\n→ Donnez un texte non vide.",
            "en": "{what} is missing.\n→ Give some text.",
        },
        "draft": {"fr": "Projet de demande", "en": "Draft request"},
        "request": {"fr": "Demande", "en": "Request"},
        "no_requests": {"fr": "Aucune demande d'export pour l'instant.", "en": "No export request yet."},
        "requests": {"fr": "Demandes d'export", "en": "Export requests"},
        "title": {"fr": "Titre", "en": "Title"},
        "purpose": {"fr": "Objectif", "en": "Purpose"},
        "query": {"fr": "Requête", "en": "Query"},
        "state": {"fr": "État", "en": "State"},
        "page": {"fr": "Page de la demande", "en": "Page of the request"},
        "next": {"fr": "Suite", "en": "Next"},
        "comment": {"fr": "Commentaire", "en": "Comment"},
        "reason": {"fr": "Motif", "en": "Reason"},
        "updated": {"fr": "Mise à jour", "en": "Updated"},
        "preview": {"fr": "Ce qui serait calculé", "en": "What would be computed"},
        "dimensions": {"fr": "Dimensions", "en": "Dimensions"},
        "measures": {"fr": "Mesures", "en": "Measures"},
        "tables": {"fr": "Tables", "en": "Tables"},
        "warning": {"fr": "Attention", "en": "Note"},
        "progress": {"fr": "Avancement", "en": "Progress"},
        "remark": {"fr": "À noter", "en": "Note"},
        "keep": {"fr": "Pour garder davantage", "en": "To keep more"},
        "counts": {
            "fr": "{published} lignes publiées, {hidden} masquées",
            "en": "{published} rows published, {hidden} hidden",
        },
        "because": {
            "fr": "{rows} lignes masquées à cause de {earlier}",
            "en": "{rows} rows hidden because of {earlier}",
        },
        "none_yet": {"fr": "aucun pour l'instant", "en": "none yet"},
        "no_such_table": {
            "fr": "La demande n'a pas de tableau {name}.\n→ Tableaux protégés : {known}.",
            "en": "The request has no table {name}.\n→ Protected tables: {known}.",
        },
        "step_reading": {"fr": "lecture de l'extraction", "en": "reading the extract"},
        "step_protecting": {"fr": "protection des petites cellules", "en": "protecting small cells"},
        "step_proving": {"fr": "démonstration", "en": "proving"},
        "step_comparing": {
            "fr": "comparaison avec les tableaux déjà sortis",
            "en": "comparing with tables that are already out",
        },
        "rules": {"fr": "Règles de sortie du projet", "en": "Release rules of the project"},
        "rule": {"fr": "Règle", "en": "Rule"},
        "value": {"fr": "Valeur", "en": "Value"},
        "colon": {"fr": " : ", "en": ": "},
        "table": {"fr": "Table", "en": "Table"},
        "column": {"fr": "Colonne", "en": "Column"},
        "type": {"fr": "Type", "en": "Type"},
        "meaning": {"fr": "Signification", "en": "Meaning"},
        "columns": {"fr": "Colonnes", "en": "Columns"},
        "state_draft": {"fr": "projet", "en": "draft"},
        "state_submitted": {"fr": "déposée", "en": "submitted"},
        "state_screening": {"fr": "recalcul en cours", "en": "being recomputed"},
        "state_quarantined": {"fr": "en quarantaine", "en": "quarantined"},
        "state_in_review": {"fr": "en vérification", "en": "in review"},
        "state_returned": {"fr": "renvoyée pour modification", "en": "returned for changes"},
        "state_rejected": {"fr": "rejetée", "en": "rejected"},
        "state_approved": {"fr": "approuvée", "en": "approved"},
        "state_released": {"fr": "diffusée", "en": "released"},
        "state_revoked": {"fr": "diffusion révoquée", "en": "revoked"},
        "state_withdrawn": {"fr": "retirée", "en": "withdrawn"},
    }
)


def language() -> str:
    """Return `fr` or `en`: what `ECLUSE_LANG` says, else an English locale, else French."""
    chosen = os.environ.get("ECLUSE_LANG") or os.environ.get("LANG", "")
    return "en" if chosen.lower().startswith("en") else "fr"


def words(key: str, **fields: str) -> str:
    """Return a sentence of this package in the reader's language."""
    return _WORDS[key][language()].format_map(fields)


def state_words(state: str) -> str:
    """Return the name of a request's state as people say it; an unknown state is shown as it is."""
    known = _WORDS.get(f"state_{state.lower()}")
    return known[language()] if known else state


def step_words(step: str) -> str:
    """Return the name of a step of the screening; one this package does not know is shown as it is."""
    known = _WORDS.get(f"step_{step}")
    return known[language()] if known else step


def rule_words(rule: str) -> str:
    """Return the name of a rule as people say it; a rule this package does not know is shown as it is."""
    known = _WORDS.get(f"rule_{rule}")
    return known[language()] if known else rule


def setting_words(setting: object) -> str:
    """Return what a rule is set to as people say it; numbers, dates and names are shown as they are."""
    known = _WORDS.get(f"set_{str(setting).lower()}")
    return known[language()] if known else str(setting)


def pick(text: object) -> str:
    """Return the reader's wording of a text that the platform sent in both languages."""
    if isinstance(text, Mapping):
        return str(text.get(language()) or text.get("fr") or "")
    return "" if text is None else str(text)
