"""The files of a release, made from the request alone: the same request always gives the same bytes.

What explains the table leaves with it; what was found in it (findings, votes, comments, certificates) stays inside.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime

from ecluse_platform.core.policy.project import Project
from ecluse_platform.core.requests import ExportRequest, PrivateAnswer, Query, ScreenedTable, Screening, sha256_of
from ecluse_platform.egress.services.readme import ENDS, readme_en, readme_fr

MANIFEST = "ro-crate-metadata.json"
CSV_TYPE = "text/csv; charset=utf-8"
TEXT_TYPE = "text/markdown; charset=utf-8"
JSON_TYPE = "application/json"
_CRATE = "https://w3id.org/ro/crate/1.1"

File = tuple[str, str, bytes]


def release_files(
    request: ExportRequest, project: Project, screening: Screening, tables: Sequence[bytes]
) -> tuple[File, ...]:
    """Return path, media type and content of every file; the manifest, which names the others' hashes, comes last.

    ``tables`` are the CSV files in the order of the request's queries.
    """
    stems = file_stems([item.name for item in request.items])
    names = [f"{stem}.csv" for stem in stems]
    files: list[File] = []
    for stem, item, csv in zip(stems, request.items, tables, strict=True):
        files.append((f"{stem}.csv", CSV_TYPE, csv))
        files.append((f"{stem}.sql", "application/sql", item.sql.encode()))
    files += [
        ("LISEZMOI.md", TEXT_TYPE, readme_fr(request, project, screening, names).encode()),
        ("README.md", TEXT_TYPE, readme_en(request, project, screening, names).encode()),
        ("release.json", JSON_TYPE, _json(_facts(request, project, screening, names))),
    ]
    files.append((MANIFEST, JSON_TYPE, _json(_crate(request, project, files))))
    return tuple(files)


def file_stems(names: Sequence[str]) -> tuple[str, ...]:
    """Return a name for each table that every file system takes; those that would be alike are numbered."""
    stems: list[str] = []
    for name in names:
        stem, number = file_stem(name), 1
        while stem in stems:
            number += 1
            stem = f"{file_stem(name)}-{number}"
        stems.append(stem)
    return tuple(stems)


def file_stem(name: str) -> str:
    """Return a name that every file system takes, made from what a person typed."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "table"


def _decided_at(request: ExportRequest, screening: Screening) -> datetime:
    # Not the clock: a release that is taken up again after a crash must give the same bytes.
    return screening.at if request.decision is None else request.decision.at


def _facts(request: ExportRequest, project: Project, screening: Screening, names: Sequence[str]) -> dict[str, object]:
    return {
        "request": request.id,
        "round": request.round,
        "project": project.id,
        "permit": project.permit.reference,
        "controller": project.permit.controller,
        "title": request.title,
        "purpose": request.purpose,
        "approved_at": _decided_at(request, screening).isoformat(timespec="seconds"),
        "tables": [
            _table(item, table, name) | {"mark": screening.mark}
            for item, table, name in zip(request.items, screening.tables, names, strict=True)
        ],
        "policy_digest": screening.policy_digest,
        "disclosure_profile": project.disclosure,
        "privacy_profile": project.privacy,
    }


def _table(item: Query, table: ScreenedTable, name: str) -> dict[str, object]:
    # How many ends are proved tells how many cells are hidden for themselves: that stays inside.
    return {
        "name": item.name,
        "file": name,
        "sha256": table.csv_sha256,
        "rows": table.rows,
        "dimensions": list(item.dimensions),
        "measures": list(item.measures),
        "source_tables": list(item.tables),
        "sql": item.sql,
        "sql_sha256": table.sql_sha256,
        "extract_version": table.extract_version,
        "private": None if table.private is None else _guaranteed(item, table.private),
    }


def _guaranteed(item: Query, private: PrivateAnswer) -> dict[str, object]:
    """Return what a private answer guarantees, and what was chosen for it; losses are exact decimals as text."""
    return {
        "unit": "person",
        "accounting": private.accounting,
        "epsilon": private.epsilon,
        "loss": private.amount,
        "delta": private.delta,
        "cells_per_person": private.cells,
        "rows_per_person_and_cell": private.rows,
        "confidence_percent": private.confidence_percent,
        "smallest_noised_count_shown": private.least,
        "margin_label": private.total,
        "persons_clipped": None if private.clipped is None else dict(zip(ENDS, private.clipped, strict=True)),
        "ask": None if item.ask is None else item.ask.model_dump(mode="json"),
    }


def _crate(request: ExportRequest, project: Project, files: list[File]) -> dict[str, object]:
    parts = [
        {
            "@id": path,
            "@type": "File",
            "encodingFormat": media_type.split(";")[0],
            "contentSize": str(len(content)),
            "sha256": sha256_of(content),
        }
        for path, media_type, content in files
    ]
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": request.title,
        "description": request.purpose,
        "identifier": request.id,
        "datePublished": "" if request.decision is None else request.decision.at.date().isoformat(),
        "license": project.permit.reference,
        "hasPart": [{"@id": part["@id"]} for part in parts],
    }
    about = {"@id": MANIFEST, "@type": "CreativeWork", "about": {"@id": "./"}, "conformsTo": {"@id": _CRATE}}
    return {"@context": f"{_CRATE}/context", "@graph": [about, root, *parts]}


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
