"""Wording of refusals about the budget of differentially private answers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ecluse_platform.core.text import Text

BUDGET: Mapping[str, tuple[Text, Text]] = MappingProxyType(
    {
        "private_lane_closed": (
            Text(
                fr="Le projet {project} n'autorise pas les réponses bruitées (confidentialité différentielle).",
                en="Project {project} does not allow differentially private answers.",
            ),
            Text(
                fr="Utilisez une requête vérifiée, ou demandez l'ouverture de cette voie à l'administrateur du projet.",
                en="Use a verified query, or ask the project admin to have this lane opened.",
            ),
        ),
        "no_privacy_budget": (
            Text(
                fr="Le projet {project} n'a pas de budget de confidentialité.",
                en="Project {project} has no privacy budget.",
            ),
            Text(
                fr="La politique du projet doit nommer un profil de confidentialité ; voyez son administrateur.",
                en="The project's policy has to name a privacy profile: ask its admin.",
            ),
        ),
        "budget_exceeded": (
            Text(
                fr="Cette réponse coûterait {requested} ; il reste {remaining} du budget de confidentialité. Rien n'a "
                "été dépensé.",
                en="This answer would cost {requested}; {remaining} of the privacy budget remains. Nothing was spent.",
            ),
            Text(
                fr="Demandez un epsilon plus petit ou moins de tableaux ; un data steward peut relever le budget.",
                en="Ask for a smaller epsilon or fewer tables; a data steward can raise the budget.",
            ),
        ),
        "yearly_budget_exceeded": (
            Text(
                fr="Cette réponse coûterait {requested} ; il reste {remaining} de la part de {year} du budget de "
                "confidentialité. Rien n'a été dépensé.",
                en="This answer would cost {requested}; {remaining} remains of the part of {year} of the privacy "
                "budget. Nothing was spent.",
            ),
            Text(
                fr="Demandez un epsilon plus petit, attendez l'année suivante, ou faites relever le budget par un data "
                "steward.",
                en="Ask for a smaller epsilon, wait for the next year, or have a data steward raise the budget.",
            ),
        ),
        "budget_not_countable": (
            Text(
                fr="Des réponses de ce projet ont été payées en rho (zCDP), ce qui ne borne aucun epsilon : son profil "
                "actuel compte en epsilon (pur), et il n'en reste donc rien. Rien n'a été dépensé.",
                en="Answers of this project were paid in rho (zCDP), which bounds no epsilon: its present profile "
                "counts in epsilon (pure), so that nothing of it is left. Nothing was spent.",
            ),
            Text(
                fr="Demandez à l'administrateur du projet un profil qui compte en zCDP : le reste y est tel qu'avant. "
                "Relever le budget n'y changerait rien.",
                en="Ask the project's admin for a profile that counts in zCDP: what remains there is as before. "
                "Raising the budget would change nothing.",
            ),
        ),
        "delta_exceeded": (
            Text(
                fr="Cette réponse demande un delta de {requested} ; il en reste {remaining}. Rien n'a été dépensé.",
                en="This answer asks for a delta of {requested}; {remaining} of it remains. Nothing was spent.",
            ),
            Text(
                fr="Donnez les modalités à l'avance (keys), ce qui ne coûte pas de delta, ou demandez un delta plus "
                "petit.",
                en="Give the categories beforehand (keys), which costs no delta, or ask for a smaller delta.",
            ),
        ),
        "precision_varies": (
            Text(
                fr="La précision de « {output} » dépend de chaque cellule : on ne peut la promettre à l'avance.",
                en="The precision of “{output}” depends on each cell: it cannot be promised beforehand.",
            ),
            Text(
                fr="Choisissez epsilon d'après un effectif ou une somme de la même requête.",
                en="Choose epsilon by a count or a sum of the same query.",
            ),
        ),
        "precision_of_a_size": (
            Text(
                fr="La précision de « {output} », moyenne ou proportion, dépend de l'effectif de chaque cellule.",
                en="The precision of “{output}”, a mean or proportion, depends on how many are in each cell.",
            ),
            Text(
                fr='Donnez un effectif connu du public : epsilon_for("{output}", within=…, of=1000).',
                en='Give a size that is known in public: epsilon_for("{output}", within=…, of=1000).',
            ),
        ),
        "precision_out_of_reach": (
            Text(
                fr="Aucun epsilon jusqu'à {most} ne donne « {output} » à ± {within} près.",
                en="No epsilon up to {most} gives “{output}” to ± {within}.",
            ),
            Text(
                fr="Acceptez moins de précision, ou bornez davantage ce qu'une personne apporte (cells, rows, bounds).",
                en="Accept less precision, or bound more closely what one person adds (cells, rows, bounds).",
            ),
        ),
        "budget_amount": (
            Text(
                fr="« {field} » doit être un nombre décimal exact : positif pour le montant, positif ou nul et petit "
                "pour le delta.",
                en="“{field}” must be an exact decimal number: above 0 for the amount, 0 or small for the delta.",
            ),
            Text(
                fr="Écrivez par exemple 0.5, sans exposant ni signe.",
                en="Write for example 0.5, without an exponent or a sign.",
            ),
        ),
    }
)
