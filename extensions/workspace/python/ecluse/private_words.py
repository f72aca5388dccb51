"""Sentences about differentially private answers and their budget."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PRIVATE_WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "no_number": {
            "fr": "{name} : « {value} » n'est pas un nombre utilisable ici.\n→ Écrivez un nombre : 1, 0.5…",
            "en": "{name}: “{value}” is no number that can be used here.\n→ Write a number, such as 1 or 0.5.",
        },
        "no_range": {
            "fr": 'Les bornes de {name} ne sont pas un couple.\n→ Écrivez bounds={{"{name}": (0, 100)}}.',
            "en": 'The bounds of {name} are not a pair.\n→ Write bounds={{"{name}": (0, 100)}}.',
        },
        "no_output": {
            "fr": "Aucune colonne privée ne s'appelle {name}.\n→ Colonnes : {known}.",
            "en": "No private column is called {name}.\n→ Columns: {known}.",
        },
        "which_precision": {
            "fr": "Quelle précision voulez-vous ?\n→ Écrivez within=50 (en effectif), ou percent=5 et of=1000.",
            "en": "Which precision do you want?\n→ Write within=50 (in persons or units), or percent=5 and of=1000.",
        },
        "nothing_released": {
            "fr": "Le tableau n'a aucune valeur publiée de {output}.\n→ Donnez un nombre connu du public : of=1000.",
            "en": "The table has no published value of {output}.\n→ Give a number known in public: of=1000.",
        },
        "no_margin": {
            "fr": "Les valeurs de {name} ne s'additionnent pas d'une cellule à l'autre.\n→ Demandez ce total par une "
            "question à part.",
            "en": "The values of {name} do not add up over cells.\n→ Ask for this total by a question of its own.",
        },
        "no_cells": {
            "fr": "Ce tableau n'a que des marges : il n'y a pas de cellule à additionner.\n→ Demandez les cellules par "
            "GROUP BY ALL : elles sont déjà payées.",
            "en": "This table has margins only: there is no cell to add up.\n→ Ask for the cells by GROUP BY ALL: they "
            "are paid for already.",
        },
        "no_dimension": {
            "fr": "Aucune dimension ne s'appelle {name}.\n→ Dimensions : {known}.",
            "en": "No dimension is called {name}.\n→ Dimensions: {known}.",
        },
        "all_cells": {"fr": "total", "en": "total"},
        "hidden_cells": {"fr": "(sans {n} cellule(s) masquée(s))", "en": "(without {n} hidden cell(s))"},
        "not_private": {
            "fr": "Ce tableau est exact : ses valeurs n'ont pas d'intervalle.\n→ Lisez .rows.",
            "en": "This table is exact: its values have no interval.\n→ Read .rows.",
        },
        "epsilon_choice": {
            "fr": "{output} : ε = {epsilon} donne ± {half} et coûte {amount}.",
            "en": "{output}: ε = {epsilon} gives ± {half} and costs {amount}.",
        },
        "does_not_fit": {
            "fr": "dépasse ce qui reste du budget, ou de l'année : à réduire, ou à faire augmenter par un data steward",
            "en": "more than what remains of the budget, or of the year: ask for less, or have a data steward raise it",
        },
        "price": {"fr": "Coût", "en": "Price"},
        "price_pure": {"fr": "ε = {epsilon}", "en": "ε = {epsilon}"},
        "price_zcdp": {
            "fr": "ε = {epsilon}, soit rho = {amount} au registre",
            "en": "ε = {epsilon}, which is rho = {amount} in the ledger",
        },
        "would_remain": {"fr": "Resterait", "en": "Would remain"},
        "left_this_year": {
            "fr": "{left} en tout, {of_year} pour {year}",
            "en": "{left} in all, {of_year} for {year}",
        },
        "one_person": {"fr": "Une personne compte", "en": "One person counts"},
        "person_bound": {
            "fr": "dans {cells} cellule(s) au plus, avec {rows} ligne(s) au plus dans chacune",
            "en": "in at most {cells} cell(s), with at most {rows} row(s) in each",
        },
        "cells": {"fr": "Cellules de la réponse", "en": "Cells of the answer"},
        "keys_unknown": {
            "fr": "inconnues : seules sortent celles où assez de personnes se trouvent (coûte δ)",
            "en": "unknown: only those with enough persons come out (costs δ)",
        },
        "expected": {"fr": "Précision attendue à {percent} %", "en": "Expected precision at {percent} %"},
        "expected_margins": {
            "fr": "Marges, sans frais, si aucune cellule n'est masquée",
            "en": "Margins, at no cost, if no cell is hidden",
        },
        "margin_varies": {"fr": "dépend des cellules trouvées", "en": "depends on the cells that are found"},
        "half_width_varies": {
            "fr": "{name} : dépend de l'effectif de chaque cellule",
            "en": "{name}: depends on how many are in each cell",
        },
        "interval_of": {"fr": "intervalle à {percent} %", "en": "{percent} % interval"},
        "private_note": {
            "fr": "confidentialité différentielle, ε = {epsilon} : une personne, avec toutes ses lignes, ne change "
            "presque rien à ces nombres",
            "en": "differentially private, ε = {epsilon}: one person, with all their rows, changes next to nothing in "
            "these numbers",
        },
        "reused": {
            "fr": "même question que naguère : même réponse, sans rien coûter",
            "en": "the same question as before: the same answer, at no cost",
        },
        "clipped": {
            "fr": "personnes dont une part n'a pas été comptée : {value}, entre {low} et {high}",
            "en": "persons of whom some part was not counted: {value}, between {low} and {high}",
        },
        "protection": {"fr": "Protection", "en": "Protection"},
        "left_out": {"fr": "Écrêtage", "en": "Clipping"},
        "budget": {"fr": "Budget de confidentialité du projet", "en": "Privacy budget of the project"},
        "budget_picture": {
            "fr": "Ce qui restait du budget, au fil du temps",
            "en": "What was left of the budget, over time",
        },
        "budget_source": {"fr": "Source", "en": "Source"},
        "granted": {"fr": "Accordé", "en": "Granted"},
        "spent": {"fr": "Dépensé", "en": "Spent"},
        "remaining": {"fr": "Reste", "en": "Remaining"},
        "this_year": {"fr": "Reste pour {year}", "en": "Remaining for {year}"},
        "delta_left": {"fr": "Reste de δ", "en": "Remaining δ"},
        "epsilon_left": {"fr": "ε d'une réponse, au plus", "en": "ε of one answer, at most"},
        "day": {"fr": "Jour", "en": "Day"},
        "what": {"fr": "Quoi", "en": "What"},
        "change": {"fr": "Variation", "en": "Change"},
        "first_budget": {"fr": "Budget de la politique du projet", "en": "Budget of the project's policy"},
        "free": {
            "fr": "rien : cette question a déjà été payée, et sa réponse sera donnée de nouveau tant que l'extraction "
            "reste la même",
            "en": "nothing: this question was paid before, and its answer is given again while the extract stays",
        },
        "charge": {"fr": "Réponse", "en": "Answer"},
        "grant": {"fr": "Accordé", "en": "Granted"},
        "step_noise": {"fr": "calcul de la réponse privée", "en": "computing the private answer"},
    }
)
