"""Wording of refusals about what a private query shows, costs and lets one person count."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ecluse_platform.core.messages_query_wording import said
from ecluse_platform.core.text import Text

OUTER: Mapping[str, tuple[Text, Text]] = MappingProxyType(
    {
        "private_outer_clause": said(
            "Ligne {line}, colonne {column} : {what} n'est pas accepté au niveau extérieur.",
            "Line {line}, column {column}: {what} is not accepted at the outer level.",
            "Filtrez les lignes dans WHERE ; filtrez les résultats après publication.",
            "Filter rows in WHERE; filter results after release.",
        ),
        "private_outer_limit": said(
            "Ligne {line}, colonne {column} : {what} choisirait des résultats avant le bruit.",
            "Line {line}, column {column}: {what} would choose results before the noise.",
            "Retirez-le : triez et coupez le tableau reçu.",
            "Remove it: sort and cut the table that you receive.",
        ),
        "private_outer_margins": said(
            "Ligne {line}, colonne {column} : la politique du projet n'ouvre pas {what} aux réponses bruitées "
            "(margins: none).",
            "Line {line}, column {column}: the project's policy does not open {what} to noised answers "
            "(margins: none).",
            "Demandez les cellules, puis additionnez-les : table.margins(colonne, by=[…]) en Python, margins(table, "
            "colonne, by) en R ; c'est gratuit et s'accorde avec elles. Ou demandez chaque marge par une question à "
            "part, à son prix.",
            "Ask for the cells, then add them up: table.margins(column, by=[…]) in Python, margins(table, column, by) "
            "in R; this is free and agrees with them. Or ask for each margin by a question of its own, at its price.",
        ),
        "private_margin_not_additive": said(
            "Ligne {line}, colonne {column} : les valeurs de {what} ne s'additionnent pas d'une cellule à l'autre.",
            "Line {line}, column {column}: the values of {what} do not add up over cells.",
            "Retirez cette colonne, ou demandez ses totaux par une question à part, avec moins de dimensions.",
            "Remove this column, or ask for its totals by a question of its own, with fewer dimensions.",
        ),
        "private_margin_persons": said(
            "Ligne {line}, colonne {column} : {what} compterait deux fois qui est dans deux cellules.",
            "Line {line}, column {column}: {what} would count twice who is in two cells.",
            "Écrivez cells=1 si chaque personne n'est que dans une cellule ; sinon, demandez ce total par une question "
            "à part, avec moins de dimensions.",
            "Write cells=1 if each person is in one cell only; otherwise ask for this total by a question of its own, "
            "with fewer dimensions.",
        ),
        "private_too_many_groupings": said(
            "La requête demande {groupings} regroupements ; {most} au plus sont possibles.",
            "The query asks for {groupings} groupings; {most} at most are possible.",
            "Écrivez ceux qu'il vous faut : GROUPING SETS ((a, b), (a), ()).",
            "Write those that you need: GROUPING SETS ((a, b), (a), ()).",
        ),
        "private_total_label": said(
            "Dans la dimension {dimension}, une modalité s'écrit comme le total : « {label} ».",
            "In the dimension {dimension}, a category is written like the total: “{label}”.",
            "Renommez-la par un CASE, ou demandez les cellules sans ROLLUP, CUBE ni GROUPING SETS : une réponse déjà "
            "payée est redonnée sans frais.",
            "Rename it by a CASE, or ask for the cells without ROLLUP, CUBE or GROUPING SETS: an answer that was paid "
            "for is given again at no cost.",
        ),
        "private_outer_aggregate": said(
            "Ligne {line}, colonne {column} : {what} ne peut pas être rendu privé.",
            "Line {line}, column {column}: {what} cannot be made private.",
            "Utilisez count, sum, avg, stddev, median, quantile_cont ou histogram ; pour un maximum, "
            "quantile_cont(x, 0.95) avec des bornes de classes.",
            "Use count, sum, avg, stddev, median, quantile_cont or histogram; for a maximum, quantile_cont(x,"
            " 0.95) with edges of bins.",
        ),
        "private_outer_arithmetic": said(
            "Ligne {line}, colonne {column} : {what} calcule avec des agrégats.",
            "Line {line}, column {column}: {what} computes with aggregates.",
            "Sortez chaque agrégat dans sa colonne et calculez sur le tableau reçu ; une part de personnes "
            "s'écrit count(DISTINCT id) FILTER (WHERE …) / count(DISTINCT id).",
            "Take each aggregate out in its own column and compute on the table that you receive; a share of "
            "persons is written count(DISTINCT id) FILTER (WHERE …) / count(DISTINCT id).",
        ),
        "private_no_aggregate": said(
            "Ligne {line}, colonne {column} : la requête ne compte et n'additionne rien.",
            "Line {line}, column {column}: the query counts and adds nothing.",
            "Ajoutez count(DISTINCT BEN_IDT_ANO), count(*) ou une somme.",
            "Add count(DISTINCT BEN_IDT_ANO), count(*) or a sum.",
        ),
        "private_not_person": said(
            "Ligne {line}, colonne {column} : {what} : cette colonne n'identifie pas une personne, par son "
            "origine, quel que soit son nom.",
            "Line {line}, column {column}: {what}: this column identifies no person, by where it comes from, "
            "whatever its name.",
            "Comptez BEN_IDT_ANO, BEN_NIR_PSA ou NIR_ANO_17 tel qu'il est dans une table, sans calcul.",
            "Count BEN_IDT_ANO, BEN_NIR_PSA or NIR_ANO_17 as it is in a table, without computing.",
        ),
        "private_nothing_private": said(
            "Ligne {line}, colonne {column} : la requête ne lit aucune ligne de personnes.",
            "Line {line}, column {column}: the query reads no row of persons.",
            "Lisez ces tables publiques dans votre espace de travail : il n'y a rien à payer.",
            "Read these public tables in your workspace: there is nothing to pay.",
        ),
        "private_identifying_dimension": said(
            "Ligne {line}, colonne {column} : {what} identifie, ou aide à identifier, quelqu'un : ce n'est "
            "pas une dimension.",
            "Line {line}, column {column}: {what} identifies somebody, or helps to: it is no dimension.",
            "Utilisez quelque chose de plus grossier : {known}.",
            "Use something coarser: {known}.",
        ),
        "private_dimension_not_grouped": said(
            "Ligne {line}, colonne {column} : {what} n'est ni un agrégat, ni une expression de GROUP BY.",
            "Line {line}, column {column}: {what} is neither an aggregate nor an expression of GROUP BY.",
            "Ajoutez-la telle quelle à GROUP BY, ou écrivez GROUP BY ALL.",
            "Add it as it is to GROUP BY, or write GROUP BY ALL.",
        ),
        "private_dimension_hidden": said(
            "Ligne {line}, colonne {column} : {what} groupe sans être montrée.",
            "Line {line}, column {column}: {what} groups without being shown.",
            "Ajoutez-la aux colonnes du SELECT, ou retirez-la de GROUP BY.",
            "Add it to the columns of SELECT, or remove it from GROUP BY.",
        ),
        "private_bounds_missing": said(
            "Ligne {line}, colonne {column} : entre quelles bornes chaque ligne de {what} doit compter n'est "
            "pas connu.",
            "Line {line}, column {column}: between which bounds each row of {what} is to count is not known.",
            'Donnez-les : bounds={{"{what}": (0, 100)}} ; elles ne doivent pas venir des données.',
            'Give them: bounds={{"{what}": (0, 100)}}; they must not come from the data.',
        ),
        "private_edges_missing": said(
            "Ligne {line}, colonne {column} : les classes de {what} ne sont pas données.",
            "Line {line}, column {column}: the bins of {what} are not given.",
            'Donnez leurs bornes : edges={{"{what}": [0, 10, 20]}} ; elles ne doivent pas venir des données.',
            'Give their edges: edges={{"{what}": [0, 10, 20]}}; they must not come from the data.',
        ),
        "private_keys_type": said(
            "Ligne {line}, colonne {column} : les modalités données pour {what} ne sont pas des nombres entiers.",
            "Line {line}, column {column}: the categories given for {what} are not whole numbers.",
            "Donnez les codes tels qu'ils sont dans la base.",
            "Give the codes as they are in the data.",
        ),
        "private_keys_missing": said(
            "Le catalogue ne connaît pas les modalités de : {what}.",
            "The catalogue does not know the categories of: {what}.",
            "Donnez-les (keys=…), ou donnez un delta pour que les plus fréquentes soient trouvées.",
            "Give them (keys=…), or give a delta so that the most frequent are found.",
        ),
        "private_epsilon": said(
            "epsilon = {asked} n'est pas possible : il doit être au-dessus de 0, et {most} au plus.",
            "epsilon = {asked} is not possible: it must be above 0, and {most} at most.",
            "Choisissez un epsilon dans ces limites, par exemple 0.5.",
            "Choose an epsilon within these limits, for instance 0.5.",
        ),
        "private_delta": said(
            "delta = {asked} n'est pas possible : il doit être au-dessus de 0, et {most} au plus.",
            "delta = {asked} is not possible: it must be above 0, and {most} at most.",
            "Choisissez un delta dans ces limites, ou donnez les modalités et aucun delta.",
            "Choose a delta within these limits, or give the categories and no delta.",
        ),
        "private_contribution": said(
            "{what} = {asked} n'est pas possible : entre 1 et {most}.",
            "{what} = {asked} is not possible: between 1 and {most}.",
            "Choisissez-le dans ces limites : au-delà, le reste d'une personne n'est pas compté.",
            "Choose it within these limits: what a person has beyond is not counted.",
        ),
        "private_edges_order": said(
            "Les bornes des classes de {what} ne sont pas croissantes.",
            "The edges of the bins of {what} do not increase.",
            "Écrivez-les de la plus petite à la plus grande, chacune une fois.",
            "Write them from the least to the largest, each once.",
        ),
        "private_unknown_output": said(
            "{what} n'est pas une colonne du résultat à laquelle cela s'applique.",
            "{what} is not a column of the result to which this applies.",
            "Colonnes possibles : {known}.",
            "Possible columns: {known}.",
        ),
        "private_too_many_cells": said(
            "Le tableau aurait {cells} cases ; {most} au plus sont possibles.",
            "The table would have {cells} cells; {most} at most are possible.",
            "Retirez une dimension, ou donnez moins de modalités (keys=…).",
            "Remove a dimension, or give fewer categories (keys=…).",
        ),
        "private_sum_too_large": said(
            "Avec ces bornes, une seule personne pourrait ajouter {largest} ; la somme de toutes dépasserait 64 bits.",
            "With these bounds, one single person could add {largest}; the sum of all would exceed 64 bits.",
            "Resserrez les bornes ou rows.",
            "Narrow the bounds or rows.",
        ),
    }
)
