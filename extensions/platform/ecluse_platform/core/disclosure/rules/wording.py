"""The rules in words, for data stewards: what was broken, never by how much, and what would keep more."""

from __future__ import annotations

from ecluse_platform.core.disclosure.table import Rule
from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.text import Text


def wording(rule: Rule, profile: DisclosureProfile) -> Text:
    """Say a rule with the numbers of its profile."""
    largest, most = (profile.dominance.contributors, profile.dominance.percent) if profile.dominance else (0, 0)
    fr, en = {
        Rule.THRESHOLD_PERSONS: (
            f"moins de {profile.threshold_persons} personnes distinctes",
            f"fewer than {profile.threshold_persons} distinct persons",
        ),
        Rule.THRESHOLD_ROWS: (f"moins de {profile.threshold_rows} lignes", f"fewer than {profile.threshold_rows} rows"),
        Rule.THRESHOLD_PROFESSIONALS: (
            f"moins de {profile.threshold_professionals} professionnels distincts",
            f"fewer than {profile.threshold_professionals} distinct professionals",
        ),
        Rule.THRESHOLD_ESTABLISHMENTS: (
            f"moins de {profile.threshold_establishments} établissements distincts",
            f"fewer than {profile.threshold_establishments} distinct establishments",
        ),
        Rule.COMPLEMENT: (
            f"ce qui n'est pas compté se déduit et est sous le seuil de {profile.threshold_persons}",
            f"what is not counted can be worked out and is under the threshold of {profile.threshold_persons}",
        ),
        Rule.DIFFERENCE: (
            f"la marge compte moins de {profile.threshold_persons} personnes de plus que la cellule",
            f"the margin has fewer than {profile.threshold_persons} persons more than the cell",
        ),
        Rule.LARGEST_SHARE: (
            f"un seul contributeur fait plus de {profile.largest_share_percent} % de la somme",
            f"one contributor makes more than {profile.largest_share_percent} % of the sum",
        ),
        Rule.DOMINANCE: (
            f"les {largest} premiers contributeurs font plus de {most} % de la somme",
            f"the {largest} largest contributors make more than {most} % of the sum",
        ),
        Rule.P_PERCENT: (
            f"le deuxième contributeur pourrait estimer le premier à {profile.p_percent} % près",
            f"the second contributor could estimate the first to within {profile.p_percent} %",
        ),
        Rule.UNANIMOUS: (
            "un groupe y est tout entier, ou pas du tout : en être suffirait à tout dire de quelqu'un",
            "a group is in it whole, or not at all: to be one of them would say it of anybody",
        ),
        Rule.ZERO: ("personne : la règle protège aussi les zéros", "nobody: the rule protects zeros too"),
        Rule.QUANTILE_TAIL: (
            f"moins de {profile.quantile_tail} personnes d'un côté du quantile",
            f"fewer than {profile.quantile_tail} persons on one side of the quantile",
        ),
        Rule.HISTORY: (
            "se déduirait en comparant avec une diffusion antérieure",
            "could be worked out beside an earlier release",
        ),
        Rule.SECONDARY: (
            "masquée pour qu'aucune autre cellule masquée ne se déduise",
            "hidden so that no other hidden cell can be worked out",
        ),
        Rule.HIDDEN: ("cellule masquée", "hidden cell"),
    }[rule]
    return Text(fr=fr, en=en)


def step(rule: Rule) -> Text:
    """Say what the author of a table may do about the cells that a rule hides."""
    fr, en = {
        Rule.THRESHOLD_PERSONS: _MERGE,
        Rule.THRESHOLD_ROWS: _MERGE,
        Rule.THRESHOLD_PROFESSIONALS: _MERGE,
        Rule.THRESHOLD_ESTABLISHMENTS: _MERGE,
        Rule.COMPLEMENT: (
            "Montrez un seul des deux effectifs, ou regroupez des modalités.",
            "Show one of the two counts only, or merge categories.",
        ),
        Rule.DIFFERENCE: (
            "Prenez la même population dans la cellule et dans sa marge, ou retirez la marge.",
            "Take the same population in the cell and in its margin, or leave the margin out.",
        ),
        Rule.LARGEST_SHARE: _SPREAD,
        Rule.DOMINANCE: _SPREAD,
        Rule.P_PERCENT: _SPREAD,
        Rule.UNANIMOUS: (
            "Regroupez les modalités de la dimension sensible, ou retirez ce qui isole ce groupe.",
            "Merge categories of the sensitive dimension, or drop what singles the group out.",
        ),
        Rule.ZERO: _MERGE,
        Rule.QUANTILE_TAIL: (
            "Prenez un quantile plus proche de la médiane, ou regroupez des modalités.",
            "Take a quantile nearer the median, or merge categories.",
        ),
        Rule.HISTORY: (
            "Sélectionnez la même population que dans la diffusion antérieure.",
            "Select the same population as in the earlier release.",
        ),
        Rule.SECONDARY: (
            "Regroupez les modalités des cellules masquées pour elles-mêmes, ou demandez moins de totaux.",
            "Merge the categories of cells hidden for themselves, or ask for fewer totals.",
        ),
        Rule.HIDDEN: _MERGE,
    }[rule]
    return Text(fr=fr, en=en)


_MERGE = (
    "Regroupez cette modalité avec une voisine, ou retirez une dimension.",
    "Merge this category with a neighbour, or drop a dimension.",
)
_SPREAD = (
    "Regroupez des modalités pour que plus de contributeurs se partagent la somme, ou retirez la somme.",
    "Merge categories so that more contributors share the sum, or leave the sum out.",
)
