"""Professionals and hospitals: fictitious ones, as many as the persons need, in every département."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from ecluse_platform.synth.facts import Department, departments
from ecluse_platform.synth.services import Executor
from ecluse_platform.synth.settings import Ints, Settings

# Of each kind: persons for one of them, the fewest in a département, their specialties in turn.
_KINDS = {
    Executor.GENERALIST: (900, 7, (1, 1, 1, 1, 22)),
    Executor.SPECIALIST: (1200, 14, (3, 5, 7, 8, 11, 15, 18, 32, 33, 6, 4, 42, 12, 77)),
    Executor.PHARMACIST: (2900, 4, (50,)),
    Executor.LABORATORY: (9000, 2, (30,)),
    Executor.NURSE: (650, 5, (24,)),
    Executor.PHYSIOTHERAPIST: (950, 4, (26,)),
}
_LEGAL_ENTITIES = {"75": "750712184", "69": "690781810", "13": "130786049"}
_OF_LYON = ("69", "830100558")
_INHABITANTS_PER_HOSPITAL = 65
_FEWEST_HOSPITALS = 2
LAST_YEAR_OF_DUPLICATES = 2017


@dataclass(frozen=True)
class Actors:
    """Every professional and hospital of a source; a position in these lists stands for each."""

    professionals: tuple[str, ...]
    specialty: Ints
    department_of_professional: Ints
    hospitals: tuple[str, ...]
    public: Ints
    department_of_hospital: Ints
    _pools: dict[Executor, tuple[Ints, Ints]]
    _hospital_pool: tuple[Ints, Ints]

    def near(self, kind: Executor, department: Ints, choice: Ints) -> Ints:
        """Return a professional of a kind in each département; the same choice gives the same one."""
        first, size = self._pools[kind]
        found: Ints = first[department] + choice % size[department]
        return found

    def hospital_near(self, department: Ints, choice: Ints) -> Ints:
        """Return a hospital of each département; the first is the most frequent."""
        first, size = self._hospital_pool
        spread = choice % (2 * size[department])
        found: Ints = first[department] + np.where(spread < size[department], 0, spread - size[department])
        return found

    def duplicates(self, hospital: Ints, choice: Ints) -> Ints:
        """Return the position, in ``duplicate_codes``, of a geographic code of each hospital, or -1 if it has none."""
        entities = list(_LEGAL_ENTITIES.values())
        owners = np.array([entities.index(_owner(code)) for code in duplicate_codes()])
        result = np.full(len(hospital), -1, dtype=np.int64)
        for i, entity in enumerate(entities):
            codes = np.flatnonzero(owners == i)
            mine = hospital == self.hospitals.index(entity)
            result[mine] = codes[choice[mine] % len(codes)]
        return result


@cache
def duplicate_codes() -> tuple[str, ...]:
    """Return the geographic codes under which three large public hospitals also appeared until 2017."""
    text = files("ecluse_platform.synth").joinpath("facts", "finess_duplicates.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.split() if line.isdigit())


def _owner(code: str) -> str:
    if code.startswith(_OF_LYON):
        return _LEGAL_ENTITIES["69"]
    return _LEGAL_ENTITIES["13" if code.startswith("13") else "75"]


@cache
def actors(settings: Settings) -> Actors:
    """Make them; the number of professionals follows the number of persons."""
    places = departments()
    total = sum(d.thousands for d in places)
    names: list[str] = []
    specialties: list[int] = []
    where: list[int] = []
    pools = {}
    for number, (kind, (persons, fewest, turn)) in enumerate(_KINDS.items()):
        sizes = [max(fewest, round(settings.patients * d.thousands / total / persons)) for d in places]
        first = len(names) + np.cumsum([0, *sizes[:-1]])
        for position, (place, size) in enumerate(zip(places, sizes, strict=True)):
            names += [f"{place.portal[:2]}{number}{place.portal[2]}{i:05d}" for i in range(size)]
            specialties += [turn[i % len(turn)] for i in range(size)]
            where += [position] * size
        pools[kind] = (first.astype(np.int64), np.array(sizes, dtype=np.int64))

    hospitals: list[str] = []
    public: list[int] = []
    sizes = [_FEWEST_HOSPITALS + d.thousands // _INHABITANTS_PER_HOSPITAL for d in places]
    for place, size in zip(places, sizes, strict=True):
        hospitals += [_finess(place, i) for i in range(size)]
        public += [int(i % 2 == 0) for i in range(size)]
    return Actors(
        professionals=tuple(names),
        specialty=np.array(specialties, dtype=np.int64),
        department_of_professional=np.array(where, dtype=np.int64),
        hospitals=tuple(hospitals),
        public=np.array(public, dtype=np.int64),
        department_of_hospital=np.repeat(np.arange(len(places)), sizes),
        _pools=pools,
        _hospital_pool=(np.cumsum([0, *sizes[:-1]]).astype(np.int64), np.array(sizes, dtype=np.int64)),
    )


def _finess(place: Department, number: int) -> str:
    """Write a FINESS number: text of nine characters, with the leading zeros and the letters of Corsica."""
    if number == 0 and place.official in _LEGAL_ENTITIES:
        return _LEGAL_ENTITIES[place.official]
    # The last digit is a key: without it numbers still differ.
    return f"{place.official}{number * 7 + 11:0{8 - len(place.official)}d}{number % 10}"
