"""The statements that turn facts into cells: no word of a researcher is in them, only numbered columns.

``facts`` is the table that a query's guarded SQL fills, one row per labels and owner. Each statement below reads it
alone, so that the extract is read once whatever the number of margins.
"""

from __future__ import annotations

from ecluse_platform.core.disclosure.query import Facts

FACTS = "facts"
Shown = tuple[bool, ...]


def facts_table(guarded_sql: str) -> str:
    """Write the one statement that reads the extract."""
    return f"CREATE TEMPORARY TABLE {FACTS} AS {guarded_sql}"


def categories(axis: int) -> str:
    """Write the list of a dimension's labels as text, in the order of their values, a missing one last."""
    return f"SELECT CAST(d{axis} AS VARCHAR) FROM {FACTS} GROUP BY d{axis} ORDER BY d{axis} NULLS LAST"  # noqa: S608


def persons_and_sums(shown: Shown, facts: Facts) -> str:
    """Write the cells of one grouping set: labels, persons, rows, then per property and sum what ``facts`` asks.

    Columns after the labels: persons, rows; with a part: rows of it, persons of it; per sum: total, rows with a value,
    persons with one, weight, the largest and the least contribution of one person, and, where asked, squares.
    """
    inner = ["n", *(["r"] if facts.part else [])]
    outer = ["count(*)", "sum(n)"]
    if facts.part:
        outer += ["sum(r)", "count(*) FILTER (WHERE r > 0)"]
    for index, asked in enumerate(facts.sums, 1):
        inner += [f"s{index}", f"m{index}"]
        outer += [
            f"sum(s{index})",
            f"sum(m{index})",
            f"count(*) FILTER (WHERE m{index} > 0)",
            f"sum(abs(s{index}))",
            f"max(abs(s{index}), {facts.largest})",
            f"min(s{index})",
        ]
        if asked.squares:
            inner.append(f"q{index}")
            outer.append(f"sum(q{index})")
    once = all(shown) and not facts.key and not facts.units
    source = FACTS if once else f"({_summed_by(_names(shown), 'u', inner)})"
    return _cells(shown, outer, source)


def distinct_keys(shown: Shown, facts: Facts) -> str:
    """Write how many of the researcher's keys each cell has, and how many with the property."""
    outer = ["count(k)", *(["count(k) FILTER (WHERE r > 0)"] if facts.part else [])]
    return _cells(shown, outer, f"({_summed_by(_names(shown), 'k', ['r'] if facts.part else ['n'])})")


def distinct_units(shown: Shown, facts: Facts, column: int) -> str:
    """Write how many professionals or establishments each cell has, with the property, and their contributions."""
    inner = [*(["r"] if facts.part else ["n"]), *(f"s{index}" for index in range(1, len(facts.sums) + 1))]
    known = f"p{column} IS NOT NULL"
    outer = [f"count(p{column})", *([f"count(p{column}) FILTER (WHERE r > 0)"] if facts.part else [])]
    outer += [f"max(abs(s{index}), {facts.largest}) FILTER (WHERE {known})" for index in range(1, len(facts.sums) + 1)]
    return _cells(shown, outer, f"({_summed_by(_names(shown), f'p{column}', inner)})")


def difference(shown: Shown, pair: tuple[int, int], by: str, largest: int) -> str:
    """Write what two sums differ by in each cell, by contributor (``u``, ``p1``…), as that of one sum.

    Columns after the labels: total, contributors who have any, weight, the largest contributions.
    """
    one, other = (f"s{index}" for index in pair)
    less = f"coalesce({one}, 0) - coalesce({other}, 0)"
    named = f" FILTER (WHERE {by} IS NOT NULL)"
    outer = [
        f"sum({less})",
        f"count(*) FILTER (WHERE {less} <> 0)",
        f"sum(abs({less}))",
        f"max(abs({less}), {largest}){named}",
    ]
    return _cells(shown, outer, f"({_summed_by(_names(shown), by, [one, other])})")


def quantile(shown: Shown, column: int, fraction: str) -> str:
    """Write a quantile of each cell, exact to the digits of the column, and the persons strictly on each side."""
    names = _names(shown)
    values = ", ".join([*names, "u", f"CAST(unnest(l{column}) AS DOUBLE) AS v"])
    cut = ", ".join([*names, f"quantile_cont(v, {fraction}) AS x"])
    same = " AND ".join(f"v.{name} IS NOT DISTINCT FROM c.{name}" for name in names) or "true"
    grouped = f" GROUP BY {', '.join(names)}" if names else ""
    sides = "count(DISTINCT u) FILTER (WHERE v < x), count(DISTINCT u) FILTER (WHERE v > x)"
    labels = "".join(f"CAST(v.{name} AS VARCHAR), " for name in names)
    by = ", ".join([*(f"v.{name}" for name in names), "x"])
    return (
        f"WITH v AS (SELECT {values} FROM {FACTS}), c AS (SELECT {cut} FROM v{grouped}) "  # noqa: S608
        f"SELECT {labels}x, {sides} FROM v JOIN c ON {same} GROUP BY {by}"
    )


def members(sets: tuple[Shown, ...], facts: Facts) -> str:
    """Write who is in which cell: per cell and person one row.

    ``d1``… labels, ``t1``… whether the cell is the total of that dimension, ``u`` the person, ``n`` this person's rows
    in the cell, ``r`` those with the query's property, 0 where it has none.
    """
    return " UNION ALL ".join(_members_of(shown, facts) for shown in sets)


def width(facts: Facts) -> int:
    """Return how many numbers ``persons_and_sums`` gives per cell."""
    return 2 + 2 * facts.part + sum(6 + asked.squares for asked in facts.sums)


def _members_of(shown: Shown, facts: Facts) -> str:
    labels = [f"CAST({f'd{at}' if one else 'NULL'} AS VARCHAR) AS d{at}" for at, one in enumerate(shown, 1)]
    flags = [f"{'false' if one else 'true'} AS t{at}" for at, one in enumerate(shown, 1)]
    part = "CAST(sum(r) AS BIGINT)" if facts.part else "CAST(0 AS BIGINT)"
    written = ", ".join([*labels, *flags, "u", "CAST(sum(n) AS BIGINT) AS n", f"{part} AS r"])
    grouped = ", ".join([*(f"{FACTS}.{name}" for name in _names(shown)), "u"])
    return f"SELECT {written} FROM {FACTS} GROUP BY {grouped}"  # noqa: S608


def _names(shown: Shown) -> list[str]:
    return [f"d{at}" for at, one in enumerate(shown, 1) if one]


def _summed_by(names: list[str], by: str, columns: list[str]) -> str:
    groups = ", ".join([*names, by])
    sums = ", ".join(f"sum({column}) AS {column}" for column in columns)
    return f"SELECT {groups}, {sums} FROM {FACTS} GROUP BY {groups}"  # noqa: S608


def _cells(shown: Shown, columns: list[str], source: str) -> str:
    names = _names(shown)
    labels = [f"CAST({name} AS VARCHAR)" for name in names]
    grouped = f" GROUP BY {', '.join(names)} ORDER BY {', '.join(f'{name} NULLS LAST' for name in names)}"
    return f"SELECT {', '.join([*labels, *columns])} FROM {source}{grouped if names else ''}"  # noqa: S608
