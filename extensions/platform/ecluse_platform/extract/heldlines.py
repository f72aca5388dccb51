"""Lines held in memory: numbered, looked up and put in order as columns, several times faster than by joins and sorts.

The answer is the one that ``linekeys.make_lines`` and ``rows.output`` give by SQL, row for row; SQL still says which
rows are kept. It is for partitions that fit in memory and whose keys are clean: each line has its own, no column of it
is NULL, and it is a number of 63 bits. Any other partition is left to SQL, which spills to the disk and knows what to
do with keys that several lines share.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ecluse_platform.extract.heldrows import MOST_ROWS, Marks, Numbers, numbers, places_of, read_rows, turns
from ecluse_platform.extract.linekeys import BODY_COLUMN, SENDERS, SEQUENCES, STATEMENT, WITHIN, permutation
from ecluse_platform.extract.plan import OWNER_COLUMN
from ecluse_platform.extract.source import PLACE, SourceFile
from ecluse_platform.extract.texts import Texts

KEY_COLUMNS = (*STATEMENT, BODY_COLUMN, *WITHIN)
DAY_OF_ENTRY = "FLX_TRT_DTD"
# Owner, statement and line within it share one number of 63 bits.
_MOST_WITHIN = 1 << 19
_BITS = 63
# After every owner: nobody's lines come last.
_NOBODY = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Digits:
    """The nine columns as digits of one number: of each its lowest value and how many it may have."""

    bodies: Texts
    ranges: dict[str, tuple[int, int]]

    @property
    def within(self) -> int:
        """Return how many lines a statement may have."""
        return int(np.prod([self.ranges[column][1] for column in WITHIN]))

    def keys(self, rows: pa.Table) -> tuple[Numbers, Marks]:
        """Return the number of each row's key, and which rows have one: no other key has the number of one of these."""
        key, known = np.zeros(len(rows), np.int64), np.ones(len(rows), np.bool_)
        for column in KEY_COLUMNS:
            low, size = self.ranges[column]
            if column == BODY_COLUMN:
                digit, there = turns(rows.column(column), self.bodies), None
            else:
                digit, there = numbers(rows.column(column))
                digit = digit - low
            if there is not None:
                known &= there
            known &= (digit >= 0) & (digit < size)
            key = key * size + digit if size > 1 else key
        return key, known


@dataclass(frozen=True)
class HeldLines:
    """The kept lines of a partition, by ascending key.

    ``turn`` is where each stands among all lines ordered by owner, new number and line within the statement; ``owned``
    says who has an owner.
    """

    digits: Digits
    key: Numbers
    place: Numbers
    owner: Numbers
    owned: Marks
    number: npt.NDArray[np.int32]
    month: npt.NDArray[np.int32]
    turn: npt.NDArray[np.int32]

    def lines(self, columns: tuple[str, ...], *, private: bool) -> pa.RecordBatch:
        """Return the rows of the table of lines itself, as ``rows.output`` would."""
        order = np.empty(len(self.turn), np.int64)
        order[self.turn] = np.arange(len(order))
        return self._batch(self.place[order], order, columns, private=private)

    def details(
        self, files: Iterable[SourceFile], chosen: Numbers | None, columns: tuple[str, ...], *, private: bool
    ) -> pa.RecordBatch:
        """Return the rows of another table that belong to a line, in the order of lines; of ``chosen`` ones only."""
        places, lines, before = [np.empty(0, np.int64)], [np.empty(0, np.int64)], 0
        for file, first in places_of(files):
            key, found = self.digits.keys(read_rows(file, KEY_COLUMNS))
            if chosen is not None:
                found[np.setdiff1d(np.arange(len(key)), chosen - before)] = False
                before += len(key)
            at = np.searchsorted(self.key, key)
            found &= at < len(self.key)
            found[found] = self.key[at[found]] == key[found]
            lines.append(at[found])
            places.append(np.flatnonzero(found) + first)
        place, line = np.concatenate(places), np.concatenate(lines)
        order = np.argsort(self.turn[line], kind="stable")
        return self._batch(place[order], line[order], columns, private=private)

    def _batch(self, place: Numbers, line: Numbers, columns: tuple[str, ...], *, private: bool) -> pa.RecordBatch:
        number = self.number[line]
        new = {
            DAY_OF_ENTRY: lambda: pa.array(self.month[line]).view(pa.date32()),
            "FLX_EMT_NUM": lambda: pa.array((1 + number % SENDERS).astype(np.int16)),
            "FLX_EMT_ORD": lambda: pa.array((1 + number // SENDERS % SEQUENCES).astype(np.int16)),
            "DCT_ORD_NUM": lambda: pa.array(number),
        }
        found = {PLACE: pa.array(place), **{c: new[c]() for c in columns if c in new}}
        if private:
            found[OWNER_COLUMN] = pa.array(self.owner[line], mask=~self.owned[line])
        return pa.RecordBatch.from_pydict(found)


def hold_lines(
    files: Iterable[SourceFile], chosen: Numbers | None, owner: Numbers, owned: Marks, seed: bytes
) -> HeldLines | None:
    """Return the ``chosen`` rows of files (None: all) as lines, given the owner of each; None to leave them to SQL."""
    tables = [(read_rows(file, KEY_COLUMNS), first) for file, first in places_of(files)]
    rows = pa.concat_tables([table for table, _ in tables]).unify_dictionaries()
    if not 0 < len(rows) < MOST_ROWS or any(column.null_count for column in rows.columns):
        return None
    digits = _digits(rows)
    sizes = np.array([size for _, size in digits.ranges.values()], np.float64)
    if digits.within > _MOST_WITHIN or np.log2(sizes).sum() >= _BITS:
        return None
    key, _ = digits.keys(rows)
    day, _ = numbers(rows.column(DAY_OF_ENTRY))
    place = np.concatenate([np.arange(len(table)) + first for table, first in tables])
    if chosen is not None:
        key, day, place = key[chosen], day[chosen], place[chosen]
    order = np.argsort(key)
    key = key[order]
    if np.any(key[1:] == key[:-1]):
        return None
    return _numbered(digits, key, place[order], owner[order], owned[order], day[order], seed)


def _numbered(
    digits: Digits, key: Numbers, place: Numbers, owner: Numbers, owned: Marks, day: Numbers, seed: bytes
) -> HeldLines:
    statement, within = np.divmod(key, digits.within)
    begins = np.ones(len(key), np.int64)
    begins[1:] = statement[1:] != statement[:-1]
    which = np.cumsum(begins) - 1
    number = permutation(seed, int(begins.sum()))[which]
    _, rank = np.unique(np.where(owned, owner, _NOBODY), return_inverse=True)
    ordered = np.argsort((rank * MOST_ROWS + number) * digits.within + within)
    turn = np.empty(len(key), np.int32)
    turn[ordered] = np.arange(len(key), dtype=np.int32)
    return HeldLines(digits, key, place, owner, owned, number, _months(digits, day), turn)


def _months(digits: Digits, day: Numbers) -> npt.NDArray[np.int32]:
    """Return the first day of each day's month."""
    first, days = digits.ranges[DAY_OF_ENTRY]
    span = day if days > len(day) else np.arange(first, first + days)
    months = span.astype("datetime64[D]").astype("datetime64[M]").astype("datetime64[D]").astype(np.int32)
    found: npt.NDArray[np.int32] = months if days > len(day) else months[day - first]
    return found


def _digits(rows: pa.Table) -> Digits:
    bodies = Texts(pa.array(sorted(pc.unique(rows.column(BODY_COLUMN)).dictionary_decode().to_pylist()), pa.string()))
    ranges = {}
    for column in KEY_COLUMNS:
        if column == BODY_COLUMN:
            ranges[column] = (0, len(bodies.values))
        else:
            values, _ = numbers(rows.column(column))
            low = int(values.min())
            ranges[column] = (low, int(values.max()) - low + 1)
    return Digits(bodies, ranges)
