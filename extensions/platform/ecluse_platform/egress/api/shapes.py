"""The JSON that clients read: only what the project may know."""

from __future__ import annotations

from collections.abc import Sequence

from ecluse_platform.core.disclosure.table import ProtectedTable, Row
from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.policy.privacy import PrivacyProfile
from ecluse_platform.core.policy.project import Project
from ecluse_platform.core.requests import Comment, ExportRequest, Query, Release
from ecluse_platform.core.review import comments_seen_by_project
from ecluse_platform.core.workflow import State
from ecluse_platform.egress.api.private_shapes import budget_json, private_preview_json, private_table_json
from ecluse_platform.egress.services.intake import Preview, PreviewItem
from ecluse_platform.egress.services.looking import SeenTable
from ecluse_platform.egress.services.next_steps import next_step
from ecluse_platform.egress.services.pricing import PricedItem
from ecluse_platform.egress.services.progress import Position

Json = dict[str, object]


def request_json(request: ExportRequest, egress_url: str) -> Json:
    """Return a request as its project sees it."""
    shape: Json = {
        "id": request.id,
        "state": request.state.value,
        "title": request.title,
        "purpose": request.purpose,
        "author": request.author,
        "project": request.project,
        "round": request.round,
        "created_at": request.created_at.isoformat(timespec="seconds"),
        "updated_at": request.updated_at.isoformat(timespec="seconds"),
        "items": [_item(request, item) for item in request.items],
        "comments": [_comment(comment) for comment in comments_seen_by_project(request)],
        "page_url": f"{egress_url}/requests/{request.id}",
        "next_step": next_step(request).model_dump(),
    }
    if request.state is State.RETURNED and request.refusal is not None:
        shape["refusal"] = {
            **request.refusal.as_refusal().as_json(),
            "table": request.refusal.table,
            "proposals": [proposal.model_dump() for proposal in request.refusal.proposals],
        }
    if request.state is State.RELEASED and request.release is not None:
        shape["release"] = _release(request.release)
    if request.revocation is not None:
        shape["revocation"] = {"reason": request.revocation.reason, "at": request.revocation.at.isoformat()}
    return shape


def progress_json(position: Position | None) -> Json | None:
    """Return how far a screening has come."""
    if position is None:
        return None
    return {"table": position.table, "tables": position.tables, "step": position.step, "done": position.done}


def tables_json(tables: Sequence[SeenTable], mark: str) -> list[Json]:
    """Return tables: one mark for every hidden cell, whatever hides it, and what would keep more of an exact one."""
    return [
        {
            "name": seen.query.name,
            **(_protected(seen.table, mark) if seen.table is not None else {}),
            **(private_table_json(seen.private, seen.screened.private) if seen.private is not None else {}),
            "because": [{"earlier": earlier, "rows": rows} for earlier, rows in seen.because],
        }
        for seen in tables
    ]


def _protected(table: ProtectedTable, mark: str) -> Json:
    return {
        "kind": "query",
        "columns": list(table.columns),
        "rows": [[*_labels(row, table), *(_shown(value, mark) for value in row.values)] for row in table.rows],
        "published": table.published,
        "hidden": table.hidden,
        "mark": mark,
        "proposals": [proposal.model_dump() for proposal in table.summary.proposals],
    }


def _labels(row: Row, table: ProtectedTable) -> list[str | None]:
    return [table.obeys.total_label if total else label for label, total in zip(row.labels, row.totals, strict=True)]


def _shown(value: int | str | None, mark: str) -> int | str:
    return mark if value is None else value


def preview_json(preview: Preview) -> Json:
    """Return what a draft would ask for, and what its private queries would cost."""
    return {
        "items": [_understood(item) for item in preview.items],
        "warnings": [note.model_dump() for note in preview.notes],
        "budget": None if preview.budget is None else budget_json(preview.budget),
    }


def _understood(item: PreviewItem | PricedItem) -> Json:
    if isinstance(item, PricedItem):
        return private_preview_json(item)
    query = item.query
    return {
        "kind": "query",
        "name": item.name,
        "dimensions": list(query.dimensions),
        "measures": [measure.model_dump(mode="json") for measure in query.measures],
        "tables": list(query.tables),
        "sql": query.canonical_sql,
    }


def rules_json(project: Project, profile: DisclosureProfile, privacy: PrivacyProfile | None) -> Json:
    """Return the rules that the project's exports obey; those of noised answers where it may ask for any."""
    return {
        **profile.model_dump(mode="json"),
        **({} if privacy is None else {"margins": privacy.margins.value}),
        "project": project.id,
        "stewards": project.release.stewards,
        "lanes": [lane.value for lane in project.release.lanes],
        "open_requests": project.release.open_requests,
        "tables_per_request": project.release.tables_per_request,
        "permit": {"start": project.permit.start.isoformat(), "end": project.permit.end.isoformat()},
    }


def _item(request: ExportRequest, item: Query) -> Json:
    return {
        "kind": "query" if item.ask is None else "private",
        "name": item.name,
        "sql": item.sql,
        "ask": None if item.ask is None else item.ask.model_dump(mode="json"),
        "status": request.state.value,
        "tables": list(item.tables),
        "dimensions": list(item.dimensions),
        "measures": list(item.measures),
    }


def _comment(comment: Comment) -> Json:
    return {"author": comment.author, "round": comment.round, "text": comment.text, "at": comment.at.isoformat()}


def _release(release: Release) -> Json:
    return {
        "at": release.at.isoformat(timespec="seconds"),
        "files": [{"path": held.path, "sha256": held.sha256, "size": held.size} for held in release.files],
    }
