"""Wording of refusals about the cells of a table: its dimensions, its measures, its conditions, its size."""

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
            "Filtrez dessus dans WHERE si besoin, et comptez des personnes ou des lignes.",
            "Filter on it in WHERE if you need to, and count persons or rows.",
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
        "sql_aggregate": said(
            "Ligne {line}, colonne {column} : {what} n'est pas encore vérifiable ; seuls des effectifs peuvent sortir.",
            "Line {line}, column {column}: {what} cannot be verified yet; only counts can come out.",
            "Utilisez count(*) pour des lignes, ou count(DISTINCT …) d'une seule clé de personne : {known}.",
            "Use count(*) for rows, or count(DISTINCT …) of one key of persons: {known}.",
        ),
        "sql_aggregate_place": said(
            "Ligne {line}, colonne {column} : {what} doit être seul dans sa colonne, sans calcul autour.",
            "Line {line}, column {column}: {what} must stand alone in its column, with no computation around it.",
            "Sortez l'effectif tel quel et calculez sur le tableau diffusé.",
            "Take the count out as it is and compute on the released table.",
        ),
        "sql_count_column": said(
            "Ligne {line}, colonne {column} : {what} n'est pas une clé de personne.",
            "Line {line}, column {column}: {what} is not a key of persons.",
            "Comptez des personnes : count(DISTINCT …) d'une seule de ces clés : {known}.",
            "Count persons: count(DISTINCT …) of one of these keys: {known}.",
        ),
        "sql_count_left": said(
            "Ligne {line}, colonne {column} : {what} vient d'un LEFT JOIN ; compter ses personnes révélerait celles "
            "qui "
            "n'y sont pas.",
            "Line {line}, column {column}: {what} comes from a LEFT JOIN; counting its persons would reveal those who "
            "are not there.",
            "Comptez la clé d'une table de gauche, ou utilisez JOIN.",
            "Count the key of a table on the left, or use JOIN.",
        ),
        "sql_measure_twice": said(
            "Ligne {line}, colonne {column} : il y a déjà un effectif de ce genre.",
            "Line {line}, column {column}: there is a count of this kind already.",
            "Gardez au plus un count(*) et un count(DISTINCT …).",
            "Keep at most one count(*) and one count(DISTINCT …).",
        ),
        "sql_no_measure": said(
            "La requête ne compte rien : elle donnerait des lignes individuelles.",
            "The query counts nothing: it would give individual rows.",
            "Ajoutez count(*), ou count(DISTINCT …) d'une seule clé de personne : {known}.",
            "Add count(*), or count(DISTINCT …) of one key of persons: {known}.",
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
        "too_many_cells": said(
            "Le tableau aurait plus de {most} lignes : personne ne pourrait le vérifier.",
            "The table would have more than {most} rows: nobody could review it.",
            "Choisissez des dimensions plus larges, ou restreignez-les dans WHERE.",
            "Choose coarser dimensions, or restrict them in WHERE.",
        ),
    }
)
