"""Wording of refusals about what a query reads: tables, columns, joins."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ecluse_platform.core.messages_query_wording import said
from ecluse_platform.core.text import Text

DATA: Mapping[str, tuple[Text, Text]] = MappingProxyType(
    {
        "sql_no_source": said(
            "La requête ne lit aucune table.",
            "The query reads no table.",
            "Ajoutez FROM et une table du projet : {known}.",
            "Add FROM and a table of the project: {known}.",
        ),
        "sql_source": said(
            "Ligne {line}, colonne {column} : {what} n'est pas une table du projet (fichier, fonction, valeurs…).",
            "Line {line}, column {column}: {what} is not a table of the project (file, function, values…).",
            "Lisez seulement les tables du projet, par leur nom : {known}.",
            "Read only the project's tables, by their names: {known}.",
        ),
        "sql_unknown_table": said(
            "Ligne {line}, colonne {column} : la table {what} n'existe pas.",
            "Line {line}, column {column}: there is no table {what}.",
            "Vouliez-vous dire : {known} ?",
            "Did you mean: {known}?",
        ),
        "sql_filter_care": said(
            "Ligne {line}, colonne {column} : le filtre {what} ne dit pas qui a soigné ({columns}), ce que les règles "
            "du projet protègent.",
            "Line {line}, column {column}: the filter {what} does not tell who gave the care ({columns}), which the "
            "rules of the project protect.",
            "Lisez les tables ({known}) aux conditions que dit ecluse.describe('{what}'), ou demandez des chiffres "
            "bruités (add_dp), qui lisent {what}.",
            "Read the tables ({known}) with the conditions that ecluse.describe('{what}') tells, or ask for noised "
            "figures (add_dp), which read {what}.",
        ),
        "sql_table_of_a_year": said(
            "Ligne {line}, colonne {column} : {what} est une année de la table {known}.",
            "Line {line}, column {column}: {what} is one year of the table {known}.",
            "Lisez {known} avec la condition ANNEE = {year}, et joignez aussi par ANNEE.",
            "Read {known} with the condition ANNEE = {year}, and join by ANNEE too.",
        ),
        "sql_table_not_granted": said(
            "Ligne {line}, colonne {column} : l'autorisation du projet ne donne pas accès à la table {what}.",
            "Line {line}, column {column}: the project's permit does not grant the table {what}.",
            "Utilisez une table accordée : {known}.",
            "Use a granted table: {known}.",
        ),
        "sql_unknown_column": said(
            "Ligne {line}, colonne {column} : la colonne {what} n'existe pas dans les tables lues.",
            "Line {line}, column {column}: there is no column {what} in the tables read.",
            "Vouliez-vous dire : {known} ?",
            "Did you mean: {known}?",
        ),
        "sql_column_not_granted": said(
            "Ligne {line}, colonne {column} : l'autorisation du projet ne donne pas accès à la colonne {what}.",
            "Line {line}, column {column}: the project's permit does not grant the column {what}.",
            "Utilisez une colonne accordée, ou demandez une modification de l'autorisation.",
            "Use a granted column, or ask for a change of the permit.",
        ),
        "sql_ambiguous_column": said(
            "Ligne {line}, colonne {column} : la colonne {what} existe dans plusieurs tables lues.",
            "Line {line}, column {column}: the column {what} is in several of the tables read.",
            "Écrivez de laquelle il s'agit : {known}.",
            "Write which one is meant: {known}.",
        ),
        "sql_duplicate_alias": said(
            "Ligne {line}, colonne {column} : deux tables portent le nom {what}.",
            "Line {line}, column {column}: two tables are called {what}.",
            "Donnez à chacune un alias différent.",
            "Give each its own alias.",
        ),
        "sql_reference_first": said(
            "Ligne {line}, colonne {column} : la requête part de {what}, qui ne parle pas de personnes.",
            "Line {line}, column {column}: the query starts from {what}, which does not speak of persons.",
            "Commencez FROM par une table individuelle, puis joignez les référentiels.",
            "Start FROM with a table about persons, then join the reference tables.",
        ),
        "sql_join_kind": said(
            "Ligne {line}, colonne {column} : la jointure {what} n'est pas acceptée.",
            "Line {line}, column {column}: the join {what} is not accepted.",
            "Utilisez JOIN ou LEFT JOIN, avec USING (…) ou ON a = b AND ….",
            "Use JOIN or LEFT JOIN, with USING (…) or ON a = b AND ….",
        ),
        "sql_join_condition": said(
            "Ligne {line}, colonne {column} : la condition de jointure n'est pas une suite d'égalités entre colonnes.",
            "Line {line}, column {column}: the join condition is not a chain of equalities between columns.",
            "Gardez les égalités de clé dans ON et placez les autres conditions dans WHERE.",
            "Keep the key equalities in ON and put the other conditions in WHERE.",
        ),
        "sql_join_key": said(
            "Ligne {line}, colonne {column} : la jointure de {what} pourrait mêler plusieurs personnes ; il manque : "
            "{missing}.",
            "Line {line}, column {column}: the join of {what} could mix several persons; missing: {missing}.",
            "Joignez par toutes les colonnes d'une clé commune, par exemple USING ({known}).",
            "Join by all columns of a shared key, for instance USING ({known}).",
        ),
        "sql_join_no_key": said(
            "Ligne {line}, colonne {column} : {what} n'a aucune clé de personne en commun avec les tables déjà "
            "jointes.",
            "Line {line}, column {column}: {what} shares no key of persons with the tables joined so far.",
            "Passez par une table qui porte les deux clés, souvent ER_PRS_F ou IR_BEN_R.",
            "Go through a table that holds both keys, often ER_PRS_F or IR_BEN_R.",
        ),
        "sql_join_reference": said(
            "Ligne {line}, colonne {column} : le référentiel {what} doit être joint par toute sa clé ; il manque : "
            "{missing}.",
            "Line {line}, column {column}: the reference table {what} must be joined by its whole key; missing: "
            "{missing}.",
            "Ajoutez une égalité sur : {missing}.",
            "Add an equality on: {missing}.",
        ),
        "sql_join_class": said(
            "Ligne {line}, colonne {column} : {what} ne peut pas servir à joindre un référentiel : elle identifie, "
            "date "
            "ou mesure.",
            "Line {line}, column {column}: {what} cannot be used to join a reference table: it identifies, dates or "
            "measures.",
            "Joignez le référentiel par un code (médicament, acte, nature de prestation…).",
            "Join the reference table by a code (drug, act, kind of service…).",
        ),
        "sql_join_types": said(
            "Ligne {line}, colonne {column} : {what} compare deux colonnes de types différents.",
            "Line {line}, column {column}: {what} compares two columns of different types.",
            "Joignez par des colonnes de même type.",
            "Join by columns of the same type.",
        ),
        "sql_types": said(
            "Les types ne conviennent pas : {detail}",
            "The types do not fit: {detail}",
            "Ajoutez une conversion, par exemple CAST(colonne AS INTEGER).",
            "Add a conversion, for instance CAST(column AS INTEGER).",
        ),
    }
)
