# SQL is the subject of these tests, not something they run on data.
from __future__ import annotations

import pytest

import small_world
from ecluse_platform.core.disclosure import Measure, Unit, VerifiedQuery
from ecluse_platform.core.disclosure.queries.plan import plan_query
from ecluse_platform.core.disclosure.query import Facts, Kind, Summed


def plan(sql: str) -> VerifiedQuery:
    """Plan a query of the small project."""
    return plan_query(
        small_world.catalogue(), small_world.project(), small_world.profile(), sql, small_world.LONGEST_SQL
    )


JOINED = "FROM PRS p JOIN PHA h USING (FLX, NUM) JOIN BEN b USING (PSA, RNG)"

ACCEPTED = {
    "everything": "SELECT count(*) FROM PRS",
    "lower case": "select nat, count(*) from prs group by nat",
    "quoted": 'SELECT "Nat", count(*) FROM "prs" GROUP BY ALL',
    "comments": "SELECT /* dims */ NAT, count(*) -- rows\nFROM PRS GROUP BY ALL;",
    "position": "SELECT NAT, count(*) FROM PRS GROUP BY 1",
    "alias": "SELECT year(DAY) AS an, count(*) FROM PRS GROUP BY an ORDER BY an",
    "same expression": "SELECT year(DAY), count(*) FROM PRS GROUP BY year(DAY) ORDER BY year(DAY) DESC",
    "order by all": "SELECT NAT, count(*) FROM PRS GROUP BY ALL ORDER BY ALL",
    "measure first": "SELECT count(*) AS n, NAT FROM PRS GROUP BY 2",
    "persons": "SELECT NAT, count(DISTINCT PSA) AS n FROM PRS GROUP BY ALL",
    "both": f"SELECT SEX, count(DISTINCT b.IDT) AS personnes, count(*) AS lignes {JOINED} GROUP BY ALL",
    "accents": 'SELECT NAT AS "année civile", count(*) FROM PRS GROUP BY ALL',
    "alias in WHERE": "SELECT year(DAY) AS an, count(*) FROM PRS WHERE an >= 2022 GROUP BY ALL",
    "left": "SELECT NAT, count(*) FROM PRS p LEFT JOIN BEN b USING (PSA, RNG) WHERE b.SEX IS NULL GROUP BY ALL",
    "on": "SELECT NAT, count(*) FROM PRS p INNER JOIN BEN AS b ON (b.PSA = p.PSA) AND (p.RNG = b.RNG) GROUP BY ALL",
    "itself": "SELECT a.NAT, count(*) FROM PRS a JOIN PRS b USING (PSA, RNG) GROUP BY ALL",
    "reference": (
        "SELECT d.ATC, count(*) FROM PHA h JOIN DRUG d ON h.CIP = d.CIP AND d.LAB = h.CIP WHERE d.ATC LIKE 'A10%' "
        "GROUP BY ALL"
    ),
    "age": f"SELECT least(90, (year(p.DAY) - b.BIRTH::INT) // 10 * 10) AS age, count(*) {JOINED} GROUP BY ALL",
    "age bands": (
        "SELECT CASE WHEN year(p.DAY) - CAST(b.BIRTH AS INTEGER) < 40 THEN 'young' ELSE 'old' END AS age, count(*) "
        f"{JOINED} GROUP BY ALL"
    ),
    "months": "SELECT date_trunc('month', DAY) AS m, quarter(DAY) AS q, count(*) FROM PRS GROUP BY ALL",
    "extract": "SELECT extract(year FROM DAY) AS an, count(*) FROM PRS GROUP BY ALL",
    "before and after": "SELECT date_trunc('month', DAY) >= DATE '2020-03-01' AS post, count(*) FROM PRS GROUP BY ALL",
    "days in WHERE": (
        "SELECT NAT, count(*) FROM PRS WHERE DAY BETWEEN DATE '2022-01-05' AND DATE '2022-01-06' GROUP BY NAT"
    ),
    "order of dates": f"SELECT count(*) {JOINED} WHERE p.DAY <= b.DEATH AND p.DAY >= b.DEATH - INTERVAL 30 DAY",
    "delay": f"SELECT count(*) {JOINED} WHERE datediff('day', p.DAY, b.DEATH) < 30",
    "null-safe filter": "SELECT count(*) FROM PRS WHERE coalesce(SPE, 0) NOT IN (71, 72) AND NOT (NAT = 1 OR NAT = 2)",
    "amounts in WHERE": "SELECT count(*) FROM PRS WHERE EUR > 0 AND -EUR < 5",
    "parentheses": "SELECT ((NAT)), (count(*)) FROM PRS WHERE ((NAT > 1) AND (SPE = 2)) GROUP BY (NAT)",
    "rollup": "SELECT NAT, SPE, count(*) FROM PRS GROUP BY ROLLUP (NAT, SPE)",
    "cube": "SELECT NAT, SPE, count(*) FROM PRS GROUP BY CUBE (1, 2)",
    "grouping sets": "SELECT NAT, SPE, count(*) FROM PRS GROUP BY GROUPING SETS ((NAT, SPE), NAT, ())",
    "partial rollup": "SELECT NAT, SPE, count(*) FROM PRS GROUP BY NAT, ROLLUP (SPE)",
    "rollup of pairs": "SELECT NAT, SPE, quarter(DAY) AS q, count(*) FROM PRS GROUP BY ROLLUP ((NAT, SPE), q)",
    "a tree of drugs": (
        "SELECT left(d.ATC, 3) AS atc3, left(d.ATC, 5) AS atc5, count(*) FROM PHA h "
        "JOIN DRUG d ON h.CIP = d.CIP AND d.LAB = h.CIP GROUP BY ROLLUP (atc3, atc5)"
    ),
    "a tree of places": (
        "SELECT d.NAME, b.DPT, count(*) FROM BEN b JOIN DPT_V d ON b.DPT = d.CODE GROUP BY ROLLUP (d.NAME, b.DPT)"
    ),
    "sum": "SELECT NAT, sum(EUR) AS euros FROM PRS GROUP BY ALL",
    "sum of the finest table": "SELECT NAT, sum(h.QTY) AS boites FROM PRS JOIN PHA h USING (FLX, NUM) GROUP BY ALL",
    "sum beside persons": "SELECT SEX, sum(p.EUR) AS e FROM PRS p JOIN BEN b USING (PSA, RNG) GROUP BY ALL",
    "means": "SELECT NAT, avg(EUR) AS a, round(stddev(EUR), 1) AS b, count(*) FROM PRS GROUP BY ALL",
    "mean by its other name": "SELECT NAT, mean(EUR) AS a FROM PRS GROUP BY ALL",
    "quantiles": "SELECT NAT, median(EUR) AS m, quantile_cont(EUR, .9) AS high FROM PRS GROUP BY ALL",
    "ratio": "SELECT NAT, sum(EUR) / nullif(count(*), 0) AS mean, sum(EUR) / count(DISTINCT PSA) AS each FROM PRS "
    "GROUP BY ALL",
    "professionals": "SELECT NAT, count(DISTINCT PFS) AS doctors FROM PRS GROUP BY ALL",
    "part": "SELECT SEX, count(DISTINCT IDT) FILTER (WHERE DPT = '075') AS n, count(*) FROM BEN GROUP BY ALL",
    "percentage": (
        "SELECT SEX, 100.0 * count(DISTINCT CASE WHEN DPT = '075' AND BIRTH IS NOT NULL THEN IDT END) "
        "/ count(DISTINCT IDT) AS share FROM BEN GROUP BY ALL"
    ),
    "rate": "SELECT SEX, round(count(*) FILTER (WHERE DPT = '075') / count(*) * 100000, 1) AS r FROM BEN GROUP BY ALL",
}


@pytest.mark.parametrize("sql", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_what_is_understood_reads_the_same_when_planned_again(sql: str) -> None:
    """The canonical text is a query of the same meaning: planning it again runs the very same SQL."""
    first = plan(sql)
    second = plan(first.canonical_sql)
    assert second.guarded_sql == first.guarded_sql
    assert second.canonical_sql == first.canonical_sql
    assert (second.dimensions, second.measures) == (first.dimensions, first.measures)
    assert (second.sets, second.facts) == (first.sets, first.facts)


def test_the_columns_are_named_as_written() -> None:
    """Dimensions come first, then counts, each under its alias, its column's name or a plain one."""
    query = plan("SELECT count(DISTINCT PSA), nat, count(*) AS lignes, year(DAY) FROM PRS GROUP BY ALL")
    assert query.dimensions == ("NAT", "dimension_4")
    assert query.measures == (
        Measure(name="persons", unit=Unit.PERSONS, of="counted_persons"),
        Measure(name="lignes", unit=Unit.ROWS),
    )
    assert query.tables == ("PRS",)


def test_every_private_table_is_tied_to_the_same_owner() -> None:
    """Whatever the keys say, the owner of each private table joined equals that of the first."""
    guarded = plan(
        "SELECT count(*) FROM PRS p JOIN PHA h USING (FLX, NUM) LEFT JOIN BEN b USING (PSA, RNG)"
    ).guarded_sql
    assert '"t2"."__u" = "t1"."__u"' in guarded
    assert '"t3"."__u" = "t1"."__u"' in guarded
    assert '"t1"."__u" AS "u"' in guarded


def test_nothing_of_the_text_is_run_as_it_was_written() -> None:
    """Comments, aliases and the order of rows stay behind."""
    query = plan("SELECT NAT AS secret_alias, count(*) /* note */ FROM PRS zz GROUP BY ALL ORDER BY 1 DESC")
    for left_behind in ("secret_alias", "note", "zz", "DESC"):
        assert left_behind not in query.guarded_sql


@pytest.mark.parametrize(
    "condition", ["CAST(BIRTH AS INTEGER) > 1950", "BIRTH = 1950", "SEX // 0 = 1", "DPT > SEX::TEXT"]
)
def test_what_could_fail_on_some_value_is_tried(condition: str) -> None:
    """A conversion or a division that could raise an error on the data gives NULL instead."""
    sql = f"SELECT count(*) FROM BEN WHERE {condition}"
    if condition.startswith("DPT"):
        sql = "SELECT count(*) FROM BEN WHERE CAST(DPT AS DATE) > DATE '2022-01-01'"
    assert "TRY(" in plan(sql).guarded_sql


@pytest.mark.parametrize(
    "condition",
    ["NAT = 1", "NAT IN (1, 2)", "DAY >= DATE '2022-01-01'", "year(DAY) IS NULL OR NAT = 1", "NOT NAT = 1"],
)
def test_a_plain_comparison_is_left_bare(condition: str) -> None:
    """What cannot fail is left to the reader's own pruning of files."""
    if " OR " in condition:
        condition = "NAT IS NULL OR NAT = 1"
    assert "TRY(" not in plan(f"SELECT count(*) FROM PRS WHERE {condition}").guarded_sql


def test_an_impossible_date_is_no_plain_comparison() -> None:
    """A constant that does not convert would be an error only where a row is read: it is tried."""
    assert "TRY(" in plan("SELECT count(*) FROM PRS WHERE DAY >= DATE '2022-02-31'").guarded_sql


ROLLED = ((True, True), (True, False), (False, False))
SETS = {
    "ALL": ((True, True),),
    "ROLLUP (NAT, SPE)": ROLLED,
    "ROLLUP ((NAT, SPE))": ((True, True), (False, False)),
    "NAT, ROLLUP (SPE)": ((True, True), (True, False)),
    "CUBE (NAT, SPE)": ((True, True), (True, False), (False, True), (False, False)),
    "GROUPING SETS ((), (SPE, NAT), 1)": ROLLED,
    "GROUPING SETS (NAT, SPE)": ((True, False), (False, True)),
    "NAT, GROUPING SETS (SPE, ())": ((True, True), (True, False)),
}


@pytest.mark.parametrize(("group", "sets"), SETS.items())
def test_margins_are_the_grouping_sets_of_the_query(group: str, sets: tuple[tuple[bool, ...], ...]) -> None:
    """Every way of writing totals means the same list of sets, the finest first."""
    assert plan(f"SELECT NAT, SPE, count(*) FROM PRS GROUP BY {group}").sets == sets


def test_a_table_without_dimensions_is_one_cell() -> None:
    """Its only grouping set shows nothing."""
    assert plan("SELECT count(*) FROM PRS").sets == ((),)
    assert plan("SELECT count(*) FROM PRS GROUP BY ()").sets == ((),)


MEASURES = {
    "sum(EUR) AS x": Measure(name="x", unit=Unit.PERSONS, kind=Kind.SUM, of="sum1", decimals=2),
    "avg(EUR) AS x": Measure(name="x", unit=Unit.PERSONS, kind=Kind.MEAN, of="sum1", decimals=4),
    "round(avg(EUR), 1) AS x": Measure(name="x", unit=Unit.PERSONS, kind=Kind.MEAN, of="sum1", decimals=1),
    "stddev_samp(EUR) AS x": Measure(name="x", unit=Unit.PERSONS, kind=Kind.STANDARD_DEVIATION, of="sum1", decimals=4),
    "quantile_cont(EUR, 0.90) AS x": Measure(
        name="x", unit=Unit.PERSONS, kind=Kind.QUANTILE, of="sum1_quantile_9", decimals=4
    ),
    "sum(EUR) / count(*) AS x": Measure(
        name="x", unit=Unit.PERSONS, kind=Kind.RATIO, of="sum1", over="rows", decimals=4
    ),
    "count(*) / count(DISTINCT PSA) AS x": Measure(
        name="x", unit=Unit.ROWS, kind=Kind.RATIO, of="rows", over="counted_persons", decimals=4
    ),
    "count(CASE WHEN SPE = 2 THEN 1 END) AS x": Measure(name="x", unit=Unit.ROWS, of="part_rows"),
    "100 * (count(*) FILTER (WHERE SPE = 2) / count(*)) AS x": Measure(
        name="x", unit=Unit.ROWS, kind=Kind.PERCENTAGE, of="part_rows", over="rows", decimals=2
    ),
    "count(DISTINCT PSA) FILTER (WHERE SPE = 2) * 1000.0 / count(DISTINCT PSA) AS x": Measure(
        name="x",
        unit=Unit.PERSONS,
        kind=Kind.RATE,
        of="part_counted_persons",
        over="counted_persons",
        per=1000,
        decimals=2,
    ),
    "count(DISTINCT PFS) AS x": Measure(name="x", unit=Unit.PROFESSIONALS, of="counted_professionals"),
}


@pytest.mark.parametrize(("text", "measure"), MEASURES.items())
def test_a_number_is_read_as_what_it_means(text: str, measure: Measure) -> None:
    """Each way of writing gives the same measure, made of named quantities."""
    assert plan(f"SELECT NAT, {text} FROM PRS GROUP BY ALL").measures == (measure,)


def test_what_must_be_computed_is_no_more_than_what_is_asked() -> None:
    """Squares and values are kept only for deviations and quantiles; each column is summed once."""
    facts = plan("SELECT sum(EUR) AS s, avg(EUR) AS a, stddev(EUR) AS d, median(EUR) AS m, count(*) FROM PRS").facts
    assert facts.sums == (Summed("sum1", 2, nonnegative=False, squares=True, quantiles=("0.5",)),)
    assert plan("SELECT count(*) FROM BEN").facts == Facts(largest=2)
    guarded = plan("SELECT sum(EUR) AS s FROM PRS").guarded_sql
    assert '"q1"' not in guarded
    assert '"l1"' not in guarded


def test_a_dimension_of_dates_is_the_one_of_time() -> None:
    """Policy may want to keep the latest category of it."""
    assert plan("SELECT NAT, year(DAY) AS an, count(*) FROM PRS GROUP BY ALL").recent == "an"
    assert plan("SELECT NAT, count(*) FROM PRS GROUP BY ALL").recent is None
