"""Words of the researcher's pages."""

from __future__ import annotations

from ecluse_platform.core.text import Text

REQUEST = {
    "mine.title": Text(fr="Mes demandes d'export", en="My export requests"),
    "mine.lead": Text(
        fr="Les demandes de vos projets, et les fichiers que vous pouvez télécharger.",
        en="The requests of your projects, and the files that you may download.",
    ),
    "mine.empty.title": Text(fr="Aucune demande pour l'instant", en="No request yet"),
    "mine.empty.text": Text(
        fr="Une demande se fait depuis un notebook de votre espace de travail :",
        en="A request is made from a notebook in your workspace:",
    ),
    "mine.empty.after": Text(
        fr="Elle apparaît ensuite ici, avec sa décision et ses fichiers.",
        en="It then appears here, with its decision and its files.",
    ),
    "mine.none.title": Text(fr="Vous n'avez aucun projet", en="You have no project"),
    "mine.none.text": Text(
        fr="Aucune autorisation en vigueur ne vous nomme comme chercheur.",
        en="No permit in force names you as a researcher.",
    ),
    "mine.project.none": Text(fr="Aucune demande dans ce projet.", en="No request in this project."),
    "mine.example.title": Text(fr="Patients par sexe", en="Patients by sex"),
    "mine.example.purpose": Text(fr="Tableau 1 de l'article", en="Table 1 of the paper"),
    "mine.permit.closed": Text(
        fr="Autorisation hors de ses dates : demandes et fichiers ne sont pas accessibles.",
        en="Permit outside its dates: requests and files are not accessible.",
    ),
    "ask.by": Text(fr="par {who}", en="by {who}"),
    "ask.updated": Text(fr="Mise à jour", en="Updated"),
    "ask.submitted": Text(fr="Déposée le", en="Submitted on"),
    "ask.round": Text(fr="Version {n}", en="Version {n}"),
    "ask.purpose": Text(fr="Objectif", en="Purpose"),
    "ask.query": Text(fr="Requête", en="Query"),
    "ask.files": Text(fr="Fichiers diffusés", en="Released files"),
    "ask.files.lead": Text(
        fr="Chaque téléchargement vérifie l'empreinte du fichier et est consigné au journal d'audit.",
        en="Each download checks the file's hash and is recorded in the audit log.",
    ),
    "ask.file": Text(fr="Fichier", en="File"),
    "ask.size": Text(fr="Taille", en="Size"),
    "ask.hash": Text(fr="Empreinte SHA-256", en="SHA-256 hash"),
    "ask.refused": Text(
        fr="La machine n'a pas pu accepter cette requête", en="The machine could not accept this query"
    ),
    "ask.refused.table": Text(
        fr="La machine n'a pas pu accepter le tableau {name}", en="The machine could not accept the table {name}"
    ),
    "ask.table": Text(fr="Tableau", en="Table"),
    "ask.table.later": Text(
        fr="Ses valeurs s'afficheront ici une fois diffusées ; dans le notebook : demande.table().",
        en="Its values will be shown here once released; in the notebook: request.table().",
    ),
    "look.published.one": Text(fr="{n} ligne publiée", en="{n} row published"),
    "look.published.many": Text(fr="{n} lignes publiées", en="{n} rows published"),
    "look.hidden.one": Text(fr="{n} masquée", en="{n} hidden"),
    "look.hidden.many": Text(fr="{n} masquées", en="{n} hidden"),
    "ask.revoked": Text(fr="Cette diffusion a été révoquée", en="This release was revoked"),
    "ask.comments": Text(fr="Commentaires", en="Comments"),
    "ask.comments.none": Text(fr="Aucun commentaire.", en="No comment."),
    "ask.answer": Text(fr="Répondre aux data stewards", en="Answer the data stewards"),
    "ask.archive": Text(fr="Tout télécharger (zip)", en="Download all (zip)"),
    "ask.text": Text(fr="Votre réponse", en="Your answer"),
    "ask.text.hint": Text(
        fr="Lue par les data stewards et par votre projet. N'y recopiez aucune valeur.",
        en="Read by the data stewards and by your project. Copy no value into it.",
    ),
    "ask.ready": Text(
        fr="Vos résultats sont diffusés : téléchargez-les ci-dessous.",
        en="Your results are released: download them below.",
    ),
    "ask.send": Text(fr="Envoyer", en="Send"),
    "ask.withdraw": Text(fr="Retirer la demande", en="Withdraw the request"),
    "ask.withdraw.lead": Text(
        fr="Une demande retirée est close. Vous pourrez en faire une autre.",
        en="A withdrawn request is closed. You can make another.",
    ),
    "ask.reload": Text(fr="Recharger", en="Reload"),
    "ask.empty_purpose": Text(fr="non précisé", en="not given"),
}
