"""The tree of a dimension, from its labels and its declared groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecluse_platform.core.disclosure.tabular.spec import DimensionSpec
from ecluse_platform.core.disclosure.tabular.structure import ROOT, Dimension
from ecluse_platform.core.refusals import Refusal

# A dimension with more is not one that anybody reads: a table of codes, not a result.
MOST_CATEGORIES = 20_000
Label = str | None


def dimension_of(spec: DimensionSpec, labels: Sequence[Label], total: str) -> Dimension:
    """Return the dimension of a column: its labels in the order of the file, its groups, and the total last.

    ``total`` is what the released table writes for a total. Raises Refusal for a tree that is none, for a label that
    reads like a total, and for too many categories.
    """
    groups = spec.hierarchy or {}
    parents = _parents(spec.name, groups)
    found = dict.fromkeys(labels)
    found.pop(spec.total, None)
    found |= dict.fromkeys(_in_order(groups))
    if spec.total in groups or spec.total in parents:
        raise Refusal("table_label_is_total", {"dimension": spec.name, "label": str(spec.total)})
    if total != spec.total and total in found:
        raise Refusal("table_label_is_total", {"dimension": spec.name, "label": total})
    if len(found) > MOST_CATEGORIES:
        fields = {"dimension": spec.name, "count": str(len(found)), "most": str(MOST_CATEGORIES)}
        raise Refusal("table_too_many_categories", fields)
    places = {label: place for place, label in enumerate(found)}
    root = len(places)
    tree = tuple(places[parents[label]] if label is not None and label in parents else root for label in found)
    return Dimension(spec.name, (*found, spec.total or total), (*tree, ROOT), sensitive=spec.sensitive)


def _parents(name: str, groups: Mapping[str, Sequence[str]]) -> dict[str, str]:
    parents: dict[str, str] = {}
    for group, children in groups.items():
        for child in children:
            if child in parents:
                raise Refusal("table_tree_two_parents", {"dimension": name, "category": child})
            parents[child] = group
    for start in parents:
        seen, label = {start}, start
        while label in parents:
            label = parents[label]
            if label in seen:
                raise Refusal("table_tree_cycle", {"dimension": name, "category": label})
            seen.add(label)
    return parents


def _in_order(groups: Mapping[str, Sequence[str]]) -> list[str]:
    return [label for group, children in groups.items() for label in (group, *children)]
