"""Small SNDS-like databases for private queries, clean or broken, and what must hold of every accepted query on them.

Clean: declared keys are true, with twins and persons of two numbers. Broken: every key is drawn from one pool for all
persons, some are NULL, and so are some owners.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from typing import Any

import duckdb

from ecluse_platform.core.policy.catalogue import TableKind
from ecluse_platform.core.privacy.query import PrivateQuery
from private_queries import LINE_KEY
from private_world import PROJECT, policies

PERSONS = 4
_LINE = LINE_KEY.split(",")
Row = dict[str, Any]


class Database:
    """The project's tables with random rows; one person can be taken out, and rows stand in another order each time."""

    def __init__(self, seed: int, *, broken: bool) -> None:
        self.connection = duckdb.connect(config={"threads": "1"})
        self.broken = broken
        self._random = random.Random(seed)  # noqa: S311 - the same rows each time
        self._rows: dict[str, list[Row]] = {}
        self._numbers = 0
        self._persons()
        self._write()

    def shuffle(self, tables: Iterable[str]) -> None:
        """Put the rows of some tables into another order."""
        for name in tables:
            self.connection.execute(f'CREATE OR REPLACE TABLE "base_{name}" AS FROM "base_{name}" ORDER BY random()')

    def without(self, person: int | None) -> None:
        """Take one person out; None brings everybody back."""
        self.connection.execute(f"SET VARIABLE out = {-1 if person is None else person}")

    def rows(self, sql: str) -> Counter[str]:
        """Return the rows of a query, as a bag."""
        return Counter(map(repr, self.connection.execute(sql).fetchall()))

    def _tables(self) -> dict[str, tuple[bool, dict[str, str]]]:
        held = policies()
        granted = {t.name: t.columns for t in held.projects[PROJECT].data.tables}
        return {
            name: (
                held.catalogue.tables[name].kind is TableKind.PRIVATE,
                {c: held.catalogue.tables[name].columns[c].type for c in columns},
            )
            for name, columns in granted.items()
        }

    def _write(self) -> None:
        self.without(None)
        for name, (private, types) in self._tables().items():
            columns = {**types, **({"__u": "BIGINT"} if private else {})}
            written = ", ".join(f'"{c}" {t}' for c, t in columns.items())
            self.connection.execute(f'CREATE TABLE "base_{name}" ({written})')
            rows = [[row.get(c) for c in columns] for row in self._rows.get(name, [])]
            self._random.shuffle(rows)
            if rows:
                marks = ", ".join("?" * len(columns))
                self.connection.executemany(f'INSERT INTO "base_{name}" VALUES ({marks})', rows)
            kept = " WHERE __u IS NOT NULL AND __u IS DISTINCT FROM getvariable('out')" if private else ""
            self.connection.execute(f'CREATE VIEW "{name}" AS FROM "base_{name}"{kept}')

    def _add(self, table: str, owner: int, **row: Any) -> None:
        lost = self.broken and self._random.random() < 0.05
        self._rows.setdefault(table, []).append({**row, "__u": None if lost else owner})

    def _persons(self) -> None:
        rnd = self._random
        codes = ["C10AA01", "A10BK01", "B01AF01", "B01AA03", "J01CA04"]
        self._rows["IR_PHA_R"] = [
            {"PHA_CIP_C13": f"{n:013}", "PHA_ATC_CLA": atc, "PHA_MED_NOM": "x"} for n, atc in enumerate(codes)
        ]
        who = [
            (owner, f"P{owner}{number}", rank, f"I{owner}{rnd.choice([rank, 1])}")
            for owner in range(PERSONS)
            for number in range(rnd.randint(1, 2))
            for rank in range(1, rnd.randint(2, 3))
        ]
        if self.broken:
            insured, persons = [w[1] for w in who], [w[3] for w in who]
            who = [
                (w[0], rnd.choice([*insured, None]), rnd.choice([1, 1, None]), rnd.choice([*persons, None]))
                for w in who
            ]
        for owner, insured_, rank, person in who:
            self._person(owner, insured_, rank, person)

    def _date(self) -> str:
        rnd = self._random
        return f"{rnd.choice([2020, 2020, 2020, 2023])}-0{rnd.randint(1, 2)}-0{rnd.randint(1, 3)}"

    def _number(self, few: int) -> int:
        """Return a number for a key: its own for each row, or one of a few for all."""
        self._numbers += 1
        return self._random.randint(1, few) if self.broken else self._numbers

    def _person(self, owner: int, insured: Any, rank: Any, person: Any) -> None:
        choice = self._random.choice
        link = {"BEN_NIR_PSA": insured, "BEN_RNG_GEM": rank}
        born = choice(["1950", "1980", *(["xx", None] if self.broken else [])])
        self._add(
            "IR_BEN_R", owner, **link, BEN_IDT_ANO=person, BEN_CDI_NIR=choice(["00", "00", "03"]),
            BEN_SEX_COD=choice([1, 2]), BEN_NAI_ANN=born, BEN_RES_DPT=choice(["075", "201"]), BEN_DCD_AME="160001",
        )  # fmt: skip
        if choice([True, False]):
            self._add(
                "IR_IMB_R", owner, **link, IMB_ETM_NAT=choice([41, 43, 10]), IMB_ALD_DTD=self._date(),
                IMB_ALD_DTF=choice([None, "2024-01-01"]), MED_MTF_COD=choice(["E11", "E10", "I10"]),
            )  # fmt: skip
        for _ in range(self._random.randint(0, 4)):
            self._line(owner, link)
        for _ in range(self._random.randint(0, 2)):
            self._stay(owner, insured)
        if choice([True, False, False]):
            death = {"BEN_IDT_ANO": person, "BEN_DCD_DTE": self._date(), "DCD_IDT_ENC": f"D{self._number(2)}"}
            self._add(
                "KI_CCI_R", owner, **death, DCD_CIM_COD=choice(["I64", "C34"]), FLX_PER_ANN=choice(["2020", "2019"])
            )

    def _line(self, owner: int, link: Row) -> None:
        choice = self._random.choice
        number = self._number(4)
        line = dict.fromkeys(_LINE, 1) | {"FLX_DIS_DTD": "2020-01-01", "FLX_TRT_DTD": "2020-01-01", "ORG_CLE_NUM": "o"}
        line["PRS_ORD_NUM"] = number
        self._add(
            "ER_PRS_F", owner, **line, **link, EXE_SOI_DTD=self._date(), DPN_QLF=choice([0, 0, None, 71]),
            PRS_DPN_QLP=0, BEN_RES_DPT=choice(["075", "201"]), PRS_ACT_QTE=choice([1, 1, 2, -1]),
            PRS_PAI_MNT=choice([10.5, 20, 1000]), PRS_NAT_REF=choice([3303, 1111]),
        )  # fmt: skip
        for _ in range(choice([0, 1, 1, 2])):
            code = f"{self._random.randint(0, 5):013}"
            self._add("ER_PHA_F", owner, **line, PHA_PRS_C13=code, PHA_ACT_QSN=choice([1, 2, -1]))
        if choice([True, False]):
            self._add("ER_CAM_F", owner, **line, CAM_PRS_IDE=choice(["HHFA001", "DEQP003"]), CAM_ACT_COD="1")
        if choice([True, False, False]):
            self._add("ER_ETE_F", owner, **line, ETE_IND_TAA=choice([0, 1, None]))

    def _stay(self, owner: int, insured: Any) -> None:
        choice = self._random.choice
        stay = {"ANNEE": 2020, "ETA_NUM": choice(["750", "2A0"]), "RSA_NUM": str(self._number(4))}
        codes = ["I610", "I630", "I50", "N18", "E119", "I210"]
        self._add(
            "T_MCO_B", owner, **stay, DGN_PAL=choice(codes), DGN_REL=choice([None, choice(codes)]),
            GRG_GHM=choice(["05M", "05M", "90Z"]), SEJ_TYP=None, SEJ_NBJ=choice([0, 3, 12]), AGE_ANN=choice([40, 70]),
        )  # fmt: skip
        checks = ["NIR", "NAI", "SEX", "SEJ", "FHO", "PMS", "DAT", "COH_NAI", "COH_SEX"]
        returned = {f"{check}_RET": "0" for check in checks}
        self._add("T_MCO_C", owner, **stay, NIR_ANO_17=insured, EXE_SOI_DTD=self._date(), **returned)
        if choice([True, True, False]):
            self._add("T_MCO_D", owner, **stay, ASS_DGN=choice(codes))
            self._add("T_MCO_UM", owner, **stay, DGN_PAL=choice(codes))


def problems(database: Database, query: PrivateQuery, written: str | None) -> list[str]:
    """Return what does not hold of an accepted query on a database.

    It runs; the order of rows changes nothing; without a person, that person's rows and no others are gone; and, where
    keys are true, its rows are those of the query as ``written``.
    """
    database.without(None)
    try:
        full = database.connection.execute(query.inner_sql).fetchall()
        database.shuffle(query.tables)
        again = database.rows(query.inner_sql)
    except duckdb.Error as error:
        return [f"ERROR {str(error).splitlines()[0]}"]
    found = [] if again == Counter(map(repr, full)) else ["ORDER-DEPENDENT"]
    for person in range(PERSONS):
        database.without(person)
        try:
            left = database.rows(query.inner_sql)
        except duckdb.Error as error:
            found.append(f"ERROR without {person}: {str(error).splitlines()[0]}")
            continue
        if left != Counter(repr(row) for row in full if row[-1] != person):
            found.append(f"NOT LOCAL {person}")
    database.without(None)
    if written is not None and not database.broken and _differs(database, written, full):
        found.append("UNFAITHFUL")
    return found


def _differs(database: Database, written: str, full: list[Any]) -> bool:
    try:
        return database.rows(written) != Counter(repr(row[:-1] or (1,)) for row in full)
    except duckdb.Error:
        # What its author wrote fails by itself on some row: with TRY it is NULL there.
        return False
