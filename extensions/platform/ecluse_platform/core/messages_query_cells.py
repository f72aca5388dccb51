"""Wording of refusals about the cells of a table: its dimensions, its conditions, its size."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ecluse_platform.core.messages_query_wording import said
from ecluse_platform.core.text import Text

CELLS: Mapping[str, tuple[Text, Text]] = MappingProxyType(
    {
        "sql_identifier_used": said(
            "Ligne {line}, colonne {column} : {what} identifie une personne ou une ligne.",
            "Line {line}, column {column}: {what} identifies a person or a row.",
            "Elle ne sert qu'aux jointures et, pour une clé de personne, dans count(DISTINCT …).",
            "Use it only in joins and, for a key of persons, in count(DISTINCT …).",
        ),
        "sql_date_dimension": said(
            "Ligne {line}, colonne {column} : {what} est une date au jour près ; elle ne peut pas sortir telle quelle.",
            "Line {line}, column {column}: {what} is a date to the day; it cannot come out as it is.",
            "Écrivez date_trunc('month', {what}), year({what}) ou quarter({what}).",
            "Write date_trunc('month', {what}), year({what}) or quarter({what}).",
        ),
        "sql_identifier_dimension": said(
            "Ligne {line}, colonne {column} : {what} est un identifiant potentiel et ne peut pas être une dimension.",
            "Line {line}, column {column}: {what} is a potential identifier and cannot be a dimension.",
            "Choisissez une dimension plus large, par exemple le département.",
            "Choose a coarser dimension, for instance the département.",
        ),
        "sql_measure_dimension": said(
            "Ligne {line}, colonne {column} : {what} est une mesure et ne peut pas être une dimension.",
            "Line {line}, column {column}: {what} is a measure and cannot be a dimension.",
            "Additionnez-la (sum, avg…), ou filtrez dessus dans WHERE.",
            "Sum it (sum, avg…), or filter on it in WHERE.",
        ),
        "sql_constant_dimension": said(
            "Ligne {line}, colonne {column} : cette dimension ne lit aucune colonne.",
            "Line {line}, column {column}: this dimension reads no column.",
            "Retirez-la : ajoutez vos étiquettes au tableau diffusé.",
            "Remove it: add your labels to the released table.",
        ),
        "sql_several_columns": said(
            "Ligne {line}, colonne {column} : une même expression mêle {what} ; on pourrait y cacher des totaux et "
            "retrouver les cellules masquées.",
            "Line {line}, column {column}: one expression mixes {what}; totals could be hidden in it, from which "
            "hidden "
            "cells can be found.",
            "Gardez une colonne par dimension et par condition reliée par AND. Sont aussi possibles : un âge "
            "(year(date) - année de naissance) et, dans WHERE, l'ordre de deux dates (a <= b).",
            "Keep one column per dimension and per condition joined by AND. Also possible: an age (year(date) - year "
            "of "
            "birth) and, in WHERE, the order of two dates (a <= b).",
        ),
        "sql_alias_too_often": said(
            "Ligne {line}, colonne {column} : écrite en entier chaque fois que WHERE la nomme, {what} rendrait la "
            "requête démesurée.",
            "Line {line}, column {column}: written in full each time WHERE names it, {what} would make the query far "
            "too large.",
            "Nommez-la moins souvent, par exemple une fois devant IN (…), ou simplifiez son expression.",
            "Name it less often, for instance once before IN (…), or make its expression simpler.",
        ),
        "sql_pair_read_twice": said(
            "Ligne {line}, colonne {column} : cette dimension mêle deux colonnes alors que {what} est lue deux fois ; "
            "une cellule pourrait être le total de deux autres.",
            "Line {line}, column {column}: this dimension mixes two columns while {what} is read twice; one cell could "
            "be the total of two others.",
            "Lisez chaque table une seule fois, ou remplacez l'âge par l'année de naissance.",
            "Read each table once, or show the year of birth in place of the age.",
        ),
        "sql_too_many_dimensions": said(
            "Le tableau a {count} dimensions ; la règle du projet en permet {most}.",
            "The table has {count} dimensions; the project's rule allows {most}.",
            "Faites plusieurs tableaux plus simples.",
            "Make several simpler tables.",
        ),
        "sql_group_missing": said(
            "Ligne {line}, colonne {column} : la dimension {what} n'est pas dans GROUP BY.",
            "Line {line}, column {column}: the dimension {what} is not in GROUP BY.",
            "Écrivez GROUP BY ALL, ou nommez toutes les dimensions.",
            "Write GROUP BY ALL, or name every dimension.",
        ),
        "sql_group_not_shown": said(
            "Ligne {line}, colonne {column} : GROUP BY sépare par {what}, qui n'est pas une colonne du résultat.",
            "Line {line}, column {column}: GROUP BY splits by {what}, which is no column of the result.",
            "Mettez-la dans SELECT, ou retirez-la de GROUP BY.",
            "Put it in SELECT, or remove it from GROUP BY.",
        ),
        "sql_output_name": said(
            "Ligne {line}, colonne {column} : le nom {what} ne peut pas être celui d'une colonne du résultat.",
            "Line {line}, column {column}: the name {what} cannot be that of a result column.",
            "Choisissez un nom unique d'au plus 64 lettres, chiffres, espaces ou _, qui commence par une lettre.",
            "Choose a unique name of at most 64 letters, digits, spaces or _, starting with a letter.",
        ),
        "too_many_cells_behind": said(
            "Les totaux demandés relient plus de {most} cellules : elles ne peuvent pas être protégées ensemble.",
            "The totals asked for tie more than {most} cells together: they cannot be protected together.",
            "Retirez une dimension ou des totaux, choisissez des dimensions plus larges, ou utilisez WHERE.",
            "Remove a dimension or some totals, choose coarser dimensions, or use WHERE.",
        ),
        "too_many_cells": said(
            "Le tableau aurait plus de {most} lignes : personne ne pourrait le vérifier.",
            "The table would have more than {most} rows: nobody could review it.",
            "Choisissez des dimensions plus larges, ou restreignez-les dans WHERE.",
            "Choose coarser dimensions, or restrict them in WHERE.",
        ),
    }
)
