from __future__ import annotations

from typing import Any

import pytest

from ecluse_platform.core.disclosure.query import Kind, Unit
from ecluse_platform.core.disclosure.tabular.checking import Declared, read_declared
from ecluse_platform.core.disclosure.tabular.spec import TableSpec
from ecluse_platform.core.disclosure.tabular.trees import MOST_CATEGORIES
from ecluse_platform.core.refusals import Refusal

REGION: dict[str, Any] = {"name": "region", "total": "Total"}
COUNT = {"name": "n", "unit": "person"}
COST = {"name": "cost", "count": "n", "largest": "first", "second": "second"}
SOUND = {"region": ["north", "south", "Total"], "n": ["30", "12", "42"]}


def spec(**others: Any) -> TableSpec:
    """Return the description of a table of persons by région, with other parts in place of its own."""
    return TableSpec.model_validate({"dimensions": (REGION,), "counts": (COUNT,), **others})


def read(columns: dict[str, list[str]], **others: Any) -> Declared:
    """Check a table against its description."""
    return read_declared(spec(**others), columns, "Total")


def refused(columns: dict[str, list[str]], **others: Any) -> Refusal:
    """Return the refusal that a table meets."""
    with pytest.raises(Refusal) as caught:
        read(columns, **others)
    return caught.value


def test_a_sound_table_is_read_exactly() -> None:
    """Lines become cells; the total of the file is the total of the dimension."""
    declared = read(SOUND)
    assert declared.layout.dimensions[0].categories == ("north", "south", "Total")
    assert declared.statistics.persons[declared.cells].tolist() == [30, 12, 42]
    assert declared.layout.published.all()
    assert declared.layout.is_product


def test_lines_may_come_in_any_order() -> None:
    """The layout is in its own order; each line finds its cell again."""
    declared = read({"region": ["Total", "south", "north"], "n": ["42", "12", "30"]})
    assert declared.statistics.persons[declared.cells].tolist() == [42, 12, 30]
    assert declared.layout.is_product


def test_amounts_are_whole_in_their_smallest_unit() -> None:
    """12.50 and 7 are 1250 and 700 hundredths; the largest contributions share the unit."""
    columns = {**SOUND, "cost": ["12.50", "7", "19.5"], "first": ["8", "7", "8"], "second": ["1.25", "0", "7"]}
    found = read(columns, magnitudes=(COST,))
    amount = found.statistics.sums["column cost"]
    assert (amount.scale, amount.total[found.cells].tolist()) == (2, [1250, 700, 1950])
    assert amount.largest[Unit.PERSONS][found.cells].tolist() == [[800, 125], [700, 0], [800, 700]]
    assert [(m.name, m.kind) for m in found.measures] == [("n", Kind.COUNT), ("cost", Kind.SUM)]


def test_margins_that_are_missing_are_worked_out_and_stay_unpublished() -> None:
    """They tie the cells together all the same."""
    declared = read({"region": ["north", "south"], "n": ["30", "12"]})
    assert declared.layout.published.tolist() == [True, True, False]
    assert declared.statistics.persons.tolist() == [30, 12, 42]


def test_a_hierarchy_is_a_tree_with_its_groups_worked_out() -> None:
    """Départements in régions, régions in the total; a région without a line of its own is unpublished."""
    tree = {**REGION, "hierarchy": {"R1": ("01", "02"), "R2": ("03",)}}
    columns = {"region": ["01", "02", "03", "R1", "Total"], "n": ["5", "6", "7", "11", "18"]}
    declared = read(columns, dimensions=(tree,))
    (dimension,) = declared.layout.dimensions
    named = dict(zip(dimension.categories, dimension.parents, strict=True))
    assert dimension.categories[named["01"]] == "R1"
    unpublished = declared.layout.codes[~declared.layout.published][:, 0]
    assert [dimension.categories[code] for code in unpublished] == ["R2"]
    assert declared.statistics.persons[~declared.layout.published].tolist() == [7]


def test_cells_that_are_missing_are_nobody() -> None:
    """A combination without a line is structurally empty, not an error, where the margins agree."""
    sex = {"name": "sex", "total": "Total"}
    columns = {
        "region": ["north", "north", "Total", "Total", "north", "south", "south", "Total"],
        "sex": ["w", "m", "w", "m", "Total", "w", "Total", "Total"],
        "n": ["5", "6", "9", "6", "11", "4", "4", "15"],
    }
    assert read(columns, dimensions=(REGION, sex)).layout.size == 8


def test_one_cell_is_a_table() -> None:
    """A single line is read, with its total beside it."""
    assert read({"region": ["north"], "n": ["30"]}).layout.size == 2


@pytest.mark.parametrize(
    ("columns", "others", "code", "fields"),
    [
        ({"n": ["1"]}, {}, "table_column_missing", {"column": "region"}),
        ({"region": [], "n": []}, {}, "table_no_cells", {}),
        ({**SOUND, "n": ["30", "-1", "29"]}, {}, "table_count_negative", {"line": "3", "column": "n"}),
        ({**SOUND, "n": ["30", "1.5", "31.5"]}, {}, "table_count_fraction", {"line": "3"}),
        ({**SOUND, "n": ["30", "nan", "30"]}, {}, "table_not_a_number", {"line": "3"}),
        ({**SOUND, "n": ["inf", "1", "30"]}, {}, "table_not_a_number", {"line": "2"}),
        ({**SOUND, "n": ["30", "", "30"]}, {}, "table_not_a_number", {"line": "3"}),
        ({**SOUND, "n": ["30", "c", "30"]}, {}, "table_not_a_number", {"line": "3"}),
        ({**SOUND, "n": ["9" * 30, "1", "30"]}, {}, "table_number_too_large", {"line": "2"}),
        ({**SOUND, "n": ["30", "12", "43"]}, {}, "table_margin_differs", {"dimension": "region", "line": "4"}),
        ({"region": ["a", "b", "a"], "n": ["1", "2", "3"]}, {}, "table_duplicate_cells", {"first": "2", "second": "4"}),
        (
            {"region": ["north", "Total"], "n": ["30", "12"]},
            {"dimensions": ({"name": "region"},)},
            "table_label_is_total",
            {"dimension": "region", "label": "Total"},
        ),
        (
            SOUND,
            {"dimensions": ({**REGION, "hierarchy": {"a": ("b",), "b": ("a",)}},)},
            "table_tree_cycle",
            {"dimension": "region"},
        ),
        (
            SOUND,
            {"dimensions": ({**REGION, "hierarchy": {"a": ("north",), "b": ("north",)}},)},
            "table_tree_two_parents",
            {"category": "north"},
        ),
        (
            SOUND,
            {"dimensions": ({**REGION, "hierarchy": {"Total": ("north", "south")}},)},
            "table_label_is_total",
            {"label": "Total"},
        ),
        (SOUND, {"counts": ({"name": "n", "unit": "event"},)}, "table_no_persons", {}),
        (SOUND, {"counts": (COUNT, COUNT)}, "table_column_twice", {"column": "n"}),
        (
            {"region": [str(n) for n in range(100_000)], "n": ["20"] * 100_000},
            {},
            "table_too_many_categories",
            {"most": str(MOST_CATEGORIES)},
        ),
        (
            {**SOUND, "cost": ["5", "5", "10"], "first": ["4", "6", "6"], "second": ["1", "0", "4"]},
            {"magnitudes": (COST,)},
            "table_contributors",
            {"line": "3"},
        ),
        (
            {**SOUND, "cost": ["5", "5", "1e30"], "first": ["4", "4", "4"], "second": ["1", "0", "4"]},
            {"magnitudes": (COST,)},
            "table_number_too_large",
            {"line": "4"},
        ),
    ],
)
def test_what_is_wrong_is_named_by_line_and_column(
    columns: dict[str, list[str]], others: dict[str, Any], code: str, fields: dict[str, str]
) -> None:
    """Each bad input has its refusal, with where it stands and what to change, never the value."""
    refusal = refused(columns, **others)
    assert refusal.code == code
    assert fields.items() <= refusal.fields.items()


def test_persons_in_several_categories_have_their_own_margins() -> None:
    """Declared so, a total may be less than the sum of its cells, but not less than one of them, nor more."""
    year = {"name": "region", "total": "Total", "constant_per_person": False}
    for total, sound in (("42", True), ("30", True), ("29", False), ("43", False)):
        columns = {**SOUND, "n": ["30", "12", total]}
        if sound:
            assert read(columns, dimensions=(year,)).statistics.persons.size == 3
        else:
            assert refused(columns, dimensions=(year,)).code == "table_margin_differs"
    assert refused({"region": ["a"], "n": ["30"]}, dimensions=(year,)).code == "table_margin_missing"


def test_counts_are_exact_up_to_the_largest_and_no_further() -> None:
    """Whatever the number of digits, and however the number is written."""
    for text, count in (("999999999999999", 999_999_999_999_999), ("12.0", 12), (" 12 ", 12), ("1e2", 100)):
        assert read({"region": ["north"], "n": [text]}).statistics.persons.max() == count
    assert refused({"region": ["north"], "n": [str(2**50 + 1)]}).code == "table_number_too_large"
