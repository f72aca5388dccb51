"""Wording of refusals about tables of results: those that cannot be protected, and files that are no sound tables."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ecluse_platform.core.messages_query_wording import said
from ecluse_platform.core.text import Text

TABLE: Mapping[str, tuple[Text, Text]] = MappingProxyType(
    {
        "table_not_protectable": said(
            "Ce tableau ne peut pas être protégé : même en masquant tout ce qui peut l'être, on retrouverait des "
            "cellules de petit effectif ({dimensions}).",
            "This table cannot be protected: even with all that may be hidden hidden, small cells could be found "
            "({dimensions}).",
            "Regroupez des modalités ou retirez une dimension ; suffirait (nombre de modalités) : {proposals}.",
            "Merge categories or drop a dimension; enough would be (numbers of categories): {proposals}.",
        ),
        "table_too_large": said(
            "Ce tableau est trop grand ou trop éparpillé pour être protégé : {cells} cellules ({dimensions}).",
            "This table is too large or too sparse to be protected: {cells} cells ({dimensions}).",
            "Regroupez des modalités ou retirez une dimension ; suffirait (nombre de modalités) : {proposals}.",
            "Merge categories or drop a dimension; enough would be (numbers of categories): {proposals}.",
        ),
        "table_too_many_combinations": said(
            "Les dimensions {dimensions} se croisent en trop de combinaisons pour être comptées.",
            "The dimensions {dimensions} cross in more combinations than can be counted.",
            "Regroupez des modalités ou retirez une dimension.",
            "Merge categories or drop a dimension.",
        ),
        "table_unanimous": said(
            "Un groupe entier se trouve dans une seule cellule, ou a une propriété en entier ou pas du tout : savoir "
            "que quelqu'un est du groupe suffirait pour tout savoir de lui.",
            "A whole group is in one cell, or has a property entirely or not at all: to know that somebody is in the "
            "group would be to know it of them.",
            "Regroupez les modalités de la dimension sensible, ou retirez la dimension qui isole ce groupe.",
            "Merge categories of the sensitive dimension, or drop the dimension that singles the group out.",
        ),
        "table_rounding": said(
            "La règle du projet arrondit les effectifs ; elle ne sait pas protéger {what}.",
            "The project's rule rounds counts; it cannot protect {what}.",
            "Ne gardez que des effectifs, ou demandez un profil par suppression.",
            "Keep counts only, or ask for a profile that suppresses.",
        ),
        "table_label_is_total": said(
            "Dans la dimension {dimension}, une modalité s'écrit comme le total : « {label} ».",
            "In the dimension {dimension}, a category is written like the total: “{label}”.",
            "Renommez cette modalité, ou déclarez-la comme total si c'en est un.",
            "Rename that category, or declare it as the total if it is one.",
        ),
        "table_total_not_declared": said(
            "Dans la dimension {dimension}, « {category} » est partout la somme des autres : est-ce le total ?",
            "In the dimension {dimension}, “{category}” is everywhere the sum of the others: is it the total?",
            "Si oui, déclarez total: {category} dans la description ; sinon, regroupez deux modalités.",
            "If so, declare total: {category} in the description; if not, merge two categories.",
        ),
        "table_column_reserved": said(
            "Le fichier a une colonne {column}, que le tableau protégé doit écrire.",
            "The file has a column {column}, which the protected table has to write.",
            "Renommez cette colonne.",
            "Rename that column.",
        ),
        "table_margin_differs": said(
            "Le long de {dimension}, la ligne {line} ne s'accorde pas avec les autres.",
            "Along {dimension}, line {line} does not agree with the others.",
            "Recalculez les marges à partir des mêmes données et donnez toutes les cellules (une combinaison sans "
            "ligne compte pour 0) ; si des personnes sont dans plusieurs modalités, déclarez "
            "constant_per_person: false.",
            "Compute the margins again from the same data and list every cell (a combination without a line counts as "
            "0); if persons are in several categories, declare constant_per_person: false.",
        ),
        "table_margin_missing": said(
            "La ligne {line} n'a pas de marge le long de {dimension}, et elle ne peut pas être déduite : une personne "
            "peut être dans plusieurs modalités.",
            "Line {line} has no margin along {dimension}, and it cannot be worked out: a person may be in several "
            "categories.",
            "Ajoutez la ligne de total, ou déclarez constant_per_person: true si c'est le cas.",
            "Add the line of the total, or declare constant_per_person: true if that is so.",
        ),
        "table_duplicate_cells": said(
            "Les lignes {first} et {second} décrivent la même cellule.",
            "Lines {first} and {second} describe the same cell.",
            "Gardez-en une seule.",
            "Keep only one of them.",
        ),
        "table_column_missing": said(
            "Le fichier n'a pas de colonne {column}, que la description nomme.",
            "The file has no column {column}, which the description names.",
            "Corrigez la description, ou ajoutez la colonne. Colonnes du fichier : {known}.",
            "Correct the description, or add the column. Columns of the file: {known}.",
        ),
        "table_column_twice": said(
            "La colonne {column} est nommée deux fois.",
            "The column {column} is named twice.",
            "Donnez un nom différent à chaque colonne.",
            "Give each column a name of its own.",
        ),
        "table_count_negative": said(
            "Ligne {line} : l'effectif {column} est négatif.",
            "Line {line}: the count {column} is negative.",
            "Corrigez le fichier : un effectif est un entier positif ou nul.",
            "Correct the file: a count is a whole number, 0 or more.",
        ),
        "table_count_fraction": said(
            "Ligne {line} : l'effectif {column} n'est pas un nombre entier.",
            "Line {line}: the count {column} is not a whole number.",
            "Donnez des effectifs bruts ; une somme ou un montant se déclare dans magnitudes.",
            "Give plain counts; declare a sum or an amount under magnitudes.",
        ),
        "table_not_a_number": said(
            "Ligne {line} : {column} n'est pas un nombre fini.",
            "Line {line}: {column} is not a finite number.",
            "Remplacez NaN, l'infini, les cases vides et le texte par un nombre, ou retirez la ligne.",
            "Replace NaN, infinity, empty fields and text by a number, or remove the line.",
        ),
        "table_number_too_large": said(
            "Ligne {line} : {column} dépasse ce qui peut être calculé exactement.",
            "Line {line}: {column} is beyond what can be computed exactly.",
            "Donnez ce montant dans une unité plus grande, par exemple en milliers.",
            "Give this amount in a larger unit, such as thousands.",
        ),
        "table_contributors": said(
            "Ligne {line} : les plus grandes contributions à {column} ne s'accordent pas avec le total.",
            "Line {line}: the largest contributions to {column} do not agree with the total.",
            "Donnez d'abord la plus grande, puis la deuxième ; leur somme ne dépasse pas le total.",
            "Give the largest first, then the second; their sum is at most the total.",
        ),
        "table_tree_cycle": said(
            "La hiérarchie de {dimension} tourne en rond : {category} se contient elle-même.",
            "The hierarchy of {dimension} goes in a circle: {category} contains itself.",
            "Retirez-la de ses propres modalités.",
            "Take it out of its own categories.",
        ),
        "table_tree_two_parents": said(
            "Dans la hiérarchie de {dimension}, {category} est dans deux groupes.",
            "In the hierarchy of {dimension}, {category} is in two groups.",
            "Gardez-la dans un seul groupe ; pour un second regroupement, faites une seconde dimension.",
            "Keep it in one group; for a second grouping, make a second dimension.",
        ),
        "table_too_many_categories": said(
            "La dimension {dimension} a {count} modalités ; un tableau en a au plus {most}.",
            "The dimension {dimension} has {count} categories; a table has at most {most}.",
            "Regroupez-les, par exemple par région, chapitre ou tranche d'âge.",
            "Group them, for instance by région, chapter or age band.",
        ),
        "table_linked_measures": said(
            "Les tableaux n'ont pas les mêmes colonnes d'effectifs et de montants.",
            "The tables do not have the same columns of counts and amounts.",
            "Donnez-leur les mêmes counts et magnitudes, ou protégez-les à part s'ils ne portent pas sur les mêmes "
            "personnes.",
            "Give them the same counts and magnitudes, or protect them apart if they are not about the same persons.",
        ),
        "table_linked_dimension": said(
            "La dimension {dimension} n'a pas les mêmes modalités dans tous les tableaux.",
            "The dimension {dimension} does not have the same categories in all tables.",
            "Donnez-lui les mêmes modalités et la même hiérarchie, ou un autre nom si ce n'est pas la même.",
            "Give it the same categories and the same hierarchy, or another name if it is not the same.",
        ),
        "table_linked_differ": said(
            "Une même cellule n'a pas les mêmes nombres dans tous les tableaux.",
            "One cell does not have the same numbers in all tables.",
            "Recalculez les tableaux à partir des mêmes données.",
            "Compute the tables again from the same data.",
        ),
        "table_no_persons": said(
            "La description ne nomme aucun effectif de personnes : on ignore combien sont dans une cellule.",
            "The description names no count of persons: nobody can tell how many are in a cell.",
            "Ajoutez à counts une colonne de personnes distinctes, avec unit: person.",
            "Add a column of distinct persons to counts, with unit: person.",
        ),
        "table_no_cells": said(
            "Le fichier n'a aucune ligne.",
            "The file has no line.",
            "Donnez au moins une cellule.",
            "Give at least one cell.",
        ),
    }
)
