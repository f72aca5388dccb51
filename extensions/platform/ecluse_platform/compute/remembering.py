"""A protected table held against all that its project was told, remembered, and its proofs sealed."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

import duckdb

from ecluse_platform.compute.evidence import read_public_key, sealed_evidence
from ecluse_platform.compute.history import Earlier, Memories, remember_and_compare
from ecluse_platform.compute.job import Answer, Compared, Job
from ecluse_platform.core.disclosure.protecting import Protected
from ecluse_platform.core.disclosure.queries.statements import members
from ecluse_platform.core.disclosure.suppression.evidence import evidence_of
from ecluse_platform.core.disclosure.suppression.suppress import Effort, suppress
from ecluse_platform.core.disclosure.suppression.system import Pattern, Protection, System


def remembered(connection: duckdb.DuckDBPyConnection, job: Job, protected: Protected) -> Answer:
    """Return the table as it may leave after comparing, with its memory's hash and its proofs under seal.

    The connection still holds the facts of the query. Raises Refusal where the table would disclose something together
    with an earlier one, MemoryDamaged where an earlier one cannot be compared, EvidenceDamaged without a key.
    """
    asked = job.remembering
    if asked is None:
        return Answer(table=protected.table)
    key = read_public_key(Path(asked.evidence_key))
    effort = Effort(work=job.profile.effort.work, trials=job.profile.effort.trials)

    def bounded(system: System, protections: Sequence[Protection]) -> Pattern:
        return suppress(system, protections, effort)

    earlier = tuple(Earlier(one.item, one.sha256) for one in asked.earlier)
    found = remember_and_compare(
        connection,
        members(job.query.sets, job.query.facts),
        protected.table,
        Memories(Path(asked.folder), asked.item, earlier, asked.most_atoms),
        bounded,
    )
    proofs: list[dict[str, object]] = [{"name": proof.name, **proof.as_evidence()} for proof in protected.proofs]
    if found.proof is not None:
        proof = found.proof
        proofs.append({"name": "history", **evidence_of(proof.system, proof.protections, proof.pattern)})
    return Answer(
        table=found.table,
        memory_sha256=found.memory_sha256,
        compared=tuple(Compared(item=one.item, rows=found.because.get(one.item, ())) for one in earlier),
        sealed=base64.b64encode(sealed_evidence(proofs, key)).decode("ascii"),
    )
