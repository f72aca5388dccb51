"""From aggregates to whole numbers per person and cell, what is measured of them, and what is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from ecluse_platform.core.privacy.ask import PrivacyAsk
from ecluse_platform.core.privacy.plan import kinds
from ecluse_platform.core.privacy.plan.measures import Measure
from ecluse_platform.core.privacy.plan.outer import Shown
from ecluse_platform.core.privacy.plan.relation import PERSON_DOMAINS, Meaning, Relation
from ecluse_platform.core.privacy.plan.wording import words
from ecluse_platform.core.privacy.plan.world import World
from ecluse_platform.core.privacy.query import Combine, Measurement, Output, OutputKind, Vector

_FLAG: Final = "INTEGER"
# Decimals kept where neither the type nor the bounds say how many matter.
_CENTS: Final = 2
_MOST_DECIMALS: Final = 6
_MORE_DECIMALS: Final = 2


@dataclass
class Built:
    """What has been built so far; equal vectors are one, measured once."""

    vectors: list[Vector] = field(default_factory=list)
    measurements: list[Measurement] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    selected: dict[str, str] = field(default_factory=dict)
    clamped: bool = False
    everyone: str | None = None

    def vector(
        self,
        sql: str,
        combine: Combine,
        bounds: tuple[int, int] = (0, 1),
        scale: int = 0,
        outside: str | None = None,
    ) -> str:
        """Add a vector, and return its name."""
        same = (vector.name for vector in self.vectors if (vector.sql, vector.combine) == (sql, combine))
        name = next(same, None) or f"n{len(self.vectors) + 1}"
        if all(vector.name != name for vector in self.vectors):
            low, high = bounds
            kept = {"sql": sql, "combine": combine, "least": low, "most": high, "scale": scale, "outside": outside}
            self.vectors.append(Vector.model_validate({"name": name, **kept}))
        return name

    def measure(self, *vectors: str, disjoint: bool = False) -> None:
        """Measure vectors together, unless that is done already."""
        if not any(measurement.vectors == vectors for measurement in self.measurements):
            self.measurements.append(Measurement(vectors=vectors, disjoint=disjoint))

    def single(
        self,
        sql: str,
        combine: Combine,
        bounds: tuple[int, int] = (0, 1),
        scale: int = 0,
        outside: str | None = None,
    ) -> str:
        """Add a vector that is measured by itself."""
        name = self.vector(sql, combine, bounds, scale, outside)
        self.measure(name)
        return name

    def column(self, name: str, source: str, kind: str) -> str:
        """Take a column of the rows into the inner SQL, in a type that no value can break."""
        self.columns[name] = kind
        self.selected[name] = f'TRY_CAST({source} AS {kind}) AS "{name}"'
        return f'"{name}"'


def add(built: Built, number: str, shown: Shown, relation: Relation, ask: PrivacyAsk, world: World) -> None:
    """Add one output, its vectors and their measurements."""
    measure = shown.measure
    if measure is None:
        return
    if measure.kind in {OutputKind.DISTINCT, OutputKind.PROPORTION}:
        _persons_or_distinct(built, number, shown, measure, relation, world)
    elif measure.kind is OutputKind.ROWS:
        _rows(built, number, shown, measure)
    elif measure.kind in {OutputKind.HISTOGRAM, OutputKind.QUANTILE}:
        _bins(built, number, shown, measure, relation.columns[f"m{number}"], ask, world)
    else:
        _amounts(built, number, shown, measure, relation.columns[f"m{number}"], ask, world)


def counted(built: Built, rows: int) -> str:
    """Return the vector that the small-cell threshold looks at, and by which unknown keys are found.

    All persons of a cell where they are shown; all its rows where a person has one; else persons, counted for this.
    """
    if built.everyone is not None:
        return built.everyone
    every = (vector.name for vector in built.vectors if vector.sql == "1" and rows == 1)
    return next(every, None) or built.single("1", Combine.ANY)


def _persons_or_distinct(
    built: Built, number: str, shown: Shown, measure: Measure, relation: Relation, world: World
) -> None:
    if _names_person(number, relation):
        flag = built.column(f"m{number}", f'"m{number}"', _FLAG)
        having = built.vector(flag, Combine.ANY)
        if measure.kind is OutputKind.PROPORTION:
            without = built.vector(flag, Combine.NONE)
            built.measure(having, without, disjoint=True)
            built.outputs.append(Output(name=shown.name, kind=OutputKind.PROPORTION, of=(having, without), decimals=4))
            return
        built.measure(having)
        if measure.where is None:
            built.everyone = having
        built.outputs.append(Output(name=shown.name, kind=OutputKind.PERSONS, of=(having,)))
        return
    meaning = relation.columns[f"i{number}"]
    pretends = measure.of is not None and measure.of.name.upper() in _identifiers(world)
    persons = any(world.column(base).pseudonym in PERSON_DOMAINS for base in meaning.touches)
    if measure.kind is OutputKind.PROPORTION or persons or pretends:
        raise world.places.refusal("private_not_person", shown.node, what=_words(measure))
    value = built.column(f"m{number}", f'"v{number}"', "VARCHAR")
    name = built.single(value, Combine.DISTINCT)
    built.outputs.append(Output(name=shown.name, kind=OutputKind.DISTINCT, of=(name,)))


def _names_person(number: str, relation: Relation) -> bool:
    return any(key.names_person and key.columns == (f"i{number}",) for key in relation.keys)


def _identifiers(world: World) -> set[str]:
    """Name the columns that identify persons, wherever they are: no other column may go by such a name."""
    return {
        name
        for _, table in world.tables.values()
        for name, column in table.columns.items()
        if column.pseudonym in PERSON_DOMAINS
    }


def _rows(built: Built, number: str, shown: Shown, measure: Measure) -> None:
    every = measure.of is None and measure.where is None
    flag = "1" if every else built.column(f"m{number}", f'"m{number}"', _FLAG)
    name = built.single(flag, Combine.ADD)
    built.outputs.append(Output(name=shown.name, kind=OutputKind.ROWS, of=(name,)))


def _amounts(
    built: Built, number: str, shown: Shown, measure: Measure, meaning: Meaning, ask: PrivacyAsk, world: World
) -> None:
    low, high = _bounds(built, shown, meaning, ask, world)
    decimals = _decimals(meaning, (low, high))
    column = _number(built, number, meaning, decimals)
    least, most = _scaled(low, decimals), _scaled(high, decimals)
    clamped = f"CAST(round(least(greatest({column}, {_text(low)}), {_text(high)}) * {10**decimals}) AS BIGINT)"
    outside = f"{column} < {_text(low)} OR {column} > {_text(high)}"
    if measure.kind is OutputKind.SUM:
        sql = f"CASE WHEN {column} IS NULL THEN 0 ELSE {clamped} END"
        name = built.single(sql, Combine.ADD, (min(least, 0), max(most, 0)), decimals, outside)
        built.outputs.append(Output(name=shown.name, kind=OutputKind.SUM, of=(name,), decimals=decimals))
        return
    middle = (least + most) // 2
    off = f"{clamped} - ({middle})"
    sql = f"CASE WHEN {column} IS NULL THEN 0 ELSE {off} END"
    of = [built.single(sql, Combine.ADD, (least - middle, most - middle), decimals, outside)]
    of.append(built.single(f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END", Combine.ADD))
    if measure.kind is OutputKind.DEVIATION:
        widest = max(middle - least, most - middle) ** 2
        squared = f"CASE WHEN {column} IS NULL THEN 0 ELSE ({off}) * ({off}) END"
        of.append(built.single(squared, Combine.ADD, (0, widest), 2 * decimals))
    shift = Decimal(middle).scaleb(-decimals)
    shown_decimals = decimals + _MORE_DECIMALS
    output = Output(
        name=shown.name, kind=measure.kind, of=tuple(of), decimals=shown_decimals, middle=shift, low=low, high=high
    )
    built.outputs.append(output)


def _bins(
    built: Built, number: str, shown: Shown, measure: Measure, meaning: Meaning, ask: PrivacyAsk, world: World
) -> None:
    """Count rows between public edges; what lies outside counts in the first or the last bin."""
    edges = next((given for name, given in ask.edges.items() if name.lower() == shown.name.lower()), None)
    if edges is None:
        raise world.places.refusal("private_edges_missing", shown.node, what=shown.name)
    column = _number(built, number, meaning, _decimals(meaning, edges))
    names = []
    for place in range(len(edges) - 1):
        above = "" if place == 0 else f" AND {column} >= {_text(edges[place])}"
        below = "" if place == len(edges) - 2 else f" AND {column} < {_text(edges[place + 1])}"
        sql = f"CASE WHEN {column} IS NOT NULL{above}{below} THEN 1 ELSE 0 END"
        names.append(built.vector(sql, Combine.ADD))
    built.measure(*names, disjoint=True)
    decimals = _decimals(meaning, edges) if measure.kind is OutputKind.QUANTILE else 0
    output = Output(
        name=shown.name,
        kind=measure.kind,
        of=tuple(names),
        decimals=decimals,
        edges=edges,
        fraction=measure.fraction,
        low=edges[0],
        high=edges[-1],
    )
    built.outputs.append(output)


def _number(built: Built, number: str, meaning: Meaning, decimals: int) -> str:
    source = f'"m{number}"'
    if meaning.type == "BOOLEAN":
        source = f"TRY_CAST({source} AS INTEGER)"
    known = kinds.decimal(built.columns.get(f"m{number}"))
    kept = max(decimals, known[1] if known else 0)
    return built.column(f"m{number}", source, f"DECIMAL({kinds.DIGITS},{kept})")


def _bounds(built: Built, shown: Shown, meaning: Meaning, ask: PrivacyAsk, world: World) -> tuple[Decimal, Decimal]:
    """Return the range of one row: as asked, else what the expression can be, else the catalogue's."""
    asked = next((given for name, given in ask.bounds.items() if name.lower() == shown.name.lower()), None)
    if asked is not None:
        built.clamped = True
        return asked.low, asked.high
    if meaning.type == "BOOLEAN":
        return Decimal(0), Decimal(1)
    if meaning.low is None or meaning.high is None or not meaning.low < meaning.high:
        raise world.places.refusal("private_bounds_missing", shown.node, what=shown.name)
    built.clamped = built.clamped or meaning.values is None
    return meaning.low, meaning.high


def _decimals(meaning: Meaning, written: tuple[Decimal, ...]) -> int:
    """Return how many decimals of a number count: those of its type, and those that its bounds are written with."""
    digits = kinds.decimal(meaning.type)
    whole = kinds.whole(meaning.type) or meaning.type in {"HUGEINT", "BOOLEAN"}
    own = digits[1] if digits else 0 if whole else _CENTS
    exponents = [number.normalize().as_tuple().exponent for number in written]
    asked = max((-e for e in exponents if isinstance(e, int)), default=0)
    return min(max(own, asked, 0), _MOST_DECIMALS)


def _scaled(number: Decimal, decimals: int) -> int:
    return int(number.scaleb(decimals).to_integral_value())


def _text(number: Decimal) -> str:
    return f"({number:f})"


def _words(measure: Measure) -> str:
    return words(measure.node)
