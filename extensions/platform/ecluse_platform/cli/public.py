"""What everybody is assumed to know of a protected table: how it is made, and the rules it was protected by."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ecluse_platform.core.disclosure.protecting import Protected
from ecluse_platform.core.disclosure.query import Kind, Unit
from ecluse_platform.core.disclosure.rules.thresholds import threshold_of
from ecluse_platform.core.disclosure.tabular.checking import Declared
from ecluse_platform.core.disclosure.tabular.spec import TableSpec
from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.policy.strict import Policy


class PublicMeasure(Policy):
    """One column of numbers; ``threshold`` is None for an amount."""

    name: Annotated[str, Field(description="Its column.")]
    additive: Annotated[tuple[bool, ...], Field(description="By dimension: whether its categories add up.")]
    least: Annotated[int, Field(description="What a hidden number is at least, in the smallest unit.")]
    threshold: Annotated[int | None, Field(description="Smaller counts are hidden for themselves.")]
    scale: Annotated[int, Field(ge=0, description="Digits after the point.")]


class Public(Policy):
    """public.json: what the attacker starts from, beside the table itself."""

    spec: Annotated[TableSpec, Field(description="What the columns are.")]
    total: Annotated[str, Field(description="What stands for a total.")]
    measures: Annotated[tuple[PublicMeasure, ...], Field(description="The columns of numbers.")]


def known_to_all(spec: TableSpec, declared: Declared, found: Protected, rules: DisclosureProfile) -> Public:
    """Write down what an outsider is assumed to know of one table, which may be one of several that are linked."""
    axes = [dimension.name for dimension in declared.layout.dimensions]
    own = [axes.index(dimension.name) for dimension in spec.dimensions]
    quantities = {proof.name: proof.quantity for proof in found.proofs}
    measures = []
    for measure in declared.measures:
        quantity = quantities[measure.quantities[0]]
        is_sum = measure.kind is Kind.SUM
        measures.append(
            PublicMeasure(
                name=measure.name,
                additive=tuple(quantity.additive[axis] for axis in own),
                least=quantity.least,
                threshold=None if is_sum else _threshold(measure.unit, rules),
                scale=declared.statistics.sums[measure.of].scale if is_sum else 0,
            )
        )
    return Public(spec=spec, total=rules.total_label, measures=tuple(measures))


def _threshold(unit: Unit, rules: DisclosureProfile) -> int:
    return rules.interval.high if unit in {Unit.PERSONS, Unit.ROWS} else threshold_of(unit, rules)
