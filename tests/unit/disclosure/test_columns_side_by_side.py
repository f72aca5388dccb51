from __future__ import annotations

import duckdb
import pytest

import small_cells
import small_world
from ecluse_platform.core.disclosure.query import Facts, Kind, Measure, Summed, Unit, VerifiedQuery
from ecluse_platform.core.disclosure.table import ProtectedTable, Rule

EXPENSE, REFUND = Summed("sum1", 2, nonnegative=True), Summed("sum2", 2, nonnegative=True)
SUMS = [
    Measure(name=name, unit=Unit.PERSONS, kind=Kind.SUM, of=of) for name, of in (("spent", "sum1"), ("paid", "sum2"))
]


def protected(rows: str, facts: Facts, *measures: Measure) -> ProtectedTable:
    """Protect what the facts of a query say, by the rules of the small world."""
    query = VerifiedQuery(
        dimensions=("region",),
        measures=measures,
        tables=(),
        canonical_sql="",
        guarded_sql=rows,
        sets=((True,),),
        facts=facts,
        sensitive=(False,),
    )
    with duckdb.connect(config={"threads": "1"}) as connection:
        found = small_cells.measured(connection, query)
    return small_cells.protected(query, found, small_world.profile())


def spent(own: str) -> str:
    """Write the facts of forty persons who spend 100 each and pay ``own`` of it themselves."""
    return (
        "SELECT 'a' AS d1, u, 1 AS n, CAST(100 AS DECIMAL(10,2)) AS s1, 1 AS m1, "
        f"CAST(100 - {own} AS DECIMAL(10,2)) AS s2, 1 AS m2 FROM range(40) AS t(u)"
    )


@pytest.mark.parametrize(
    ("own", "rule"),
    [("5", None), ("if(u = 7, 50, 0)", Rule.LARGEST_SHARE), ("if(u IN (7, 8), 50, 0)", Rule.P_PERCENT)],
)
def test_what_two_amounts_differ_by_is_an_amount(own: str, rule: Rule | None) -> None:
    """Spent less reimbursed is what people paid: where one of them paid it all, both sums are hidden."""
    facts = Facts(sums=(EXPENSE, REFUND))
    (row,) = protected(spent(own), facts, *SUMS).rows
    assert (row.finding and row.finding.rule) == rule
    (alone,) = protected(spent(own), facts, SUMS[0]).rows
    assert alone.finding is None


def test_what_one_professional_makes_of_a_difference_is_told_of_professionals() -> None:
    """Forty patients paid something, all of them one doctor: the difference is that doctor's."""
    rows = spent("if(u < 20, 5, 0)").replace("1 AS n,", "1 AS n, if(u < 20, 'x', 'y' || (u % 9)) AS p1,")
    facts = Facts(units=(Unit.PROFESSIONALS,), sums=(EXPENSE, REFUND))
    (row,) = protected(rows, facts, *SUMS).rows
    assert row.finding is not None
    assert row.finding.rule is Rule.LARGEST_SHARE


@pytest.mark.parametrize(("second", "hidden"), [("0.6", True), ("0.75", False)])
def test_quantiles_of_one_column_have_enough_persons_between_them(second: str, hidden: bool) -> None:  # noqa: FBT001
    """Of a hundred persons, ten lie between the median and the sixth decile: the threshold is eleven."""
    rows = (
        "SELECT 'a' AS d1, u, 1 AS n, CAST(u AS DECIMAL(10,2)) AS s1, 1 AS m1, [CAST(u AS DECIMAL(10,2))] AS l1 "
        "FROM range(100) AS t(u)"
    )
    asked = Summed("sum1", 2, nonnegative=True, quantiles=("0.5", second))
    measures = [
        Measure(name=f"q{number}", unit=Unit.PERSONS, kind=Kind.QUANTILE, of=asked.quantile(fraction))
        for number, fraction in enumerate(asked.quantiles)
    ]
    (row,) = protected(rows, Facts(sums=(asked,)), *measures).rows
    assert (row.finding is not None) is hidden
    (median,) = protected(rows, Facts(sums=(asked,)), measures[0]).rows
    assert median.finding is None


def care(doctors: int, prescribers: int, hospitals: int) -> str:
    """Write the facts of sixty persons, each with one line of one doctor, one prescriber and one hospital."""
    return (
        f"SELECT 'a' AS d1, u, 'd' || (u % {doctors}) AS p1, 'q' || (u % {prescribers}) AS p2, "
        f"'h' || (u % {hospitals}) AS p3, 1 AS n, CAST(10 AS DECIMAL(10,2)) AS s1, 1 AS m1 FROM range(60) AS t(u)"
    )


@pytest.mark.parametrize(
    ("numbers", "rule"),
    [
        ((5, 5, 5), None),
        ((5, 2, 5), Rule.THRESHOLD_PROFESSIONALS),
        ((2, 5, 5), Rule.THRESHOLD_PROFESSIONALS),
        ((5, 5, 2), Rule.THRESHOLD_ESTABLISHMENTS),
    ],
)
def test_every_column_of_professionals_and_establishments_has_its_threshold(
    numbers: tuple[int, int, int], rule: Rule | None
) -> None:
    """Doctors and prescribers are protected each; so are hospitals, which are counted and shown too."""
    facts = Facts(units=(Unit.PROFESSIONALS, Unit.PROFESSIONALS, Unit.ESTABLISHMENTS), sums=(EXPENSE,))
    measures = [
        Measure(name="doctors", unit=Unit.PROFESSIONALS, of="counted_professionals"),
        Measure(name="hospitals", unit=Unit.ESTABLISHMENTS, of="counted_establishments"),
        SUMS[0],
    ]
    (row,) = protected(care(*numbers), facts, *measures).rows
    assert (row.finding and row.finding.rule) == rule
    assert row.values == ((5, 5, "600.00") if rule is None else (None, None, None))
