"""The sums that cells of the map stand in: over places, over the values of an axis, over statuses.

Whoever knows all terms of such a sum but one knows that one, so protection has to know all sums,
and the cells that are given twice under different names.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leye.data.reference import industries
from leye.data.registers.codes import EMPLOYED, STATUS, UNEMPLOYED
from leye.data.registers.flows import BOTH_ENDS
from leye.data.registers.protect_bounds import Sums
from leye.data.registers.protect_rules import Flags, Index, Numbers
from leye.data.registers.schemas import MAP_KEY, RESIDENCE_MEASURES

ALL = "all"
PERSONS = "population16"
NONE = -1
_WITHIN = {"division": "industry", "occupation4": "occupation"}
_SPLIT = "\x1f"
_YOUNG = ("16-24", "25-34", "35-44", "45-54")
_SKILLED = ("1", "2", "3")
_BY_STATUS = {
    PERSONS: tuple(STATUS),
    "employed": tuple(sorted(EMPLOYED)),
    "unemployed": tuple(sorted(UNEMPLOYED)),
}
_NEAR = 20.0
_WORTH_KEYS = ("level", "group_code", "axis")
_WORTH: Mapping[str, float] = {"city": 12.0, "county": 6.0, "town": 2.0, "park": 2.0}
_CERTIFIED = (*_SKILLED, "4", "5", "6", "0")


@dataclass(frozen=True, slots=True)
class Above:
    """For each row of the map, the rows it adds up to; ``NONE`` where there is none.

    ``place``: the same group and code at the place around. ``axis``: the same place and group for
    the code around, or for all codes; ``axis_number`` tells the sums of different axes apart.
    """

    place: Index
    axis: Index
    axis_number: Index


@dataclass(frozen=True, slots=True)
class Same:
    """Cells (row, measure) that are the sum of others though they stand elsewhere.

    ``part``: the terms are only some of what the sum is of.
    """

    parent: Index
    measure: str
    child: Index
    terms: tuple[str, ...]
    part: bool = False


def rows_above(rows: pa.Table) -> Above:
    """Give what each row of the map adds up to."""
    keys = {name: rows[name].combine_chunks() for name in MAP_KEY}
    known = _joined(keys)
    numbers = pc.dictionary_encode(keys["axis"]).indices.to_numpy(zero_copy_only=False)
    none = np.isin(_plain(keys["level"]), ["city", "park"])
    total = _plain(keys["axis"]) == ALL
    return Above(
        place=np.where(none, NONE, _where(known, keys | _place_around(keys))),
        axis=np.where(total, NONE, _where(known, keys | _axis_around(keys))),
        axis_number=numbers.astype(np.int64),
    )


def same_cells(rows: pa.Table, measures: Collection[str]) -> tuple[Same, ...]:
    """Give the cells of the map that repeat others: key groups that are a status or a sex, ages
    below any pension age, levels of skill.
    """
    keys = {name: rows[name].combine_chunks() for name in MAP_KEY}
    group, axis, code = (_plain(keys[name]) for name in ("group_code", "axis", "code"))
    known = _joined(keys)
    everybody = keys | {"group_code": _filled(keys, ALL)}
    plain = _where(known, everybody)
    women = _where(known, everybody | {"axis": _filled(keys, "sex"), "code": _filled(keys, "2")})
    here = np.arange(rows.num_rows, dtype=np.int64)

    def of(at: Flags, child: Index, measure: str, terms: Iterable[str]) -> Same:
        at = at & (child != NONE)
        return Same(here[at], measure, child[at], tuple(terms))

    young = (axis == "age") & np.isin(code, _YOUNG)
    skill = axis == "skill"
    found = [
        of(group == "unemployed", plain, PERSONS, sorted(UNEMPLOYED)),
        of(group == "registered_unemployed", plain, PERSONS, ("unemployed_registered",)),
        of(young, here, "working_age", (PERSONS,)),
        of(skill & np.isin(code, _CERTIFIED), here, "certified", (PERSONS,)),
        of(skill & np.isin(code, _SKILLED), here, "high_skilled", ("certified",)),
        of(np.ones(len(here), dtype=bool), here, PERSONS, STATUS),
        of(np.ones(len(here), dtype=bool), here, "employed", sorted(EMPLOYED)),
        of(np.ones(len(here), dtype=bool), here, "unemployed", sorted(UNEMPLOYED)),
    ]
    whole = (group == "woman") & (axis == ALL)
    found += [of(whole, women, measure, (measure,)) for measure in measures]
    return (*found, *_parts(here, np.where(group == ALL, NONE, plain), measures))


def row_worth(rows: pa.Table) -> Numbers:
    """Give how much rather the cells of other rows are hidden: wide ones are asked for most."""
    level, group, axis = (_plain(rows[name].combine_chunks()) for name in _WORTH_KEYS)
    worth: Numbers = 4.0 * (group == ALL) + 3.0 * (axis == ALL)
    for name, more in _WORTH.items():
        worth[level == name] += more
    return worth


def _parts(here: Index, plain: Index, measures: Collection[str]) -> list[Same]:
    """Give what is part of something else: people of all people, a key group of everybody."""
    apart = {PERSONS, *STATUS, "high_skilled"}
    found = [
        Same(here, PERSONS, here, (each,), part=True)
        for each in measures
        if each in RESIDENCE_MEASURES and each not in apart
    ]
    found.append(Same(here, "certified", here, ("high_skilled",), part=True))
    grouped = plain != NONE
    whole, part = plain[grouped], here[grouped]
    return found + [Same(whole, each, part, (each,), part=True) for each in measures]


@dataclass(frozen=True, slots=True)
class FlowEnds:
    """The sums flows stand in. Behind the rows of the flows stand how many leave each origin and
    how many come to each destination: ``values``, by kind and place.

    ``place``, ``origin`` and ``destination``: for each row, the row it adds up to, or ``NONE``.
    ``place_number`` tells sums over places apart: a flow that each of its two counties has, too, is
    the same number again, and no term of a sum.
    """

    values: Numbers
    place: Index
    place_number: Index
    origin: Index
    destination: Index


def flow_ends(rows: pa.Table) -> FlowEnds:
    """Give what each flow adds up to: the same flow of the whole city, and both its ends."""
    names = ("kind", "place", "origin", "destination")
    keys = {name: _plain(rows[name].combine_chunks()) for name in names}
    persons = pc.fill_null(rows["persons"], 0).to_numpy().astype(np.float64)
    many = rows.num_rows
    city = _city_of(keys["place"])
    flows = {tuple(key): n for n, key in enumerate(zip(*keys.values(), strict=True))}
    place = np.full(many, NONE, dtype=np.int64)
    for (kind, at, origin, to), n in flows.items():
        if at != city:
            place[n] = flows.get((kind, city, origin, to), NONE)
    ends: dict[tuple[str, str, str, str], int] = {}
    values: list[float] = []
    sides = []
    for side in ("origin", "destination"):
        up = np.full(many, NONE, dtype=np.int64)
        for n in range(many):
            key = (side, keys["kind"][n], keys["place"][n], keys[side][n])
            if key not in ends:
                ends[key] = many + len(values)
                values.append(0.0)
            up[n] = ends[key]
            values[up[n] - many] += persons[n]
        sides.append(up)
    more = np.full(len(values), NONE, dtype=np.int64)
    of_city = np.concatenate([place, more])
    for (side, kind, at, end), n in ends.items():
        if at != city:
            of_city[n] = ends.get((side, kind, city, end), NONE)
    _, number = np.unique(keys["place"], return_inverse=True)
    repeated = np.isin(keys["kind"], BOTH_ENDS)
    return FlowEnds(
        np.array(values),
        of_city,
        np.concatenate([np.where(repeated, number + 1, 0), np.zeros_like(more)]),
        np.concatenate([sides[0], more]),
        np.concatenate([sides[1], more]),
    )


def _city_of(places: np.ndarray) -> str:
    return next((each for each in places if each.endswith("00") and len(each) == 6), "")


class Summing:
    """Gathers sums over the cells of a block: rows by measures, zeros and nulls left out.

    What the terms of a sum lack to it becomes a cell of its own that nobody shows.
    """

    def __init__(self, values: Numbers, *, near: float = 0.0) -> None:
        """``values``: one row for each row of the map, one column a measure, 0 where null.

        ``near``: what lacks less than this share of the whole is near enough to tell of it.
        """
        self._near = near
        self._wide = values.shape[1]
        flat = values.ravel()
        self.at = np.flatnonzero(flat)
        """Where in the block, row after row, each cell stands."""
        self.values = flat[self.at]
        self._cell = np.full(len(flat), NONE, dtype=np.int64)
        self._cell[self.at] = np.arange(len(self.at), dtype=np.int64)
        self._rest: list[Numbers] = []
        self._parts: list[tuple[Index, Index, Index, bool]] = []

    def add_rows(self, above: Index, kind: Index | None = None) -> None:
        """Add the sums of rows, for every measure; ``kind`` tells sums of one parent apart."""
        row, column = np.divmod(self.at, self._wide)
        up = above[row]
        parent = np.where(up == NONE, NONE, self._cell[up * self._wide + column])
        child = np.flatnonzero(parent != NONE)
        parent = parent[child]
        most = 1 if kind is None else int(kind.max(initial=0)) + 1
        key = parent if kind is None else parent * most + kind[row[child]]
        self._add(child, key, most)

    def add_same(self, same: Same, columns: Mapping[str, int]) -> None:
        """Add the sums of cells that stand elsewhere."""
        parent = self._cell[same.parent * self._wide + columns[same.measure]]
        child, above = [], []
        for term in same.terms:
            cell = self._cell[same.child * self._wide + columns[term]]
            kept = (parent != NONE) & (cell != NONE) & (parent != cell)
            child.append(cell[kept])
            above.append(parent[kept])
        if same.part:
            self._add_parts(np.concatenate(child), np.concatenate(above))
        elif child:
            self._add(np.concatenate(child), np.concatenate(above), 1)

    def _add_parts(self, child: Index, whole: Index) -> None:
        """Add that each child is part of its whole, where they are near enough to tell anything."""
        values = self.values[whole]
        near = values - self.values[child] <= np.maximum(_NEAR, self._near * values)
        at = np.arange(int(near.sum()), dtype=np.int64)
        self._parts.append((whole[near], child[near], at, True))

    def _add(self, child: Index, key: Index, most: int) -> None:
        """Add sums: each child with the key of its sum, the parent times ``most`` and its kind."""
        keys, line = np.unique(key, return_inverse=True)
        self._parts.append((keys // most, child, line.astype(np.int64), False))

    def sums(self) -> tuple[Sums, Numbers]:
        """Give the sums, and the values of the cells added for what is lacking."""
        parents, children, lines, rest = [], [], [], []
        made, lines_before = len(self.values), 0
        for parent, child, line, part in self._parts:
            lack = self.values[parent] - np.bincount(
                line, weights=self.values[child], minlength=len(parent)
            )
            near = np.abs(lack) <= 1e-9 * np.abs(self.values[parent])
            sound = near | (lack > 0)
            number = np.cumsum(sound) - 1 + lines_before
            lacking = np.flatnonzero(sound & (~near | part))
            added = np.arange(len(lacking), dtype=np.int64) + made
            kept = sound[line]
            parents.append(parent[sound])
            children += [child[kept], added]
            lines += [number[line[kept]], number[lacking]]
            rest.append(lack[lacking])
            made += len(lacking)
            lines_before += int(sound.sum())
        whole = [
            np.concatenate([*part, np.empty(0, dtype=np.int64)])
            for part in (parents, children, lines)
        ]
        return Sums(*whole), np.concatenate([*rest, np.empty(0)])


def _joined(keys: Mapping[str, pa.Array]) -> pa.Array:
    return pc.binary_join_element_wise(*(keys[name] for name in MAP_KEY), _SPLIT)


def _where(known: pa.Array, keys: Mapping[str, pa.Array]) -> Index:
    """Give the row that has these keys; ``NONE`` where there is none."""
    found = pc.fill_null(pc.index_in(_joined(keys), value_set=known), NONE)
    at: Index = found.to_numpy(zero_copy_only=False).astype(np.int64)
    return at


def _plain(texts: pa.Array) -> np.ndarray:
    return np.asarray(texts.to_numpy(zero_copy_only=False), dtype=object)


def _filled(keys: Mapping[str, pa.Array], text: str) -> pa.Array:
    return pa.repeat(pa.scalar(text, keys["axis"].type), len(keys["axis"]))


def _place_around(keys: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
    level, place = keys["level"], keys["place"]
    towns, villages = pc.equal(level, "town"), pc.equal(level, "village")
    around = pc.if_else(
        villages,
        pc.utf8_slice_codeunits(place, 0, 9),
        pc.if_else(towns, pc.utf8_slice_codeunits(place, 0, 6), _city(keys)),
    )
    up = pc.if_else(villages, "town", pc.if_else(towns, "county", "city"))
    return {"level": up, "place": around}


def _city(keys: Mapping[str, pa.Array]) -> pa.Array:
    found = pc.filter(keys["place"], pc.equal(keys["level"], "city"))
    code = found[0].as_py() if len(found) else ""
    return _filled(keys, code)


def _axis_around(keys: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
    axis, code = keys["axis"], keys["code"]
    coded = pc.dictionary_encode(code)
    sections = pa.array([_section(each) for each in coded.dictionary.to_pylist()], pa.string())
    section = sections.take(coded.indices)
    divisions, minor = pc.equal(axis, "division"), pc.equal(axis, "occupation4")
    around = pc.if_else(
        divisions, section, pc.if_else(minor, pc.utf8_slice_codeunits(code, 0, 1), ALL)
    )
    up = pc.if_else(divisions, _WITHIN["division"], pc.if_else(minor, _WITHIN["occupation4"], ALL))
    return {"axis": up, "code": around}


def _section(division: str) -> str:
    known = industries()
    return (known.get(division, level=2).parent or "") if division in _divisions() else ""


def _divisions() -> frozenset[str]:
    return frozenset(entry.code for entry in industries().at_level(2))
