"""From the cells of a table to the only form in which it may leave, with the proof that it may.

1. The primary rules say which cells tell too much of few people. 2. Each published quantity (persons, rows, sums, what
a percentage leaves out) is a system of equations that outsiders know; one pattern of further hidden cells protects all
of them. 3. Every certificate is checked again in whole numbers, by code that shares nothing with the search. 4. What
has no certificate is attacked, by other code, from what would be published. 5. Anything still too narrow is a refusal:
no table is ever patched in silence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from ecluse_platform.core.disclosure.advice import NotProtectable, recodings, words_of
from ecluse_platform.core.disclosure.attack.completing import TooManyCells
from ecluse_platform.core.disclosure.attack.propagation import InconsistentPublication
from ecluse_platform.core.disclosure.gate import Proof, intervals_of, narrow_cells
from ecluse_platform.core.disclosure.joining import protected_together
from ecluse_platform.core.disclosure.query import Measure, Unit
from ecluse_platform.core.disclosure.rounding_table import rounded_table
from ecluse_platform.core.disclosure.rows import margins_of, write_rows
from ecluse_platform.core.disclosure.rules.primary import Primaries, primaries
from ecluse_platform.core.disclosure.rules.protection import protections_of
from ecluse_platform.core.disclosure.rules.wording import wording
from ecluse_platform.core.disclosure.suppression.costs import CostPolicy, costs
from ecluse_platform.core.disclosure.suppression.relations import Inconsistent, Related, relate
from ecluse_platform.core.disclosure.suppression.suppress import Effort, Task, suppress_together
from ecluse_platform.core.disclosure.suppression.system import Pattern, Stop
from ecluse_platform.core.disclosure.table import (
    Finding,
    Interval,
    Obeyed,
    ProtectedTable,
    Role,
    Rule,
    Summary,
    rounded,
)
from ecluse_platform.core.disclosure.tabular.lines import repeats
from ecluse_platform.core.disclosure.tabular.quantities import Quantity, quantities
from ecluse_platform.core.disclosure.tabular.statistics import Statistics
from ecluse_platform.core.disclosure.tabular.structure import Flags, Layout
from ecluse_platform.core.policy.disclosure import DisclosureProfile, Method, Zeros
from ecluse_platform.core.refusals import Refusal
from ecluse_platform.core.text import Text

Progress = Callable[[int, int], None]

# Cells from which a table is looked at for being too large before anything else is done with it.
_LARGE = 200_000
# Two counts of one table can be laid side by side.
_SEVERAL = 2
# How often further cells are hidden for counts side by side before the table is given up.
_ROUNDS = 3


@dataclass(frozen=True, eq=False)
class Protected:
    """A table that may be looked at, and the proofs of it, which hold true values and stay inside."""

    table: ProtectedTable
    proofs: tuple[Proof, ...]


def protect_table(
    layout: Layout,
    statistics: Statistics,
    measures: Sequence[Measure],
    profile: DisclosureProfile,
    *,
    recent: str | None = None,
    reviewed: bool = True,
    bounds: bool = True,
    progress: Progress | None = None,
) -> Protected:
    """Protect a table by a profile, or raise Refusal with what to change.

    ``recent`` names the dimension of time, whose last category the policy may want to keep. ``reviewed`` says that
    stewards will read it row by row, so that it may not be longer than the policy says; ``bounds``, that they see what
    an outsider can say of each hidden cell, which takes as long again as the protection. ``progress`` is called with
    (done, all) and may raise to give up. Rows come in the layout's order; only published cells become rows. The same
    arguments always give the same table.
    """
    layout = _with_margins_published(layout, measures)
    for dimension in layout.dimensions:
        if profile.total_label in dimension.categories[: dimension.total] + dimension.categories[dimension.total + 1 :]:
            raise Refusal("table_label_is_total", {"dimension": dimension.name, "label": profile.total_label})
    if reviewed and int(layout.published.sum()) > profile.max_cells:
        raise Refusal("too_many_cells", {"most": str(profile.max_cells)})
    found = primaries(layout, statistics, measures, profile)
    try:
        if profile.method is not Method.SUPPRESSION:
            return _rounded(layout, statistics, measures, found, profile)
        proofs = _proofs(layout, statistics, measures, found, profile, recent, progress)
        proofs, together, hidden = _withstanding(layout, measures, found, proofs, profile)
        outside = intervals_of(layout, proofs, hidden) if bounds else {}
    except _Open as problem:
        raise NotProtectable(str(problem), layout, recodings(layout, statistics, profile)) from problem
    except TooManyCells as problem:
        raise NotProtectable("table_too_large", layout, recodings(layout, statistics, profile)) from problem
    except InconsistentPublication as problem:
        # Some amount lies outside what the attacker thinks possible, so that nothing he finds can be relied upon.
        raise NotProtectable("table_not_protectable", layout, recodings(layout, statistics, profile)) from problem
    findings = _findings(found, hidden, outside, profile)
    advised = words_of(recodings(layout, statistics, profile)) if bounds and findings else ()
    table = ProtectedTable(
        dimensions=tuple(dimension.name for dimension in layout.dimensions),
        measures=tuple(measures),
        rows=write_rows(layout, statistics, measures, findings),
        obeys=Obeyed.of(profile),
        summary=_summary(layout, statistics, findings, (*proofs, *together), advised),
    )
    return Protected(table, (*proofs, *together))


class _Open(Exception):
    """A table that stays open whatever is hidden; its words are the refusal's code."""


def _rounded(
    layout: Layout,
    statistics: Statistics,
    measures: Sequence[Measure],
    found: Primaries,
    profile: DisclosureProfile,
) -> Protected:
    table = rounded_table(layout, statistics, measures, profile, found)
    if table is None:
        raise _Open("table_not_protectable")
    return Protected(table, ())


def _withstanding(
    layout: Layout,
    measures: Sequence[Measure],
    found: Primaries,
    proofs: tuple[Proof, ...],
    profile: DisclosureProfile,
) -> tuple[tuple[Proof, ...], tuple[Proof, ...], Flags]:
    """Attack the pattern and hide more where counts laid side by side tell too much; raise _Open if they always do."""
    hidden = _hidden(layout, measures, found, proofs)
    together: list[Proof] = []
    while True:
        proofs = tuple(replace(proof, pattern=_hiding(proof, hidden)) for proof in proofs)
        narrow = narrow_cells(layout, proofs, hidden)
        if not any(narrow):
            return proofs, tuple(together), hidden
        if len(proofs) < _SEVERAL or len(together) == _ROUNDS:
            raise _Open("table_not_protectable")
        proof, hidden = protected_together(layout, proofs, narrow, hidden, _effort(profile))
        hidden = _with_percentages(layout, measures, hidden)
        together.append(proof)


def _effort(profile: DisclosureProfile) -> Effort:
    return Effort(work=profile.effort.work, trials=profile.effort.trials)


def _proofs(
    layout: Layout,
    statistics: Statistics,
    measures: Sequence[Measure],
    found: Primaries,
    profile: DisclosureProfile,
    recent: str | None,
    progress: Progress | None,
) -> tuple[Proof, ...]:
    if layout.size > _LARGE and 2 * int(found.flags.sum()) * layout.size > profile.effort.work:
        # Hopeless: said at once, before the equations of so many cells are written down.
        raise _Open("table_too_large")
    published = quantities(layout, statistics, measures, profile)
    if not published:
        return ()
    policy = CostPolicy(profile.costs.keep_totals, profile.costs.keep_large, profile.costs.keep_recent, recent)
    cost = costs(layout, statistics.persons, policy)
    begun: list[Proof] = []
    own = found
    if profile.zeros is Zeros.SHOWN:
        # Where zeros are told, a margin of one cell is that cell, and its interval the same.
        once = ~repeats(layout, statistics.persons)
        own = replace(found, flags=found.flags & once, counts=found.counts & once)
    for quantity in published:
        related = _related(layout, quantity, cost, profile)
        asked = protections_of(layout, quantity, related, own, profile)
        knowing = _knowing(layout, statistics, found, quantity) if profile.knowing_singletons else ()
        nothing = Pattern(np.zeros(related.system.size, dtype=bool), (), ())
        begun.append(Proof(quantity, related, asked, knowing, nothing))
    patterns = suppress_together(
        [Task(proof.system, proof.protections, proof.knowing) for proof in begun],
        _effort(profile),
        shared=layout.size,
        progress=progress,
    )
    if any(pattern.stopped is Stop.TOO_LARGE for pattern in patterns):
        raise _Open("table_too_large")
    return tuple(replace(proof, pattern=pattern) for proof, pattern in zip(begun, patterns, strict=True))


def _related(layout: Layout, quantity: Quantity, cost: NDArray[np.float64], profile: DisclosureProfile) -> Related:
    # Only a count of persons leaves persons behind: what is in the margin but not in the cell.
    smallest = profile.threshold_persons if quantity.unit is Unit.PERSONS else 0
    try:
        return relate(
            layout, quantity.values, quantity.additive, cost, least=quantity.least, smallest_complement=smallest
        )
    except Inconsistent as error:
        fields = {"dimension": error.dimension, "line": str(error.cell + 1)}
        raise Refusal("table_margin_differs", fields) from error


def _knowing(layout: Layout, statistics: Statistics, found: Primaries, quantity: Quantity) -> tuple[int, ...]:
    """Return the published primary cells that have a lone contributor, who can subtract what is its own.

    One person knows the amount and the events that are his or hers; one professional or one establishment knows its
    persons too. That a cell holds at least one person is what everybody knows where zeros are told: a person who is
    alone there learns nothing from it, not even to be alone.
    """
    units = [statistics.professionals, statistics.establishments]
    if quantity.unit is not Unit.PERSONS or quantity.least < 1:
        units.append(statistics.persons)
    lone = np.logical_or.reduce([np.zeros(layout.size, bool), *(unit == 1 for unit in units if unit is not None)])
    return tuple(np.flatnonzero(lone & found.flags & layout.published & ~repeats(layout, statistics.persons)).tolist())


def _hidden(layout: Layout, measures: Sequence[Measure], found: Primaries, proofs: Sequence[Proof]) -> Flags:
    """Return every published cell that is hidden: primary, secondary, or a percentage of something hidden."""
    flags = found.flags.copy()
    for proof in proofs:
        flags |= proof.pattern.hidden[: layout.size]
    return _with_percentages(layout, measures, flags & layout.published)


def _with_percentages(layout: Layout, measures: Sequence[Measure], hidden: Flags) -> Flags:
    """Hide every percentage of a hidden margin: hiding more than a proof asks for only widens intervals."""
    flags = hidden.copy()
    for measure in measures:
        if measure.margin:
            margins = margins_of(layout, measure)
            flags |= flags[margins] & (margins >= 0)
    return flags & layout.published


def _hiding(proof: Proof, hidden: Flags) -> Pattern:
    wide = proof.pattern.hidden.copy()
    wide[: hidden.size] |= hidden
    return replace(proof.pattern, hidden=wide)


def _with_margins_published(layout: Layout, measures: Sequence[Measure]) -> Layout:
    """Count the margin of a percentage as published: beside a count, the percentage tells it."""
    published = layout.published.copy()
    for measure in measures:
        if measure.margin:
            margins = margins_of(layout, measure)[layout.published]
            published[margins[margins >= 0]] = True
    return replace(layout, published=published)


def _findings(
    found: Primaries, hidden: Flags, bounds: Mapping[int, tuple[Interval, ...]], profile: DisclosureProfile
) -> dict[int, Finding]:
    findings = {}
    words = {rule: wording(rule, profile) for rule in Rule}
    for cell in np.flatnonzero(hidden).tolist():
        rule = found.rules[cell] or Rule.SECONDARY
        role = Role.SECONDARY if rule is Rule.SECONDARY else Role.PRIMARY
        findings[cell] = Finding(rule=rule, role=role, wording=words[rule], intervals=bounds.get(cell, ()))
    return findings


def _summary(
    layout: Layout,
    statistics: Statistics,
    findings: Mapping[int, Finding],
    proofs: Sequence[Proof],
    advised: tuple[Text, ...],
) -> Summary:
    roles = Counter(finding.role for finding in findings.values())
    mass = statistics.persons[layout.published]
    lost = statistics.persons[list(findings)]
    kept = Decimal(100 * int(mass.sum() - lost.sum())) / int(mass.sum()) if mass.sum() else None
    ends, open_ends = sum(proof.ends for proof in proofs), sum(len(proof.uncertified()) for proof in proofs)
    return Summary(
        primary=roles[Role.PRIMARY],
        secondary=roles[Role.SECONDARY],
        kept_percent=None if kept is None else rounded(kept, 1),
        ends=ends,
        certificates=ends - open_ends,
        whole=sum(certificate.whole for proof in proofs for certificate in proof.pattern.certificates),
        attacked=open_ends,
        proposals=advised,
    )
