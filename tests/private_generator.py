"""Random private queries: joins with and without keys, groups, windows, set operations and subqueries, in two levels.

Many are refused, which is right: what counts is that each accepted one is person-local on any data.
"""

from __future__ import annotations

import random

from private_queries import LINE_KEY

# Tables with a key that names a person, that key, and columns to compute with.
_PERSONS = {
    "IR_BEN_R": ("BEN_NIR_PSA", ("BEN_SEX_COD", "BEN_RES_DPT", "BEN_NAI_ANN")),
    "ER_PRS_F": ("BEN_NIR_PSA", ("PRS_ACT_QTE", "BEN_RES_DPT", "EXE_SOI_DTD", "PRS_PAI_MNT")),
    "IR_IMB_R": ("BEN_NIR_PSA", ("IMB_ETM_NAT", "MED_MTF_COD", "IMB_ALD_DTD")),
    "T_MCO_C": ("NIR_ANO_17", ("EXE_SOI_DTD", "NIR_RET")),
}
_JOINS = ("join", "join", "left join", "right join", "full join", "semi join", "anti join")
_AGGREGATES = ("count(*)", "min({c})", "max({c})", "count(distinct {c})", "sum(length({c}::varchar))")
_WINDOWS = (
    "row_number() over (partition by {k} order by {c})",
    "count(*) over (partition by {k})",
    "rank() over (partition by {k} order by {c} desc)",
    "lag({c}) over (partition by {k} order by {c})",
    "max({c}) over (partition by {p})",
)
_CONDITIONS = (
    "{c} is not null",
    "{c}::varchar like '%1%'",
    "{c}::int > 1",
    "{c} in (select {c2} from {t2})",
    "exists (select 1 from {t2} z where z.{k2} = {a}.{k})",
    "not exists (select 1 from {t2} z where z.{k2} = {a}.{k} and z.{c2} is not null)",
    "a.{k} not in (select {k2} from {t2})",
    "(select count(*) from {t2} z where z.{k2} = {a}.{k}) > 1",
    "length({c}::varchar) // (length({c}::varchar) - 1) > 0",
)


class Writer:
    """Writes random queries from one seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - the same queries each time

    def query(self) -> str:
        """Return one query: aggregates by a dimension over a random relation."""
        relation = self._relation()
        if self._chance(0.3):
            word = self._pick(("union all", "union", "except", "intersect", "except all"))
            relation = f"{relation} {word} {self._relation()}"
        dimension = self._pick(("x", "length(x::varchar)", "x is null", ""))
        shown = f"{dimension} d, " if dimension else ""
        counted = self._pick(("count(*) n", "count(*) n, count(distinct k) p", "count(*) n, count(x) m"))
        group = " group by all" if dimension else ""
        if self._chance(0.3):
            return f"with r as ({relation}) select {shown}{counted} from r{group}"
        return f"select {shown}{counted} from ({relation}) r{group}"

    def _relation(self) -> str:
        """Return a SELECT of two columns, k and x."""
        left, right = self._pick(tuple(_PERSONS)), self._pick(tuple(_PERSONS))
        (key, columns), (other_key, _) = _PERSONS[left], _PERSONS[right]
        column = self._pick(columns)
        source = f"{left} a"
        join = self._pick(_JOINS) if self._chance(0.5) else ""
        if join:
            condition = f"a.{key} = b.{other_key}" if self._chance(0.85) else "a.{key} is not null"
            source = f"{left} a {join} {right} b on {condition}".format(key=key)
        elif left == "ER_PRS_F" and self._chance(0.5):
            source = f"{left} a {self._pick(_JOINS)} ER_PHA_F h using ({LINE_KEY})"
        where = f" where {self._condition(left)}" if self._chance(0.5) else ""
        return self._shape(f"a.{key}", f"a.{column}", f"{source}{where}")

    def _shape(self, key: str, column: str, source: str) -> str:
        shape = self._pick(("plain", "group", "having", "distinct", "window", "qualify", "arithmetic"))
        aggregate = self._pick(_AGGREGATES).format(c=column)
        window = self._pick(_WINDOWS).format(c=column, k=key, p=self._pick((key, column)))
        grouped = f"{key}, {column}" if self._chance(0.3) else self._pick((key, key, column))
        return {
            "plain": f"select {key} k, {column} x from {source}",
            "group": f"select {self._pick((key, f'min({key})'))} k, {aggregate} x from {source} group by {grouped}",
            "having": f"select {key} k, {aggregate} x from {source} group by {key} having count(*) * 2 > 2",
            "distinct": f"select distinct {key} k, {column} x from {source}",
            "window": f"select {key} k, {window} x from {source}",
            "qualify": f"select {key} k, {column} x from {source} qualify count(*) over (partition by {key}) > 1",
            "arithmetic": f"select {key} k, 2 * max(length({column}::varchar)) + count(*) x from {source} group by 1",
        }[shape]

    def _condition(self, table: str) -> str:
        key, columns = _PERSONS[table]
        other = self._pick(tuple(_PERSONS))
        other_key, others = _PERSONS[other]
        column, other_column = f"a.{self._pick(columns)}", self._pick(others)
        return self._pick(_CONDITIONS).format(c=column, k=key, a="a", t2=other, k2=other_key, c2=other_column)

    def _pick(self, options: tuple[str, ...]) -> str:
        return self._random.choice(options)

    def _chance(self, share: float) -> bool:
        return self._random.random() < share
