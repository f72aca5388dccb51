"""What everybody is assumed to know of a protected table: how it is made, and the rules it was protected by."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from ecluse_platform.cli.base import fail, policies_or_exit
from ecluse_platform.cli.tables import Columns, read_document
from ecluse_platform.core.disclosure.query import Kind, Unit
from ecluse_platform.core.disclosure.rules.thresholds import threshold_of
from ecluse_platform.core.disclosure.tabular.checking import UNITS, Declared
from ecluse_platform.core.disclosure.tabular.quantities import quantities
from ecluse_platform.core.disclosure.tabular.spec import CountedUnit, TableSpec
from ecluse_platform.core.policy.disclosure import DisclosureProfile, Method, Zeros
from ecluse_platform.core.policy.strict import Policy


class PublicMeasure(Policy):
    """One column of numbers; ``unit`` and ``threshold`` are None for an amount."""

    name: Annotated[str, Field(description="Its column.")]
    quantity: Annotated[str, Field(description="What it counts or sums: the name of a unit, or its own.")]
    unit: Annotated[Unit | None, Field(strict=False, description="What it counts.")]
    additive: Annotated[tuple[bool, ...], Field(description="By dimension: whether its categories add up.")]
    least: Annotated[int, Field(description="What a hidden number is at least, in the smallest unit.")]
    threshold: Annotated[int | None, Field(description="Smaller counts are hidden for themselves.")]
    scale: Annotated[int, Field(ge=0, description="Digits after the point.")]


class Public(Policy):
    """public.json: what the attacker starts from, beside the table itself."""

    spec: Annotated[TableSpec, Field(description="What the columns are.")]
    total: Annotated[str, Field(description="What stands for a total.")]
    method: Annotated[Method, Field(strict=False, description="How counts are protected.")]
    base: Annotated[int | None, Field(description="What counts are rounded to.")]
    measures: Annotated[tuple[PublicMeasure, ...], Field(description="The columns of numbers.")]


def known_to_all(spec: TableSpec, declared: Declared, rules: DisclosureProfile) -> Public:
    """Write down what an outsider is assumed to know of one table, which may be one of several that are linked."""
    axes = [dimension.name for dimension in declared.layout.dimensions]
    own = [axes.index(dimension.name) for dimension in spec.dimensions]
    found = {one.name: one for one in quantities(declared.layout, declared.statistics, declared.measures, rules)}
    measures = []
    for measure in declared.measures:
        quantity = found[measure.quantities[0]]
        is_sum = measure.kind is Kind.SUM
        measures.append(
            PublicMeasure(
                name=measure.name,
                quantity=quantity.name,
                unit=quantity.unit,
                additive=tuple(quantity.additive[axis] for axis in own),
                least=quantity.least,
                threshold=None if quantity.unit is None else _threshold(quantity.unit, rules),
                scale=declared.statistics.sums[measure.of].scale if is_sum else 0,
            )
        )
    return _public(spec, rules, measures)


def assumed(spec: TableSpec, columns: Columns, rules: DisclosureProfile) -> Public:
    """Write down what an outsider knows who has the table, its description and the rules, and nothing else."""
    constant = tuple(dimension.constant_per_person for dimension in spec.dimensions)
    everywhere = (True,) * len(constant)
    measures: list[PublicMeasure] = []
    for count in spec.counts:
        unit = UNITS[count.unit]
        again = any(measure.unit is unit for measure in measures)
        # Where zeros are told, whoever is listed is there.
        there = rules.zeros is Zeros.SHOWN and count.unit in {CountedUnit.PERSON, CountedUnit.EVENT} and not again
        measures.append(
            PublicMeasure(
                name=count.name,
                quantity=count.name if again else unit.value,
                unit=unit,
                additive=everywhere if unit is Unit.ROWS else constant,
                least=int(there),
                threshold=_threshold(unit, rules),
                scale=0,
            )
        )
    for magnitude in spec.magnitudes:
        texts = columns.get(magnitude.name, [])
        measures.append(
            PublicMeasure(
                name=magnitude.name,
                quantity=f"sum {magnitude.name}",
                unit=None,
                additive=everywhere,
                least=_NO_FLOOR if any(text.startswith("-") for text in texts) else 0,
                threshold=None,
                scale=max((len(text.partition(".")[2]) for text in texts), default=0),
            )
        )
    return _public(spec, rules, measures)


# Far below any amount.
_NO_FLOOR = -(2**44)


def profile_or_exit(named: str, policies: Path | None) -> DisclosureProfile:
    """Return a profile by its name in the policies, or from a file; end the command where there is none."""
    path = Path(named)
    if path.suffix in {".yaml", ".yml"} or path.is_file():
        return read_document(path, DisclosureProfile)
    known = policies_or_exit(policies).disclosure
    if named not in known:
        fail(f"there is no profile {named}. Known: {', '.join(sorted(known))}; or name a file.")
    return known[named]


def _public(spec: TableSpec, rules: DisclosureProfile, measures: list[PublicMeasure]) -> Public:
    return Public(
        spec=spec, total=rules.total_label, method=rules.method, base=rules.rounding_base, measures=tuple(measures)
    )


def _threshold(unit: Unit, rules: DisclosureProfile) -> int:
    return rules.interval.high if unit in {Unit.PERSONS, Unit.ROWS} else threshold_of(unit, rules)
