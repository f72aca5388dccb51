"""Wording of refusals about whose rows meet inside a private query."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ecluse_platform.core.messages_query_wording import said
from ecluse_platform.core.text import Text

INNER: Mapping[str, tuple[Text, Text]] = MappingProxyType(
    {
        "private_reserved_name": said(
            "Ligne {line}, colonne {column} : {what} est un nom réservé : ceux qui commencent par __ sont à "
            "la plateforme.",
            "Line {line}, column {column}: {what} is a reserved name: those that begin with __ belong to the platform.",
            "Donnez un autre nom.",
            "Give it another name.",
        ),
        "private_names_unclear": said(
            "Ligne {line}, colonne {column} : des noms de la requête ne peuvent pas être reliés à une table ({what}).",
            "Line {line}, column {column}: some names of the query cannot be linked to a table ({what}).",
            "Écrivez chaque colonne avec sa table : t.COLONNE.",
            "Write each column with its table: t.COLUMN.",
        ),
        "private_row_as_value": said(
            "Ligne {line}, colonne {column} : {what} est une ligne entière, pas une valeur.",
            "Line {line}, column {column}: {what} is a whole row, not a value.",
            "Nommez une colonne de cette table.",
            "Name a column of that table.",
        ),
        "private_not_select": said(
            "Ligne {line}, colonne {column} : {what} n'est pas une lecture ; une question privée est un seul "
            "SELECT, avec des agrégats au niveau extérieur.",
            "Line {line}, column {column}: {what} is not reading; a private question is one SELECT, with "
            "aggregates at its outer level.",
            "Écrivez un seul SELECT de dimensions et d'agrégats ; UNION et les autres calculs vont dans un WITH.",
            "Write one SELECT of dimensions and aggregates; UNION and other steps go into a WITH.",
        ),
        "private_recursive": said(
            "Ligne {line}, colonne {column} : WITH RECURSIVE n'est pas accepté.",
            "Line {line}, column {column}: WITH RECURSIVE is not accepted.",
            "Écrivez les étapes l'une après l'autre dans WITH, sans RECURSIVE.",
            "Write the steps one after the other in WITH, without RECURSIVE.",
        ),
        "private_professionals_table": said(
            "Ligne {line}, colonne {column} : la table {what} décrit des professionnels ou des "
            "établissements, que cette garantie ne protège pas.",
            "Line {line}, column {column}: the table {what} describes professionals or establishments, whom "
            "this guarantee does not protect.",
            "Utilisez plutôt la requête vérifiée, qui les protège.",
            "Use the verified query instead, which protects them.",
        ),
        "private_view_years": said(
            "Ligne {line}, colonne {column} : cette vue écarte des établissements déclarés deux fois jusqu'en"
            " {year}, sous des numéros que seul l'espace de travail connaît.",
            "Line {line}, column {column}: this view leaves out establishments that were reported twice up to"
            " {year}, under numbers that only the workspace knows.",
            "Écrivez la requête sur les tables de base, avec vos propres filtres.",
            "Write the query on the base tables, with your own filters.",
        ),
        "private_chooses_persons": said(
            "Ligne {line}, colonne {column} : {what} choisit entre des lignes de personnes différentes.",
            "Line {line}, column {column}: {what} chooses between rows of different persons.",
            "Choisissez dans les lignes de chaque personne : QUALIFY row_number() OVER (PARTITION BY personne"
            " ORDER BY …) = 1.",
            "Choose among the rows of each person: QUALIFY row_number() OVER (PARTITION BY person ORDER BY …) = 1.",
        ),
        "private_join_kind": said(
            "Ligne {line}, colonne {column} : {what} n'est pas accepté pour joindre.",
            "Line {line}, column {column}: {what} is not accepted for joining.",
            "Utilisez JOIN, LEFT JOIN, RIGHT JOIN, FULL JOIN, SEMI JOIN ou ANTI JOIN, avec ON ou USING.",
            "Use JOIN, LEFT JOIN, RIGHT JOIN, FULL JOIN, SEMI JOIN or ANTI JOIN, with ON or USING.",
        ),
        "private_alias_twice": said(
            "Ligne {line}, colonne {column} : le nom {what} est pris deux fois, ou est celui d'une table ou d'une vue.",
            "Line {line}, column {column}: the name {what} is taken twice, or is that of a table or a view.",
            "Donnez un nom différent à chacun.",
            "Give each a name of its own.",
        ),
        "private_lateral": said(
            "Ligne {line}, colonne {column} : {what} vient d'une autre table du FROM.",
            "Line {line}, column {column}: {what} comes from another table of FROM.",
            "Écrivez une jointure (JOIN … ON) au lieu d'une sous-requête qui regarde sa voisine.",
            "Write a join (JOIN … ON) instead of a subquery that looks at its neighbour.",
        ),
        "private_join_without_person": said(
            "Ligne {line}, colonne {column} : {what} est jointe à des lignes de personnes sans égalité sur un"
            " identifiant de personne.",
            "Line {line}, column {column}: {what} is joined to persons' rows without an equality on an "
            "identifier of the person.",
            "Ajoutez l'égalité de toutes les colonnes d'une de ces clés : {known}.",
            "Add the equality of all columns of one of these keys: {known}.",
        ),
        "private_public_kept": said(
            "Ligne {line}, colonne {column} : {what} garde des lignes publiques selon qu'une personne y "
            "correspond ou non.",
            "Line {line}, column {column}: {what} keeps public rows according to whether some person matches them.",
            "Partez de la table des personnes : FROM personnes LEFT JOIN référentiel.",
            "Start from the table of persons: FROM persons LEFT JOIN reference.",
        ),
        "private_inner_total": said(
            "Ligne {line}, colonne {column} : {what} porte sur toutes les personnes, à l'intérieur de la requête.",
            "Line {line}, column {column}: {what} is over all persons, inside the query.",
            "Ajoutez GROUP BY avec un identifiant de personne, ou faites ce calcul au niveau extérieur.",
            "Add GROUP BY with an identifier of the person, or compute it at the outer level.",
        ),
        "private_group_without_person": said(
            "Ligne {line}, colonne {column} : {what} peut mêler plusieurs personnes : il y manque un "
            "identifiant de personne qu'aucune jointure externe n'a pu rendre NULL.",
            "Line {line}, column {column}: {what} may mix persons: it lacks an identifier of the person that "
            "no outer join can have made NULL.",
            "Ajoutez BEN_IDT_ANO, ou une autre clé de personne, aux colonnes groupées ; ou groupez au niveau "
            "extérieur.",
            "Add BEN_IDT_ANO, or another key of persons, to the grouped columns; or group at the outer level.",
        ),
        "private_inner_margins": said(
            "Ligne {line}, colonne {column} : {what} n'est pas accepté à l'intérieur.",
            "Line {line}, column {column}: {what} is not accepted inside.",
            "Écrivez un GROUP BY par niveau, réunis par UNION ALL.",
            "Write one GROUP BY per level, joined by UNION ALL.",
        ),
        "private_window_grouped": said(
            "Ligne {line}, colonne {column} : {what} et GROUP BY sont dans le même SELECT.",
            "Line {line}, column {column}: {what} and GROUP BY are in the same SELECT.",
            "Groupez d'abord dans un WITH, puis utilisez la fenêtre.",
            "Group first in a WITH, then use the window.",
        ),
        "private_window_without_person": said(
            "Ligne {line}, colonne {column} : la fenêtre {what} peut mêler plusieurs personnes.",
            "Line {line}, column {column}: the window {what} may mix persons.",
            "Ajoutez PARTITION BY avec un identifiant de personne.",
            "Add PARTITION BY with an identifier of the person.",
        ),
        "private_distinct_without_person": said(
            "Ligne {line}, colonne {column} : {what} confondrait des personnes différentes.",
            "Line {line}, column {column}: {what} would take different persons for one.",
            "Gardez un identifiant de personne parmi les colonnes, ou retirez DISTINCT.",
            "Keep an identifier of the person among the columns, or remove DISTINCT.",
        ),
        "private_mixed_rows": said(
            "Ligne {line}, colonne {column} : {what} réunit des lignes de personnes et des lignes qui "
            "n'appartiennent à personne.",
            "Line {line}, column {column}: {what} puts together persons' rows and rows that belong to nobody.",
            "Réunissez seulement des lignes de personnes ; une liste publique se joint avec JOIN.",
            "Put together persons' rows only; a public list is joined with JOIN.",
        ),
        "private_set_columns": said(
            "Ligne {line}, colonne {column} : les deux côtés de {what} n'ont pas le même nombre de colonnes.",
            "Line {line}, column {column}: the two sides of {what} have not the same number of columns.",
            "Écrivez les mêmes colonnes, dans le même ordre.",
            "Write the same columns, in the same order.",
        ),
        "private_by_name": said(
            "Ligne {line}, colonne {column} : BY NAME n'est pas accepté.",
            "Line {line}, column {column}: BY NAME is not accepted.",
            "Écrivez les colonnes dans le même ordre des deux côtés.",
            "Write the columns in the same order on both sides.",
        ),
        "private_duplicates_across": said(
            "Ligne {line}, colonne {column} : {what} compare des lignes de personnes différentes.",
            "Line {line}, column {column}: {what} compares rows of different persons.",
            "Gardez un identifiant de personne à la même place des deux côtés, ou écrivez UNION ALL.",
            "Keep an identifier of the person in the same place on both sides, or write UNION ALL.",
        ),
        "private_function": said(
            "Ligne {line}, colonne {column} : {what} n'est pas dans la liste acceptée.",
            "Line {line}, column {column}: {what} is not on the accepted list.",
            "Utilisez des comparaisons, CASE, COALESCE, des calculs simples, des fonctions de texte et de "
            "date usuelles.",
            "Use comparisons, CASE, COALESCE, simple arithmetic, the usual functions of text and dates.",
        ),
        "private_volatile": said(
            "Ligne {line}, colonne {column} : {what} change d'un moment à l'autre.",
            "Line {line}, column {column}: {what} changes from one moment to the next.",
            "Écrivez une date ou une valeur fixe.",
            "Write a fixed date or value.",
        ),
        "private_order_dependent": said(
            "Ligne {line}, colonne {column} : {what} dépend de l'ordre des lignes, ou n'est qu'approché.",
            "Line {line}, column {column}: {what} depends on the order of rows, or is only approximate.",
            "Utilisez min, max, sum, avg ou median ; pour la première ligne, QUALIFY row_number() OVER "
            "(PARTITION BY personne ORDER BY …) = 1.",
            "Use min, max, sum, avg or median; for the first row, QUALIFY row_number() OVER (PARTITION BY "
            "person ORDER BY …) = 1.",
        ),
        "private_aggregate_place": said(
            "Ligne {line}, colonne {column} : un agrégat n'est pas possible ici.",
            "Line {line}, column {column}: no aggregate is possible here.",
            "Calculez-le dans un WITH, puis utilisez sa colonne.",
            "Compute it in a WITH, then use its column.",
        ),
        "private_variable_range": said(
            "Ligne {line}, colonne {column} : {what} a des bornes qui viennent des données.",
            "Line {line}, column {column}: {what} has bounds that come from data.",
            "Écrivez des bornes constantes, par exemple range(0, 12).",
            "Write constant bounds, for instance range(0, 12).",
        ),
        "private_inexact_sum": said(
            "Ligne {line}, colonne {column} : {what} additionne des nombres à virgule flottante : le résultat"
            " dépendrait de l'ordre des lignes.",
            "Line {line}, column {column}: {what} adds floating-point numbers: the result would depend on the"
            " order of rows.",
            "Convertissez d'abord : sum(x::DECIMAL(18, 2)).",
            "Convert first: sum(x::DECIMAL(18, 2)).",
        ),
        "private_subquery_arithmetic": said(
            "Ligne {line}, colonne {column} : {what} compare ou calcule avec une sous-requête d'une façon qui"
            " pourrait échouer.",
            "Line {line}, column {column}: {what} compares or computes with a subquery in a way that may fail.",
            "Donnez le même type aux deux côtés (CAST), ou calculez d'abord dans un WITH et joignez-le.",
            "Give both sides the same type (CAST), or compute first in a WITH and join it.",
        ),
        "private_mixed_types": said(
            "Ligne {line}, colonne {column} : {what} : ces deux colonnes ne sont pas du même type ; une seule"
            " valeur mal formée arrêterait la requête.",
            "Line {line}, column {column}: {what}: these two columns are not of the same type; one single "
            "malformed value would stop the query.",
            "Convertissez vous-même : TRY_CAST(a AS VARCHAR) = b.",
            "Convert it yourself: TRY_CAST(a AS VARCHAR) = b.",
        ),
        "private_public_filtered": said(
            "Ligne {line}, colonne {column} : une table publique est filtrée d'après des lignes de personnes.",
            "Line {line}, column {column}: a public table is filtered by persons' rows.",
            "Partez de la table des personnes, et joignez-lui la table publique.",
            "Start from the table of persons, and join the public table to it.",
        ),
        "private_subquery_without_person": said(
            "Ligne {line}, colonne {column} : la sous-requête voit d'autres personnes que celle de la ligne.",
            "Line {line}, column {column}: the subquery sees other persons than that of the row.",
            "Reliez-la sur un identifiant de personne (t2.BEN_IDT_ANO = t1.BEN_IDT_ANO), ou comparez des "
            "identifiants avec IN.",
            "Link it on an identifier of the person (t2.BEN_IDT_ANO = t1.BEN_IDT_ANO), or compare identifiers with IN.",
        ),
        "private_scalar_rows": said(
            "Ligne {line}, colonne {column} : cette sous-requête peut donner plusieurs lignes.",
            "Line {line}, column {column}: this subquery may give several rows.",
            "Calculez-y un seul agrégat, sans GROUP BY : (SELECT min(…) FROM …).",
            "Compute one aggregate in it, without GROUP BY: (SELECT min(…) FROM …).",
        ),
        "private_subquery_place": said(
            "Ligne {line}, colonne {column} : une sous-requête sur des personnes ({what}) n'est pas possible ici.",
            "Line {line}, column {column}: a subquery over persons ({what}) is not possible here.",
            "Placez-la dans un WITH au début, puis joignez-la.",
            "Put it into a WITH at the beginning, then join it.",
        ),
        "private_tuple_in": said(
            "Ligne {line}, colonne {column} : (a, b) NOT IN (…) n'est pas accepté.",
            "Line {line}, column {column}: (a, b) NOT IN (…) is not accepted.",
            "Écrivez NOT EXISTS (SELECT 1 FROM … WHERE les deux égalités).",
            "Write NOT EXISTS (SELECT 1 FROM … WHERE both equalities).",
        ),
    }
)
