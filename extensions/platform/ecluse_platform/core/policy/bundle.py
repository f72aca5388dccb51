"""All policies together, and the rules that hold between files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ecluse_platform.core.policy.catalogue import Catalogue, ColumnClass
from ecluse_platform.core.policy.codelist import CodeList
from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.policy.platform import Platform
from ecluse_platform.core.policy.privacy import PrivacyProfile
from ecluse_platform.core.policy.project import Lane, MemberRole, Project


@dataclass(frozen=True)
class Contradiction:
    """Two policies that cannot both hold: where it stands, what is wrong, what was perhaps meant."""

    file: str
    path: tuple[str | int, ...]
    message: str
    known: tuple[str, ...] = ()


@dataclass(frozen=True)
class PolicyBundle:
    """Every policy of an installation, read once; ``digest`` is the SHA-256 of the files read."""

    platform: Platform
    catalogue: Catalogue
    disclosure: dict[str, DisclosureProfile]
    privacy: dict[str, PrivacyProfile]
    projects: dict[str, Project]
    codelists: dict[str, CodeList]
    digest: str

    def project(self, project_id: str) -> Project | None:
        """Return a project by id, None when no permit names it."""
        return self.projects.get(project_id)

    def projects_of(self, user: str) -> tuple[Project, ...]:
        """Return the projects whose permit names a person, in the order of their ids."""
        return tuple(p for _, p in sorted(self.projects.items()) if p.role_of(user) is not None)

    def profile_of(self, project: Project) -> DisclosureProfile:
        """Return the disclosure profile that a project's exports obey."""
        return self.disclosure[project.disclosure]

    def privacy_of(self, project: Project) -> PrivacyProfile | None:
        """Return the privacy profile whose budget a project spends, None when it has none."""
        return None if project.privacy is None else self.privacy[project.privacy]

    def is_steward(self, user: str) -> bool:
        """Say whether a person is a data steward of the platform."""
        return user in self.platform.people.stewards

    def is_operator(self, user: str) -> bool:
        """Say whether a person is an operator of the platform."""
        return user in self.platform.people.operators


def contradictions(bundle: PolicyBundle) -> Iterator[Contradiction]:
    """Yield every disagreement between files; a bundle with any must not be used."""
    for name, project in sorted(bundle.projects.items()):
        file = f"projects/{name}.yaml"
        yield from _identity(file, name, project)
        yield from _workspace(file, project, bundle)
        yield from _way_out(file, project, bundle)
        yield from _data(file, project, bundle.catalogue)
        yield from _crossings(file, project, bundle.catalogue)


def _identity(file: str, name: str, project: Project) -> Iterator[Contradiction]:
    if project.id != name:
        yield Contradiction(file, ("id",), f"the file is named {name}.yaml but the id is {project.id!r}")
    names = [member.name for member in project.members]
    for index, user in enumerate(names):
        if user in names[:index]:
            yield Contradiction(file, ("members", index), f"{user!r} is named twice")
    if MemberRole.RESEARCHER not in {member.role for member in project.members}:
        yield Contradiction(file, ("members",), "no member is a researcher")


def _workspace(file: str, project: Project, bundle: PolicyBundle) -> Iterator[Contradiction]:
    images = bundle.platform.images
    if project.image not in images:
        yield Contradiction(file, ("image",), f"no image is called {project.image!r}", tuple(images))
    ceiling = bundle.platform.sessions.ceiling
    for key in ("memory_mib", "cpus", "pids", "tmp_mib"):
        asked, most = getattr(project.resources, key), getattr(ceiling, key)
        if asked > most:
            yield Contradiction(file, ("resources", key), f"asks for {asked}, the platform gives at most {most}")


def _way_out(file: str, project: Project, bundle: PolicyBundle) -> Iterator[Contradiction]:
    if project.disclosure not in bundle.disclosure:
        yield Contradiction(
            file, ("disclosure",), f"no disclosure profile is called {project.disclosure!r}", tuple(bundle.disclosure)
        )
    if project.privacy is not None and project.privacy not in bundle.privacy:
        known = tuple(bundle.privacy)
        yield Contradiction(file, ("privacy",), f"no privacy profile is called {project.privacy!r}", known)
    if Lane.PRIVATE_QUERY in project.release.lanes and project.privacy is None:
        place = project.release.lanes.index(Lane.PRIVATE_QUERY)
        message = "private queries spend a budget: name a profile under privacy, or close the lane"
        yield Contradiction(file, ("release", "lanes", place), message, tuple(bundle.privacy))
    members = {member.name for member in project.members}
    free = [s for s in bundle.platform.people.stewards if s not in members]
    if len(free) < project.release.stewards:
        yield Contradiction(
            file,
            ("release", "stewards"),
            f"asks for {project.release.stewards} stewards who are no members of the project; there are {len(free)}",
        )


def _crossings(file: str, project: Project, catalogue: Catalogue) -> Iterator[Contradiction]:
    """Hold granted potential identifiers against one another: two of different kinds need a crossing by name."""
    kinds = {
        name: column.identifier
        for table in catalogue.tables.values()
        for name, column in table.columns.items()
        if column.identifier is not None
    }
    allowed = {frozenset(pair) for pair in project.data.crossings}
    for index, name in enumerate(project.data.potential_identifiers):
        for other in project.data.potential_identifiers[:index]:
            crossed = name in kinds and other in kinds and kinds[name] is not kinds[other]
            if crossed and frozenset((name, other)) not in allowed:
                yield Contradiction(
                    file,
                    ("data", "potential_identifiers", index),
                    f"{name} and {other} are different potential identifiers, which a project may hold one at a time: "
                    "name the pair under data.crossings if the permit allows it",
                )
    for index, pair in enumerate(project.data.crossings):
        missing = [name for name in pair if name not in project.data.potential_identifiers]
        if missing:
            message = f"{', '.join(missing)} is not granted under data.potential_identifiers"
            yield Contradiction(file, ("data", "crossings", index), message)


def _data(file: str, project: Project, catalogue: Catalogue) -> Iterator[Contradiction]:
    named = set(project.data.potential_identifiers)
    for index, granted in enumerate(project.data.tables):
        table = catalogue.tables.get(granted.name)
        where = ("data", "tables", index)
        if table is None:
            yield _not_grantable(file, (*where, "name"), granted.name, catalogue)
            continue
        for position, column in enumerate(granted.columns):
            here = (*where, "columns", position)
            if column not in table.columns:
                yield Contradiction(file, here, f"{granted.name} has no column {column!r}", tuple(table.columns))
            elif table.columns[column].column_class is ColumnClass.POTENTIAL_IDENTIFIER and column not in named:
                offered = table.columns[column].coarser
                instead = "leave it out" if offered is None else f"take {offered} instead, which says it less finely"
                yield Contradiction(
                    file,
                    here,
                    f"{column} is a potential identifier: name it under data.potential_identifiers or {instead}",
                )


def _not_grantable(file: str, path: tuple[str | int, ...], name: str, catalogue: Catalogue) -> Contradiction:
    if name in catalogue.described:
        message = f"{name} is only described: the catalogue has neither its keys nor the classes of its columns"
        return Contradiction(file, path, f"{message}, so it cannot be granted")
    return Contradiction(file, path, f"the catalogue has no table {name!r}", tuple(catalogue.tables))
