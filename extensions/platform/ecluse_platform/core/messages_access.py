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
    }
)
