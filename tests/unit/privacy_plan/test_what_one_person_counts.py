from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from ecluse_platform.core.privacy.query import Combine, OutputKind, PrivateQuery
from ecluse_platform.core.refusals import Refusal
from private_world import bounds, golden, planned, policies

TEN = {"q": (Decimal(0), Decimal(10), Decimal(20))}


def shape(query: PrivateQuery) -> list[tuple[OutputKind, tuple[Combine, ...]]]:
    """Return what each output is made of."""
    combine = {vector.name: vector.combine for vector in query.vectors}
    return [(output.kind, tuple(combine[name] for name in output.of)) for output in query.outputs]


@pytest.mark.parametrize(
    ("aggregate", "kind", "combine"),
    [
        ("count(distinct BEN_NIR_PSA)", OutputKind.PERSONS, [Combine.ANY]),
        ("count(distinct case when DPN_QLF = 71 then BEN_NIR_PSA end)", OutputKind.PERSONS, [Combine.ANY]),
        ("count(distinct BEN_NIR_PSA) filter (where DPN_QLF = 71)", OutputKind.PERSONS, [Combine.ANY]),
        ("count(*)", OutputKind.ROWS, [Combine.ADD]),
        ("count(DPN_QLF)", OutputKind.ROWS, [Combine.ADD]),
        ("count_if(DPN_QLF = 71)", OutputKind.ROWS, [Combine.ADD]),
        ("sum(PRS_PAI_MNT)", OutputKind.SUM, [Combine.ADD]),
        ("sum(sign(PRS_ACT_QTE))", OutputKind.SUM, [Combine.ADD]),
        ("round(avg(PRS_PAI_MNT), 1)", OutputKind.MEAN, [Combine.ADD] * 2),
        ("stddev(PRS_PAI_MNT)", OutputKind.DEVIATION, [Combine.ADD] * 3),
        ("count(distinct PSP_SPE_COD)", OutputKind.DISTINCT, [Combine.DISTINCT]),
        ("median(PRS_PAI_MNT)", OutputKind.QUANTILE, [Combine.ADD] * 2),
        ("quantile_cont(PRS_PAI_MNT, 0.9)", OutputKind.QUANTILE, [Combine.ADD] * 2),
        ("histogram(PRS_PAI_MNT)", OutputKind.HISTOGRAM, [Combine.ADD] * 2),
        (
            "1.0 * count(distinct BEN_NIR_PSA) filter (where DPN_QLF = 71) / count(distinct BEN_NIR_PSA)",
            OutputKind.PROPORTION,
            [Combine.ANY, Combine.NONE],
        ),
    ],
)
def test_every_aggregate_becomes_whole_numbers_of_a_person(
    aggregate: str, kind: OutputKind, combine: list[Combine]
) -> None:
    """Each shape of aggregate that an epidemiologist writes has its vectors."""
    given = {"edges": TEN} if kind in {OutputKind.QUANTILE, OutputKind.HISTOGRAM} else {}
    given |= {"bounds": bounds(q=(0, 100))} if kind is OutputKind.DEVIATION else {}
    query = planned(f"select {aggregate} q from ER_PRS_F", **given)
    assert shape(query) == [(kind, tuple(combine))]


def test_a_proportion_and_the_bins_of_a_histogram_are_measured_once() -> None:
    """What cannot both grow by one person shares one draw of noise."""
    share = "count(distinct BEN_NIR_PSA) filter (where DPN_QLF = 71) / count(distinct BEN_NIR_PSA) p"
    query = planned(
        f"select {share}, median(PRS_PAI_MNT) q, histogram(PRS_PAI_MNT) h from ER_PRS_F", edges={**TEN, "h": TEN["q"]}
    )
    assert [(len(m.vectors), m.disjoint) for m in query.measurements] == [(2, True), (2, True), (1, False)]


def test_equal_numbers_are_paid_for_once() -> None:
    """A mean and a standard deviation of the same column share their sums."""
    query = planned(
        "select avg(PRS_PAI_MNT) a, stddev(PRS_PAI_MNT) s from ER_PRS_F", bounds=bounds(a=(0, 100), s=(0, 100))
    )
    mean, deviation = query.outputs
    assert deviation.of[:2] == mean.of


def test_bounds_come_from_the_question_or_the_catalogue_never_from_data() -> None:
    """A sum without either is refused with the way forward."""
    sql = "select sum(n) s from (select BEN_NIR_PSA, sum(PRS_PAI_MNT) n from ER_PRS_F group by 1)"
    with pytest.raises(Refusal) as refused:
        planned(sql)
    assert refused.value.code == "private_bounds_missing"
    vector = planned(sql, bounds=bounds(s=(0, 500))).vectors[0]
    assert (vector.least, vector.most, vector.scale) == (0, 50_000, 2)
    catalogued = planned("select sum(PRS_PAI_MNT) s from ER_PRS_F").vectors[0]
    assert (catalogued.least, catalogued.most) == (-10_000_000, 10_000_000)


@pytest.mark.parametrize(("name", "cells", "rows"), [("b2", 1, 1), ("b3", 1, 1), ("b4", 1, 1), ("b5", 1, 1)])
def test_relations_of_one_row_per_person_need_no_bounds(name: str, cells: int, rows: int) -> None:
    """First events, diagnoses and follow-up: who is in one cell once is known from the query."""
    given = {"bounds": bounds(age_moy=(0, 110), age_sd=(0, 110))} if name == "b3" else {}
    query = planned(golden(name), **given)
    assert (query.cells, query.rows) == (cells, rows)


@pytest.mark.parametrize(
    "sql",
    [
        "select DCD_CIM_COD c, count(*) n from deces group by 1",
        (
            "select q, count(*) n from (select PRS_ACT_QTE q from ER_PRS_F qualify row_number() over (partition by "
            "BEN_NIR_PSA order by EXE_SOI_DTD) = 1) group by 1"
        ),
    ],
)
def test_first_rows_of_a_person_are_one_each(sql: str) -> None:
    """What keeps one row per person needs no bounds."""
    query = planned(sql)
    assert (query.cells, query.rows, query.clipped) == (1, 1, False)


def test_otherwise_the_usual_bounds_of_the_policy_hold_and_what_is_cut_is_counted() -> None:
    """How often one person counts is asked for, or taken from the profile."""
    sql = "select month(EXE_SOI_DTD) m, count(*) n from ER_PRS_F group by 1"
    profile = policies().privacy["snds"]
    query = planned(sql)
    assert (query.cells, query.rows, query.clipped) == (profile.usual_cells, profile.usual_rows, True)
    asked = planned(sql, cells=12, rows=3)
    assert (asked.cells, asked.rows) == (12, 3)


def test_known_categories_come_from_the_catalogue_the_calendar_and_the_text() -> None:
    """Codes, years, months, age bands and written categories are public, and cost no delta."""
    sql = (
        "select BEN_SEX_COD s, least(90, (2020 - BEN_NAI_ANN::int) // 10 * 10) a, BEN_CDI_NIR = '00' r, "
        "case when BEN_SEX_COD = 1 then 'm' else 'w' end c, count(distinct BEN_IDT_ANO) n from IR_BEN_R group by all"
    )
    query = planned(sql, delta=None)
    keys = {dimension.name: dimension.keys for dimension in query.dimensions}
    assert keys["a"] == tuple(range(0, 91, 10))
    assert keys["r"] == ("false", "true")
    assert keys["c"] == ("m", "w")
    assert {1, 2} <= set(keys["s"] or ())
    assert query.delta == 0


def test_departements_and_regions_are_public() -> None:
    """A table by département or région costs no delta, with the portal's codes; fewer are asked for by name."""
    sql = "select BEN_RES_DPT d, count(distinct BEN_IDT_ANO) n from IR_BEN_R group by 1"
    [departements] = planned(sql, delta=None).dimensions
    assert departements.keys is not None
    assert (len(departements.keys), {"001", "075", "201", "976"} <= set(departements.keys)) == (101, True)
    assert planned(sql, keys={"D": ("075", "201")}, delta=None).dimensions[0].keys == ("075", "201")
    joined = "IR_BEN_R join IR_DPT_V on BEN_RES_DPT = GEO_DPT_COD"
    [regions] = planned(f"select GEO_REG_COD r, count(*) n from {joined} group by 1", delta=None).dimensions
    assert regions.keys is not None
    assert (len(regions.keys), {11, 94, 1} <= set(regions.keys)) == (18, True)


def test_unknown_categories_are_given_or_found_at_the_price_of_delta() -> None:
    """Without either, the question is refused."""
    sql = "select BEN_NAI_ANN d, count(distinct BEN_IDT_ANO) n from IR_BEN_R group by 1"
    assert planned(sql, keys={"D": ("1950", "1951")}, delta=None).dimensions[0].keys == ("1950", "1951")
    found = planned(sql)
    assert found.dimensions[0].keys is None
    assert found.delta == Decimal("0.0000001")
    with pytest.raises(Refusal) as refused:
        planned(sql, delta=None)
    assert refused.value.code == "private_keys_missing"


def test_the_threshold_looks_at_persons() -> None:
    """A sum alone has no number of persons: one is measured for it."""
    query = planned("select BEN_RES_DPT d, sum(PRS_PAI_MNT) s from ER_PRS_F group by 1")
    counted = next(vector for vector in query.vectors if vector.name == query.counted)
    assert (counted.sql, counted.combine) == ("1", Combine.ANY)
    assert (query.counted,) in [measurement.vectors for measurement in query.measurements]


def test_a_star_means_the_same_in_every_process() -> None:
    """Columns stand in the catalogue's order: else a question would be another one after a restart, and paid again."""
    inner = planned("select count(*) n from (select * from T_MCO20B)").inner_sql
    known = [name.lower() for name in policies().catalogue.tables["T_MCO_B"].columns if name != "ANNEE"]
    places = [inner.index(f'."{name}"') for name in known if f'."{name}"' in inner]
    assert len(places) > 5
    assert places == sorted(places)


def test_the_same_question_has_the_same_fingerprint_whatever_its_spaces_and_letters() -> None:
    """A question that was answered is found again."""
    one = planned("select count(distinct BEN_IDT_ANO) n from IR_BEN_R")
    other = planned("SELECT  count(DISTINCT ben_idt_ano) AS n\nFROM ir_ben_r -- again")
    assert one.fingerprint == other.fingerprint


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"epsilon": Decimal(0)}, "private_epsilon"),
        ({"epsilon": Decimal(-1)}, "private_epsilon"),
        ({"epsilon": Decimal("2.000000001")}, "private_epsilon"),
        ({"delta": Decimal("0.1")}, "private_delta"),
        ({"delta": Decimal(0)}, "private_delta"),
        ({"cells": 0}, "private_contribution"),
        ({"rows": 101}, "private_contribution"),
        ({"edges": {"n": (Decimal(1), Decimal(1))}}, "private_edges_order"),
        ({"bounds": bounds(m=(0, 1))}, "private_unknown_output"),
        ({"keys": {"d": ("1",)}}, "private_unknown_output"),
        ({"keys": {"s": ("one",)}}, "private_keys_type"),
        ({"keys": {"s": tuple(range(5000)), "c": tuple(map(str, range(50)))}}, "private_too_many_cells"),
    ],
)
def test_bad_bounds_are_refused_with_the_limit(given: dict[str, Any], code: str) -> None:
    """Nothing is planned, read or charged."""
    with pytest.raises(Refusal) as refused:
        planned("select BEN_SEX_COD s, BEN_CDI_NIR c, count(*) n from IR_BEN_R group by all", **given)
    assert refused.value.code == code


def test_sums_that_would_not_fit_are_refused() -> None:
    """Money of a whole country within bounds that nobody needs."""
    with pytest.raises(Refusal) as refused:
        planned("select sum(PRS_PAI_MNT) s from ER_PRS_F", bounds=bounds(s=(0, 10**12)), rows=100)
    assert refused.value.code == "private_sum_too_large"
