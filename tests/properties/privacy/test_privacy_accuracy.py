"""What is promised of accuracy is what is observed, over thousands of noised cells."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import pytest
from scipy.stats import binomtest

import small_world
from ecluse_platform.compute.noise import noised
from ecluse_platform.compute.private_numbers import answered, with_noise
from ecluse_platform.core.privacy.answer import Figure
from ecluse_platform.core.privacy.assembling import assembled
from ecluse_platform.core.privacy.bounding import bounding
from ecluse_platform.core.privacy.calibrate import draws
from ecluse_platform.core.privacy.figures import Figures
from ecluse_platform.core.privacy.loss import Accounting
from ecluse_platform.core.privacy.margins import with_margins
from ecluse_platform.core.privacy.precision import (
    clipped_half_width,
    epsilon_for,
    half_width,
    half_width_in,
    half_widths,
    miss_of,
)
from ecluse_platform.core.privacy.query import Dimension
from private_shapes import OUTPUTS, SALT, asked, database

PROFILE = small_world.privacy()
CELLS = 1500
# By luck alone, a right interval fails a test once in a million runs.
LUCK = 1e-6
KEYS = Dimension(name="d", column="d1", type="VARCHAR", keys=tuple(f"k{at}" for at in range(CELLS)))
TRUE = {"n1": 400, "n2": 150, "n3": 250, "n4": 400, "n6": 520, "n8": 400, "n7": 2000, "n9": 260, "n10": 140}


@pytest.mark.parametrize("accounting", list(Accounting))
@pytest.mark.parametrize(("cells", "rows"), [(1, 1), (5, 4)])
def test_noise_stays_within_the_half_width_as_often_as_promised(accounting: Accounting, cells: int, rows: int) -> None:
    """As often, and hardly more often: one less would be too little."""
    query = asked("sum", accounting=accounting, cells=cells, rows=rows, epsilon=Decimal(2), clipped=False)
    draw = next(one for one in draws(query) if one.vectors == ("n6",))
    half, drawn = half_width(draw, miss_of(PROFILE)), noised([0] * 20_000, draw)
    inside = sum(abs(number) <= half for number in drawn)
    assert binomtest(inside, len(drawn), 0.95, alternative="less").pvalue > LUCK
    smaller = sum(abs(number) < half for number in drawn)
    assert binomtest(smaller, len(drawn), 0.95, alternative="greater").pvalue > LUCK


@pytest.mark.parametrize("accounting", list(Accounting))
@pytest.mark.parametrize("cells", [2, 5, 24])
def test_a_sum_of_cells_is_within_the_root_of_their_number(accounting: Accounting, cells: int) -> None:
    """Margins are sums of the published cells; the pages say how far their noise goes."""
    draw = draws(asked("persons", accounting=accounting, epsilon=Decimal("0.2"), clipped=False))[0]
    drawn = noised([0] * (4000 * cells), draw)
    sums = [sum(drawn[at : at + cells]) for at in range(0, len(drawn), cells)]
    inside = sum(abs(number) <= cells**0.5 * half_width(draw, miss_of(PROFILE)) for number in sums)
    assert binomtest(inside, len(sums), 0.95, alternative="less").pvalue > LUCK


@pytest.mark.parametrize("accounting", list(Accounting))
def test_the_interval_of_a_margin_holds_the_truth_as_often_as_promised(accounting: Accounting) -> None:
    """Of what adds up, where no cell is hidden; 300 margins of five cells each in one answer."""
    parts = Dimension(name="e", column="d2", type="VARCHAR", keys=tuple("abcde"))
    whole = replace_keys(KEYS, 300)
    names = ("persons", "rows", "sum", "bins")
    query = asked(*names, accounting=accounting, epsilon=Decimal(9), dimensions=(whole, parts), clipped=False)
    query = query.model_copy(update={"groupings": ((True, False),)})
    cells: dict[tuple[str | None, ...], dict[str, int]] = {
        (str(key), str(part)): TRUE for key in whole.keys or () for part in parts.keys or ()
    }
    told, _ = with_noise(query, cells, 0, CELLS)
    found = with_margins(
        assembled(query, PROFILE, small_world.profile(), told, None), query, small_world.profile(), PROFILE
    )
    assert (len(found.margins), found.rows) == (300, ())
    for at, name in enumerate(names):
        figures = [margin.figures[at] for margin in found.margins]
        held = [_holds(figure, 5 * TRUTHS[name]) for figure in figures if figure is not None]
        assert len(held) == 300, name
        assert binomtest(sum(held), len(held), 0.95, alternative="less").pvalue > LUCK, name


def replace_keys(dimension: Dimension, many: int) -> Dimension:
    """Return a dimension of the first keys of another."""
    return dimension.model_copy(update={"keys": (dimension.keys or ())[:many]})


@pytest.mark.parametrize("accounting", list(Accounting))
def test_the_interval_of_every_kind_of_figure_holds_the_truth_as_often_as_promised(accounting: Accounting) -> None:
    """Counts, sums, quotients and quantiles, each from its noised numbers."""
    names = ("persons", "having", "share", "rows", "sum", "mean", "spread", "bins", "half")
    query = asked(*names, accounting=accounting, rows=2, epsilon=Decimal(9), dimensions=(KEYS,), clipped=False)
    cells: dict[tuple[str | None, ...], dict[str, int]] = {(f"k{at}",): TRUE for at in range(CELLS)}
    told, _ = with_noise(query, cells, 0, CELLS)
    figures = Figures(query, PROFILE, small_world.profile())
    for name in names:
        output = OUTPUTS[name][0]
        found = [figures.of(output, numbers)[0] for numbers in told.values()]
        held = [_holds(figure, TRUTHS[name]) for figure in found if figure is not None]
        assert len(held) > CELLS * 0.99, name
        assert binomtest(sum(held), len(held), 0.95, alternative="less").pvalue > LUCK, name


# From TRUE, by hand: 520 / 400; the root of 2000 / 400 less its square, of a sample; the middle of 260 and 140 in bins
# of -3 to 1 and 1 to 5.
TRUTHS = {
    "persons": Decimal(400),
    "having": Decimal(150),
    "share": Decimal("0.375"),
    "rows": Decimal(400),
    "sum": Decimal(520),
    "mean": Decimal("1.3"),
    "spread": Decimal("1.8219"),
    "bins": Decimal(260),
    "half": Decimal("0.0769"),
}


def _holds(figure: Figure, truth: Decimal) -> bool:
    # The ends are written with so many decimals, half a digit of which is rounding.
    rounding = Decimal("0.5").scaleb(-max(-Decimal(figure.value).as_tuple().exponent, 0))  # type: ignore[operator]
    return Decimal(figure.low) - rounding <= truth <= Decimal(figure.high) + rounding


@pytest.mark.parametrize("clipped", [False, True])
@pytest.mark.parametrize("accounting", list(Accounting))
def test_persons_by_region_age_and_sex_are_within_four_of_the_truth(accounting: Accounting, *, clipped: bool) -> None:
    """A base of 100,000 persons, 260 cells, epsilon 1: in 95 % of cells, also where what is clipped is told too."""
    sizes = {"region": 13, "age": 10, "sex": 2}
    keys = {name: tuple(f"{name}{at}" for at in range(many)) for name, many in sizes.items()}
    dimensions = tuple(
        Dimension(name=name, column=f"d{at}", type="VARCHAR", keys=keys[name]) for at, name in enumerate(sizes, 1)
    )
    inner = "SELECT d1, d2, d3, m1, __u FROM base"
    query = asked("persons", accounting=accounting, dimensions=dimensions, inner_sql=inner, clipped=clipped)
    connection = database([])
    connection.execute(
        """CREATE TABLE base AS SELECT 'region' || (u % 13) AS d1, 'age' || (u // 13 % 10) AS d2,
           'sex' || (u // 130 % 2) AS d3, 1 AS m1, u AS __u FROM range(100000) t(u), range(3)"""
    )
    truth = {
        row[:3]: row[3]
        for row in connection.execute("SELECT d1, d2, d3, count(DISTINCT __u) FROM base GROUP BY ALL").fetchall()
    }
    job = SimpleNamespace(query=query, profile=PROFILE, disclosure=small_world.profile())
    # Several answers, so that luck has next to no part in it; each on a connection with tables of its own.
    tables = [answered(connection.cursor(), job, bounding(query, SALT)) for _ in range(4)]  # type: ignore[arg-type]
    figures = [(row.labels, row.figures[0]) for table in tables for row in table.rows]
    errors = [abs(int(figure.value) - truth[labels]) for labels, figure in figures if figure is not None]
    assert len(errors) == 4 * 260
    assert sum(error <= 4 for error in errors) >= 0.95 * len(errors)
    assert all((table.clipped is not None) is clipped for table in tables)


@pytest.mark.parametrize("accounting", list(Accounting))
def test_the_epsilon_that_is_proposed_is_enough_and_not_much_more(accounting: Accounting) -> None:
    """Which epsilon gives plus or minus so many: the smallest, to three digits; None where the policy allows none."""
    query = asked("persons", "sum", accounting=accounting, cells=3, rows=2)
    for within in (Decimal(10), Decimal(200)):
        epsilon = epsilon_for(query, PROFILE, "sum", within)
        assert epsilon is not None
        there, less = (
            half_widths(query.model_copy(update={"epsilon": one}), PROFILE)["sum"]
            for one in (epsilon, epsilon * Decimal("0.99"))
        )
        assert there is not None
        assert less is not None
        assert there <= within < less
    strict = PROFILE.model_copy(update={"largest_epsilon": "0.1"})
    assert epsilon_for(query, strict, "sum", Decimal(1)) is None
    assert epsilon_for(asked("mean"), PROFILE, "mean", Decimal(1)) is None


@pytest.mark.parametrize("accounting", list(Accounting))
@pytest.mark.parametrize(("name", "within"), [("mean", "0.4"), ("share", "0.05")])
def test_the_epsilon_of_a_mean_or_proportion_is_enough_in_a_cell_of_that_size(
    accounting: Accounting, name: str, within: str
) -> None:
    """The widest interval of cells of the public size is as wide as was told, and the truth is in it."""
    half, many = Decimal(within), Decimal(400)
    query = asked(name, accounting=accounting, dimensions=(KEYS,), rows=1, clipped=False)
    strong = PROFILE.model_copy(update={"largest_epsilon": "50"})
    epsilon = epsilon_for(query, strong, name, half, many)
    assert epsilon is not None
    query = query.model_copy(update={"epsilon": epsilon})
    told = half_width_in(query, strong, name, many)
    assert told is not None
    assert half * Decimal("0.9") <= told <= half
    cells: dict[tuple[str | None, ...], dict[str, int]] = {(f"k{at}",): TRUE for at in range(CELLS)}
    figures = Figures(query, strong, small_world.profile())
    found = [figures.of(OUTPUTS[name][0], numbers)[0] for numbers in with_noise(query, cells, 0, CELLS)[0].values()]
    near = [abs(Decimal(figure.value) - TRUTHS[name]) <= half for figure in found if figure is not None]
    assert len(near) > CELLS * 0.99
    assert binomtest(sum(near), len(near), 0.95, alternative="less").pvalue > LUCK


def test_without_a_size_a_mean_has_no_precision_and_a_small_cell_has_the_whole_range() -> None:
    """Nothing is promised that the data would have to be asked for."""
    assert half_width_in(asked("mean"), PROFILE, "mean", None) is None
    assert half_width_in(asked("mean", epsilon=Decimal("0.01")), PROFILE, "mean", Decimal(1)) == Decimal(8)
    assert half_width_in(asked("half"), PROFILE, "half", Decimal(1000)) is None


def test_half_widths_follow_from_the_question_alone() -> None:
    """Known before anything is asked: in the unit that is shown, and none where it depends on the cell."""
    query = asked("persons", "mean")
    found = half_widths(query, PROFILE)
    assert found["mean"] is None
    assert found["persons"] == Decimal(half_width(draws(query)[0], Fraction(1, 20)))
    assert clipped_half_width(query, PROFILE) is not None
    assert clipped_half_width(asked("persons", clipped=False), PROFILE) is None


def test_a_draw_of_more_noise_has_a_wider_interval() -> None:
    """Whatever the distribution, and however small the noise."""
    for accounting in Accounting:
        draw = draws(asked("persons", accounting=accounting))[0]
        halves = [half_width(replace(draw, scale=scale), Fraction(1, 20)) for scale in (0.01, 0.5, 3, 29, 31, 1e6)]
        assert halves == sorted(halves)
        assert halves[0] == 0
