"""Wording of refusals about the numbers of a query: counts, sums, means, quantiles and quotients."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ecluse_platform.core.messages_query_wording import said
from ecluse_platform.core.text import Text

MEASURES: Mapping[str, tuple[Text, Text]] = MappingProxyType(
    {
        "sql_aggregate": said(
            "Ligne {line}, colonne {column} : {what} ne fait pas partie des calculs vérifiables.",
            "Line {line}, column {column}: {what} is not among the computations that can be verified.",
            "Utilisez count(*), count(DISTINCT …) d'une seule clé de personne ({known}), sum, avg, stddev, median ou "
            "quantile_cont d'une mesure, ou le quotient de deux sommes ou effectifs.",
            "Use count(*), count(DISTINCT …) of one key of persons ({known}), sum, avg, stddev, median or "
            "quantile_cont of a measure, or the quotient of two sums or counts.",
        ),
        "sql_aggregate_place": said(
            "Ligne {line}, colonne {column} : {what} mêle un effectif ou une somme à un autre calcul.",
            "Line {line}, column {column}: {what} mixes a count or a sum with another computation.",
            "Sortez chaque nombre dans sa colonne, ou un seul quotient de deux d'entre eux, et calculez le reste sur "
            "le tableau diffusé.",
            "Take each number out in its own column, or one quotient of two of them, and compute the rest on the "
            "released table.",
        ),
        "sql_count_column": said(
            "Ligne {line}, colonne {column} : {what} n'est ni une clé de personne, ni l'identifiant d'un professionnel "
            "ou d'un établissement.",
            "Line {line}, column {column}: {what} is neither a key of persons nor the identifier of a professional or "
            "establishment.",
            "Comptez des personnes : count(DISTINCT …) d'une seule de ces clés : {known}.",
            "Count persons: count(DISTINCT …) of one of these keys: {known}.",
        ),
        "sql_count_left": said(
            "Ligne {line}, colonne {column} : {what} vient d'un LEFT JOIN ; compter ses personnes révélerait celles "
            "qui n'y sont pas.",
            "Line {line}, column {column}: {what} comes from a LEFT JOIN; counting its persons would reveal those who "
            "are not there.",
            "Comptez la clé d'une table de gauche, ou utilisez JOIN.",
            "Count the key of a table on the left, or use JOIN.",
        ),
        "sql_measure_twice": said(
            "Ligne {line}, colonne {column} : ce nombre est déjà là, ou la même unité est comptée par une autre "
            "colonne.",
            "Line {line}, column {column}: this number is there already, or the same unit is counted by another "
            "column.",
            "Gardez chaque nombre une seule fois, et comptez chaque unité (personnes, professionnels, "
            "établissements) par une seule colonne.",
            "Keep each number once, and count each unit (persons, professionals, establishments) by one column only.",
        ),
        "sql_no_measure": said(
            "La requête ne compte rien : elle donnerait des lignes individuelles.",
            "The query counts nothing: it would give individual rows.",
            "Ajoutez count(*), count(DISTINCT …) d'une seule clé de personne ({known}), ou la somme d'une mesure.",
            "Add count(*), count(DISTINCT …) of one key of persons ({known}), or the sum of a measure.",
        ),
        "sql_too_many_measures": said(
            "Le tableau a {count} colonnes de nombres ; {most} au plus peuvent être protégées ensemble.",
            "The table has {count} columns of numbers; at most {most} can be protected together.",
            "Faites plusieurs tableaux plus simples.",
            "Make several simpler tables.",
        ),
        "sql_extreme": said(
            "Ligne {line}, colonne {column} : {what} donnerait la valeur d'une seule personne.",
            "Line {line}, column {column}: {what} would give the value of one single person.",
            "Remplacez le minimum et le maximum par des quantiles, par exemple quantile_cont(colonne, 0.05).",
            "Replace minimum and maximum by quantiles, for instance quantile_cont(column, 0.05).",
        ),
        "sql_filter": said(
            "Ligne {line}, colonne {column} : dans {what}, la condition ne porte pas sur un effectif.",
            "Line {line}, column {column}: in {what}, the condition is not on a count.",
            "Écrivez count(DISTINCT clé) FILTER (WHERE condition) ou count(*) FILTER (WHERE condition).",
            "Write count(DISTINCT key) FILTER (WHERE condition) or count(*) FILTER (WHERE condition).",
        ),
        "sql_filter_twice": said(
            "Ligne {line}, colonne {column} : {what} est une seconde condition ; la différence de deux effectifs "
            "filtrés serait une cellule que personne n'a vérifiée.",
            "Line {line}, column {column}: {what} is a second condition; the difference between two filtered counts "
            "would be a cell that nobody has checked.",
            "Gardez la même condition dans tous les FILTER, ou faites de ces conditions une dimension (CASE WHEN …) "
            "avec GROUP BY ROLLUP.",
            "Keep the same condition in every FILTER, or make these conditions a dimension (CASE WHEN …) with GROUP BY "
            "ROLLUP.",
        ),
        "sql_sum_column": said(
            "Ligne {line}, colonne {column} : {what} n'est pas une mesure d'une table individuelle.",
            "Line {line}, column {column}: {what} is not a measure of a table about persons.",
            "Calculez sur une seule colonne de mesure, sans expression : {known}.",
            "Compute on one column that is a measure, without an expression: {known}.",
        ),
        "sql_sum_inexact": said(
            "Ligne {line}, colonne {column} : {what} est d'un type trop large, ou à virgule flottante ; ce calcul ne "
            "serait pas exact.",
            "Line {line}, column {column}: {what} is of a type too wide, or a floating-point number; this would not be "
            "exact.",
            "Utilisez une mesure entière ou décimale, ou filtrez dessus dans WHERE.",
            "Use a measure of whole or decimal numbers, or filter on it in WHERE.",
        ),
        "sql_sum_unbounded": said(
            "Ligne {line}, colonne {column} : le catalogue ne dit pas entre quelles bornes se trouve {what}.",
            "Line {line}, column {column}: the catalogue does not say between which bounds {what} lies.",
            "Mesures qui en ont : {known}. Pour une autre, demandez à l'exploitant de les écrire dans le catalogue.",
            "Measures that have them: {known}. For another one, ask the operator to write them in the catalogue.",
        ),
        "sql_sum_joined": said(
            "Ligne {line}, colonne {column} : la jointure avec {known} répète des lignes ; {what} serait additionnée "
            "plusieurs fois.",
            "Line {line}, column {column}: the join with {known} repeats rows; {what} would be added several times.",
            "Additionnez une mesure de la table la plus fine, ou retirez cette jointure.",
            "Sum a measure of the finest table, or remove this join.",
        ),
        "sql_quantile": said(
            "Ligne {line}, colonne {column} : dans {what}, la fraction n'est pas un nombre écrit entre 0 et 1.",
            "Line {line}, column {column}: in {what}, the fraction is not a number written between 0 and 1.",
            "Écrivez par exemple quantile_cont(colonne, 0.25), un quantile par colonne du résultat.",
            "Write for instance quantile_cont(column, 0.25), one quantile per result column.",
        ),
        "sql_ratio": said(
            "Ligne {line}, colonne {column} : {what} ne peut pas faire partie d'un quotient.",
            "Line {line}, column {column}: {what} cannot be part of a quotient.",
            "Divisez une somme ou un effectif par une somme ou un effectif : sum(a) / sum(b), sum(a) / count(*).",
            "Divide a sum or count by a sum or count: sum(a) / sum(b), sum(a) / count(*).",
        ),
        "sql_factor": said(
            "Ligne {line}, colonne {column} : {what} multiplie autre chose qu'une part.",
            "Line {line}, column {column}: {what} multiplies something other than a share.",
            "Un facteur (1, 10, 100… 1000000) n'est accepté que devant count(…) FILTER (WHERE …) / count(…) du même "
            "effectif ; multipliez le reste sur le tableau diffusé.",
            "A factor (1, 10, 100… 1000000) is accepted only before count(…) FILTER (WHERE …) / count(…) of the same "
            "count; multiply anything else on the released table.",
        ),
    }
)
