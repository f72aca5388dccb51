"""Words about differentially private answers, and about the budget that they are paid from."""

from __future__ import annotations

from ecluse_platform.core.text import Text

PRIVATE = {
    "budgets.title": Text(fr="Budgets de confidentialité", en="Privacy budgets"),
    "budgets.lead": Text(
        fr="Ce que chaque projet peut encore demander en réponses bruitées.",
        en="What each project may still ask for in noised answers.",
    ),
    "budgets.none": Text(
        fr="Aucun projet n'a de budget : leurs politiques n'ouvrent pas la voie des réponses bruitées.",
        en="No project has a budget: their policies do not open the lane of noised answers.",
    ),
    "budget.title": Text(fr="Budget de confidentialité", en="Privacy budget"),
    "budget.source": Text(fr="source : {source}", en="source: {source}"),
    "budget.left": Text(fr="Ce qui reste, au fil du temps", en="What is left, over time"),
    "budget.picture": Text(fr="Ce qui restait du budget, au fil du temps", en="What was left of the budget, over time"),
    "budget.bar": Text(fr="Reste {left} % du budget", en="{left} % of the budget is left"),
    "budget.key.grant": Text(fr="accordé", en="granted"),
    "budget.key.charge": Text(fr="réponse calculée", en="answer computed"),
    "budget.remaining": Text(fr="restent sur {of} ({unit})", en="left of {of} ({unit})"),
    "budget.percent": Text(fr="du budget", en="of the budget"),
    "budget.epsilon_left": Text(fr="ε d'une réponse, au plus", en="ε of one answer, at most"),
    "budget.year": Text(fr="restent pour {year}", en="left for {year}"),
    "budget.answers.one": Text(fr="{n} réponse calculée.", en="{n} answer computed."),
    "budget.answers.many": Text(fr="{n} réponses calculées.", en="{n} answers computed."),
    "budget.events": Text(fr="Registre", en="Ledger"),
    "budget.when": Text(fr="Jour", en="Day"),
    "budget.what": Text(fr="Quoi", en="What"),
    "budget.granted": Text(fr="accordé", en="granted"),
    "budget.profile": Text(fr="Budget initial de la politique", en="First budget, from the policy"),
    "budget.change": Text(fr="Variation", en="Change"),
    "budget.after": Text(fr="Reste", en="Left"),
    "budget.see": Text(fr="Budget de confidentialité", en="Privacy budget"),
    "budget.see.left": Text(fr="reste {left} sur {of} ({unit})", en="{left} left of {of} ({unit})"),
    "budget.cost": Text(fr="Ce qui coûte", en="What costs"),
    "budget.cost.answer": Text(
        fr="Chaque réponse coûte ce que son ε annonce, qu'elle soit ensuite diffusée ou non.",
        en="Each answer costs what its ε says, whether it is then released or not.",
    ),
    "budget.cost.free": Text(
        fr="Prévoir, se voir refuser une requête, reposer la même question : rien.",
        en="A preview, a refused query, the same question again: nothing.",
    ),
    "budget.cost.crash": Text(
        fr="Une panne ne rend jamais ce qui fut dépensé, et ne fait jamais payer deux fois.",
        en="A breakdown never gives back what was spent, and never makes anyone pay twice.",
    ),
    "raise.title": Text(fr="Augmenter le budget", en="Raise the budget"),
    "raise.lead": Text(
        fr="Ce qui est ajouté affaiblit la protection de chaque personne de l'extraction.",
        en="What is added weakens the protection of each person in the extract.",
    ),
    "raise.amount": Text(fr="À ajouter, en {unit}", en="To add, in {unit}"),
    "raise.amount.hint": Text(fr="Un nombre exact : 0,5 ou 2.", en="An exact number: 0.5 or 2."),
    "raise.delta": Text(fr="Ajouter aussi du δ", en="Add δ as well"),
    "raise.delta.hint": Text(
        fr="Pour les modalités inconnues ; il en reste {left}.", en="For unknown categories; {left} of it is left."
    ),
    "raise.reason": Text(fr="Raison", en="Reason"),
    "raise.reason.hint": Text(
        fr="Lue par le projet et consignée au journal d'audit.", en="Read by the project and kept in the audit log."
    ),
    "raise.send": Text(fr="Augmenter", en="Raise"),
    "raise.final": Text(fr="Ce qui est accordé ne se reprend pas.", en="What is granted is not taken back."),
    "meaning.title": Text(fr="Que veut dire ε ?", en="What does ε mean?"),
    "meaning.text": Text(
        fr="Quelqu'un hésite à pile ou face : cette personne a-t-elle un diabète ? Même s'il sait tout de tous les "
        "autres, la réponse ne lui permet de deviner juste que :",
        en="Somebody tosses a coin: does this person have diabetes? Even if they know everything of everyone else, the "
        "answer lets them guess right at most:",
    ),
    "meaning.guess": Text(fr="fois sur cent, au plus", en="times in a hundred, at most"),
    "meaning.half": Text(
        fr="50 serait n'avoir rien appris. Ce que coûtent les réponses s'ajoute.",
        en="50 would be having learned nothing. What answers cost adds up.",
    ),
    "meaning.spent": Text(
        fr="Tout ce que ce projet a dépensé, ensemble : {guess} au plus.",
        en="All that this project has spent, together: {guess} at most.",
    ),
    "private.title": Text(fr="Réponse bruitée", en="Noised answer"),
    "private.cost": Text(fr="dépensés pour cette réponse", en="spent on this answer"),
    "private.reused": Text(
        fr="dépensés naguère : même question, même réponse", en="spent before: the same question, the same answer"
    ),
    "private.interval": Text(
        fr="Sous chaque nombre, l'intervalle qui contient le nombre d'avant le bruit, compté dans les bornes données, "
        "{percent} fois sur cent.",
        en="Below each number, the interval that holds the number before noise, counted within the bounds asked for, "
        "{percent} times in a hundred.",
    ),
    "private.remains": Text(fr="restent au projet, sur {of}", en="left to the project, of {of}"),
    "private.hidden": Text(fr="masquées : trop petites", en="hidden: too small"),
    "private.noise": Text(
        fr="Le bruit protège chaque personne, avec toutes ses lignes : qui sait tout des autres ne devine sa présence "
        "que {guess} fois sur cent, au lieu de 50.",
        en="Noise protects each person, with all their rows: somebody who knows everything of the others guesses their "
        "presence {guess} times in a hundred, instead of 50.",
    ),
    "private.person": Text(
        fr="Une personne compte dans {cells} cellule(s) au plus, {rows} ligne(s) au plus dans chacune.",
        en="One person counts in at most {cells} cell(s), with at most {rows} row(s) in each.",
    ),
    "private.small": Text(
        fr="Les effectifs bruités inférieurs à {least} sont masqués aussi.",
        en="Noised counts below {least} are hidden as well.",
    ),
    "private.alone": Text(
        fr="Rien à comparer : la protection tient quoi qu'il soit sorti auparavant, le budget fait les comptes.",
        en="Nothing to compare: the protection holds whatever left before, and the budget keeps count.",
    ),
    "private.margins": Text(
        fr="Les lignes « {total} » sont des sommes des cellules publiées : elles n'ont rien coûté et ne disent rien "
        "des cellules masquées.",
        en="Rows “{total}” are sums of the published cells: they cost nothing and tell nothing of the hidden cells.",
    ),
    "private.without.one": Text(fr="sans {n} cellule masquée", en="without {n} hidden cell"),
    "private.without.many": Text(fr="sans {n} cellules masquées", en="without {n} hidden cells"),
    "private.clipped": Text(
        fr="Personnes dont une part n'a pas été comptée : environ {n}, entre {low} et {high}. Au-delà de quelques "
        "pour cent, les totaux sont sous-estimés.",
        en="Persons of whom some part was not counted: about {n}, between {low} and {high}. Beyond a few percent, "
        "totals are too low.",
    ),
    "private.precision": Text(fr="Précision : intervalles à {percent} %", en="Precision: {percent} % intervals"),
    "private.varies": Text(fr="dépend de la cellule", en="depends on the cell"),
    "private.chosen": Text(fr="Ce que le chercheur a choisi", en="What the researcher chose"),
    "kind.persons": Text(fr="personnes", en="persons"),
    "kind.rows": Text(fr="lignes", en="rows"),
    "kind.distinct": Text(fr="valeurs distinctes", en="distinct values"),
    "kind.sum": Text(fr="somme", en="sum"),
    "kind.mean": Text(fr="moyenne", en="mean"),
    "kind.deviation": Text(fr="écart type", en="standard deviation"),
    "kind.proportion": Text(fr="proportion", en="proportion"),
    "kind.histogram": Text(fr="histogramme", en="histogram"),
    "kind.quantile": Text(fr="quantile", en="quantile"),
}
