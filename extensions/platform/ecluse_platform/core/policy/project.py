"""A project: its permit, its people, its data, its workspace and its way out."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from ecluse_platform.core.names import ColumnName, ProjectId, TableName, UserName
from ecluse_platform.core.policy.strict import Policy
from ecluse_platform.core.text import Text

RegionCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]
Crossing = Annotated[tuple[ColumnName, ...], Field(min_length=2, max_length=2)]
# The portal names yearly tables by two digits, which say one year of this century only.
GrantedYear = Annotated[int, Field(ge=2000, le=2099)]


class MemberRole(StrEnum):
    """What a member may do inside the project."""

    RESEARCHER = "researcher"
    PROJECT_ADMIN = "project_admin"


class Lane(StrEnum):
    """A way for results to leave a project."""

    VERIFIED_QUERY = "verified_query"
    PRIVATE_QUERY = "private_query"


class Encryption(StrEnum):
    """How an extract is kept at rest: as it is, or in a folder that the kernel encrypts under a key of its project."""

    NONE = "none"
    VOLUME = "volume"


class Member(Policy):
    """A person named by the permit."""

    name: Annotated[UserName, Field(description="The name that the identity provider proves.")]
    role: Annotated[MemberRole, Field(description="What the person may do in the project.")]


class Permit(Policy):
    """The authorisation: nothing starts and nothing leaves outside its dates."""

    reference: Annotated[str, Field(min_length=3, description="Reference of the decision that authorises the project.")]
    controller: Annotated[str, Field(min_length=2, description="The data controller.")]
    purpose: Annotated[Text, Field(description="The purpose authorised, as the decision words it.")]
    start: Annotated[date, Field(description="First day on which the project may work.")]
    end: Annotated[date, Field(description="Last day on which the project may work.")]
    grace_days: Annotated[
        int, Field(ge=0, description="Days after the last one at the end of which the project's data is purged.")
    ]

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Permit:
        if self.end < self.start:
            raise ValueError("the permit ends before it starts")
        return self


class GrantedTable(Policy):
    """A source table and the columns of it that the permit grants."""

    name: Annotated[TableName, Field(description="Name of the table in the catalogue.")]
    columns: Annotated[
        tuple[ColumnName, ...], Field(min_length=1, description="Columns granted; no other reaches the workspace.")
    ]


class Cohort(Policy):
    """The persons to whom the permit limits the extract; the extractor alone ever sees who they are."""

    persons: Annotated[
        str | None,
        Field(
            pattern=r"^[a-z0-9][a-z0-9_.-]*\.(csv|parquet)$",
            description="File with the persons' identifiers, in the extractor's folder of cohorts; null when SQL says.",
        ),
    ]
    sql: Annotated[
        str | None,
        Field(
            min_length=10,
            description="Query on the source, run by the extractor, that gives the persons; null when a file does.",
        ),
    ]

    @model_validator(mode="after")
    def _is_said_in_one_way(self) -> Cohort:
        if (self.persons is None) == (self.sql is None):
            raise ValueError("a cohort is either a file of `persons` or a query under `sql`")
        return self


class Data(Policy):
    """What the extract of the project holds."""

    years: Annotated[
        tuple[GrantedYear, ...], Field(min_length=1, description="Years of care granted, for tables that have one.")
    ]
    departments: Annotated[
        tuple[str, ...] | None,
        Field(description="Départements of residence granted; with `regions` null too, the whole country is."),
    ]
    regions: Annotated[
        tuple[RegionCode, ...] | None,
        Field(description="Régions of residence granted, by official code, in addition to the départements named."),
    ]
    cohort: Annotated[
        Cohort | None, Field(description="Persons to whom the extract is limited; null for all that the rest grants.")
    ]
    potential_identifiers: Annotated[
        tuple[ColumnName, ...],
        Field(description="Potential identifiers that the permit grants by name; any other is refused."),
    ]
    crossings: Annotated[
        tuple[Crossing, ...],
        Field(description="Pairs of different potential identifiers that the permit allows in one project."),
    ]
    encryption: Annotated[
        Encryption,
        Field(
            description="How the extract is encrypted at rest: not at all, or its folder under a key of the project."
        ),
    ]
    tables: Annotated[tuple[GrantedTable, ...], Field(min_length=1, description="Tables and columns granted.")]

    @model_validator(mode="after")
    def _names_each_year_and_table_once(self) -> Data:
        for listed in (self.years, tuple(table.name for table in self.tables)):
            again = next((one for one in listed if listed.count(one) > 1), None)
            if again is not None:
                raise ValueError(f"{again} is granted twice: name it once")
        return self


class Resources(Policy):
    """What each workspace of the project gets, within the platform's ceiling."""

    memory_mib: Annotated[int, Field(ge=512, description="Memory, in MiB.")]
    cpus: Annotated[float, Field(gt=0, description="Processor cores.")]
    pids: Annotated[int, Field(ge=64, description="Processes and threads.")]
    tmp_mib: Annotated[int, Field(ge=16, description="Size of /tmp, in MiB.")]


class ReleaseRules(Policy):
    """Which results may leave and how many people must agree."""

    lanes: Annotated[tuple[Lane, ...], Field(min_length=1, description="Lanes open to the project.")]
    stewards: Annotated[int, Field(ge=1, le=2, description="Data stewards who must approve each export request.")]
    open_requests: Annotated[int, Field(ge=1, description="Most export requests of the project that may wait at once.")]
    tables_per_request: Annotated[int, Field(ge=1, le=50, description="Most tables that one export request may hold.")]


class Project(Policy):
    """policies/projects/<id>.yaml: everything the platform knows of one project."""

    id: Annotated[ProjectId, Field(description="The project's id; it is also the file's name.")]
    title: Annotated[Text, Field(description="The project's title.")]
    permit: Annotated[Permit, Field(description="The authorisation.")]
    members: Annotated[tuple[Member, ...], Field(min_length=1, description="The persons that the permit names.")]
    data: Annotated[Data, Field(description="The data that the permit grants.")]
    image: Annotated[str, Field(description="Short name of the workspace image, from the platform's list.")]
    resources: Annotated[Resources, Field(description="Resources of each workspace.")]
    disclosure: Annotated[str, Field(description="Name of the disclosure profile that its exports obey.")]
    privacy: Annotated[
        str | None,
        Field(description="Name of the privacy profile: its budget and rules for differentially private answers."),
    ]
    release: Annotated[ReleaseRules, Field(description="How results leave.")]

    def role_of(self, user: str) -> MemberRole | None:
        """Return the role of a person in the project, None for anyone the permit does not name."""
        return next((member.role for member in self.members if member.name == user), None)
