"""The boxes behind each pharmacy line: one to three presentations, negative when the line is a correction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecluse_platform.synth.care import CONSULTATION_CODE
from ecluse_platform.synth.facts import drugs
from ecluse_platform.synth.lines import Lines
from ecluse_platform.synth.settings import Ints, Settings
from ecluse_platform.synth.treatments import TREATMENTS

_USUAL = 0.8
_LINES_PER_PRESTATION = (0.8, 0.15, 0.05)
_BOXES = (0.72, 0.18, 0.1)


@dataclass(frozen=True)
class Products:
    """One position per row of ER_PHA_F; ``line`` is its line of ER_PRS_F, ``drug`` a position in ``facts.drugs``."""

    line: Ints
    order: Ints
    drug: Ints
    boxes: Ints

    def per_line(self, values: Ints, lines: int) -> Ints:
        """Sum a value of each product over its line."""
        return np.rint(np.bincount(self.line, weights=values, minlength=lines)).astype(np.int64)


def dispense(settings: Settings, lines: Lines) -> Products:
    """Choose products: people keep to their usual one; a correction repeats what it corrects, with a minus."""
    rng = settings.stream("products")
    events = int(lines.source.max(initial=-1)) + 1
    count = 1 + rng.choice(3, events, p=_LINES_PER_PRESTATION)
    first = np.concatenate([[0], np.cumsum(count)])
    what, person = np.empty(events, dtype=np.int64), np.empty(events, dtype=np.int64)
    what[lines.source], person[lines.source] = lines.what, lines.person
    event = np.repeat(np.arange(events), count)
    usual = rng.random(len(event)) < _USUAL
    choice = np.where(
        usual, person[event] * 7919 + np.arange(len(event)) - first[event], rng.integers(0, 1 << 30, len(event))
    )
    drug = _pick(what[event], choice)
    boxes = 1 + rng.choice(3, len(event), p=_BOXES)

    pharmacy = np.flatnonzero(lines.what != CONSULTATION_CODE)
    line = np.repeat(pharmacy, count[lines.source[pharmacy]])
    starts = np.repeat(
        np.cumsum(count[lines.source[pharmacy]]) - count[lines.source[pharmacy]], count[lines.source[pharmacy]]
    )
    order = np.arange(len(line)) - starts
    chosen = first[lines.source[line]] + order
    return Products(line=line, order=order + 1, drug=drug[chosen], boxes=boxes[chosen] * lines.sign[line])


def _pick(what: Ints, choice: Ints) -> Ints:
    """Return a drug of each treatment's classes; visits, which dispense nothing, get any."""
    atc = [d.atc for d in drugs()]
    menus = [[i for i, a in enumerate(atc) if a.startswith(t.classes)] for t in TREATMENTS] + [[0]]
    widest = max(map(len, menus))
    table = np.array([(menu * widest)[:widest] for menu in menus])
    sizes = np.array([len(menu) for menu in menus])
    picked: Ints = table[what, choice % sizes[what]]
    return picked
