"""ROLLUP, CUBE and GROUPING SETS in a private question: what is asked of the data, what is shown, what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from ecluse_platform.core.policy.privacy import Margins
from ecluse_platform.core.privacy.margins import Expected, check_groupings, expected
from ecluse_platform.core.privacy.plan import plan_private
from ecluse_platform.core.privacy.precision import half_widths
from ecluse_platform.core.privacy.query import PrivateQuery
from ecluse_platform.core.refusals import Refusal
from private_world import PROJECT, ask, planned, policies

SELECT = "select BEN_SEX_COD s, BEN_RES_DPT d, count(*) n from IR_BEN_R group by "
ALL, BY_S, BY_D, NONE = (True, True), (True, False), (False, True), (False, False)
KEYS: dict[str, Any] = {"keys": {"d": ("075", "077", "2A")}, "cells": 1, "rows": 1}


def by(group: str, **more: Any) -> PrivateQuery:
    """Plan a count by sex and département."""
    return planned(SELECT + group, **{**KEYS, **more})


@pytest.mark.parametrize(
    ("group", "shown"),
    [
        ("rollup (s, d)", (ALL, BY_S, NONE)),
        ("rollup (2, 1)", (ALL, BY_D, NONE)),
        ("ROLLUP ((BEN_SEX_COD, d))", (ALL, NONE)),
        ("cube (1, d)", (ALL, BY_S, BY_D, NONE)),
        ("s, rollup (d)", (ALL, BY_S)),
        ("rollup (s), rollup (d)", (ALL, BY_S, BY_D, NONE)),
        ("grouping sets ((), (s, d), d)", (ALL, BY_D, NONE)),
        ("grouping sets ((d), (s))", (BY_S, BY_D)),
        ("grouping sets ((s, d))", ()),
        ("all", ()),
    ],
)
def test_the_finest_grouping_is_asked_and_the_others_are_made_of_it(group: str, shown: object) -> None:
    """Whatever is written, it is the question of the plain GROUP BY: the same is read, drawn, stored and paid once."""
    query, plain = by(group), by("1, 2")
    assert query.groupings == shown
    assert query.model_copy(update={"groupings": ()}) == plain
    assert query.fingerprint == plain.fingerprint == by("d, s").fingerprint


def test_a_question_without_dimensions_has_one_cell() -> None:
    """Its total is that cell, whichever way it is written."""
    query = planned("select count(*) n from IR_BEN_R group by grouping sets (())")
    assert query.groupings == ()
    assert query.fingerprint == planned("select count(*) n from IR_BEN_R").fingerprint


def test_a_written_dimension_is_found_by_what_it_means() -> None:
    """An expression, its name and its place are one."""
    select = "select left(BEN_RES_DPT, 2) z, BEN_SEX_COD s, count(*) n from IR_BEN_R group by "
    for group in ("rollup (left(BEN_RES_DPT, 2), s)", "rollup (z, BEN_SEX_COD)", "rollup (1, 2)"):
        assert planned(select + group).groupings == (ALL, BY_S, NONE)


@pytest.mark.parametrize(
    ("code", "select", "group"),
    [
        ("sql_set_twice", "", "grouping sets ((s, d), (BEN_RES_DPT, 1))"),
        ("sql_set_twice", "", "s, rollup (s, d)"),
        ("sql_set_twice", "", "all, rollup (s)"),
        ("sql_set_nested", "", "grouping sets ((s, d), cube (s))"),
        ("sql_totals", "", "s, d with rollup"),
        ("private_dimension_not_grouped", "", "rollup (s)"),
        ("private_dimension_hidden", "", "rollup (s, d, BEN_NAI_ANN)"),
        (
            "private_margin_not_additive",
            "select PSP_SPE_COD s, avg(PRS_PAI_MNT) n from ER_PRS_F group by ",
            "rollup (s)",
        ),
        (
            "private_margin_not_additive",
            "select BEN_SEX_COD s, count(distinct BEN_RES_DPT) n from IR_BEN_R group by ",
            "rollup (s)",
        ),
        ("private_too_many_cells", "", f"cube ({', '.join(['s'] * 60)})"),
    ],
)
def test_what_has_no_margins_is_refused(code: str, select: str, group: str) -> None:
    """With its own reason, before anything is paid."""
    given = {} if select else KEYS
    with pytest.raises(Refusal) as refused:
        planned((select or SELECT) + group, **given)
    assert refused.value.code == code


def test_persons_add_up_where_each_is_in_one_cell() -> None:
    """By inference or by a bound that the question chooses; else somebody would count twice."""
    sql = "select {what} k, count(distinct p.BEN_NIR_PSA) n from ER_PRS_F p group by rollup (1)"
    with pytest.raises(Refusal) as refused:
        planned(sql.format(what="PSP_SPE_COD"))
    assert refused.value.code == "private_margin_persons"
    assert planned(sql.format(what="PSP_SPE_COD"), cells=1).groupings == ((True,), (False,))
    # A grouping that is the finest is no margin.
    planned(sql.format(what="PSP_SPE_COD").replace("rollup (1)", "grouping sets ((1))"))


def test_no_answer_has_more_rows_than_the_policy_says() -> None:
    """Margins are counted before they are made: 400 cells, and 41 sums of them."""
    held, keys = policies(), {"s": tuple(range(20)), "d": tuple(map(str, range(20)))}
    for most, group in ((400, "s, d"), (441, "cube (s, d)")):
        profile = held.privacy["snds"].model_copy(update={"most_cells": most})
        plan_private(held.catalogue, held.projects[PROJECT], profile, SELECT + group, 20_000, ask(keys=keys))
    profile = held.privacy["snds"].model_copy(update={"most_cells": 440})
    with pytest.raises(Refusal) as refused:
        plan_private(held.catalogue, held.projects[PROJECT], profile, SELECT + "cube (s, d)", 20_000, ask(keys=keys))
    assert (refused.value.code, refused.value.fields["cells"]) == ("private_too_many_cells", "441")


def test_where_the_policy_opens_no_margins_the_refusal_names_it() -> None:
    """A plain question is asked as before."""
    held = policies()
    closed = held.privacy["snds"].model_copy(update={"margins": Margins.NONE})
    arguments = (held.catalogue, held.projects[PROJECT], closed)
    plan_private(*arguments, SELECT + "all", 20_000, ask(**KEYS))
    for group in ("rollup (s, d)", "cube (s, d)", "grouping sets ((s, d))", "s, d with totals"):
        with pytest.raises(Refusal) as refused:
            plan_private(*arguments, SELECT + group, 20_000, ask(**KEYS))
        assert refused.value.code == "private_outer_margins"
        assert "margins: none" in refused.value.reason.en
        assert "table.margins(" in refused.value.next_step.en


def test_the_label_of_a_total_is_nobody_s_category() -> None:
    """A category that asks to be written like the total is refused before it is paid for."""
    rules = policies().disclosure["snds"]
    check_groupings(by("all", keys={"d": ("075", "Total")}), rules)
    with pytest.raises(Refusal) as refused:
        check_groupings(by("rollup (s, d)", keys={"d": ("075", "Total")}), rules)
    assert (refused.value.code, refused.value.fields["dimension"]) == ("private_total_label", "d")


def test_no_answer_has_more_groupings_than_a_table_can_have() -> None:
    """As many as the dimensions that the project's rules let a table have."""
    rules = policies().disclosure["snds"]
    with pytest.raises(Refusal) as refused:
        check_groupings(by("cube (s, d)"), rules.model_copy(update={"max_dimensions": 1}))
    assert refused.value.code == "private_too_many_groupings"


def test_how_precise_margins_would_be_is_known_before_anything_is_asked() -> None:
    """The root of how many cells a margin sums, times how far noise takes one; unknown keys make it unknown."""
    profile = policies().privacy["snds"]
    query = by("grouping sets ((s, d), (s), ())", keys={"d": ("a", "b", "c"), "s": (1, 2, 9)})
    half = half_widths(query, profile)["n"]
    assert half is not None
    by_sex, whole = expected(query, profile)
    assert by_sex == Expected(("s",), 3, {"n": (half * half * 3).sqrt().to_integral_value("ROUND_UP")})
    assert whole == Expected((), 9, {"n": half * 3})
    unknown = planned("select left(BEN_RES_DPT, 1) z, count(*) n from IR_BEN_R group by rollup (z)")
    assert expected(unknown, profile) == (Expected((), None, {"n": None}),)
