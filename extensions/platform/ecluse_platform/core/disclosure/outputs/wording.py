"""The rules on outputs in words, French and English: what was broken, never by how much, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ecluse_platform.core.disclosure.outputs.findings import OutputRule, Part, Position
from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.text import Text

_PARTS: Mapping[Part, Text] = MappingProxyType(
    {
        Part.OUTPUT: Text(fr="sortie", en="output"),
        Part.VARIABLE: Text(fr="variable", en="variable"),
        Part.LEVEL: Text(fr="modalité", en="level"),
        Part.CURVE: Text(fr="courbe", en="curve"),
        Part.STEP: Text(fr="pas", en="step"),
        Part.PERCENTILE: Text(fr="centile", en="percentile"),
        Part.BIN: Text(fr="classe", en="bin"),
        Part.BOX: Text(fr="boîte", en="box"),
        Part.LINE: Text(fr="trait", en="line"),
        Part.ZONING: Text(fr="découpage", en="zoning"),
        Part.AREA: Text(fr="zone", en="area"),
    }
)


def where(position: Position) -> Text:
    """Say a position: numbers from 1, never a label."""
    return Text(
        fr=", ".join(f"{_PARTS[part].fr} {number}" for part, number in position),
        en=", ".join(f"{_PARTS[part].en} {number}" for part, number in position),
    )


def reason(rule: OutputRule, profile: DisclosureProfile, missing: Sequence[str] = ()) -> Text:
    """Say a rule with the numbers of its profile; ``missing`` are keys of the evidence."""
    fields = {
        "persons": profile.threshold_persons,
        "rows": profile.threshold_rows,
        "tail": profile.quantile_tail,
        "keys": ", ".join(missing),
        **profile.models.model_dump(),
        **profile.curves.model_dump(),
    }
    return _filled(_REASONS[rule], fields)


def step(rule: OutputRule, missing: Sequence[str] = ()) -> Text:
    """Say what to do about a broken rule."""
    return _filled(_STEPS[rule], {"keys": ", ".join(missing)})


def _filled(words: Text, fields: Mapping[str, object]) -> Text:
    return Text(fr=words.fr.format_map(fields), en=words.en.format_map(fields))


def _both(fr: str, en: str) -> Text:
    return Text(fr=fr, en=en)


_REASONS: Mapping[OutputRule, Text] = MappingProxyType(
    {
        OutputRule.THRESHOLD: _both(
            "moins de {persons} personnes distinctes",
            "fewer than {persons} distinct persons",
        ),
        OutputRule.THRESHOLD_ROWS: _both("moins de {rows} lignes", "fewer than {rows} rows"),
        OutputRule.EVENTS: _both(
            "moins de {persons} personnes avec l'événement, ou sans : les coefficients le disent",
            "fewer than {persons} persons with the event, or without it: the coefficients tell",
        ),
        OutputRule.UNANIMOUS: _both(
            "un groupe y est tout entier, ou pas du tout : en être suffirait à tout dire de quelqu'un",
            "a group is in it whole, or not at all: to be one of them would say it of anybody",
        ),
        OutputRule.RESIDUAL_DF: _both(
            "moins de {residual_df} degrés de liberté résiduels, en comptant des personnes (des événements pour Cox)",
            "fewer than {residual_df} residual degrees of freedom, counting persons (events for Cox)",
        ),
        OutputRule.SATURATED: _both(
            "modèle saturé : autant de paramètres que de combinaisons, dont une de moins de {persons} personnes",
            "saturated model: as many parameters as combinations, one of which has fewer than {persons} persons",
        ),
        OutputRule.INFLUENCE: _both(
            "une seule observation porte trop le modèle (levier au-delà de {leverage_review_percent} % à examiner, de "
            "{leverage_refuse_percent} % refusé ; distance de Cook, DFBETAS)",
            "one observation carries too much of the model (leverage beyond {leverage_review_percent} % is looked at, "
            "beyond {leverage_refuse_percent} % refused; Cook's distance, DFBETAS)",
        ),
        OutputRule.PERSON_SHARE: _both(
            "une seule personne fournit plus de {person_share_percent} % des lignes",
            "one person gives more than {person_share_percent} % of the rows",
        ),
        OutputRule.STEP_EVENTS: _both(
            "un pas couvre moins de {step_events} événements",
            "a step covers fewer than {step_events} events",
        ),
        OutputRule.STEP_CENSORED: _both(
            "moins de {step_censored} personnes censurées entre deux temps : les effectifs à risque le disent",
            "fewer than {step_censored} persons censored between two times: the numbers at risk tell",
        ),
        OutputRule.AT_RISK: _both(
            "moins de {at_risk} personnes à risque, ou restantes à la fin",
            "fewer than {at_risk} persons at risk, or left at the end",
        ),
        OutputRule.WHOLE_AND_PARTS: _both(
            "la courbe de l'ensemble moins celles des parties en dit plus qu'elles",
            "the curve of everybody minus those of the parts tells more than they do",
        ),
        OutputRule.ENDPOINTS: _both(
            "le minimum ou le maximum est la valeur d'une seule personne",
            "the minimum or the maximum is one person's value",
        ),
        OutputRule.TAIL: _both(
            "moins de {tail} personnes au-dessous, au-dessus, ou entre cette valeur et la précédente",
            "fewer than {tail} persons below, above, or between this value and the one before",
        ),
        OutputRule.OUTLIERS: _both("chaque point isolé est une personne", "each outlier is one person"),
        OutputRule.POINTS: _both(
            "des points ou une surface lissée peuvent montrer où sont des personnes",
            "points or a smoothed surface may show where persons are",
        ),
        OutputRule.OVERLAP: _both(
            "en soustrayant des zones qui se recoupent, on trouverait un groupe de moins de {persons} personnes",
            "subtracting areas that overlap would find a group of fewer than {persons} persons",
        ),
        OutputRule.DIFFERENCE: _both(
            "une autre sortie porte sur presque les mêmes personnes, à moins de {persons} près",
            "another output is about almost the same persons: they differ by fewer than {persons}",
        ),
        OutputRule.NOT_DECLARED: _both(
            "rien n'est déclaré sous {keys} : une règle n'a pas pu être appliquée",
            "nothing is declared under {keys}: a rule could not be applied",
        ),
        OutputRule.UNKNOWN_KIND: _both(
            "aucune règle ne porte sur ce genre de sortie",
            "no rule speaks of this kind of output",
        ),
    }
)

_STEPS: Mapping[OutputRule, Text] = MappingProxyType(
    {
        OutputRule.THRESHOLD: _both(
            "Regroupez cette partie avec une autre, ou retirez-la avec tout ce qui permettrait de la calculer.",
            "Merge this part with another, or take it out with all that it could be worked out from.",
        ),
        OutputRule.THRESHOLD_ROWS: _both("Élargissez la population.", "Widen the population."),
        OutputRule.EVENTS: _both(
            "Regroupez des modalités ou allongez le suivi, puis ajustez le modèle à nouveau.",
            "Merge levels or lengthen the follow-up, then fit the model again.",
        ),
        OutputRule.UNANIMOUS: _both(
            "Regroupez cette partie avec une autre, ou ne la montrez pas.",
            "Merge this part with another, or do not show it.",
        ),
        OutputRule.RESIDUAL_DF: _both(
            "Retirez des paramètres ou élargissez la population.",
            "Take out parameters or widen the population.",
        ),
        OutputRule.SATURATED: _both(
            "Retirez des interactions, ou regroupez des modalités, puis ajustez le modèle à nouveau.",
            "Take out interactions, or merge levels, then fit the model again.",
        ),
        OutputRule.INFLUENCE: _both(
            "Regroupez les valeurs extrêmes de la covariable, retirez l'observation, ou expliquez pourquoi elle ne "
            "révèle personne.",
            "Group the extreme values of the covariate, take the observation out, or explain why it reveals nobody.",
        ),
        OutputRule.PERSON_SHARE: _both(
            "Gardez une ligne par personne, ou limitez leur nombre.",
            "Keep one row for each person, or limit their number.",
        ),
        OutputRule.STEP_EVENTS: _both(
            "Publiez la courbe regroupée que la machine propose, ou des pas plus longs.",
            "Publish the binned curve that the machine proposes, or longer steps.",
        ),
        OutputRule.STEP_CENSORED: _both(
            "Publiez la courbe regroupée que la machine propose, ou des pas plus longs.",
            "Publish the binned curve that the machine proposes, or longer steps.",
        ),
        OutputRule.AT_RISK: _both(
            "Arrêtez la courbe plus tôt, ou publiez la courbe regroupée que la machine propose.",
            "End the curve earlier, or publish the binned curve that the machine proposes.",
        ),
        OutputRule.WHOLE_AND_PARTS: _both(
            "Montrez toutes les courbes aux mêmes temps, ou ne montrez pas celle de l'ensemble.",
            "Show all curves at the same times, or leave out the one of everybody.",
        ),
        OutputRule.ENDPOINTS: _both(
            "Montrez un centile à la place ; pour un histogramme, choisissez des bornes rondes sans regarder les "
            "données.",
            "Show a percentile instead; for a histogram, choose round edges without looking at the data.",
        ),
        OutputRule.TAIL: _both(
            "Prenez un centile plus proche de la médiane, ou retirez-en un sur deux ; pour une boîte, des moustaches "
            "aux centiles 5 et 95, ou aucune.",
            "Take a percentile nearer the median, or every other one; for a box, whiskers at percentiles 5 and 95, or "
            "none.",
        ),
        OutputRule.OUTLIERS: _both("Ne dessinez pas les points isolés.", "Do not draw outliers."),
        OutputRule.POINTS: _both(
            "Dessinez des zones colorées ; une surface lissée est lue par un data steward.",
            "Draw coloured areas; a smoothed surface is read by a data steward.",
        ),
        OutputRule.OVERLAP: _both(
            "Ne publiez qu'un découpage, ou regroupez les zones nommées avec leurs voisines.",
            "Publish one zoning only, or merge the areas named with their neighbours.",
        ),
        OutputRule.DIFFERENCE: _both(
            "Prenez les mêmes personnes dans les deux, ou expliquez au data steward pourquoi l'écart ne révèle rien.",
            "Take the same persons in both, or explain to the data steward why the difference reveals nothing.",
        ),
        OutputRule.NOT_DECLARED: _both(
            "Déclarez {keys}, ou expliquez au data steward pourquoi ce n'est pas possible.",
            "Declare {keys}, or explain to the data steward why it cannot be.",
        ),
        OutputRule.UNKNOWN_KIND: _both(
            "Un data steward la lit en entier. Un tableau d'effectifs ou de montants se protège avec ecluse protect.",
            "A data steward reads it whole. A table of counts or amounts is for ecluse protect.",
        ),
    }
)
