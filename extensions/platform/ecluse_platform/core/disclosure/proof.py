"""Check a certificate with nothing but whole numbers: no solver, no suppressor, no library.

A third party needs this file, Python, and the evidence: the true values of the cells, the rows that tie them together
(``cell, coefficient`` pairs; equalities sum to 0, inequalities to 0 or more), the least value that outsiders know of
each hidden cell, the hidden cells, and for each protected cell the two ends of the interval that must stay possible.
What makes the rows right (the table's margins, its hierarchies, earlier releases) can be read from the table itself.

A certificate moves hidden cells by ``moves[i] * reach / size``, ``size`` being the cell's own amount. It is right if
the moved table keeps every equality and inequality, leaves every shown cell as it is, puts no cell below its least
value, and puts its own cell at the end of the interval or beyond. The outsider cannot tell the moved table from the
true one, nor from any mixture of the two: the whole interval between the true value and that end stays possible.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = Sequence[Sequence[int]]
LOW, HIGH = "low", "high"


@dataclass(frozen=True)
class Facts:
    """What certificates are about; cells are numbered from 0. Holds true values: it never leaves with a release."""

    values: Sequence[int]
    least: Sequence[int]
    equalities: Sequence[Row]
    inequalities: Sequence[Row]
    hidden: frozenset[int]
    _touching: dict[int, list[tuple[bool, int, int]]] = field(default_factory=dict, compare=False, repr=False)

    def touching(self, cell: int) -> list[tuple[bool, int, int]]:
        """Return the rows that a cell is in: (is it an equality, its number, the cell's coefficient)."""
        if not self._touching:
            for equal, rows in ((True, self.equalities), (False, self.inequalities)):
                for number, row in enumerate(rows):
                    for at, coefficient in row:
                        self._touching.setdefault(at, []).append((equal, number, coefficient))
        return self._touching.get(cell, [])


@dataclass(frozen=True)
class Claim:
    """A certificate in plain numbers."""

    cell: int
    direction: str
    reach: int
    moves: Mapping[int, int]


@dataclass(frozen=True)
class Ends:
    """The interval that must stay possible for a protected cell."""

    cell: int
    low: int
    high: int


def consistent(facts: Facts) -> bool:
    """Say whether the true values satisfy the rows that the certificates are checked against."""
    values = facts.values
    equal = all(sum(a * values[i] for i, a in row) == 0 for row in facts.equalities)
    bounded = all(sum(a * values[i] for i, a in row) >= 0 for row in facts.inequalities)
    return equal and bounded and all(values[i] >= facts.least[i] for i in facts.hidden)


def check(facts: Facts, claim: Claim) -> bool:
    """Say whether a certificate is right for the cell, direction and reach that it names."""
    return _is_right(facts, claim, _change(facts, claim.moves))


def _change(facts: Facts, moves: Mapping[int, int]) -> tuple[bool, dict[int, int]]:
    """Say whether a move keeps every equality, and what it adds to each inequality."""
    equalities: dict[int, int] = {}
    inequalities: dict[int, int] = {}
    for cell, amount in moves.items():
        for equal, number, coefficient in facts.touching(cell):
            rows = equalities if equal else inequalities
            rows[number] = rows.get(number, 0) + coefficient * amount
    return not any(equalities.values()), inequalities


def _is_right(facts: Facts, claim: Claim, change: tuple[bool, dict[int, int]]) -> bool:
    own = claim.moves.get(claim.cell, 0)
    if claim.reach <= 0 or claim.direction not in {LOW, HIGH} or (own > 0) is not (claim.direction == HIGH) or not own:
        return False
    size, reach = abs(own), claim.reach
    for cell, amount in claim.moves.items():
        if cell not in facts.hidden or facts.values[cell] * size + amount * reach < facts.least[cell] * size:
            return False
    equal, bounded = change
    return equal and all(_holds(facts, number, moved * reach, size) for number, moved in bounded.items())


def _holds(facts: Facts, number: int, moved: int, size: int) -> bool:
    return sum(a * facts.values[i] for i, a in facts.inequalities[number]) * size + moved >= 0


def unproved(
    facts: Facts, ends: Iterable[Ends], claims: Iterable[Claim], knowing: Iterable[int] = ()
) -> list[tuple[int, str]]:
    """Return every (cell, direction) that no right certificate proves; an empty list is a release that is proved.

    Each cell in ``knowing`` has somebody who knows its value: for each other protected cell there must then be a
    certificate that does not move it.
    """
    if not consistent(facts):
        return [(end.cell, direction) for end in ends for direction in (LOW, HIGH)]
    right: dict[tuple[int, str], list[Claim]] = {}
    # One move proves many ends: what it changes is worked out once, while all claims are kept and none is another's.
    all_claims = list(claims)
    changes = {id(moves): _change(facts, moves) for moves in {id(c.moves): c.moves for c in all_claims}.values()}
    for claim in all_claims:
        if _is_right(facts, claim, changes[id(claim.moves)]):
            right.setdefault((claim.cell, claim.direction), []).append(claim)
    known = set(knowing)
    missing: list[tuple[int, str]] = []
    for end in ends:
        value = facts.values[end.cell]
        for direction, reach in ((LOW, value - end.low), (HIGH, end.high - value)):
            if end.cell not in facts.hidden:
                missing.append((end.cell, direction))
            elif reach > 0:
                far = [c for c in right.get((end.cell, direction), ()) if c.reach >= reach]
                always = set.intersection(*(known & c.moves.keys() for c in far)) if far else known
                if not far or always - {end.cell}:
                    missing.append((end.cell, direction))
    return missing


def to_json(
    facts: Facts, ends: Iterable[Ends], claims: Iterable[Claim], knowing: Iterable[int] = ()
) -> dict[str, object]:
    """Return the evidence as lists of whole numbers, to be stored and sealed.

    One move proves many ends, done or undone: it is stored once, and certificates hold its number.
    """
    numbers: dict[tuple[tuple[int, int], ...], int] = {}
    certificates: list[list[object]] = []
    for claim in claims:
        done = tuple(claim.moves.items())
        undone = tuple((cell, -amount) for cell, amount in done)
        number = numbers[undone] if undone in numbers else numbers.setdefault(done, len(numbers))
        certificates.append([claim.cell, claim.direction, claim.reach, number])
    return {
        "values": list(facts.values),
        "least": list(facts.least),
        "equalities": [[list(pair) for pair in row] for row in facts.equalities],
        "inequalities": [[list(pair) for pair in row] for row in facts.inequalities],
        "hidden": sorted(facts.hidden),
        "ends": [[end.cell, end.low, end.high] for end in ends],
        "knowing": list(knowing),
        "moves": [[list(pair) for pair in move] for move in numbers],
        "certificates": certificates,
    }


def check_json(evidence: Mapping[str, Any]) -> list[tuple[int, str]]:
    """Re-check stored evidence: return what is not proved, as ``unproved`` does. Raises ValueError on other shapes."""
    try:
        facts, ends, claims, knowing = _from_json(evidence)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError("this is no evidence of a protected table") from error
    return unproved(facts, ends, claims, knowing)


def _from_json(evidence: Mapping[str, Any]) -> tuple[Facts, list[Ends], list[Claim], list[int]]:
    facts = Facts(
        values=_integers(evidence["values"]),
        least=_integers(evidence["least"]),
        equalities=[[_integers(pair) for pair in row] for row in evidence["equalities"]],
        inequalities=[[_integers(pair) for pair in row] for row in evidence["inequalities"]],
        hidden=frozenset(_integers(evidence["hidden"])),
    )
    named = {at for rows in (facts.equalities, facts.inequalities) for row in rows for at, _ in row} | facts.hidden
    if len(facts.least) != len(facts.values) or not named <= set(range(len(facts.values))):
        raise TypeError("cells that have no value")
    ends = [Ends(*_integers(end)) for end in evidence["ends"]]
    stored = [_pairs(moves) for moves in evidence["moves"]]
    claims = [
        Claim(cell, direction, reach, _turned(stored[_index(number, len(stored))], cell, direction))
        for cell, direction, reach, number in evidence["certificates"]
    ]
    _integers([number for claim in claims for number in (claim.cell, claim.reach)])
    return facts, ends, claims, _integers(evidence["knowing"])


def _index(number: object, size: int) -> int:
    if type(number) is not int or not 0 <= number < size:
        raise TypeError("not the number of a move")
    return number


def _turned(moves: dict[int, int], cell: int, direction: str) -> dict[int, int]:
    """Return a stored move, done or undone so that it takes the cell in the direction."""
    if (moves.get(cell, 0) > 0) is (direction == HIGH):
        return moves
    return {at: -amount for at, amount in moves.items()}


def _pairs(moves: Iterable[object]) -> dict[int, int]:
    pairs = [_integers(move) for move in moves]
    if any(len(pair) != 2 for pair in pairs):  # noqa: PLR2004 - a cell and its amount
        raise TypeError("not pairs of cell and amount")
    return {pair[0]: pair[1] for pair in pairs}


def _integers(numbers: object) -> list[int]:
    if not isinstance(numbers, list) or not all(type(number) is int for number in numbers):
        raise TypeError("not a list of whole numbers")
    return numbers
