"""Words of the data stewards' pages."""

from __future__ import annotations

from ecluse_platform.core.text import Text

REVIEW = {
    "queue.title": Text(fr="Vérification des demandes", en="Review of requests"),
    "queue.lead": Text(
        fr="Les plus anciennes d'abord. Vous ne vérifiez ni vos demandes, ni celles de vos projets.",
        en="Oldest first. You review neither your own requests nor those of your projects.",
    ),
    "queue.tab.decide": Text(fr="À décider", en="To decide"),
    "queue.tab.waiting": Text(fr="En attente d'un autre data steward", en="Waiting for another steward"),
    "queue.tab.decided": Text(fr="Décidées", en="Decided"),
    "queue.tabs": Text(fr="Demandes", en="Requests"),
    "queue.empty.decide": Text(fr="Rien n'attend votre avis.", en="Nothing is waiting for your vote."),
    "queue.empty.waiting": Text(
        fr="Aucune demande n'attend un autre data steward.", en="No request is waiting for another steward."
    ),
    "queue.empty.decided": Text(fr="Aucune demande n'a encore été décidée.", en="No request has been decided yet."),
    "queue.more": Text(
        fr="Seules les {n} demandes les plus récentes sont affichées.",
        en="Only the {n} most recent requests are shown.",
    ),
    "queue.votes": Text(fr="Avis : {cast} sur {needed}", en="Votes: {cast} of {needed}"),
    "queue.voted": Text(fr="Vous avez donné votre avis.", en="You have voted."),
    "look.crumb": Text(fr="Retour à la file", en="Back to the queue"),
    "look.project": Text(fr="Projet", en="Project"),
    "look.permit": Text(fr="Autorisation", en="Permit"),
    "look.permit.dates": Text(fr="du {start} au {end}", en="from {start} to {end}"),
    "look.permit.purpose": Text(fr="Finalité autorisée", en="Authorised purpose"),
    "look.controller": Text(fr="Responsable de traitement", en="Data controller"),
    "look.author": Text(fr="Auteur", en="Author"),
    "look.purpose": Text(fr="Objectif de l'export", en="Purpose of the export"),
    "look.sql": Text(fr="Requête SQL", en="SQL query"),
    "look.tables": Text(fr="Tables lues", en="Tables read"),
    "look.table": Text(fr="Ce qui sortirait", en="What would leave"),
    "look.table.out": Text(fr="Ce qui est sorti", en="What has left"),
    "look.hidden.by": Text(fr="Masquées par règle", en="Hidden, by rule"),
    "look.table.of": Text(fr="Tableau {n} sur {of}", en="Table {n} of {of}"),
    "look.secondary": Text(fr="secondaire", en="secondary"),
    "look.figure.published": Text(fr="publiées", en="published"),
    "look.figure.primary": Text(fr="masquées pour elles-mêmes", en="hidden for themselves"),
    "look.figure.secondary": Text(fr="masquées pour protéger les autres", en="hidden to protect the others"),
    "look.figure.kept": Text(fr="de l'information gardée", en="of the information kept"),
    "look.shares.one": Text(
        fr="{n} cellule masquée parce que quelques contributeurs y pèsent trop.",
        en="{n} cell hidden because a few contributors weigh too much in it.",
    ),
    "look.shares.many": Text(
        fr="{n} cellules masquées parce que quelques contributeurs y pèsent trop.",
        en="{n} cells hidden because a few contributors weigh too much in them.",
    ),
    "look.evidence": Text(fr="SHA-256 des preuves scellées", en="SHA-256 of the sealed proofs"),
    "look.rule": Text(fr="Règle", en="Rule"),
    "look.nothing_hidden": Text(fr="Aucune cellule n'est masquée.", en="No cell is hidden."),
    "look.all_hidden": Text(
        fr="Tout est masqué : ce tableau n'apprendrait rien à personne.",
        en="Everything is hidden: this table would tell nobody anything.",
    ),
    "look.rules": Text(fr="Règles appliquées", en="Rules applied"),
    "look.persons": Text(fr="Seuil de personnes par cellule", en="Least persons per cell"),
    "look.rows": Text(fr="Seuil de lignes par cellule", en="Least rows per cell"),
    "look.mark": Text(fr="Marque d'une cellule masquée", en="Mark of a hidden cell"),
    "look.proof": Text(fr="Preuves", en="Evidence"),
    "look.extract": Text(fr="Version de l'extraction", en="Extract version"),
    "look.digest": Text(fr="Empreinte des politiques", en="Policy digest"),
    "look.file": Text(fr="SHA-256 du fichier", en="SHA-256 of the file"),
    "look.sql_hash": Text(fr="SHA-256 de la requête", en="SHA-256 of the query"),
    "look.policy_moved": Text(
        fr="Les politiques ont changé depuis ce recalcul.", en="The policies have changed since this was recomputed."
    ),
    "look.no_value": Text(fr="sans valeur", en="no value"),
    "look.table.missing": Text(
        fr="Le tableau n'est pas disponible dans cet état.", en="The table is not available in this state."
    ),
    "look.history": Text(fr="Historique", en="History"),
    "earlier.title": Text(fr="Déjà sorti de ce projet, ou en attente", en="Already out of this project, or waiting"),
    "earlier.none": Text(
        fr="Rien n'est encore sorti de ce projet à partir des mêmes tables.",
        en="Nothing has left this project from the same tables yet.",
    ),
    "earlier.compared.one": Text(
        fr="Comparée exactement, personne par personne, avec {n} tableau antérieur.",
        en="Compared exactly, person by person, with {n} earlier table.",
    ),
    "earlier.compared.many": Text(
        fr="Comparée exactement, personne par personne, avec {n} tableaux antérieurs.",
        en="Compared exactly, person by person, with {n} earlier tables.",
    ),
    "earlier.not_compared": Text(
        fr="Aucun tableau ne comptait encore lors du recalcul.", en="No table counted yet when this was recomputed."
    ),
    "earlier.step": Text(
        fr="Ce qui suit est à lire pour le sens : la soustraction est déjà vérifiée.",
        en="What follows is to be read for its meaning: subtraction is checked already.",
    ),
    "compared.none": Text(
        fr="Aucun autre tableau du projet n'est sorti ni en attente : rien à soustraire.",
        en="No other table of the project is out or waiting: nothing to subtract.",
    ),
    "compared.with.one": Text(
        fr="Comparé exactement avec {n} tableau antérieur : les soustraire ne révèle aucun groupe trop petit.",
        en="Compared exactly with {n} earlier table: subtracting them reveals no group that is too small.",
    ),
    "compared.with.many": Text(
        fr="Comparé exactement avec {n} tableaux antérieurs : les soustraire ne révèle aucun groupe trop petit.",
        en="Compared exactly with {n} earlier tables: subtracting them reveals no group that is too small.",
    ),
    "compared.because.one": Text(
        fr="{n} cellule de plus est masquée à cause de", en="{n} further cell is hidden because of"
    ),
    "compared.because.many": Text(
        fr="{n} cellules de plus sont masquées à cause de", en="{n} further cells are hidden because of"
    ),
    "proof.none": Text(
        fr="Aucune preuve : ce tableau a été recalculé avant qu'elles n'existent, il ne peut pas sortir.",
        en="No proof: this table was recomputed before there were any, it cannot leave.",
    ),
    "proof.nothing": Text(fr="Rien n'est masqué : rien à prouver.", en="Nothing is hidden: nothing to prove."),
    "proof.all": Text(
        fr="Malgré tout ce qui est publié, chaque effectif masqué pour lui-même peut valoir de 1 à au moins "
        "{threshold}.",
        en="For all that is published, every count hidden for itself could be from 1 to at least {threshold}.",
    ),
    "proof.count": Text(fr="{n} bornes sur {of} démontrées.", en="{n} of {of} bounds proved."),
    "proof.attacked": Text(
        fr="Dont {n} par l'attaque indépendante, sans certificat.",
        en="Of these {n} by the independent attack, without a certificate.",
    ),
    "proof.whole": Text(
        fr="{n} tiennent aussi contre qui sait que les effectifs sont des entiers.",
        en="{n} also hold against someone who knows that counts are whole numbers.",
    ),
    "bounds.title": Text(
        fr="Ce qu'un tiers peut dire de chaque cellule masquée pour elle-même",
        en="What an outsider can say of each cell hidden for itself",
    ),
    "bounds.lead": Text(
        fr="Calculé à partir de tout ce qui est publié. Ces bornes restent entre data stewards.",
        en="Computed from everything published. These bounds stay among data stewards.",
    ),
    "bounds.cell": Text(fr="Cellule", en="Cell"),
    "bounds.quantity": Text(fr="Grandeur", en="Quantity"),
    "bounds.low": Text(fr="Au moins", en="At least"),
    "bounds.high": Text(fr="Au plus", en="At most"),
    "bounds.open": Text(fr="sans borne", en="no bound"),
    "keep.title": Text(fr="Pour garder davantage", en="To keep more"),
    "keep.steward": Text(
        fr="L'auteur voit aussi ces propositions, de la plus riche à la plus pauvre.",
        en="The author sees these proposals too, the richest first.",
    ),
    "keep.lead": Text(
        fr="Des catégories un peu plus larges masqueraient moins :", en="Slightly broader categories would hide less:"
    ),
    "keep.refused": Text(fr="Ceci pourrait sortir :", en="This could leave:"),
    "progress.reading": Text(fr="Lecture de l'extraction", en="Reading the extract"),
    "progress.protecting": Text(fr="Protection des petites cellules", en="Protecting small cells"),
    "progress.proving": Text(fr="Démonstration", en="Proving"),
    "progress.comparing": Text(
        fr="Comparaison avec les tableaux déjà sortis", en="Comparing with tables that are already out"
    ),
    "progress.table": Text(fr="(tableau {n} sur {of})", en="(table {n} of {of})"),
    "earlier.revoked": Text(
        fr="Révoquée, mais déjà téléchargeable avant cela.", en="Revoked, but it could be downloaded before."
    ),
    "earlier.compare": Text(fr="Comparer côte à côte", en="Compare side by side"),
    "earlier.side": Text(fr="Côte à côte", en="Side by side"),
    "earlier.this": Text(fr="Cette demande", en="This request"),
    "earlier.other": Text(fr="Diffusion antérieure", en="Earlier release"),
    "earlier.open": Text(fr="Ouvrir la demande", en="Open the request"),
    "vote.title": Text(fr="Votre avis", en="Your vote"),
    "vote.blind": Text(
        fr="Ce projet demande deux avis. Chacun donne le sien sans voir celui de l'autre.",
        en="This project needs two votes. Each is cast without seeing the other.",
    ),
    "vote.choice": Text(fr="Avis", en="Verdict"),
    "vote.approve": Text(fr="Favorable", en="Approve"),
    "vote.approve.hint": Text(fr="Le tableau peut sortir tel quel.", en="The table may leave as it is."),
    "vote.return": Text(fr="Renvoyer à l'auteur", en="Return to the author"),
    "vote.return.hint": Text(fr="À corriger ; commentaire obligatoire.", en="Needs correcting; comment required."),
    "vote.reject": Text(fr="Rejeter", en="Reject"),
    "vote.reject.hint": Text(fr="Ne sortira pas ; raison obligatoire.", en="Will not leave; reason required."),
    "vote.comment": Text(fr="Commentaire pour l'auteur", en="Comment to the author"),
    "vote.comment.hint": Text(
        fr="Visible de l'auteur après la décision. N'y recopiez aucune valeur.",
        en="The author sees it after the decision. Copy no value into it.",
    ),
    "vote.cast": Text(fr="Donner cet avis", en="Cast this vote"),
    "vote.final": Text(fr="Un avis donné ne se change pas.", en="A vote, once cast, cannot be changed."),
    "vote.mine": Text(fr="Votre avis : {verdict}", en="Your vote: {verdict}"),
    "vote.wait": Text(
        fr="L'autre avis reste caché jusqu'à ce que les deux soient donnés.",
        en="The other vote stays hidden until both are cast.",
    ),
    "vote.barred": Text(fr="Vous ne vérifiez pas cette demande", en="You may not review this request"),
    "outcome.title": Text(fr="Décision", en="Decision"),
    "outcome.votes": Text(fr="Avis", en="Votes"),
    "outcome.none": Text(
        fr="Aucune décision : la demande a été retirée.", en="No decision: the request was withdrawn."
    ),
    "outcome.machine": Text(fr="Renvoyée par la machine", en="Returned by the machine"),
    "outcome.waiting": Text(
        fr="Le service de sortie recalcule cette demande ; rechargez dans un instant.",
        en="The egress service is recomputing this request; reload in a moment.",
    ),
    "screen.title": Text(fr="Recalcul interrompu", en="Recomputing broke off"),
    "screen.why": Text(fr="Raison : {fault}.", en="Reason: {fault}."),
    "screen.tries.one": Text(fr="{n} essai.", en="{n} attempt."),
    "screen.tries.many": Text(fr="{n} essais.", en="{n} attempts."),
    "screen.again": Text(fr="Relancer le recalcul", en="Recompute again"),
    "screen.again.lead": Text(
        fr="À essayer d'abord : rien ne sort sans votre avis.", en="Try this first: nothing leaves without your vote."
    ),
    "screen.reject": Text(fr="Rejeter la demande", en="Reject the request"),
    "screen.reason": Text(fr="Raison du rejet", en="Reason for the rejection"),
    "talk.title": Text(fr="Commentaires", en="Comments"),
    "talk.none": Text(fr="Aucun commentaire.", en="No comment."),
    "talk.private": Text(fr="Entre data stewards", en="Among data stewards"),
    "talk.public": Text(fr="Visible de l'auteur", en="Visible to the author"),
    "talk.add": Text(fr="Ajouter un commentaire", en="Add a comment"),
    "talk.text": Text(fr="Commentaire", en="Comment"),
    "talk.who": Text(fr="Qui peut le lire", en="Who may read it"),
    "talk.send": Text(fr="Ajouter", en="Add"),
    "talk.blind": Text(
        fr="Tant que les avis sont cachés, l'autre data steward et l'auteur ne voient pas vos commentaires.",
        en="While votes are hidden, neither the other data steward nor the author sees your comments.",
    ),
    "revoke.title": Text(fr="Révoquer la diffusion", en="Revoke the release"),
    "revoke.lead": Text(
        fr="Les fichiers ne seront plus téléchargeables. Ce qui l'a déjà été ne revient pas.",
        en="The files can no longer be downloaded. What already was does not come back.",
    ),
    "revoke.reason": Text(fr="Raison, lue par le projet", en="Reason, read by the project"),
    "revoke.send": Text(fr="Révoquer", en="Revoke"),
    "revoke.by": Text(fr="Révoquée par {who}", en="Revoked by {who}"),
}
