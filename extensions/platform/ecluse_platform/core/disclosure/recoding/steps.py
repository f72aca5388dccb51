"""The three ways to make a dimension coarser, in words that researchers read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ecluse_platform.core.disclosure.tabular.structure import ROOT, Dimension
from ecluse_platform.core.text import Text

# A group is a tuple of categories of the original dimension; a dimension's groups do not overlap.
Groups = tuple[tuple[int, ...], ...]

MISSING = Text(fr="valeur manquante", en="missing value")


@dataclass(frozen=True)
class Change:
    """How one dimension of a table is recoded: by the groups that it keeps, of the original categories."""

    dimension: int
    groups: Groups

    @property
    def key(self) -> tuple[int, Groups]:
        """Order changes in the same way on every machine."""
        return self.dimension, self.groups


def leaves_of(dimension: Dimension) -> tuple[int, ...]:
    """Return the categories that hold no other, the total of an empty dimension included."""
    inside = set(dimension.parents)
    return tuple(i for i in range(len(dimension.categories)) if i not in inside)


def beneath(dimension: Dimension) -> tuple[tuple[int, ...], ...]:
    """Return for every category the leaves that it holds; for a leaf, itself."""
    held: list[list[int]] = [[] for _ in dimension.categories]
    for leaf in leaves_of(dimension):
        category = leaf
        while category != ROOT:
            held[category].append(leaf)
            category = dimension.parents[category]
    return tuple(tuple(inside) for inside in held)


def whole(dimension: Dimension) -> Groups:
    """Return the groups of a dimension that is dropped: everything in one."""
    return ((dimension.total,),)


def one_level_up(dimension: Dimension, groups: Groups) -> Groups | None:
    """Replace the deepest categories by the groups directly above them; None where that leaves only the total.

    A merged group goes up only where all of it has one parent.
    """
    depth = _depths(dimension)
    deepest = max(depth[group[0]] for group in groups)
    if deepest <= 1:
        return None
    raised = {(dimension.parents[group[0]],) if depth[group[0]] == deepest else group for group in groups}
    return tuple(sorted(raised))


def may_merge(dimension: Dimension, one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Say whether two groups are siblings: nothing above them changes when they are merged."""
    return dimension.parents[one[0]] == dimension.parents[other[0]]


def words(dimensions: tuple[Dimension, ...], changes: Iterable[Change]) -> Text:
    """Say in French and in English what to do."""
    told = [_change(dimensions[change.dimension], change.groups) for change in changes]
    return Text(fr=" ; ".join(t.fr for t in told), en="; ".join(t.en for t in told))


def label(dimension: Dimension, category: int) -> Text:
    """Return a category's label; a missing value has words of its own."""
    name = dimension.categories[category]
    return MISSING if name is None else Text(fr=name, en=name)


def _change(dimension: Dimension, groups: Groups) -> Text:
    if groups == whole(dimension):
        return Text(fr=f"retirer la dimension « {dimension.name} »", en=f"drop the dimension {dimension.name}")
    leaves = set(leaves_of(dimension))
    parts = [
        Text(
            fr=f"réunir {_listed([label(dimension, c).fr for c in group], 'et', '« {} »')} dans « {dimension.name} »",
            en=f"merge {_listed([label(dimension, c).en for c in group], 'and', '{}')} in {dimension.name}",
        )
        for group in groups
        if len(group) > 1
    ]
    if any(category not in leaves for group in groups for category in group):
        up = Text(
            fr=f"remonter « {dimension.name} » d'un niveau ou plus, à {len(groups)} catégories",
            en=f"move {dimension.name} up by one level or more, to {len(groups)} categories",
        )
        parts.insert(0, up)
    return Text(fr=" ; ".join(p.fr for p in parts), en="; ".join(p.en for p in parts))


def _listed(names: list[str], conjunction: str, form: str) -> str:
    quoted = [form.format(name) for name in names]
    return f"{', '.join(quoted[:-1])} {conjunction} {quoted[-1]}"


def _depths(dimension: Dimension) -> list[int]:
    depths = []
    for category in range(len(dimension.categories)):
        depth, above = 0, dimension.parents[category]
        while above != ROOT:
            depth, above = depth + 1, dimension.parents[above]
        depths.append(depth)
    return depths
