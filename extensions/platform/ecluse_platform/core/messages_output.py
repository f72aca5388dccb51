"""Wording of refusals about declared outputs (models, figures, maps) that contradict themselves or are too many."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ecluse_platform.core.messages_query_wording import said
from ecluse_platform.core.text import Text

OUTPUT: Mapping[str, tuple[Text, Text]] = MappingProxyType(
    {
        "output_too_many": said(
            "Ce fichier décrit trop de sorties : au plus {most}.",
            "This file describes too many outputs: at most {most}.",
            "Répartissez-les sur plusieurs fichiers.",
            "Spread them over several files.",
        ),
        "output_too_large": said(
            "{place} : trop de modalités, de pas, de classes ou de zones ; au plus {most}.",
            "{place}: too many levels, steps, bins or areas; at most {most}.",
            "Regroupez-les, ou faites-en plusieurs sorties.",
            "Merge them, or make several outputs of it.",
        ),
        "output_label_twice": said(
            "{place} : ce nom est déjà pris.",
            "{place}: this name is taken already.",
            "Donnez un nom différent à chaque partie.",
            "Give each part a name of its own.",
        ),
        "output_parts_differ": said(
            "{place} : les parties ne font pas le tout.",
            "{place}: the parts do not make the whole.",
            "Comptez toutes les parties, modalité de référence et valeurs manquantes comprises, parmi les mêmes "
            "personnes ; si une personne peut être dans plusieurs, dites-le.",
            "Count all parts, the reference level and missing values too, among the same persons; if a person may be "
            "in several, say so.",
        ),
        "output_rows_fewer": said(
            "{place} : moins de lignes que de personnes.",
            "{place}: fewer rows than persons.",
            "Comptez les lignes de l'ajustement, et les personnes distinctes qui y sont.",
            "Count the rows of the fit, and the distinct persons in them.",
        ),
        "output_rows_of_a_person": said(
            "{place} : most_rows_of_a_person ne s'accorde pas avec rows et persons.",
            "{place}: most_rows_of_a_person does not agree with rows and persons.",
            "Comptez les lignes de la personne qui en a le plus.",
            "Count the rows of the person who has most.",
        ),
        "output_df_more": said(
            "{place} : plus de degrés de liberté que rows moins parameters.",
            "{place}: more degrees of freedom than rows minus parameters.",
            "Comptez dans parameters la constante et les effets fixes absorbés.",
            "Count the intercept and absorbed fixed effects among parameters.",
        ),
        "output_events_missing": said(
            "{place} : events manque, ou n'est donné que d'un côté.",
            "{place}: events is missing, or given on one side only.",
            "Pour logistic, poisson et cox, donnez events au modèle et à chaque modalité.",
            "For logistic, poisson and cox, give events to the model and to each level.",
        ),
        "output_events_more": said(
            "{place} : plus d'événements que de personnes.",
            "{place}: more events than persons.",
            "Comptez les personnes qui ont l'événement, une fois chacune.",
            "Count the persons who have the event, each once.",
        ),
        "output_combinations": said(
            "{place} : combinations ne s'accorde pas avec les modalités et les lignes.",
            "{place}: combinations does not agree with the levels and the rows.",
            "Comptez les lignes distinctes des covariables, et les personnes de la plus petite.",
            "Count the distinct rows of the covariates, and the persons of the smallest.",
        ),
        "output_parameters_more": said(
            "{place} : plus de paramètres que de combinaisons de covariables.",
            "{place}: more parameters than combinations of covariates.",
            "Ne comptez que les paramètres estimés ; retirez ceux que le logiciel a laissés de côté.",
            "Count estimated parameters only; leave out those that the software dropped.",
        ),
        "output_times": said(
            "{place} : ceci ne vient pas après ce qui précède.",
            "{place}: this does not come after what is before it.",
            "Rangez les temps ou les centiles dans l'ordre, chacun une fois.",
            "Put times or percentiles in order, each once.",
        ),
        "output_at_risk": said(
            "{place} : l'effectif à risque ne suit pas de la ligne précédente.",
            "{place}: the number at risk does not follow from the line before.",
            "Il vaut celui d'avant, moins les événements et les censures d'avant. Des entrées tardives ne se déclarent "
            "pas sous survival : prenez un autre genre, qu'un data steward lira.",
            "It is the one before, minus the events and the censored before. Delayed entries cannot be declared under "
            "survival: take another kind, which a data steward will read.",
        ),
        "output_sides": said(
            "{place} : les effectifs au-dessous et au-dessus ne s'accordent pas.",
            "{place}: the numbers below and above do not agree.",
            "Comptez les personnes strictement au-dessous et strictement au-dessus de chaque valeur, dans l'ordre.",
            "Count the persons strictly below and strictly above each value, in order.",
        ),
        "output_edges": said(
            "{place} : les bornes ne sont pas celles de ces classes.",
            "{place}: the edges are not those of these bins.",
            "Donnez une borne de plus que de classes, dans l'ordre ; null seulement à une extrémité ouverte.",
            "Give one edge more than bins, in order; null only at an open end.",
        ),
        "output_pieces": said(
            "{place} : cette combinaison de zones n'existe pas, ou est déjà donnée.",
            "{place}: this combination of areas does not exist, or is given already.",
            "Nommez une zone de chaque découpage, dans leur ordre ; null hors de toute zone.",
            "Name one area of each zoning, in their order; null outside of all areas.",
        ),
    }
)
