"""What happens next to a request, in words for its project."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ecluse_platform.core.requests import ExportRequest
from ecluse_platform.core.text import Text
from ecluse_platform.core.workflow import State

_NEXT: Mapping[State, Text] = MappingProxyType(
    {
        State.DRAFT: Text(fr="Envoyez la demande quand elle est prête.", en="Submit the request when it is ready."),
        State.SUBMITTED: Text(
            fr="Rien à faire : la requête va être recalculée sur l'extraction.",
            en="Nothing to do: the query will be recomputed on the extract.",
        ),
        State.SCREENING: Text(
            fr="Rien à faire : la requête est en cours de recalcul et de protection.",
            en="Nothing to do: the query is being recomputed and protected.",
        ),
        State.QUARANTINED: Text(
            fr="Le recalcul a échoué pour une raison inconnue ; un data steward va décider de la suite.",
            en="Recomputing failed for an unknown reason; a data steward will decide what to do.",
        ),
        State.IN_REVIEW: Text(
            fr="Rien à faire : la demande attend l'avis des data stewards.",
            en="Nothing to do: the request waits for the data stewards.",
        ),
        State.RETURNED: Text(
            fr="Lisez la raison, modifiez la requête dans le notebook, puis : demande.resubmit(brouillon).",
            en="Read the reason, change the query in the notebook, then: request.resubmit(draft).",
        ),
        State.REJECTED: Text(
            fr="La demande est close ; lisez la raison avant d'en préparer une autre.",
            en="The request is closed; read the reason before you prepare another one.",
        ),
        State.APPROVED: Text(
            fr="Rien à faire : les fichiers vont être diffusés.",
            en="Nothing to do: the files are about to be released.",
        ),
        State.RELEASED: Text(
            fr="Téléchargez les fichiers depuis la page de la demande.",
            en="Download the files from the request's page.",
        ),
        State.REVOKED: Text(
            fr="La diffusion est révoquée : lisez la raison et n'utilisez plus ces fichiers.",
            en="The release was revoked: read the reason and stop using these files.",
        ),
        State.WITHDRAWN: Text(
            fr="La demande est retirée ; vous pouvez en préparer une autre.",
            en="The request was withdrawn; you can prepare another one.",
        ),
    }
)


def next_step(request: ExportRequest) -> Text:
    """Return what the project should do now; a machine's refusal says it best itself."""
    if request.state is State.RETURNED and request.refusal is not None:
        return request.refusal.as_refusal().next_step
    return _NEXT[request.state]
