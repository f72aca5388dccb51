"""A stored answer under rules that changed: more of it may be hidden, and nothing comes back."""

from __future__ import annotations

from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.privacy.answer import private_csv
from ecluse_platform.core.privacy.ask import PrivacyAsk
from ecluse_platform.core.privacy.hiding import hidden_under
from ecluse_platform.core.privacy.query import PrivateQuery
from ecluse_platform.egress.services.drafts import plan_private_query
from ecluse_platform.policyfiles import load_policies
from made_private import answer_to
from policy_folder import DEMO

BUNDLE = load_policies(DEMO)
PROJECT = BUNDLE.projects["diabete-idf"]
RULES = BUNDLE.profile_of(PROJECT)
SQL = "SELECT BEN_SEX_COD, {count} AS n FROM IR_BEN_R GROUP BY BEN_SEX_COD"


def query(count: str = "COUNT(DISTINCT BEN_NIR_PSA)") -> PrivateQuery:
    """Return a private count by sex."""
    return plan_private_query(BUNDLE, PROJECT, SQL.format(count=count), PrivacyAsk.model_validate({"epsilon": "1"}))


def rules(**changed: object) -> DisclosureProfile:
    """Return the rules that ship, some of them changed."""
    return RULES.model_copy(update=changed)


def test_the_same_rules_change_nothing() -> None:
    """Neither what is shown nor what is hidden."""
    asked = query()
    table = answer_to(asked, BUNDLE.privacy["snds"], RULES, (5, 12, 40, 90))
    assert hidden_under(table, asked, RULES) == table


def test_a_higher_threshold_hides_more_and_a_lower_one_shows_no_more() -> None:
    """What was hidden is not in the answer any more; the mark is today's."""
    asked = query()
    table = answer_to(asked, BUNDLE.privacy["snds"], RULES, (5, 12, 40, 90))
    higher = hidden_under(table, asked, rules(threshold_persons=41, mark="x"))
    assert [row.counted for row in higher.rows] == [None, None, None, 90]
    assert "x,x,x" in private_csv(higher)
    lower = hidden_under(table, asked, rules(threshold_persons=2))
    assert [row.counted for row in lower.rows] == [None, 12, 40, 90]
    assert lower.least == table.least


def test_rows_have_a_threshold_of_their_own() -> None:
    """Where a cell is counted in persons and shown in rows, both thresholds hold."""
    asked = query("COUNT(*)")
    table = answer_to(asked, BUNDLE.privacy["snds"], RULES, (5, 12, 40, 90))
    many = hidden_under(table, asked, rules(threshold_rows=50))
    assert [row.figures[0] is not None for row in many.rows] == [False, False, False, True]
    assert [row.counted for row in many.rows] == [None, None, None, 90]


def test_so_have_distinct_values_also_in_answers_from_before_they_had_one() -> None:
    """They are held to the threshold of rows, whatever the stored answer says."""
    asked = query("COUNT(DISTINCT BEN_RES_DPT)")
    table = answer_to(asked, BUNDLE.privacy["snds"], RULES, (5, 12, 40, 90))
    before = table.model_copy(update={"columns": tuple(c.model_copy(update={"least": None}) for c in table.columns)})
    assert hidden_under(before, asked, RULES) == table
    many = hidden_under(before, asked, rules(threshold_rows=50))
    assert [row.counted for row in many.rows] == [None, None, None, 90]
