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
    "look.published.one": Text(fr="{n} ligne publiée", en="{n} row published"),
    "look.published.many": Text(fr="{n} lignes publiées", en="{n} rows published"),
    "look.hidden.one": Text(fr="{n} masquée", en="{n} hidden"),
    "look.hidden.many": Text(fr="{n} masquées", en="{n} hidden"),
    "look.hidden.by": Text(fr="Masquées par règle", en="Hidden, by rule"),
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
    "earlier.title": Text(fr="Déjà diffusé à ce projet", en="Already released to this project"),
    "earlier.none": Text(
        fr="Rien n'a encore été diffusé à ce projet à partir des mêmes tables.",
        en="Nothing has been released to this project from the same tables yet.",
    ),
    "earlier.step": Text(
        fr="Comparez-les vous-même : deux tableaux qui ne diffèrent que par quelques personnes les révèlent "
        "par soustraction.",
        en="Compare them yourself: two tables that differ by a few persons only reveal them by subtraction.",
    ),
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
