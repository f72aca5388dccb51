"""The files of a release, made from the request alone: the same request always gives the same bytes.

What explains the table leaves with it; what was found in it (findings, votes, comments, certificates) stays inside.
"""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import datetime

from ecluse_platform.core.policy.project import Project
from ecluse_platform.core.requests import ExportRequest, Screening, sha256_of
from ecluse_platform.egress.services.readme import readme_en, readme_fr

MANIFEST = "ro-crate-metadata.json"
CSV_TYPE = "text/csv; charset=utf-8"
TEXT_TYPE = "text/markdown; charset=utf-8"
JSON_TYPE = "application/json"
_CRATE = "https://w3id.org/ro/crate/1.1"

File = tuple[str, str, bytes]


def release_files(request: ExportRequest, project: Project, screening: Screening, csv: bytes) -> tuple[File, ...]:
    """Return path, media type and content of every file; the manifest, which names the others' hashes, comes last."""
    table = f"{file_stem(request.items[0].name)}.csv"
    files: list[File] = [
        (table, CSV_TYPE, csv),
        ("LISEZMOI.md", TEXT_TYPE, readme_fr(request, project, screening, table).encode()),
        ("README.md", TEXT_TYPE, readme_en(request, project, screening, table).encode()),
        ("query.sql", "application/sql", request.items[0].sql.encode()),
        ("release.json", JSON_TYPE, _json(_facts(request, project, screening, table))),
    ]
    files.append((MANIFEST, JSON_TYPE, _json(_crate(request, project, files))))
    return tuple(files)


def file_stem(name: str) -> str:
    """Return a name that every file system takes, made from what a person typed."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "table"


def _decided_at(request: ExportRequest, screening: Screening) -> datetime:
    # Not the clock: a release that is taken up again after a crash must give the same bytes.
    return screening.at if request.decision is None else request.decision.at


def _facts(request: ExportRequest, project: Project, screening: Screening, table: str) -> dict[str, object]:
    return {
        "request": request.id,
        "round": request.round,
        "project": project.id,
        "permit": project.permit.reference,
        "controller": project.permit.controller,
        "title": request.title,
        "purpose": request.purpose,
        "approved_at": _decided_at(request, screening).isoformat(timespec="seconds"),
        "table": {
            "file": table,
            "sha256": screening.csv_sha256,
            "rows": screening.rows,
            "dimensions": list(request.items[0].dimensions),
            "measures": list(request.items[0].measures),
            "source_tables": list(request.items[0].tables),
            "mark": screening.mark,
        },
        "sql": request.items[0].sql,
        "sql_sha256": screening.sql_sha256,
        "extract_version": screening.extract_version,
        "policy_digest": screening.policy_digest,
        "disclosure_profile": project.disclosure,
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
