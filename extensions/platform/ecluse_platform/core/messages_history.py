"""Wording of refusals of a table that earlier ones of the project make impossible."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ecluse_platform.core.text import Text

HISTORY: Mapping[str, tuple[Text, Text]] = MappingProxyType(
    {
        "history_discloses": (
            Text(
                fr="Soustrait de tableaux du projet déjà sortis ou en attente ({earlier}), ce tableau révélerait un "
                "groupe de trop peu de personnes. Cellules en cause : {cells}.",
                en="Subtracted from tables of the project that are out or waiting ({earlier}), this table would reveal "
                "a group of too few persons. Cells concerned: {cells}.",
            ),
            Text(
                fr="Reprenez exactement les mêmes sélections que ces tableaux, ou des catégories plus larges qui ne "
                "s'en écartent pas de quelques personnes seulement.",
                en="Select exactly what those tables selected, or use broader categories that do not differ from "
                "theirs by a few persons only.",
            ),
        ),
        "history_too_fine": (
            Text(
                fr="La comparaison avec les tableaux déjà sortis du projet distinguerait plus de {most} groupes de "
                "personnes : elle ne peut pas être faite exactement.",
                en="Comparing with what is already out of the project would tell more than {most} groups of persons "
                "apart: it cannot be done exactly.",
            ),
            Text(
                fr="Demandez moins de dimensions ou des catégories plus larges, surtout là où une même personne est "
                "comptée dans plusieurs cellules.",
                en="Ask for fewer dimensions or broader categories, above all where one person is counted in several "
                "cells.",
            ),
        ),
    }
)
