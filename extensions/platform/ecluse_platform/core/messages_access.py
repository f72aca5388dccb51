"""Wording of refusals about who may do what, and when."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ecluse_platform.core.text import Text

ACCESS: Mapping[str, tuple[Text, Text]] = MappingProxyType(
    {
        "unknown_project": (
            Text(fr="Ce projet n'existe pas.", en="There is no such project."),
            Text(
                fr="Choisissez l'un de vos projets sur la page d'accueil.",
                en="Choose one of your projects on the home page.",
            ),
        ),
        "not_in_permit": (
            Text(
                fr="L'autorisation du projet {project} ne vous nomme pas comme chercheur.",
                en="The permit of project {project} does not name you as a researcher.",
            ),
            Text(
                fr="Demandez à l'administrateur du projet de faire compléter l'autorisation.",
                en="Ask the project admin to have the permit completed.",
            ),
        ),
        "permit_not_started": (
            Text(
                fr="L'autorisation du projet {project} commence le {date}.",
                en="The permit of project {project} starts on {date}.",
            ),
            Text(fr="Revenez à partir de cette date.", en="Come back from that day on."),
        ),
        "permit_expired": (
            Text(
                fr="L'autorisation du projet {project} s'est terminée le {date}.",
                en="The permit of project {project} ended on {date}.",
            ),
            Text(
                fr="Demandez au responsable de traitement de prolonger l'autorisation.",
                en="Ask the data controller to extend the permit.",
            ),
        ),
        "not_a_steward": (
            Text(
                fr="Seuls les data stewards vérifient les demandes d'export.",
                en="Only data stewards review export requests.",
            ),
            Text(
                fr="Si c'est votre rôle, demandez à l'opérateur de vous nommer dans la politique de la plateforme.",
                en="If this is your role, ask the operator to name you in the platform's policy.",
            ),
        ),
        "steward_is_member": (
            Text(
                fr="Vous êtes membre du projet {project} : vous ne pouvez pas vérifier ses demandes.",
                en="You are a member of project {project}: you may not review its requests.",
            ),
            Text(fr="Laissez un autre data steward décider.", en="Leave the decision to another data steward."),
        ),
        "not_authenticated": (
            Text(fr="Nous ne savons pas qui vous êtes.", en="We do not know who you are."),
            Text(fr="Connectez-vous de nouveau.", en="Log in again."),
        ),
        "no_workspace_token": (
            Text(
                fr="Ce jeton n'est pas celui d'un espace de travail en cours.",
                en="This token is not that of a running workspace.",
            ),
            Text(
                fr="Faites la demande depuis l'espace de travail du projet.",
                en="Ask from the workspace of the project.",
            ),
        ),
        "service_unreachable": (
            Text(
                fr="Un service nécessaire ({service}) ne répond pas ; par prudence, rien n'a été fait.",
                en="A service that is needed ({service}) does not answer; to be safe, nothing was done.",
            ),
            Text(
                fr="Réessayez dans une minute ; si cela dure, prévenez l'opérateur.",
                en="Try again in a minute; if it lasts, tell the operator.",
            ),
        ),
        "no_extract": (
            Text(
                fr="L'extraction du projet {project} n'est pas encore construite.",
                en="The extract of project {project} has not been built yet.",
            ),
            Text(
                fr="Demandez à l'opérateur de lancer `ecluse extract build {project}`.",
                en="Ask the operator to run `ecluse extract build {project}`.",
            ),
        ),
        "no_image": (
            Text(
                fr="L'image {image} de l'espace de travail n'est pas installée sur ce serveur.",
                en="The workspace image {image} is not installed on this server.",
            ),
            Text(
                fr="Demandez à l'opérateur de construire l'image.",
                en="Ask the operator to build the image.",
            ),
        ),
        "unnamed_server": (
            Text(
                fr="Un espace de travail appartient toujours à un projet.",
                en="A workspace always belongs to a project.",
            ),
            Text(
                fr="Démarrez-le depuis la carte du projet, sur la page d'accueil.",
                en="Start it from the project's card, on the home page.",
            ),
        ),
        "not_in_any_policy": (
            Text(
                fr="Aucune autorisation ni aucun rôle de cette plateforme ne vous nomme ({person}).",
                en="No permit and no role of this platform names you ({person}).",
            ),
            Text(
                fr="Demandez à l'administrateur de votre projet, ou à l'opérateur, de vous faire ajouter.",
                en="Ask the admin of your project, or the operator, to have you added.",
            ),
        ),
        "no_free_network": (
            Text(
                fr="Tous les réseaux d'espaces de travail sont occupés.",
                en="All the networks for workspaces are in use.",
            ),
            Text(
                fr="Réessayez quand d'autres espaces auront été arrêtés, ou prévenez l'opérateur.",
                en="Try again when other workspaces have been stopped, or tell the operator.",
            ),
        ),
        "workspace_failed": (
            Text(
                fr="L'espace de travail du projet {project} n'a pas pu démarrer.",
                en="The workspace of project {project} could not start.",
            ),
            Text(
                fr="Réessayez une fois ; si cela se reproduit, prévenez l'opérateur.",
                en="Try once more; if it happens again, tell the operator.",
            ),
        ),
        "workspace_busy": (
            Text(
                fr="L'espace de travail du projet {project} est en train de démarrer ou de s'arrêter.",
                en="The workspace of project {project} is starting or stopping.",
            ),
            Text(fr="Attendez quelques secondes, puis réessayez.", en="Wait a few seconds, then try again."),
        ),
        "not_an_operator": (
            Text(
                fr="Seuls les opérateurs voient et arrêtent les espaces de travail des autres.",
                en="Only operators see and stop the workspaces of others.",
            ),
            Text(
                fr="Si c'est votre rôle, demandez à être nommé dans la politique de la plateforme.",
                en="If this is your role, ask to be named in the platform's policy.",
            ),
        ),
    }
)
