"""Before 2016 some deaths of the self-employed are not in the beneficiaries' data: who relies on it counts too few."""

from __future__ import annotations

import duckdb
import pytest

from ecluse_platform.synth import Settings, generate


@pytest.fixture(scope="module")
def deaths(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[bool, bool], tuple[int, int]]:
    """Matched deaths, and those among them that IR_BEN_R tells, by scheme and by whether they are of 2016."""
    folder = tmp_path_factory.mktemp("source")
    generate(Settings(9000, 2015, 2016, 7), folder, lambda _: None)
    read = {t: f"read_parquet('{folder}/{t}/**/*.parquet', hive_partitioning=false)" for t in ("KI_CCI_R", "IR_BEN_R")}
    rows = duckdb.sql(
        "SELECT b.ORG_AFF_BEN LIKE '03A%', year(k.BEN_DCD_DTE) = 2016, count(*), "
        "count(*) FILTER (b.BEN_DCD_DTE = k.BEN_DCD_DTE AND b.BEN_DCD_AME <> '160001') "
        f"FROM {read['KI_CCI_R']} k JOIN {read['IR_BEN_R']} b USING (BEN_IDT_ANO) GROUP BY ALL"
    ).fetchall()
    return {(bool(own), bool(late)): (int(died), int(told)) for own, late, died, told in rows}


def test_some_deaths_of_the_self_employed_are_untold_before_2016(
    deaths: dict[tuple[bool, bool], tuple[int, int]],
) -> None:
    """About half of them have no date of death, as the living have none."""
    died, told = deaths[True, False]
    assert 0 < told < died


@pytest.mark.parametrize("told_in_full", [(True, True), (False, True), (False, False)])
def test_all_other_deaths_are_told(
    deaths: dict[tuple[bool, bool], tuple[int, int]], told_in_full: tuple[bool, bool]
) -> None:
    """The general scheme's always were, the self-employed's are since 2016."""
    died, told = deaths[told_in_full]
    assert 0 < told == died
