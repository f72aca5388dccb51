"""Wording of refusals about export requests, their review and their release."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ecluse_platform.core.text import Text

REQUEST: Mapping[str, tuple[Text, Text]] = MappingProxyType(
    {
        "unknown_request": (
            Text(fr="Cette demande n'existe pas.", en="There is no such request."),
            Text(fr="Ouvrez la liste de vos demandes.", en="Open the list of your requests."),
        ),
        "wrong_state": (
            Text(
                fr="Cette action n'est plus possible : l'état de la demande est maintenant « {state} ».",
                en="This is no longer possible: the state of the request is now “{state}”.",
            ),
            Text(
                fr="Ouvrez la page de la demande pour voir la suite ; si elle est close, il faut une nouvelle demande.",
                en="Open the request's page to see what comes next; if it is closed, a new request is needed.",
            ),
        ),
        "changed_meanwhile": (
            Text(
                fr="Quelqu'un d'autre a modifié la demande au même moment ; rien n'a été fait.",
                en="Somebody else changed the request at the same moment; nothing was done.",
            ),
            Text(fr="Rechargez la demande, puis recommencez.", en="Reload the request, then try again."),
        ),
        "not_the_author": (
            Text(
                fr="Seul l'auteur de la demande peut la modifier.", en="Only the author of the request may change it."
            ),
            Text(fr="Demandez-le à son auteur.", en="Ask its author to do it."),
        ),
        "lane_closed": (
            Text(
                fr="Le projet {project} n'autorise pas l'export de requêtes vérifiées.",
                en="Project {project} does not allow verified queries to leave.",
            ),
            Text(
                fr="Demandez à l'administrateur du projet quelles sorties sont ouvertes.",
                en="Ask the project admin which ways out are open.",
            ),
        ),
        "too_many_open": (
            Text(
                fr="Le projet {project} a déjà {limit} demandes en cours, le plus qu'il peut avoir.",
                en="Project {project} already has {limit} open requests, the most it may have.",
            ),
            Text(
                fr="Attendez une décision, ou retirez une demande devenue inutile.",
                en="Wait for a decision, or withdraw a request you no longer need.",
            ),
        ),
        "too_many_tables": (
            Text(
                fr="Une demande de ce projet porte sur {most} tableaux au plus.",
                en="A request of this project holds at most {most} tables.",
            ),
            Text(fr="Répartissez-les sur plusieurs demandes.", en="Spread them over several requests."),
        ),
        "bad_request": (
            Text(
                fr="La demande est incomplète ou mal formée ({field}).",
                en="The request is incomplete or malformed ({field}).",
            ),
            Text(
                fr="Corrigez ce qui est nommé là : une demande a un titre, un objectif et des requêtes nommées, "
                "dans les longueurs permises ; un nombre y est d'une taille ordinaire, une borne basse sous sa haute.",
                en="Correct what is named there: a request has a title, a purpose and named queries, within the "
                "lengths allowed; a number has an ordinary size, and a lower bound lies below its upper one.",
            ),
        ),
        "bad_idempotency_key": (
            Text(
                fr="L'en-tête Idempotency-Key manque ou n'est pas un UUID.",
                en="The Idempotency-Key header is missing or is not a UUID.",
            ),
            Text(
                fr="Envoyez un nouvel UUID par demande, le même quand vous réessayez.",
                en="Send a new UUID per request, the same one when you try again.",
            ),
        ),
        "idempotency_conflict": (
            Text(
                fr="Cette clé a déjà servi pour une demande différente.",
                en="This key was already used for a different request.",
            ),
            Text(fr="Envoyez la nouvelle demande avec une nouvelle clé.", en="Send the new request with a new key."),
        ),
        "too_large": (
            Text(fr="L'envoi dépasse la taille permise.", en="What was sent is larger than allowed."),
            Text(fr="Raccourcissez la requête ou le texte.", en="Shorten the query or the text."),
        ),
        "not_found": (
            Text(fr="Cette adresse n'existe pas.", en="There is nothing at this address."),
            Text(fr="Vérifiez l'adresse.", en="Check the address."),
        ),
        "internal_error": (
            Text(
                fr="Une erreur inattendue est survenue ; par prudence, rien n'a été fait.",
                en="Something unexpected went wrong; to be safe, nothing was done.",
            ),
            Text(
                fr="Réessayez ; si cela se répète, donnez à l'opérateur l'heure de l'erreur.",
                en="Try again; if it happens again, tell the operator the time of the error.",
            ),
        ),
        "steward_is_author": (
            Text(
                fr="Vous êtes l'auteur de cette demande : vous ne pouvez pas la vérifier.",
                en="You are the author of this request: you may not review it.",
            ),
            Text(fr="Laissez un autre data steward décider.", en="Leave the decision to another data steward."),
        ),
        "not_in_review": (
            Text(fr="Cette demande n'attend pas d'avis.", en="This request is not waiting for votes."),
            Text(fr="Rechargez la file d'attente.", en="Reload the queue."),
        ),
        "screened_bytes_changed": (
            Text(
                fr="Le tableau a changé depuis que vous l'avez ouvert ; votre avis n'a pas été compté.",
                en="The table has changed since you opened it; your vote was not counted.",
            ),
            Text(
                fr="Rouvrez la demande et relisez le tableau avant de donner un avis.",
                en="Open the request again and read the table before you vote.",
            ),
        ),
        "too_fast": (
            Text(
                fr="Votre espace de travail a envoyé plus de {most} demandes ou aperçus en une minute.",
                en="Your workspace sent more than {most} requests or previews within a minute.",
            ),
            Text(
                fr="Attendez une minute, et vérifiez qu'aucune boucle de votre code n'envoie de demandes.",
                en="Wait a minute, and check that no loop in your code sends requests.",
            ),
        ),
        "already_voted": (
            Text(fr="Vous avez déjà donné votre avis sur cette version.", en="You have already voted on this version."),
            Text(
                fr="Attendez l'avis de l'autre data steward ou une nouvelle version.",
                en="Wait for the other data steward's vote or for a new version.",
            ),
        ),
        "comment_needed": (
            Text(
                fr="Le texte manque : un commentaire, un renvoi, un rejet ou une révocation ne peut être vide.",
                en="The text is missing: a comment, a return, a rejection or a revocation cannot be empty.",
            ),
            Text(
                fr="Écrivez au moins une phrase, puis envoyez de nouveau.",
                en="Write at least one sentence, then send it again.",
            ),
        ),
        "not_approved": (
            Text(
                fr="La demande n'a pas les avis favorables que le projet exige.",
                en="The request does not have the approvals that the project requires.",
            ),
            Text(fr="Attendez la décision des data stewards.", en="Wait for the data stewards' decision."),
        ),
        "not_released": (
            Text(
                fr="Rien n'a encore été diffusé pour cette demande.",
                en="Nothing has been released for this request yet.",
            ),
            Text(fr="Attendez la décision des data stewards.", en="Wait for the data stewards' decision."),
        ),
        "release_revoked": (
            Text(fr="Cette diffusion a été révoquée.", en="This release was revoked."),
            Text(
                fr="Lisez la raison sur la page de la demande et n'utilisez plus ces fichiers.",
                en="Read the reason on the request's page and stop using these files.",
            ),
        ),
        "file_changed": (
            Text(
                fr="Un fichier conservé ne correspond plus à son empreinte ; il n'est pas délivré.",
                en="A stored file no longer matches its hash; it is not handed out.",
            ),
            Text(
                fr="Prévenez l'opérateur : l'incident est au journal d'audit.",
                en="Tell the operator: the incident is in the audit log.",
            ),
        ),
        "unknown_file": (
            Text(fr="Cette diffusion ne contient pas ce fichier.", en="This release does not hold that file."),
            Text(
                fr="Ouvrez la page de la demande pour voir la liste des fichiers.",
                en="Open the request's page to see the list of files.",
            ),
        ),
        "query_timeout": (
            Text(
                fr="Le recalcul de votre requête a dépassé {seconds} secondes.",
                en="Recomputing your query took more than {seconds} seconds.",
            ),
            Text(
                fr="Réduisez la requête (filtre, jointures, dimensions), puis renvoyez-la.",
                en="Make the query smaller (filter, joins, dimensions), then resubmit it.",
            ),
        ),
        "query_memory": (
            Text(
                fr="Le recalcul de votre requête a demandé plus de mémoire que permis.",
                en="Recomputing your query needed more memory than allowed.",
            ),
            Text(
                fr="Réduisez la requête (jointures, dimensions), puis renvoyez-la.",
                en="Make the query smaller (joins, dimensions), then resubmit it.",
            ),
        ),
        "audit_detail": (
            Text(
                fr="Le journal d'audit n'accepte pas ce détail ({key}).",
                en="The audit log does not take this detail ({key}).",
            ),
            Text(
                fr="N'envoyez que les détails prévus pour cette action.",
                en="Send only the details foreseen for this action.",
            ),
        ),
        "rules_changed": (
            Text(
                fr="Les règles du projet ont changé depuis que le tableau a été protégé.",
                en="The project's rules have changed since the table was protected.",
            ),
            Text(
                fr="Rien à faire : la requête est recalculée avec les nouvelles règles, puis vérifiée de nouveau.",
                en="Nothing to do: the query is recomputed under the new rules, then reviewed again.",
            ),
        ),
    }
)
