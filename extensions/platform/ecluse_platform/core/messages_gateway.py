"""Wording of refusals by the gateway, between a browser and a workspace."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ecluse_platform.core.text import Text

_ASK_FOR_AN_EXPORT = Text(
    fr="Pour sortir un résultat, faites une demande d'export depuis le carnet : `ecluse.export(…)`.",
    en="To take a result out, ask for an export from the notebook: `ecluse.export(…)`.",
)
_START_AGAIN = Text(
    fr="Rouvrez l'espace de travail depuis la page « Mes projets ».",
    en="Open the workspace again from the page “My projects”.",
)

GATEWAY: Mapping[str, tuple[Text, Text]] = MappingProxyType(
    {
        "gateway_closed": (
            Text(
                fr="Cette adresse n'est pas ouverte entre un navigateur et un espace de travail.",
                en="This address is not open between a browser and a workspace.",
            ),
            Text(
                fr="Revenez à JupyterLab ; si un outil vous manque, dites-le à l'opérateur.",
                en="Go back to JupyterLab; if you miss a tool, tell the operator.",
            ),
        ),
        "gateway_no_download": (
            Text(
                fr="Aucun fichier ne se télécharge depuis un espace de travail.",
                en="No file can be downloaded from a workspace.",
            ),
            _ASK_FOR_AN_EXPORT,
        ),
        "gateway_unreadable": (
            Text(
                fr="Ce type de fichier ne s'affiche pas dans le navigateur. Types ouverts : {suffixes}.",
                en="This kind of file is not shown in the browser. Kinds that are: {suffixes}.",
            ),
            Text(
                fr="Lisez-le avec du code dans un carnet ; pour le sortir, faites une demande d'export.",
                en="Read it with code in a notebook; to take it out, ask for an export.",
            ),
        ),
        "gateway_unclear_address": (
            Text(
                fr="Cette adresse peut se lire de plusieurs façons ; par prudence, elle est refusée.",
                en="This address can be read in more than one way; to be safe, it is refused.",
            ),
            Text(
                fr="Renommez le fichier sans %, ;, ?, #, ni barre oblique inverse, puis réessayez.",
                en="Rename the file without %, ;, ?, # or backslash, then try again.",
            ),
        ),
        "gateway_answer_too_large": (
            Text(
                fr="La réponse de l'espace de travail dépasse {limit} octets, le plus qu'un navigateur peut recevoir.",
                en="The workspace's answer is over {limit} bytes, the most that a browser may receive.",
            ),
            Text(
                fr="Effacez ou réduisez les sorties du carnet depuis un autre carnet, puis rouvrez-le.",
                en="Clear or reduce the notebook's outputs from another notebook, then open it again.",
            ),
        ),
        "gateway_message_too_large": (
            Text(
                fr="Une sortie dépasse {limit} octets.",
                en="An output is over {limit} bytes.",
            ),
            Text(fr="Affichez-en moins.", en="Show less of it."),
        ),
        "gateway_daily_limit": (
            Text(
                fr="Cet espace de travail a envoyé aujourd'hui tout ce qu'un navigateur peut en recevoir "
                "({limit} octets).",
                en="Today this workspace has sent all that a browser may receive from it ({limit} bytes).",
            ),
            Text(
                fr="Il répondra de nouveau demain (heure UTC) ; rien n'est perdu.",
                en="It answers again tomorrow (UTC); nothing is lost.",
            ),
        ),
        "gateway_body_too_large": (
            Text(
                fr="L'envoi dépasse {limit} octets, le plus qui soit accepté.",
                en="What you sent is over {limit} bytes, the most that is accepted.",
            ),
            Text(fr="Envoyez moins à la fois.", en="Send less at once."),
        ),
        "gateway_answer_refused": (
            Text(
                fr="L'espace de travail a répondu d'une façon que la passerelle ne laisse pas passer.",
                en="The workspace answered in a way that the gateway does not let through.",
            ),
            Text(
                fr="Réessayez ; si cela dure, arrêtez puis redémarrez l'espace de travail.",
                en="Try again; if it lasts, stop the workspace and start it again.",
            ),
        ),
        "gateway_not_yours": (
            Text(
                fr="Cet espace de travail appartient à une autre personne.",
                en="This workspace belongs to somebody else.",
            ),
            Text(
                fr="Ouvrez le vôtre depuis la page « Mes projets ».",
                en="Open your own from the page “My projects”.",
            ),
        ),
        "gateway_stopped": (
            Text(
                fr="Cet espace de travail est arrêté ou démarre encore.",
                en="This workspace is stopped, or still starting.",
            ),
            Text(
                fr="Démarrez-le depuis la page « Mes projets ».",
                en="Start it from the page “My projects”.",
            ),
        ),
        "gateway_login_lapsed": (
            Text(
                fr="La connexion à l'espace de travail n'a pas abouti à temps ou dans ce navigateur.",
                en="Opening the workspace did not finish in time, or not in this browser.",
            ),
            _START_AGAIN,
        ),
        "gateway_other_site": (
            Text(
                fr="Cette demande vient d'un autre site que votre espace de travail.",
                en="This request comes from another site than your workspace.",
            ),
            _START_AGAIN,
        ),
    }
)
