"""Wording of refusals that only pages make: forms, logins, the operator's page."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ecluse_platform.core.text import Text

PAGE: Mapping[str, tuple[Text, Text]] = MappingProxyType(
    {
        "form_expired": (
            Text(
                fr="Ce formulaire ne vient pas de votre session en cours ; rien n'a été fait.",
                en="This form does not come from your current session; nothing was done.",
            ),
            Text(fr="Rouvrez la page, puis recommencez.", en="Open the page again, then try once more."),
        ),
        "form_unreadable": (
            Text(
                fr="Ce formulaire est illisible ou trop long ; rien n'a été fait.",
                en="This form cannot be read or is too long; nothing was done.",
            ),
            Text(fr="Raccourcissez votre texte, puis recommencez.", en="Shorten your text, then try again."),
        ),
        "choice_needed": (
            Text(fr="Aucun avis n'a été choisi ; rien n'a été fait.", en="No verdict was chosen; nothing was done."),
            Text(
                fr="Choisissez favorable, renvoi ou rejet, puis validez.",
                en="Choose approve, return or reject, then confirm.",
            ),
        ),
        "login_interrupted": (
            Text(
                fr="La connexion n'est pas allée jusqu'au bout, ou elle a duré trop longtemps.",
                en="The login was not completed, or it took too long.",
            ),
            Text(fr="Connectez-vous de nouveau.", en="Log in again."),
        ),
    }
)
