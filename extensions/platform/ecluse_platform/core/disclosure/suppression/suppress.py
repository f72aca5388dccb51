"""Secondary suppression: from primary cells to a pattern that keeps each of them uncertain, with the proof.

The guarantee: for every protection there is, for each end of its interval, a table that agrees with everything
published and has the cell at that end. With ``knowing`` it also holds against somebody who knows the value of one of
these cells, such as a person who is alone in it; two such persons who talk to one another are not considered.
The answer depends on the arguments only: effort is limited by numbers of trials, never by a clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ecluse_platform.core.disclosure.suppression.again import again, chosen
from ecluse_platform.core.disclosure.suppression.engine import Progress, Search, needs_of, part_of, tied
from ecluse_platform.core.disclosure.suppression.knowing import against_knowing
from ecluse_platform.core.disclosure.suppression.moves import Need
from ecluse_platform.core.disclosure.suppression.optimum import cheapest
from ecluse_platform.core.disclosure.suppression.plan import Plan
from ecluse_platform.core.disclosure.suppression.polish import polish
from ecluse_platform.core.disclosure.suppression.proving import prove
from ecluse_platform.core.disclosure.suppression.system import Direction, Pattern, Protection, Stop, System
from ecluse_platform.core.disclosure.tabular.structure import Flags


@dataclass(frozen=True)
class Effort:
    """How much may be done, in numbers that do not depend on the machine.

    ``work`` is the most ends of intervals times cells that are looked at: beyond it a table is too large, at once.
    ``trials`` is how many secondary cells the polish tries to do without. With none, the first pattern found is kept.
    With enough of them, the pattern is first looked for again within itself; with any, a small table of one measure
    gets the proven optimum: of two dimensions always, of more only a table whose size is in proportion to the trials.
    """

    work: int
    trials: int


@dataclass(frozen=True)
class Task:
    """One measure: its system, its primary cells, and the cells whose value somebody knows."""

    system: System
    protections: tuple[Protection, ...]
    knowing: tuple[int, ...] = ()


# One pass within the pattern for so many trials; after a few, trials gain more.
PASS = 20
MOST_PASSES = 8
# A first pattern, passes within it, and the polish: parts of the work for each measure, as progress is told.
PARTS = 3
# The optimum is looked for up to so many needs times cells: two dimensions are easy, others only worth many trials.
OPTIMUM_OF_TWO = 100_000
OPTIMUM_OF_MORE_EACH_TRIAL = 60
# Rounds, of which each is a run for every need: fewer where these are many.
ROUNDS = range(8, 40)
RUNS = 400_000


def suppress(
    system: System,
    protections: Sequence[Protection],
    effort: Effort,
    *,
    knowing: Sequence[int] = (),
    progress: Progress | None = None,
) -> Pattern:
    """Return a pattern that protects every cell asked for, or says which it cannot.

    ``progress`` is called with (done, all) while the search goes on; it may raise to give up.
    """
    return suppress_together([Task(system, tuple(protections), tuple(knowing))], effort, progress=progress)[0]


def suppress_together(
    tasks: Sequence[Task], effort: Effort, *, shared: int | None = None, progress: Progress | None = None
) -> tuple[Pattern, ...]:
    """Protect several measures over the same cells with one pattern; return it once for each, with its certificates.

    The first ``shared`` cells of every system are the same cells (by default all of them); a cell is hidden for every
    measure or for none, and cannot be hidden if it is fixed for one. More hidden cells only widen intervals, so that
    what holds for the first measure still holds after the last.
    """
    cells = tasks[0].system.size if shared is None else shared
    fixed = np.logical_or.reduce([task.system.fixed[:cells] for task in tasks])
    tasks = [replace(task, system=_fixing(task.system, fixed)) for task in tasks]
    together: Flags = np.zeros(cells, dtype=bool)
    for task in tasks:
        for protection in task.protections:
            if protection.cell < cells:
                together[protection.cell] = True
    if sum(_work(task) for task in tasks) > effort.work:
        return tuple(_stopped(task, together) for task in tasks)
    needs = [needs_of(task.system, task.protections) for task in tasks]
    primaries = together.copy()
    plans: list[Plan] = []
    for number, (task, asked) in enumerate(zip(tasks, needs, strict=True)):
        share = part_of(progress, number, PARTS * len(tasks) if effort.trials else len(tasks))
        plan = _search(task, asked, _wide(together, task.system), share)
        together |= plan.hidden[:cells]
        plans.append(plan)
    plans = _polished(tasks, plans, primaries, effort, progress)
    together = np.logical_or.reduce([primaries, *(plan.hidden[:cells] for plan in plans)])
    for number, task in enumerate(tasks):
        if task.knowing:
            plans[number] = _withstanding(plans[number], _wide(together, task.system), task.knowing)
            together |= plans[number].hidden[:cells]
    return tuple(
        prove(plan, asked, _wide(together, task.system), task.knowing)
        for plan, asked, task in zip(plans, needs, tasks, strict=True)
    )


def _fixing(system: System, fixed: Flags) -> System:
    everywhere = system.fixed.copy()
    everywhere[: fixed.size] |= fixed
    return replace(system, fixed=everywhere)


def _wide(hidden: Flags, system: System) -> Flags:
    """Return flags over a system's cells from flags over the shared ones."""
    wide: Flags = np.zeros(system.size, dtype=bool)
    wide[: hidden.size] = hidden
    return wide


def _work(task: Task) -> int:
    """Count ends of intervals times cells, without the cells that nothing ties to another."""
    bound = tied(task.system)
    return 2 * int(bound[[p.cell for p in task.protections]].sum()) * int(bound.sum())


def _stopped(task: Task, hidden: Flags) -> Pattern:
    """Return the primary cells alone, with nothing proved: every end that is not the true value."""
    values = task.system.values.tolist()
    unproved = [(p.cell, Direction.LOW) for p in task.protections if p.low < values[p.cell]]
    unproved += [(p.cell, Direction.HIGH) for p in task.protections if p.high > values[p.cell]]
    return Pattern(_wide(hidden, task.system) & ~task.system.unpublished, (), tuple(unproved), Stop.TOO_LARGE)


def _search(task: Task, needs: tuple[Need, ...], base: Flags, progress: Progress | None) -> Plan:
    """Find a first pattern; needs that nothing can meet have no move in the plan."""
    system = task.system
    if not needs:
        return Plan(system, base, {})
    farthest = max(need.reach for need in needs)
    search = Search(system, base, farthest)
    search.protect(needs, progress)
    return Plan(system, base, chosen(search, needs))


def _withstanding(plan: Plan, hidden: Flags, knowing: Sequence[int]) -> Plan:
    """Return the plan with the further moves that it needs against each who knows a cell; ``hidden`` may be used."""
    if not plan.moves:
        return plan
    search = Search(plan.system, hidden, max(need.reach for need in plan.moves))
    firsts = {need: first for need, (first,) in plan.moves.items()}
    for move in dict.fromkeys(firsts.values()):
        search.moves.add(move)
    return replace(plan, moves=against_knowing(search, firsts, knowing))


def _polished(
    tasks: Sequence[Task], plans: list[Plan], primaries: Flags, effort: Effort, progress: Progress | None
) -> list[Plan]:
    """Polish each measure's plan in turn, the cells that the others use being hidden anyway."""
    for number, (task, plan) in enumerate(zip(tasks, plans, strict=True)):
        others = [p.hidden[: primaries.size] for i, p in enumerate(plans) if i != number]
        base = _wide(np.logical_or.reduce([primaries, *others]), task.system)
        if effort.trials:
            first, second = (
                part_of(progress, len(tasks) + 2 * number + part, PARTS * len(tasks)) for part in range(PARTS - 1)
            )
            within = again(replace(plan, base=base), min(effort.trials // PASS, MOST_PASSES), first)
            plans[number] = polish(within, effort.trials, second)
            if len(tasks) == 1:
                plans[number] = _cheapest(plans[number], effort.trials)
    return plans


def _cheapest(plan: Plan, trials: int) -> Plan:
    """Replace the plan of a small table by the proven optimum, if that is found and costs less."""
    needs = tuple(plan.moves)
    grid = plan.system.grid
    two = grid is not None and len(grid.shape) <= 2  # noqa: PLR2004 - rows and columns
    most = OPTIMUM_OF_TWO if two else OPTIMUM_OF_MORE_EACH_TRIAL * trials
    size = len(needs) * plan.system.size
    if not plan.has_secondaries or size > most:
        return plan
    best = cheapest(plan.system, needs, plan.base, max(ROUNDS.start, min(ROUNDS.stop, RUNS // size)))
    if best is None or not best.proven or best.cost >= plan.cost - plan.base_cost:
        return plan
    return replace(plan, moves={need: (move,) for need, move in best.moves.items()})
