"""Words of the operator's page."""

from __future__ import annotations

from ecluse_platform.core.text import Text

OPERATIONS = {
    "ops.title": Text(fr="Exploitation", en="Operations"),
    "ops.lead": Text(
        fr="L'état du service de sortie. Cette page ne montre ni donnée, ni contenu de demande.",
        en="How the egress service is doing. This page shows no data and no content of any request.",
    ),
    "ops.services": Text(fr="Services", en="Services"),
    "ops.service": Text(fr="Service", en="Service"),
    "ops.status": Text(fr="État", en="Status"),
    "ops.up": Text(fr="Répond", en="Answers"),
    "ops.down": Text(fr="Ne répond pas", en="Does not answer"),
    "ops.service.database": Text(fr="Base de données", en="Database"),
    "ops.service.policies": Text(fr="Politiques", en="Policies"),
    "ops.service.compute": Text(fr="Calcul", en="Compute"),
    "ops.service.hub": Text(fr="Hub", en="Hub"),
    "ops.audit": Text(fr="Journal d'audit", en="Audit log"),
    "ops.audit.intact": Text(fr="Vérifié : intact", en="Verified: intact"),
    "ops.audit.broken": Text(fr="Rompu à l'entrée {n}", en="Broken at entry {n}"),
    "ops.audit.act": Text(
        fr="N'arrêtez rien, ne modifiez rien : prévenez le responsable de la sécurité et lancez `ecluse audit verify`.",
        en="Stop nothing, change nothing: tell the security officer and run `ecluse audit verify`.",
    ),
    "ops.audit.entries": Text(fr="Entrées", en="Entries"),
    "ops.audit.checkpoint": Text(fr="Dernier point de contrôle signé", en="Last signed checkpoint"),
    "ops.audit.checkpoint.at": Text(fr="entrée {n}", en="entry {n}"),
    "ops.audit.checkpoint.none": Text(fr="aucun", en="none"),
    "ops.policy": Text(fr="Empreinte des politiques", en="Policy digest"),
    "ops.requests": Text(fr="Demandes par état", en="Requests by state"),
    "ops.state": Text(fr="État", en="State"),
    "ops.count": Text(fr="Nombre", en="Number"),
    "ops.oldest": Text(fr="La plus ancienne", en="Oldest"),
}
