"""Wording of refusals of a table that earlier ones of the project make impossible."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ecluse_platform.core.text import Text

_FEWER = Text(
    fr="Demandez moins de cellules : moins de dimensions ou des catégories plus larges, surtout là où une même "
    "personne est comptée dans plusieurs cellules. Si cela ne suffit pas, montrez cette demande aux data stewards.",
    en="Ask for fewer cells: fewer dimensions or broader categories, above all where one person is counted in several "
    "cells. If that is not enough, show this request to the data stewards.",
)

HISTORY: Mapping[str, tuple[Text, Text]] = MappingProxyType(
    {
        "history_discloses": (
            Text(
                fr="Rapproché de tableaux du projet déjà sortis ou en attente ({earlier}), ce tableau pourrait révéler "
                "un groupe de trop peu de personnes. Cellules en cause : {cells}.",
                en="Held against tables of the project that are out or waiting ({earlier}), this table could reveal a "
                "group of too few persons. Cells concerned: {cells}.",
            ),
            Text(
                fr="Reprenez exactement les mêmes sélections que ces tableaux, ou des catégories plus larges qui ne "
                "s'en écartent pas de quelques personnes ; là où une même personne compte dans plusieurs cellules "
                "(années, diagnostics), demandez moins de cellules. Si le projet le permet, des chiffres bruités "
                "(add_dp) sortent sans être comparés à rien.",
                en="Select exactly what those tables selected, or use broader categories that do not differ from "
                "theirs by a few persons; where one person counts in several cells (years, diagnoses), ask for fewer "
                "cells. Where the project allows it, noised figures (add_dp) leave without being compared.",
            ),
        ),
        "history_missing": (
            Text(
                fr="La demande {earlier} est sortie sans que ses tableaux aient été mémorisés : rien ne peut lui être "
                "comparé, donc rien de plus ne peut sortir.",
                en="Request {earlier} left without its tables being remembered: nothing can be compared with it, so "
                "nothing more may leave.",
            ),
            Text(
                fr="Donnez cette demande à l'opérateur : le projet reprend sous un nouvel identifiant.",
                en="Name this request to the operator: the project goes on under a new id.",
            ),
        ),
        "history_too_fine": (
            Text(
                fr="La comparaison avec les tableaux déjà sortis du projet distinguerait plus de {most} groupes de "
                "personnes, dont trop sont petits : elle ne peut pas être faite exactement.",
                en="Comparing with what is already out of the project would tell more than {most} groups of persons "
                "apart, too many of them small: it cannot be done exactly.",
            ),
            _FEWER,
        ),
        "history_too_slow": (
            Text(
                fr="La comparaison avec les tableaux déjà sortis du projet a dépassé {seconds} secondes. Votre requête "
                "elle-même a été calculée à temps.",
                en="Comparing with what is already out of the project took more than {seconds} seconds. Your query "
                "itself was computed in time.",
            ),
            _FEWER,
        ),
    }
)
