"""The platform's own policy: its people, its images, the limits that no project may exceed."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Annotated

from pydantic import Field, field_validator

from ecluse_platform.core.names import UserName
from ecluse_platform.core.policy.strict import Policy
from ecluse_platform.core.text import Text

SESSION_PREFIX = 28


class People(Policy):
    """Roles that span projects; a project's own members are named in its file."""

    stewards: Annotated[
        tuple[UserName, ...],
        Field(
            min_length=1, description="Data stewards: they review export requests of projects they are no member of."
        ),
    ]
    operators: Annotated[
        tuple[UserName, ...],
        Field(
            min_length=1,
            description="Operators: they watch and stop workspaces; they see no data and decide no export.",
        ),
    ]


class Image(Policy):
    """A workspace image that projects may choose."""

    reference: Annotated[
        str,
        Field(
            pattern=r"^[a-z0-9][a-z0-9./-]*:[A-Za-z0-9_.-]+$",
            description="The image's name and tag in the container engine.",
        ),
    ]
    title: Annotated[Text, Field(description="What the image offers, as people see it.")]


class Ceiling(Policy):
    """The most that one workspace may be given; a project's file may only ask for less."""

    memory_mib: Annotated[int, Field(ge=512, description="Memory, in MiB; swap is never added to it.")]
    cpus: Annotated[float, Field(gt=0, description="Processor cores.")]
    pids: Annotated[int, Field(ge=64, description="Processes and threads.")]
    tmp_mib: Annotated[int, Field(ge=16, description="Size of /tmp, in MiB, counted within the memory.")]


class Sessions(Policy):
    """How running workspaces are isolated and for how long they live."""

    network_pool: Annotated[
        str,
        Field(description="IPv4 range from which each workspace gets its own /28 network."),
    ]
    ceiling: Annotated[Ceiling, Field(description="The most that one workspace may be given.")]
    permit_check_seconds: Annotated[
        int,
        Field(ge=5, description="How often running workspaces are held against their permit, in seconds."),
    ]

    @field_validator("network_pool")
    @classmethod
    def _is_a_private_range(cls, value: str) -> str:
        network = IPv4Network(value)
        if not network.is_private or network.prefixlen > SESSION_PREFIX:
            raise ValueError(f"must be a private IPv4 range of /{SESSION_PREFIX} or wider")
        return value


class Gateway(Policy):
    """What a browser may carry out of a workspace by merely looking."""

    response_bytes: Annotated[int, Field(ge=1024, description="Largest answer to one HTTP request, in bytes.")]
    request_bytes: Annotated[
        int, Field(ge=1024, description="Largest body or message that a browser or a workspace may send, in bytes.")
    ]
    message_bytes: Annotated[int, Field(ge=1024, description="Largest message from a kernel to a browser, in bytes.")]
    daily_bytes: Annotated[
        int,
        Field(
            ge=1024,
            description="All that one workspace may send to a browser in one UTC day, in bytes, static files aside.",
        ),
    ]
    readable_suffixes: Annotated[
        tuple[str, ...],
        Field(min_length=1, description="File name endings that the JupyterLab editor may open."),
    ]
    session_hours: Annotated[
        int, Field(ge=1, description="Hours after which a browser must prove again who is asking.")
    ]


class Queries(Policy):
    """Bounds on the SQL that the egress service recomputes."""

    seconds: Annotated[int, Field(ge=1, description="Longest reading of the extract for one query, in seconds.")]
    protection_seconds: Annotated[
        int, Field(ge=1, description="Longest protection of one table after its reading, in seconds.")
    ]
    cells: Annotated[
        int,
        Field(ge=100, description="Most cells of one query, those included that only tie its totals together."),
    ]
    memory_mib: Annotated[int, Field(ge=256, description="Memory of one query, in MiB.")]
    threads: Annotated[int, Field(ge=1, description="Threads of one query.")]
    sql_characters: Annotated[int, Field(ge=100, description="Longest SQL text accepted.")]
    history_atoms: Annotated[
        int,
        Field(
            ge=100,
            description="Most groups of persons, alike in all tables of a project, for an exact comparison with "
            "earlier tables; a table that needs more is refused.",
        ),
    ]
    history_mib: Annotated[
        int, Field(ge=16, description="Largest file in which one table is remembered, in MiB; a larger one is refused.")
    ]


class Pace(Policy):
    """How often one person may make the egress service work, and fill its log."""

    requests_a_minute: Annotated[
        int, Field(ge=1, description="Calls from one workspace that make the egress service work, per minute.")
    ]
    refusals_a_minute: Annotated[
        int,
        Field(
            ge=1,
            description="Refusals of one person that the audit log takes, per minute; further ones are refused too.",
        ),
    ]


class Extracts(Policy):
    """Bounds on what an extract may be."""

    smallest_cohort: Annotated[int, Field(ge=2, description="Fewest persons that a cohort may have.")]


class Platform(Policy):
    """policies/platform.yaml: what holds for every project of this installation."""

    title: Annotated[Text, Field(description="The installation's name, shown on every page.")]
    people: Annotated[People, Field(description="Who holds a role across projects.")]
    images: Annotated[
        dict[str, Image], Field(min_length=1, description="Workspace images that projects may choose, by short name.")
    ]
    sessions: Annotated[Sessions, Field(description="Isolation and limits of running workspaces.")]
    gateway: Annotated[Gateway, Field(description="Limits on what a browser receives from a workspace.")]
    queries: Annotated[Queries, Field(description="Limits on queries recomputed for an export.")]
    pace: Annotated[Pace, Field(description="How often one person may make the egress service work.")]
    extracts: Annotated[Extracts, Field(description="Bounds on extracts.")]
