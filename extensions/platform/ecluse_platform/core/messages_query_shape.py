"""Wording of refusals about the shape of a query: what one SELECT may be made of."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ecluse_platform.core.messages_query_wording import said
from ecluse_platform.core.text import Text

SHAPE: Mapping[str, tuple[Text, Text]] = MappingProxyType(
    {
        "sql_empty": said(
            "La requête est vide.",
            "The query is empty.",
            "Écrivez un SELECT avec des dimensions et count(*) ou count(DISTINCT …).",
            "Write a SELECT with dimensions and count(*) or count(DISTINCT …).",
        ),
        "sql_too_long": said(
            "La requête dépasse {most} caractères.",
            "The query is longer than {most} characters.",
            "Raccourcissez-la : une liste longue de codes s'écrit souvent avec LIKE.",
            "Shorten it: a long list of codes can often be written with LIKE.",
        ),
        "sql_syntax": said(
            "La requête ne peut pas être lue à partir de la ligne {line}, colonne {column}.",
            "The query cannot be read from line {line}, column {column} on.",
            "Corrigez l'écriture à cet endroit ; la requête doit être du SQL de DuckDB.",
            "Correct what is written there; the query must be SQL as DuckDB speaks it.",
        ),
        "sql_too_deep": said(
            "La requête emboîte trop d'expressions les unes dans les autres.",
            "The query nests too many expressions in one another.",
            "Retirez des parenthèses, ou remplacez une suite de OR par IN (…).",
            "Remove parentheses, or replace a chain of OR by IN (…).",
        ),
        "sql_several_statements": said(
            "Il y a plusieurs instructions : une seconde commence ligne {line}, colonne {column}.",
            "There are several statements: a second one starts at line {line}, column {column}.",
            "Ne gardez qu'un SELECT par requête.",
            "Keep one SELECT per query.",
        ),
        "sql_not_select": said(
            "La requête commence par {word} ; seule une lecture par SELECT peut être vérifiée.",
            "The query starts with {word}; only reading with SELECT can be verified.",
            "Écrivez un seul SELECT sur les tables du projet.",
            "Write one SELECT over the project's tables.",
        ),
        "sql_nested": said(
            "Ligne {line}, colonne {column} : {what} n'est pas encore vérifiable.",
            "Line {line}, column {column}: {what} cannot be verified yet.",
            "Écrivez la même chose avec des jointures (JOIN … USING) et des conditions dans WHERE.",
            "Write the same with joins (JOIN … USING) and conditions in WHERE.",
        ),
        "sql_clause": said(
            "Ligne {line}, colonne {column} : {what} n'est pas accepté dans une requête vérifiée.",
            "Line {line}, column {column}: {what} is not accepted in a verified query.",
            "Retirez-le ; triez ou filtrez le tableau diffusé ensuite.",
            "Remove it; sort or filter the released table afterwards.",
        ),
        "sql_distinct": said(
            "Ligne {line}, colonne {column} : SELECT DISTINCT n'est pas accepté.",
            "Line {line}, column {column}: SELECT DISTINCT is not accepted.",
            "Groupez par vos dimensions avec GROUP BY ALL.",
            "Group by your dimensions with GROUP BY ALL.",
        ),
        "sql_having": said(
            "Ligne {line}, colonne {column} : {what} choisit des cellules d'après leurs effectifs.",
            "Line {line}, column {column}: {what} chooses cells by their counts.",
            "Retirez-le : les petits effectifs sont masqués pour vous.",
            "Remove it: small counts are hidden for you.",
        ),
        "sql_limit": said(
            "Ligne {line}, colonne {column} : {what} choisit quelles cellules sortent.",
            "Line {line}, column {column}: {what} chooses which cells come out.",
            "Retirez-le et restreignez plutôt les dimensions dans WHERE.",
            "Remove it and restrict the dimensions in WHERE instead.",
        ),
        "sql_order": said(
            "Ligne {line}, colonne {column} : le tri ne peut porter que sur les dimensions.",
            "Line {line}, column {column}: ordering is possible by dimensions only.",
            "Retirez ORDER BY : le tableau sort trié par ses dimensions.",
            "Remove ORDER BY: the table comes out ordered by its dimensions.",
        ),
        "sql_window": said(
            "Ligne {line}, colonne {column} : les fonctions de fenêtre (OVER) ne sont pas encore vérifiables.",
            "Line {line}, column {column}: window functions (OVER) cannot be verified yet.",
            "Comptez et additionnez avec GROUP BY ; pour des totaux, GROUP BY ROLLUP.",
            "Count and sum with GROUP BY; for totals, GROUP BY ROLLUP.",
        ),
        "sql_totals": said(
            "Ligne {line}, colonne {column} : {what} n'est pas une écriture de totaux que DuckDB connaît.",
            "Line {line}, column {column}: {what} is not a way of writing totals that DuckDB knows.",
            "Écrivez GROUP BY ROLLUP (a, b), CUBE (a, b) ou GROUPING SETS ((a, b), (a), ()).",
            "Write GROUP BY ROLLUP (a, b), CUBE (a, b) or GROUPING SETS ((a, b), (a), ()).",
        ),
        "sql_set_twice": said(
            "Ligne {line}, colonne {column} : GROUP BY donne deux fois les mêmes totaux.",
            "Line {line}, column {column}: GROUP BY gives the same totals twice.",
            "Gardez chaque combinaison de dimensions une seule fois, par exemple GROUPING SETS ((a, b), (a), ()).",
            "Keep each combination of dimensions once, for instance GROUPING SETS ((a, b), (a), ()).",
        ),
        "sql_set_nested": said(
            "Ligne {line}, colonne {column} : {what} n'est pas accepté.",
            "Line {line}, column {column}: {what} is not accepted.",
            "Écrivez les combinaisons à plat : GROUPING SETS ((a, b), (a), ()).",
            "Write the combinations out: GROUPING SETS ((a, b), (a), ()).",
        ),
        "sql_star": said(
            "Ligne {line}, colonne {column} : * donnerait des lignes individuelles.",
            "Line {line}, column {column}: * would give individual rows.",
            "Nommez les dimensions, puis count(*) ou count(DISTINCT …).",
            "Name the dimensions, then count(*) or count(DISTINCT …).",
        ),
        "sql_construct": said(
            "Ligne {line}, colonne {column} : {what} n'est pas encore vérifiable.",
            "Line {line}, column {column}: {what} cannot be verified yet.",
            "Utilisez des comparaisons, IN, BETWEEN, LIKE, CASE, des calculs simples et des fonctions de date "
            "usuelles.",
            "Use comparisons, IN, BETWEEN, LIKE, CASE, simple arithmetic and the usual date functions.",
        ),
        "sql_function": said(
            "Ligne {line}, colonne {column} : la fonction {what} n'est pas dans la liste acceptée.",
            "Line {line}, column {column}: the function {what} is not on the accepted list.",
            "Fonctions acceptées : {known}.",
            "Functions accepted: {known}.",
        ),
    }
)
