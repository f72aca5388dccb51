# SQL is the subject of these tests, not something they run on data.
from __future__ import annotations

import pytest

import small_world
from ecluse_platform.core.disclosure.queries.plan import plan_query
from refused_queries import HIDDEN_CASE, refusal_of

COUNT = "count(*)"
LINES = "FROM PRS p JOIN PHA h USING (FLX, NUM)"


SHAPES = {
    "": "sql_empty",
    "  -- nothing\n;": "sql_empty",
    "SELECT 'a": "sql_syntax",
    "SELECT count(* FROM PRS": "sql_syntax",
    "SELECT count(*) FROM PRS WHERE /* open": "sql_syntax",
    "SELECT count(*) FROM PRS; SELECT 1": "sql_several_statements",
    "SELECT count(*) FROM PRS; DROP TABLE PRS": "sql_several_statements",
    "DROP TABLE PRS": "sql_not_select",
    "INSERT INTO PRS VALUES (1)": "sql_not_select",
    "UPDATE PRS SET NAT = 1": "sql_not_select",
    "DELETE FROM PRS": "sql_not_select",
    "CREATE TABLE x AS SELECT count(*) FROM PRS": "sql_not_select",
    "COPY PRS TO 'x.csv'": "sql_not_select",
    "ATTACH 'x.db'": "sql_not_select",
    "PRAGMA version": "sql_not_select",
    "SET threads = 1": "sql_not_select",
    "INSTALL httpfs": "sql_not_select",
    "LOAD httpfs": "sql_not_select",
    "CALL pragma_version()": "sql_not_select",
    "EXPLAIN SELECT count(*) FROM PRS": "sql_not_select",
    "EXPORT DATABASE 'x'": "sql_not_select",
    "DESCRIBE PRS": "sql_not_select",
    "SUMMARIZE PRS": "sql_not_select",
    "USE x": "sql_not_select",
    "WITH x AS (SELECT 1) SELECT count(*) FROM PRS": "sql_nested",
    "(SELECT count(*) FROM PRS)": "sql_nested",
    "VALUES (1)": "sql_nested",
    "SELECT count(*) FROM PRS UNION ALL SELECT count(*) FROM PHA": "sql_nested",
    "SELECT count(*) FROM PRS EXCEPT SELECT 1": "sql_nested",
    "SELECT count(*) FROM PRS INTERSECT SELECT 1": "sql_nested",
    "SELECT count(*) FROM PRS WHERE NAT IN (SELECT 1)": "sql_nested",
    "SELECT count(*) FROM PRS WHERE EXISTS (SELECT 1)": "sql_nested",
    "SELECT count(*) FROM PRS WHERE NAT = (SELECT 1)": "sql_nested",
    "SELECT DISTINCT NAT, count(*) FROM PRS GROUP BY ALL": "sql_distinct",
    "SELECT DISTINCT ON (NAT) NAT, count(*) FROM PRS GROUP BY ALL": "sql_distinct",
    "SELECT NAT, count(*) FROM PRS GROUP BY ALL HAVING count(*) < 5": "sql_having",
    "SELECT NAT, count(*) FROM PRS GROUP BY ALL QUALIFY true": "sql_having",
    "SELECT NAT, count(*) FROM PRS GROUP BY ALL LIMIT 1": "sql_limit",
    "SELECT NAT, count(*) FROM PRS GROUP BY ALL OFFSET 1": "sql_limit",
    "SELECT count(*) FROM PRS USING SAMPLE 3": "sql_limit",
    "SELECT NAT, count(*) FROM PRS GROUP BY ALL ORDER BY count(*)": "sql_order",
    "SELECT NAT, count(*) AS n FROM PRS GROUP BY ALL ORDER BY n": "sql_order",
    "SELECT NAT, count(*) FROM PRS GROUP BY ALL ORDER BY 2": "sql_order",
    "SELECT NAT, count(*) FROM PRS GROUP BY ALL ORDER BY SPE": "sql_order",
    "SELECT NAT, count(*) OVER () FROM PRS": "sql_window",
    "SELECT NAT, row_number() OVER (ORDER BY NAT), count(*) FROM PRS GROUP BY ALL": "sql_window",
    "SELECT NAT, count(*) FROM PRS WINDOW w AS (PARTITION BY NAT)": "sql_window",
    "SELECT NAT, count(*) FROM PRS GROUP BY NAT WITH ROLLUP": "sql_totals",
    "SELECT NAT, count(*) FROM PRS GROUP BY NAT WITH CUBE": "sql_totals",
    "SELECT NAT, count(*) FROM PRS GROUP BY GROUPING SETS (NAT, NAT)": "sql_set_twice",
    "SELECT NAT, SPE, count(*) FROM PRS GROUP BY GROUPING SETS ((NAT, SPE), (SPE, NAT))": "sql_set_twice",
    "SELECT NAT, count(*) FROM PRS GROUP BY NAT, ROLLUP (NAT)": "sql_set_twice",
    "SELECT NAT, count(*) FROM PRS GROUP BY ROLLUP (NAT, NAT)": "sql_set_twice",
    "SELECT NAT, count(*) FROM PRS GROUP BY CUBE (NAT, NAT, NAT, NAT, NAT, NAT, NAT, NAT, NAT)": "sql_set_twice",
    "SELECT NAT, SPE, count(*) FROM PRS GROUP BY ROLLUP (NAT, SPE), CUBE (NAT, SPE)": "sql_set_twice",
    "SELECT NAT, SPE, count(*) FROM PRS GROUP BY GROUPING SETS (ROLLUP (NAT, SPE))": "sql_set_nested",
    "SELECT NAT, SPE, count(*) FROM PRS GROUP BY GROUPING SETS ((NAT, SPE), CUBE (NAT))": "sql_set_nested",
    "SELECT NAT, SPE, count(*) FROM PRS GROUP BY GROUPING SETS (NAT, ())": "sql_group_missing",
    "SELECT NAT, count(*) FROM PRS GROUP BY ROLLUP (NAT, SPE)": "sql_group_not_shown",
    "SELECT NAT, count(*) FROM PRS GROUP BY ROLLUP (PSA)": "sql_group_not_shown",
    "SELECT NAT, count(*) FROM PRS GROUP BY GROUPING SETS ((NAT, 2))": "sql_group_not_shown",
    "SELECT NAT, grouping(NAT) AS g, count(*) FROM PRS GROUP BY ROLLUP (NAT)": "sql_aggregate",
    "SELECT * FROM PRS": "sql_star",
    "SELECT p.*, count(*) FROM PRS p": "sql_star",
    "SELECT COLUMNS('P.*'), count(*) FROM PRS": "sql_star",
    "FROM PRS": "sql_star",
    "SELECT count(*) INTO x FROM PRS": "sql_clause",
    "SELECT count(*) FROM PRS FOR UPDATE": "sql_clause",
}

SOURCES = {
    "SELECT count(*)": "sql_no_source",
    "SELECT count(*) FROM read_csv('/etc/passwd')": "sql_source",
    "SELECT count(*) FROM read_parquet('x')": "sql_source",
    "SELECT count(*) FROM glob('/*')": "sql_source",
    "SELECT count(*) FROM range(10)": "sql_source",
    "SELECT count(*) FROM 'x.parquet'": "sql_source",
    "SELECT count(*) FROM '/etc/passwd'": "sql_source",
    "SELECT count(*) FROM (VALUES (1)) v": "sql_source",
    "SELECT count(*) FROM (SELECT * FROM PRS) x": "sql_source",
    "SELECT count(*) FROM (PRS)": "sql_source",
    "SELECT count(*) FROM unnest([1])": "sql_source",
    "SELECT count(*) FROM PRS, LATERAL (SELECT 1)": "sql_source",
    "SELECT count(*) FROM main.PRS": "sql_source",
    "SELECT count(*) FROM system.information_schema.tables": "sql_source",
    "SELECT count(*) FROM PRS TABLESAMPLE 10%": "sql_source",
    "SELECT count(*) FROM PRS AT (VERSION => 1)": "sql_source",
    "SELECT count(*) FROM PRS PIVOT (count(*) FOR NAT IN (1))": "sql_source",
    "SELECT count(*) FROM PRS p (a, b)": "sql_construct",
    "SELECT count(*) FROM PRSS": "sql_unknown_table",
    "SELECT count(*) FROM duckdb_settings": "sql_unknown_table",
    "SELECT count(*) FROM Patient p": "sql_unknown_table",
    "SELECT count(*) FROM FORBIDDEN": "sql_table_not_granted",
    "SELECT NATT, count(*) FROM PRS GROUP BY ALL": "sql_unknown_column",
    "SELECT count(*) FROM PRS WHERE __u = 1": "sql_unknown_column",
    "SELECT count(DISTINCT __u) FROM PRS": "sql_unknown_column",
    "SELECT count(*) FROM PRS WHERE x.NAT = 1": "sql_unknown_column",
    "SELECT PRS, count(*) FROM PRS GROUP BY ALL": "sql_unknown_column",
    "SELECT SECRET, count(*) FROM BEN GROUP BY ALL": "sql_column_not_granted",
    'SELECT b."secret", count(*) FROM BEN b GROUP BY ALL': "sql_column_not_granted",
    "SELECT count(*) FROM PRS JOIN BEN ON PSA = PSA": "sql_ambiguous_column",
    "SELECT count(*) FROM PRS p JOIN PRS p USING (FLX, NUM)": "sql_duplicate_alias",
    "SELECT count(*) FROM DRUG": "sql_reference_first",
    "SELECT count(*) FROM DRUG d LEFT JOIN PHA h ON h.CIP = d.CIP": "sql_reference_first",
}

JOINS = {
    "SELECT count(*) FROM PRS, BEN": "sql_join_kind",
    "SELECT count(*) FROM PRS CROSS JOIN BEN": "sql_join_kind",
    "SELECT count(*) FROM PRS JOIN BEN": "sql_join_kind",
    "SELECT count(*) FROM PRS NATURAL JOIN BEN": "sql_join_kind",
    "SELECT count(*) FROM PRS RIGHT JOIN BEN USING (PSA, RNG)": "sql_join_kind",
    "SELECT count(*) FROM PRS FULL JOIN BEN USING (PSA, RNG)": "sql_join_kind",
    "SELECT count(*) FROM PRS SEMI JOIN BEN USING (PSA, RNG)": "sql_join_kind",
    "SELECT count(*) FROM PRS ANTI JOIN BEN USING (PSA, RNG)": "sql_join_kind",
    "SELECT count(*) FROM PRS ASOF JOIN BEN USING (PSA, RNG)": "sql_join_kind",
    "SELECT count(*) FROM PRS POSITIONAL JOIN BEN": "sql_join_kind",
    "SELECT count(*) FROM PRS p JOIN BEN b ON true": "sql_join_condition",
    "SELECT count(*) FROM PRS p JOIN BEN b ON p.PSA = b.PSA OR p.RNG = b.RNG": "sql_join_condition",
    "SELECT count(*) FROM PRS p JOIN BEN b ON p.PSA = b.PSA AND p.RNG >= b.RNG": "sql_join_condition",
    "SELECT count(*) FROM PRS p JOIN BEN b ON p.PSA = b.PSA AND p.RNG = 1": "sql_join_condition",
    "SELECT count(*) FROM PRS p JOIN BEN b ON p.PSA = b.PSA AND p.RNG = b.RNG AND b.SEX = 1": "sql_join_condition",
    "SELECT count(*) FROM PRS p JOIN BEN b ON p.PSA = b.PSA AND p.RNG = b.RNG AND p.SPE = b.SEX": "sql_join_condition",
    "SELECT count(*) FROM PRS p JOIN BEN b ON b.PSA = b.PSA AND b.RNG = b.RNG": "sql_join_condition",
    "SELECT count(*) FROM PRS p JOIN BEN b ON upper(p.PSA) = b.PSA AND p.RNG = b.RNG": "sql_join_condition",
    "SELECT count(*) FROM PRS p JOIN BEN b USING (PSA)": "sql_join_key",
    "SELECT count(*) FROM PRS p JOIN BEN b USING (RNG)": "sql_join_key",
    "SELECT count(*) FROM PRS p JOIN PHA h USING (FLX)": "sql_join_key",
    "SELECT count(*) FROM PRS p JOIN BEN b ON p.NAT = b.SEX": "sql_join_key",
    "SELECT count(*) FROM PRS p JOIN BEN b ON p.PSA = b.IDT AND p.RNG = b.RNG": "sql_join_key",
    "SELECT count(*) FROM PHA h JOIN BEN b ON h.NUM = b.RNG": "sql_join_no_key",
    "SELECT count(*) FROM PRS p JOIN OTHER o ON p.PSA = o.X": "sql_join_no_key",
    f"SELECT count(*) {LINES} JOIN DRUG d ON h.CIP = d.CIP": "sql_join_reference",
    f"SELECT count(*) {LINES} JOIN DRUG d ON h.CIP = d.ATC": "sql_join_reference",
    f"SELECT count(*) {LINES} JOIN DRUG d ON h.CIP = d.CIP AND h.CIP = d.LAB AND h.CIP = d.ATC": "sql_join_condition",
    "SELECT count(*) FROM PRS p JOIN DAY_V d USING (DAY)": "sql_join_class",
    "SELECT count(*) FROM BEN b JOIN DPT_V d ON b.COM = d.CODE": "sql_join_class",
    "SELECT count(*) FROM BEN b JOIN DPT_V d ON b.PSA = d.CODE": "sql_join_class",
    "SELECT count(*) FROM BEN b JOIN DPT_V d ON b.SEX = d.CODE": "sql_join_types",
    "SELECT count(*) FROM PRS p JOIN BEN b USING (PSA, NOPE)": "sql_unknown_column",
}

EXPRESSIONS = {
    "getenv('HOME') = 'x'": "sql_function",
    "random() < 0.5": "sql_function",
    "current_date > DAY": "sql_function",
    "now() > DAY": "sql_function",
    "error('x')": "sql_function",
    "regexp_matches('a', 'b')": "sql_function",
    "repeat('x', 1000000) = 'x'": "sql_function",
    "current_setting('threads') = 1": "sql_function",
    "hash(NAT) = 1": "sql_function",
    "strftime(DAY, '%Y') = '2022'": "sql_function",
    "count(*) > 1": "sql_aggregate_place",
    "sum(NAT) OVER () > 1": "sql_window",
    "NAT = $1": "sql_construct",
    "NAT = ?": "sql_construct",
    "[NAT][1] = 1": "sql_construct",
    "{'a': NAT}.a = 1": "sql_construct",
    "NAT = ANY ([1])": "sql_nested",
    "CAST(NAT AS INTEGER[]) IS NULL": "sql_construct",
    "CAST(NAT AS BLOB) IS NULL": "sql_construct",
    "date_trunc('hour', DAY) = DAY": "sql_construct",
    "extract(epoch FROM DAY) = 1": "sql_construct",
    "PSA = 'p00001'": "sql_identifier_used",
    "\"psa\" LIKE 'p%'": "sql_identifier_used",
    "RNG = 1": "sql_identifier_used",
    "DOC = 'd1'": "sql_identifier_used",
    "NUM IN (1, 2)": "sql_identifier_used",
    "coalesce(PSA, 'x') = 'x'": "sql_identifier_used",
    "(NAT = 1) OR (PSA IS NULL)": "sql_identifier_used",
    "NAT IN (@, 2)": "sql_function",
    "NAT = 1 OR SPE = 2": "sql_several_columns",
    "NAT <> SPE": "sql_several_columns",
    "NAT * 10 + SPE <> 13": "sql_several_columns",
    "CASE NAT WHEN 1 THEN SPE = 1 ELSE true END": "sql_several_columns",
    "NOT (NAT = 1 AND SPE = 2)": "sql_several_columns",
    "year(DAY) * 10 - SPE <> 20211": "sql_several_columns",
    f"{HIDDEN_CASE} - NAT = 1": "sql_several_columns",
    f"{HIDDEN_CASE} - year(DAY) = 1": "sql_several_columns",
    f"year(DAY) - {HIDDEN_CASE} = 1": "sql_several_columns",
}


@pytest.mark.parametrize(("sql", "code"), [*SHAPES.items(), *SOURCES.items(), *JOINS.items()])
def test_a_query_of_another_shape_is_refused_with_its_own_reason(sql: str, code: str) -> None:
    """Each thing that cannot be verified has its own refusal, so that people know what to change."""
    assert refusal_of(sql).code == code


@pytest.mark.parametrize(("condition", "code"), EXPRESSIONS.items())
def test_a_condition_may_use_only_what_is_on_the_list(condition: str, code: str) -> None:
    """A condition of unknown functions, of identifiers or of several columns at once is refused."""
    assert refusal_of(f"SELECT count(*) FROM PRS WHERE {condition}").code == code


@pytest.mark.parametrize(
    ("sql", "code"),
    {
        "SELECT NAT FROM PRS GROUP BY ALL": "sql_no_measure",
        "SELECT NAT, count(*) FROM PRS": "sql_group_missing",
        "SELECT NAT, SPE, count(*) FROM PRS GROUP BY NAT": "sql_group_missing",
        "SELECT NAT, count(*) FROM PRS GROUP BY NAT, SPE": "sql_group_not_shown",
        "SELECT NAT, count(*) FROM PRS GROUP BY NAT, PSA": "sql_group_not_shown",
        "SELECT NAT, count(*) FROM PRS GROUP BY 2": "sql_group_not_shown",
        "SELECT NAT, count(*) FROM PRS GROUP BY 9": "sql_group_not_shown",
        "SELECT NAT, count(*) FROM PRS GROUP BY 0": "sql_group_not_shown",
        "SELECT NAT AS n, count(*) AS N FROM PRS GROUP BY ALL": "sql_output_name",
        "SELECT NAT AS \"=cmd|' /C calc'\", count(*) FROM PRS GROUP BY ALL": "sql_output_name",
        'SELECT NAT AS "name\n", count(*) FROM PRS GROUP BY ALL': "sql_output_name",
        'SELECT NAT AS "__rows", count(*) FROM PRS GROUP BY ALL': "sql_output_name",
        f'SELECT NAT AS "{"a" * 65}", count(*) FROM PRS GROUP BY ALL': "sql_output_name",
        "SELECT NAT, SPE, year(DAY) a, month(DAY) b, quarter(DAY) c, count(*) FROM PRS GROUP BY ALL": (
            "sql_too_many_dimensions"
        ),
        "SELECT COM, count(*) FROM BEN GROUP BY ALL": "sql_identifier_dimension",
        "SELECT left(COM, 2), count(*) FROM BEN GROUP BY ALL": "sql_identifier_dimension",
        "SELECT count(DISTINCT b.IDT) FROM PRS p LEFT JOIN BEN b USING (PSA, RNG)": "sql_count_left",
        "SELECT count(DISTINCT p.PFS) FROM BEN b LEFT JOIN PRS p USING (PSA, RNG)": "sql_count_left",
        "SELECT count(DISTINCT p.PSA) AS a, count(DISTINCT b.IDT) AS b FROM PRS p JOIN BEN b USING (PSA, RNG)": (
            "sql_measure_twice"
        ),
        "SELECT sum(EUR) AS a, sum(EUR) AS b FROM PRS": "sql_measure_twice",
        "SELECT avg(EUR) AS a, round(avg(EUR), 1) AS b FROM PRS": "sql_measure_twice",
        "SELECT sum(h.DOSE) FROM PHA h": "sql_sum_inexact",
        "SELECT sum(h.WEIGHT) FROM PHA h": "sql_sum_unbounded",
        "SELECT sum(p.EUR) FROM PRS p JOIN PHA h USING (FLX, NUM)": "sql_sum_joined",
        "SELECT sum(p.EUR) FROM PRS p LEFT JOIN PHA h USING (FLX, NUM)": "sql_sum_joined",
        "SELECT avg(p.EUR) FROM BEN b JOIN PRS p USING (PSA, RNG) JOIN PRS q USING (PSA, RNG)": "sql_sum_joined",
        "SELECT median(p.EUR) FROM PHA h JOIN PRS p USING (FLX, NUM)": "sql_sum_joined",
        "SELECT sum(h.QTY) FROM PHA h JOIN PRS p USING (FLX, NUM) JOIN PHA g USING (FLX, NUM)": "sql_sum_joined",
        f"SELECT {', '.join(f'quantile_cont(EUR, 0.0{n}) AS q{n}' for n in range(11, 25))} FROM PRS": (
            "sql_too_many_measures"
        ),
        "SELECT count(DISTINCT d.CIP) FROM PHA h JOIN DRUG d ON d.CIP = h.CIP AND d.LAB = h.CIP": "sql_count_column",
        "SELECT SEX AS PSA, count(DISTINCT PSA) FROM BEN GROUP BY PSA HAVING true": "sql_having",
    }.items(),
)
def test_the_result_must_be_cells_of_counts(sql: str, code: str) -> None:
    """What comes out is the combinations of the dimensions shown, and counts: no more, no less."""
    assert refusal_of(sql).code == code


@pytest.mark.parametrize("pair", ["year(p.DAY) - b.BIRTH::INT", "datediff('year', b.DEATH, p.DAY)"])
def test_an_age_is_no_dimension_where_a_table_is_joined_with_itself(pair: str) -> None:
    """Twins of a table can demand care in each of two years; then one age is the total of two others."""
    joins = "FROM BEN b JOIN PRS p USING (PSA, RNG) JOIN PRS q USING (PSA, RNG) JOIN PRS r USING (PSA, RNG)"
    demanded = "year(q.DAY) = 2022 AND year(r.DAY) = 2023 AND b.BIRTH IN ('1950', '1951')"
    refusal = refusal_of(f"SELECT {pair} AS age, count(DISTINCT b.IDT) {joins} WHERE {demanded} GROUP BY ALL")
    assert refusal.code == "sql_pair_read_twice"
    assert refusal.fields["what"] == "PRS"


def test_a_refusal_points_to_the_place_and_says_what_to_write() -> None:
    """Line and column are those of the word concerned, and close names are offered."""
    refusal = refusal_of("SELECT NAT,\n  SPEE, count(*)\nFROM PRS GROUP BY ALL")
    assert refusal.fields == {"line": "2", "column": "3", "what": "SPEE", "known": "SPE"}
    assert "SPE" in refusal.next_step.fr


def test_a_join_that_lacks_a_column_names_it() -> None:
    """People see which columns are missing and the whole key to copy."""
    refusal = refusal_of("SELECT count(*) FROM PRS p JOIN BEN b USING (PSA)")
    assert refusal.fields["missing"] == "RNG"
    assert refusal.fields["known"] == "PSA, RNG"


def test_a_text_that_is_too_long_is_not_even_read() -> None:
    """The bound on length comes first."""
    assert refusal_of("SELECT " + "x" * small_world.LONGEST_SQL).code == "sql_too_long"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT " + "(" * 5000,
        "SELECT " + "NOT " * 3000 + "1",
        "SELECT " + "CASE " * 3000,
        "SELECT " + "- " * 3000 + "1",
        "SELECT 1" + "::INT" * 3000,
        "SELECT 1" + "+1" * 6000,
        "SELECT x" + ".x" * 5000,
        "SELECT a" + "[1]" * 3000,
        "SELECT count(*) FROM PRS WHERE " + " OR ".join(["NAT = 1"] * 900),
    ],
    ids=["brackets", "not", "case", "minus", "casts", "sums", "dots", "indices", "or"],
)
def test_a_text_that_nests_for_ever_is_refused(sql: str) -> None:
    """No text brings the parser or the checks to the end of their stack."""
    assert refusal_of(sql).code == "sql_too_deep"


LONG = f"least({', '.join(f'SPE + {i}' for i in range(300))})"


def test_a_short_text_does_not_mean_a_huge_query() -> None:
    """An alias in WHERE stands for its expression: used often enough, five pages would mean gigabytes."""
    refusal = refusal_of(f"SELECT {LONG} AS a, count(*) FROM PRS WHERE a IN ({', '.join(['a'] * 900)}) GROUP BY ALL")
    assert refusal.code == "sql_alias_too_often"
    assert refusal.fields["what"] == "a"


@pytest.mark.timeout(10)
@pytest.mark.parametrize("clause", ["GROUP BY ALL, ", "GROUP BY ALL ORDER BY "])
def test_long_lists_beside_a_long_dimension_are_read_at_once(clause: str) -> None:
    """Each name in GROUP BY and ORDER BY is compared with texts that are written once."""
    sql = f"SELECT {LONG} AS a, NAT AS q, count(*) FROM PRS {clause}{', '.join(['NAT'] * 1200)}"
    plan_query(small_world.catalogue(), small_world.project(), small_world.profile(), sql, len(sql))


def test_every_wording_names_its_fields_in_both_languages() -> None:
    """A refusal reads completely in French and in English."""
    refusal = refusal_of("SELECT DAY, count(*) FROM PRS GROUP BY ALL")
    assert "DAY" in refusal.reason.fr
    assert "DAY" in refusal.reason.en
    assert "date_trunc('month', DAY)" in refusal.next_step.en
