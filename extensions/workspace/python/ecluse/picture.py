"""A budget over time as a small picture: text for terminals, SVG for notebooks; nothing is fetched for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from html import escape

_WIDTH, _HEIGHT = 560, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 16, 12, 26
_BAR = 40
# Between the notebook's light and dark grounds, and told apart by people who see fewer colours.
_WATER, _GRANT, _LINE = "#2a87a0", "#b4560c", "#8a9a98"


@dataclass(frozen=True)
class Step:
    """What was left after something happened; ``kind`` is ``grant`` or ``charge``."""

    at: str
    left: Decimal
    kind: str


def text_bar(left: Decimal, granted: Decimal) -> str:
    """Return what is left of what was granted as one line."""
    share = Decimal(0) if granted <= 0 else max(Decimal(0), min(Decimal(1), left / granted))
    full = round(_BAR * share)
    return f"[{'█' * full}{'·' * (_BAR - full)}] {round(100 * share)} %"


def svg_of(steps: Sequence[Step], granted: Decimal, caption: str) -> str:
    """Return the steps as SVG: time to the right, what is left upwards, each grant and charge a point."""
    if not steps:
        return ""
    top = _top(steps, granted)
    xs = [_LEFT + 6 + x * (_WIDTH - _RIGHT - _LEFT - 12) for x, _ in places(steps, granted)]
    ys = [_TOP + (1 - y) * (_HEIGHT - _TOP - _BOTTOM) for _, y in places(steps, granted)]
    ground, end = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
    line = f"M{xs[0]:.1f} {ys[0]:.1f}"
    for x, y in zip(xs[1:], ys[1:], strict=True):
        line += f"H{x:.1f}V{y:.1f}"
    line += f"H{end}"
    points = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{_GRANT if step.kind == "grant" else _WATER}"/>'
        for x, y, step in zip(xs, ys, steps, strict=True)
    )
    first, last = escape(steps[0].at[:10]), escape(steps[-1].at[:10])
    dates = _word(_LEFT, _HEIGHT - 8, first) + ("" if first == last else _word(end, _HEIGHT - 8, last, "end"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(caption)}" width="{_WIDTH}" '
        f'height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}" style="max-width:100%;height:auto;color:inherit">'
        f"<title>{escape(caption)}</title>"
        f'<path d="M{_LEFT} {ground}H{end}M{_LEFT} {_TOP}H{end}" stroke="{_LINE}" stroke-width="1" '
        f'stroke-dasharray="2 3" fill="none"/>'
        f'<path d="{line}V{ground}H{xs[0]:.1f}Z" fill="{_WATER}" fill-opacity=".18"/>'
        f'<path d="{line}" fill="none" stroke="{_WATER}" stroke-width="2"/>{points}'
        f"{_word(_LEFT - 6, _TOP + 4, f'{top:.3g}', 'end')}{_word(_LEFT - 6, ground + 4, '0', 'end')}{dates}</svg>"
    )


def places(steps: Sequence[Step], granted: Decimal) -> list[tuple[float, float]]:
    """Return each step as (time, what is left), both from 0 to 1; those of one moment stay apart."""
    if not steps:
        return []
    seconds = [datetime.fromisoformat(step.at).timestamp() for step in steps]
    span, top = seconds[-1] - seconds[0], _top(steps, granted)
    times = [(at - seconds[0]) / span for at in seconds] if span > 0 else [i / len(steps) for i in range(len(steps))]
    return [(x, float(step.left / top)) for x, step in zip(times, steps, strict=True)]


def _top(steps: Sequence[Step], granted: Decimal) -> Decimal:
    # Never nothing: what is left is divided by it.
    return max(granted, *(step.left for step in steps), Decimal(1).scaleb(-9))


def _word(x: float, y: float, text: str, anchor: str = "start") -> str:
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="11" fill="currentColor" '
        f'font-family="sans-serif">{text}</text>'
    )
