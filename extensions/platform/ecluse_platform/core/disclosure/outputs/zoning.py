"""Maps: enough persons in every area, and between the areas of zonings that are drawn over one another.

The same persons by département and by health territory: an area of one minus areas of the other may leave a hamlet.
That is the comparison of a project's tables with one another (``history``): persons who live in the same area of every
zoning are one group, and every small group must stay open given all areas. Sources: Costemalle, *Detecting geographical
differencing problems in the context of spatial data dissemination* (Statistical Journal of the IAOS 35, 2019); statbarn
*Frequencies*, risk *Differencing*.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal

import numpy as np
from pydantic import Field
from scipy.sparse import csr_matrix

from ecluse_platform.core.disclosure.history.certifying import certify
from ecluse_platform.core.disclosure.history.equations import protections_of, system_of
from ecluse_platform.core.disclosure.history.nested import nested_differences
from ecluse_platform.core.disclosure.history.partition import Partition, Publication
from ecluse_platform.core.disclosure.outputs.evidence import (
    Count,
    Label,
    Output,
    Place,
    Value,
    check_labels,
    check_parts,
    contradict,
)
from ecluse_platform.core.disclosure.outputs.findings import Check, OutputRule, Part, Position, overall, small, within
from ecluse_platform.core.disclosure.suppression.suppress import Effort, suppress
from ecluse_platform.core.disclosure.tabular.structure import Integers
from ecluse_platform.core.disclosure.verdict import Verdict
from ecluse_platform.core.policy.disclosure import DisclosureProfile, Unanimity


class Drawn(StrEnum):
    """What stands for persons on a map."""

    AREAS = "areas"
    POINTS = "points"
    SMOOTHED = "smoothed"


class Zoning(Value):
    """One way to cut the territory."""

    name: Annotated[Label, Field(description="Its name.")]
    areas: Annotated[tuple[Label, ...], Field(min_length=1, description="Its areas; never repeated in a report.")]


class Piece(Value):
    """The persons who live in the same area of every zoning."""

    areas: Annotated[tuple[Label | None, ...], Field(description="Their area in each zoning; null for none.")]
    persons: Annotated[Count, Field(description="Distinct persons.")]


class ZoningMap(Output):
    """Maps of the same persons, in one zoning or several."""

    kind: Annotated[Literal["map"], Field(description="Maps.")]
    persons: Annotated[Count, Field(description="Distinct persons on the maps.")]
    drawn: Annotated[Drawn, Field(strict=False, description="Whether areas are coloured, points set, or a surface.")]
    zonings: Annotated[tuple[Zoning, ...], Field(min_length=1, description="Every zoning in which they are drawn.")]
    pieces: Annotated[tuple[Piece, ...], Field(min_length=1, description="Each combination of areas with somebody.")]

    @property
    def everybody(self) -> int:
        """Return the persons on the maps."""
        return self.persons

    @property
    def entries(self) -> int:
        """Count the areas and pieces."""
        return len(self.pieces) + sum(len(zoning.areas) for zoning in self.zonings)

    def check_consistent(self, at: Place) -> None:
        """Hold pieces against zonings, and their persons against the whole."""
        check_labels([zoning.name for zoning in self.zonings], "zonings", at)
        known = []
        for index, zoning in enumerate(self.zonings):
            check_labels(zoning.areas, "areas", at.of("zonings", index))
            known.append({None, *zoning.areas})
        seen: set[tuple[str | None, ...]] = set()
        for index, piece in enumerate(self.pieces):
            fits = len(piece.areas) == len(known) and all(a in k for a, k in zip(piece.areas, known, strict=True))
            if not fits or piece.areas in seen:
                contradict("output_pieces", at.of("pieces", index))
            seen.add(piece.areas)
        check_parts((piece.persons for piece in self.pieces), self.persons, at, once=True)


def check(shown: ZoningMap, profile: DisclosureProfile) -> Iterator[Check]:
    """Apply every rule to maps."""
    yield overall(OutputRule.THRESHOLD, broken=shown.persons < profile.threshold_persons)
    yield overall(OutputRule.POINTS, broken=shown.drawn is Drawn.POINTS)
    if shown.drawn is Drawn.SMOOTHED:
        yield overall(OutputRule.POINTS, broken=True, verdict=Verdict.REVIEW)
    areas = list(_areas(shown))
    counts = _persons(shown, areas)
    few = [at for (at, _), count in zip(areas, counts, strict=True) if small(count, profile.threshold_persons, profile)]
    yield within(OutputRule.THRESHOLD, few)
    if profile.unanimous is not Unanimity.OFF:
        alone = [
            ((Part.ZONING, number),)
            for number, zoning in enumerate(shown.zonings, 1)
            if len(zoning.areas) > 1 and shown.persons in _persons(shown, [a for a in areas if a[0][0][1] == number])
        ]
        yield within(OutputRule.UNANIMOUS, alone)
    yield _overlaps(shown, [area for area, count in zip(areas, counts, strict=True) if count], profile)


_Area = tuple[Position, tuple[int, str]]


def _areas(shown: ZoningMap) -> Iterator[_Area]:
    for z, zoning in enumerate(shown.zonings):
        for number, label in enumerate(zoning.areas, 1):
            yield ((Part.ZONING, z + 1), (Part.AREA, number)), (z, label)


def _persons(shown: ZoningMap, areas: list[_Area]) -> list[int]:
    found: dict[tuple[int, str | None], int] = {}
    for piece in shown.pieces:
        for z, label in enumerate(piece.areas):
            found[z, label] = found.get((z, label), 0) + piece.persons
    return [found.get(area, 0) for _, area in areas]


def _overlaps(shown: ZoningMap, areas: list[_Area], profile: DisclosureProfile) -> Check:
    """Return the areas without which no small group could be worked out; the number of all persons is known too."""
    partition = _partition(shown, areas)
    if partition is None:
        return overall(OutputRule.OVERLAP, broken=False)
    threshold = profile.threshold_persons
    system = system_of(partition, partition.counts.astype(np.float64))
    open_ends = certify(partition, system, protections_of(partition, threshold)).left
    pattern = suppress(system, open_ends, Effort(work=profile.effort.work, trials=0))
    hidden = pattern.hidden[partition.persons.size :] & partition.shown
    named = set(np.flatnonzero(hidden).tolist())
    named |= {cell for pair in nested_differences(partition, ~hidden, threshold) for cell in (pair.outer, pair.inner)}
    if pattern.unproved and not named:
        return overall(OutputRule.OVERLAP, broken=True)
    # The last cell is everybody.
    positions = [areas[cell][0] for cell in sorted(named) if cell < len(areas)]
    return within(OutputRule.OVERLAP, positions) if positions else overall(OutputRule.OVERLAP, broken=bool(named))


def _partition(shown: ZoningMap, areas: list[_Area]) -> Partition | None:
    """Return the pieces with somebody as groups, the areas and everybody as what is told of them."""
    pieces = [piece for piece in shown.pieces if piece.persons]
    if not pieces:
        return None
    places = {area: cell for cell, (_, area) in enumerate(areas)}
    rows, columns = [], []
    for column, piece in enumerate(pieces):
        inside = [places[z, label] for z, label in enumerate(piece.areas) if label is not None]
        rows += [*inside, len(areas)]
        columns += [column] * (len(inside) + 1)
    size = len(areas) + 1
    members = csr_matrix((np.ones(len(rows), dtype=np.int64), (rows, columns)), (size, len(pieces)), dtype=np.int64)
    persons: Integers = np.array([piece.persons for piece in pieces], dtype=np.int64)
    told = Publication("map", tuple(str(cell) for cell in range(size)), np.ones(size, bool), np.zeros(size, bool))
    return Partition((), told, persons, members)
