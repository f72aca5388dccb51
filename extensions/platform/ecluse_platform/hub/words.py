"""The words of the hub's pages, in French and English, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from ecluse_platform.core.text import Language, Text

_MONTHS_FR = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _t(fr: str, en: str) -> Text:
    return Text(fr=fr, en=en)


WORDS: Mapping[str, Text] = MappingProxyType(
    {
        "skip": _t("Aller au contenu", "Skip to content"),
        "navigation": _t("Navigation", "Navigation"),
        "language": _t("Langue", "Language"),
        "logout": _t("Se déconnecter", "Log out"),
        "login": _t("Se connecter", "Log in"),
        "home": _t("Accueil", "Home"),
        "projects": _t("Mes projets", "My projects"),
        "requests": _t("Mes demandes d'export", "My export requests"),
        "review": _t("Vérification", "Review"),
        "operations": _t("Exploitation", "Operations"),
        "footer": _t(
            "Les données restent ici. Seuls sortent des résultats vérifiés.",
            "Data stay here. Only checked results leave.",
        ),
        "projects_lead": _t(
            "Chaque projet a son espace de travail, ses données et son autorisation.",
            "Each project has its own workspace, its own data and its own permit.",
        ),
        "no_project": _t("Aucune autorisation ne vous nomme comme chercheur.", "No permit names you as a researcher."),
        "no_project_step": _t(
            "Les projets apparaîtront ici dès qu'une autorisation vous nommera.",
            "Projects will appear here as soon as a permit names you.",
        ),
        "administered": _t("Projets que j'administre", "Projects I administer"),
        "administered_lead": _t(
            "L'autorisation fixe les membres, l'image et les ressources ; elle se change avec l'opérateur.",
            "The permit fixes members, image and resources; it is changed with the operator.",
        ),
        "permit": _t("Autorisation", "Permit"),
        "period": _t("Période", "Period"),
        "from_to": _t("du {start} au {end}", "from {start} to {end}"),
        "controller": _t("Responsable de traitement", "Data controller"),
        "purpose": _t("Finalité", "Purpose"),
        "image": _t("Image", "Image"),
        "resources": _t("Ressources", "Resources"),
        "resources_value": _t("{memory} Mio de mémoire, cœurs : {cpus}", "{memory} MiB of memory, cores: {cpus}"),
        "stewards": _t("Vérification des exports", "Review of exports"),
        "stewards_value": _t("avis favorables nécessaires : {count}", "approvals needed: {count}"),
        "members": _t("Membres", "Members"),
        "role_researcher": _t("chercheur", "researcher"),
        "role_project_admin": _t("administrateur de projet", "project admin"),
        "start": _t("Démarrer", "Start"),
        "open": _t("Ouvrir", "Open"),
        "stop": _t("Arrêter", "Stop"),
        "follow": _t("Suivre le démarrage", "Follow the start"),
        "standing_running": _t("En cours", "Running"),
        "standing_starting": _t("Démarrage", "Starting"),
        "standing_stopping": _t("Arrêt en cours", "Stopping"),
        "standing_stopped": _t("Arrêté", "Stopped"),
        "standing_refused": _t("Fermé", "Closed"),
        "starting_title": _t("Démarrage de l'espace de travail", "Starting the workspace"),
        "starting_lead": _t(
            "Cela prend quelques secondes. La page s'actualise toute seule.",
            "This takes a few seconds. The page refreshes by itself.",
        ),
        "stopping_title": _t("Arrêt de l'espace de travail", "Stopping the workspace"),
        "step_checking": _t("Autorisation et extraction vérifiées", "Permit and extract checked"),
        "step_network": _t("Réseau isolé", "Isolated network"),
        "step_container": _t("Conteneur verrouillé", "Locked container"),
        "step_answering": _t("JupyterLab répond", "JupyterLab answers"),
        "step_done": _t("fait", "done"),
        "step_now": _t("en cours", "in progress"),
        "step_later": _t("à venir", "to come"),
        "ready_title": _t("L'espace de travail est prêt", "The workspace is ready"),
        "not_running_title": _t("Cet espace de travail est arrêté", "This workspace is stopped"),
        "not_running_lead": _t(
            "Vos fichiers sont conservés. Démarrez-le depuis la carte de son projet.",
            "Your files are kept. Start it from the card of its project.",
        ),
        "back": _t("Retour à mes projets", "Back to my projects"),
        "operations_lead": _t(
            "Espaces de travail en cours. Un opérateur peut les arrêter, jamais y entrer.",
            "Workspaces that are running. An operator may stop them, never enter them.",
        ),
        "operations_open": _t("Voir les espaces de travail", "See the workspaces"),
        "operations_none": _t("Aucun espace de travail n'est en cours.", "No workspace is running."),
        "operations_audit": _t(
            "Journal d'audit et état du service de sortie", "Audit log and state of the egress service"
        ),
        "person": _t("Personne", "Person"),
        "project": _t("Projet", "Project"),
        "state": _t("État", "State"),
        "since": _t("Depuis (UTC)", "Since (UTC)"),
        "activity": _t("Dernière activité (UTC)", "Last activity (UTC)"),
        "review_title": _t("Vérification des exports", "Review of exports"),
        "review_lead": _t(
            "Les demandes qui attendent un avis sont dans la file du service de sortie.",
            "Requests that wait for a vote are in the egress service's queue.",
        ),
        "review_open": _t("Ouvrir la file", "Open the queue"),
        "error_title": _t("Cela n'a pas été possible", "That was not possible"),
        "error_404": _t("Cette page n'existe pas.", "There is no such page."),
        "error_403": _t("Cette page ne vous est pas ouverte.", "This page is not open to you."),
        "error_other": _t("La plateforme n'a pas pu répondre.", "The platform could not answer."),
        "error_step": _t(
            "Revenez à vos projets ; si cela se reproduit, donnez à l'opérateur l'heure et le code {code}.",
            "Go back to your projects; if it happens again, tell the operator the time and the code {code}.",
        ),
        "logout_title": _t("Vous êtes déconnecté", "You are logged out"),
        "logout_lead": _t(
            "Vos espaces de travail en cours continuent ; vous les retrouverez.",
            "Your running workspaces go on; you will find them again.",
        ),
        "login_title": _t("Bienvenue", "Welcome"),
        "login_lead": _t(
            "Connectez-vous avec le fournisseur d'identité de votre établissement.",
            "Log in with the identity provider of your institution.",
        ),
        "oauth_title": _t("Autoriser l'accès", "Authorise access"),
    }
)


def date_words(day: date, language: Language) -> str:
    """Write a date as people do."""
    if language is Language.FR:
        number = "1er" if day.day == 1 else str(day.day)
        return f"{number} {_MONTHS_FR[day.month - 1]} {day.year}"
    return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"
