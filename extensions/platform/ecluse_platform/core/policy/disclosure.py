"""A disclosure profile: the numbers that decide which cells may be seen outside."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ecluse_platform.core.policy.strict import Policy


class DisclosureProfile(Policy):
    """policies/disclosure/<name>.yaml: the small-cell rules that a project's exports obey."""

    threshold_persons: Annotated[
        int,
        Field(ge=2, description="A cell with fewer distinct persons is hidden."),
    ]
    threshold_rows: Annotated[
        int,
        Field(ge=2, description="A cell with fewer rows (dispensings, stays, acts) is hidden."),
    ]
    mark: Annotated[
        str,
        Field(
            pattern=r"^[a-z]{1,3}$",
            description="What stands in place of every hidden value; the European statistical flag is c.",
        ),
    ]
    max_cells: Annotated[int, Field(ge=1, description="Most rows that a table may have to be reviewed.")]
    max_dimensions: Annotated[int, Field(ge=1, description="Most dimensions that a table may have.")]
