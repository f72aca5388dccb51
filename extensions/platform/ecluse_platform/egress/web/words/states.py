"""The states of a request in one word and in one sentence, verdicts, faults, and what happened when."""

from __future__ import annotations

from ecluse_platform.core.state_words import STATE_WORDS
from ecluse_platform.core.text import Text

STATES = {
    **{f"state.{state}": word for state, word in STATE_WORDS.items()},
    "verdict.approve": Text(fr="Favorable", en="Approve"),
    "verdict.return": Text(fr="Renvoi", en="Return"),
    "verdict.reject": Text(fr="Rejet", en="Reject"),
    "fault.timeout": Text(fr="le calcul a dépassé le temps permis", en="the computation took longer than allowed"),
    "fault.comparison": Text(
        fr="la comparaison avec les tableaux déjà sortis a dépassé le temps permis",
        en="the comparison with earlier tables took longer than allowed",
    ),
    "fault.memory": Text(
        fr="le calcul a demandé plus de mémoire que permis", en="the computation needed more memory than allowed"
    ),
    "fault.crash": Text(fr="le calcul s'est arrêté de façon inattendue", en="the computation stopped unexpectedly"),
    "fault.extract": Text(
        fr="l'extraction du projet n'a pas pu être lue", en="the project's extract could not be read"
    ),
    "fault.history": Text(
        fr="la mémoire des tableaux déjà sortis n'a pas pu être lue",
        en="the memory of earlier tables could not be read",
    ),
    "fault.proof": Text(
        fr="une cellule masquée n'était pas démontrée protégée", en="a hidden cell was not proved to be protected"
    ),
    "fault.store": Text(
        fr="un fichier conservé ne correspond plus à son empreinte", en="a stored file no longer matches its hash"
    ),
    "action.by_service": Text(fr="service de sortie", en="egress service"),
    "action.by_stewards": Text(fr="vérification", en="review"),
    "action.decided_approved": Text(fr="Approuvée", en="Approved"),
    "action.decided_returned": Text(fr="Renvoyée à l'auteur", en="Returned to the author"),
    "action.decided_rejected": Text(fr="Rejetée", en="Rejected"),
    "action.request_submitted": Text(fr="Demande déposée", en="Request submitted"),
    "action.request_resubmitted": Text(fr="Nouvelle version déposée", en="New version submitted"),
    "action.request_refused": Text(fr="Envoi refusé", en="Submission refused"),
    "action.request_withdrawn": Text(fr="Demande retirée", en="Request withdrawn"),
    "action.screening_started": Text(fr="Recalcul commencé", en="Recomputing began"),
    "action.screening_passed": Text(fr="Recalculée et protégée", en="Recomputed and protected"),
    "action.screening_refused": Text(fr="Refusée par la machine", en="Refused by the machine"),
    "action.screening_failed": Text(fr="Recalcul interrompu", en="Recomputing broke off"),
    "action.screening_ordered": Text(fr="Nouveau recalcul demandé", en="Another recomputation ordered"),
    "action.request_quarantined": Text(fr="Mise en quarantaine", en="Put in quarantine"),
    "action.request_rejected": Text(fr="Demande rejetée", en="Request rejected"),
    "action.vote_cast": Text(fr="Avis donné", en="Vote cast"),
    "action.vote_refused": Text(fr="Avis refusé", en="Vote refused"),
    "action.comment_added": Text(fr="Commentaire ajouté", en="Comment added"),
    "action.request_reopened": Text(fr="Rouverte : la politique a changé", en="Reopened: the policy has changed"),
    "action.released": Text(fr="Diffusée", en="Released"),
    "action.release_revoked": Text(fr="Diffusion révoquée", en="Release revoked"),
    "action.file_downloaded": Text(fr="Fichier téléchargé", en="File downloaded"),
    "action.download_refused": Text(fr="Téléchargement refusé", en="Download refused"),
    "action.extract_built": Text(fr="Extraction construite", en="Extract built"),
    "action.privacy_charged": Text(fr="Budget de confidentialité débité", en="Privacy budget charged"),
    "action.privacy_answered": Text(fr="Réponse bruitée obtenue", en="Noised answer given"),
    "action.budget_raised": Text(fr="Budget de confidentialité relevé", en="Privacy budget raised"),
    "action.extract_purged": Text(fr="Extraction purgée", en="Extract purged"),
    "action.file_changed": Text(fr="Fichier conservé altéré", en="Stored file altered"),
}
