"""How right the screening is: the rules on what is true of a city, against the rules on registers.

A fact the truth does not tell is taken from the registers on both sides. Where every fact that a
programme reads is known and right, the two must agree; every other miss has to be explained by a
fact that is missing, counted in part, or wrong.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from leye.data.pool import Pool
from leye.data.pool.build import open_build
from leye.decision.policy import Kind, fact, facts, programmes
from leye.decision.policy.evaluate import evaluate, facts_wanted, with_presumed
from leye.decision.policy.frames import COUNTY, MOST, facts_frame
from leye.decision.policy.frames.person import EDUCATION, REASONS
from leye.decision.policy.kleene import YES
from leye.decision.policy.programmes import Programme
from leye.decision.policy.system import system
from leye.service.identity.vault.vault import vault

Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Compared:
    """One programme: eligible in truth and by registers, everybody and where inputs are complete.

    ``why``: of each miss, the facts that differ and how (``missing``, ``part``, ``wrong``).
    ``unexplained``: misses without any.
    """

    programme: str
    true: int
    found: int
    both: int
    complete_true: int
    complete_found: int
    complete_both: int
    why: dict[str, int]
    unexplained: int

    @property
    def precision(self) -> float:
        """Of those found, how many are true."""
        return self.both / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Of those true, how many are found."""
        return self.both / self.true if self.true else 1.0


def compared(pool: Pool, truth: Path, *, month: int) -> tuple[Compared, ...]:
    """Compare every programme of persons that rests on something the truth tells."""
    told, persons = _true(pool, truth, month)
    seen = _registers(pool, month)
    at = np.searchsorted(seen["person"], persons)
    at = np.minimum(at, len(seen["person"]) - 1)
    there = seen["person"][at] == persons
    told = {name: array[there] for name, array in told.items()}
    known = {name: array[at[there]] for name, array in seen.items()}
    most = {name[len(MOST) :]: known.pop(name) for name in list(known) if name.startswith(MOST)}
    known = {name: array for name, array in known.items() if name not in ("person", COUNTY)}
    wanted = tuple(each for each in programmes().values() if _is_told(each, told))
    untold = {name: array for name, array in most.items() if name not in told}
    true = {p.name: j for p, j in _run(month, {**known, **told}, untold, wanted)}
    found = {p.name: j for p, j in _run(month, known, most, wanted)}
    state = _states(told, known, most)
    lines = (
        _line(each, true[each.name].outcome == YES, found[each.name].outcome == YES, state)
        for each in wanted
        if true[each.name].in_force
    )
    return tuple(each for each in lines if each.true or each.found)


def _run(month: int, given: Columns, most: Columns, wanted: tuple[Programme, ...]) -> Any:
    whole = with_presumed("person", given)
    return evaluate(system(), "person", month, whole, most=most, wanted=wanted)


def _is_told(programme: Programme, told: Columns) -> bool:
    if programme.entity != "person":
        return False
    return bool(facts_wanted(system(), [programme]) & set(told))


def _states(told: Columns, known: Columns, most: Columns) -> dict[str, NDArray[np.int8]]:
    """Give, of each fact told, how it is in the registers: 0 right, 1 missing, 2 part, 3 wrong."""
    found = {}
    for name, array in told.items():
        unknown = fact(name).unknown
        have = known.get(name)
        if have is None:
            found[name] = np.full(len(array), 1, dtype=np.int8)
            continue
        blank = (have == unknown) | (have != have)
        truly = (array == unknown) | (array != array)
        state = np.where(have == array, 0, 3)
        state = np.where(blank & ~truly, 1, np.where(blank & truly, 0, state))
        if name in most:
            state = np.where(most[name] > have, 2, state)
        found[name] = state.astype(np.int8)
    return found


_WORDS = ("right", "missing", "part", "wrong")


def _line(
    programme: Programme,
    true: NDArray[np.bool_],
    found: NDArray[np.bool_],
    state: dict[str, NDArray[np.int8]],
) -> Compared:
    reads = [name for name in facts_wanted(system(), [programme]) if name in state]
    complete = np.logical_and.reduce([state[name] == 0 for name in reads])
    misses = np.flatnonzero(true != found)
    why: Counter[str] = Counter()
    unexplained = 0
    for row in misses:
        reasons = [f"{name} {_WORDS[state[name][row]]}" for name in reads if state[name][row]]
        why.update(reasons)
        unexplained += not reasons
    return Compared(
        programme.name,
        int(true.sum()),
        int(found.sum()),
        int((true & found).sum()),
        int((true & complete).sum()),
        int((found & complete).sum()),
        int((true & found & complete).sum()),
        dict(why.most_common(6)),
        unexplained,
    )


def _registers(pool: Pool, month: int) -> Columns:
    rules = system()
    with open_build(pool, month) as build:
        frame = facts_frame(build, "person", rules.law)
        names = ["person", COUNTY, *frame.facts, *(f"{MOST}{name}" for name in frame.counted)]
        rows = frame.rows.select(*names).order_by("person")
        batches = list(build.batches(rows))
    table = pa.Table.from_batches(batches)
    return {name: table.column(name).to_numpy() for name in names}


def _true(pool: Pool, truth: Path, month: int) -> tuple[Columns, NDArray[np.int64]]:
    """Give the true facts as arrays, and whose they are by the pool's key."""
    rows = pq.read_table(truth / f"facts_{month}.parquet")
    numbers = rows.column("number").combine_chunks()
    tokens = vault().tokens(numbers)
    keys = pool.snapshot().whole("person_keys").select("token", "person").to_pyarrow()
    by_token = dict(
        zip(keys.column("token").to_pylist(), keys.column("person").to_pylist(), strict=True)
    )
    persons = np.array([by_token.get(each, -1) for each in tokens.to_pylist()], dtype=np.int64)
    column = {
        name: rows.column(name).to_numpy()
        for name in rows.column_names
        if not pa.types.is_string(rows.column(name).type)
        and not pa.types.is_dictionary(rows.column(name).type)
    }
    texts = {
        name: np.array([each or "" for each in rows.column(name).to_pylist()])
        for name in ("residence", "status", "workplace")
    }
    return _facts(column, texts), persons


def _facts(c: Columns, texts: Columns) -> Columns:
    drawing = (c["insured_months"] == 0) & (c["granted"] > 0)
    again = (c["insured_months"] > 0) & (c["granted"] > 0)
    statuses = list(fact("work_status").options)
    found: Columns = {
        "birth_month": c["birth_month"],
        "sex": c["sex"],
        "residence": _county(texts["residence"]),
        "hukou": np.where(c["hukou"] == 10, 1, 2),
        "education": _coded("education", c["education"], EDUCATION),
        "work_status": np.array([statuses.index(s) + 1 for s in texts["status"]]),
        "able_to_work": _yes(c["able"]),
        "registered_unemployed": _yes(c["registered"] > 0),
        "registered_since": c["registered"],
        "job_end_reason": _coded("job_end_reason", c["reason"], REASONS),
        "insured_by_employer": _yes(c["insured"]),
        "flexible_insured": _yes(c["flexible"]),
        "work_county": _county(texts["workplace"]),
        "wage_month": np.where(c["wage"] > 0, c["wage"], np.nan),
        "ui_months": np.where(drawing, _least(c["granted"]), c["insured_months"]),
        "ui_months_drawn": np.where(drawing, c["drawn"], 0),
        "ui_months_left_over": np.where(again, c["granted"] - c["drawn"], 0),
        "receiving_ui": _yes(c["draws"]),
        "draws_pension": _yes(c["pension"] > 0),
        "hard_to_employ": _yes(c["hardship"] > 0),
        "disabled": _yes(c["disability"] > 0),
        "out_of_poverty": _yes(c["poverty"] == 1),
        "monitored": _yes(c["poverty"] == 2),
        "veteran": _yes(c["veteran"] > 0),
        "veteran_placement": c["placement"],
        "in_welfare_post": _yes(c["post"] > 0),
        "owns_business": _yes(c["owner"]),
        "enrolled": _yes(c["enrolled"]),
    }
    kinds = {Kind.NUMBER: np.float64, Kind.MONEY: np.float64}
    return {
        name: array.astype(kinds.get(facts()[name].kind, np.int32)) for name, array in found.items()
    }


def _yes(true: NDArray[np.bool_]) -> NDArray[np.int8]:
    return np.where(true, 2, 0).astype(np.int8)


def _county(codes: NDArray[Any]) -> NDArray[np.int32]:
    cut = codes.astype("U6")
    return np.where(cut == "", "0", cut).astype(np.int32)


def _coded(name: str, codes: NDArray[Any], options: dict[str, str]) -> NDArray[np.int16]:
    table: NDArray[np.int16] = np.zeros(256, dtype=np.int16)
    for code, option in options.items():
        table[int(code)] = fact(name).option_index(option)
    return np.asarray(table[codes], dtype=np.int16)


def _least(granted: NDArray[Any]) -> NDArray[np.float64]:
    """Give the fewest months of contributions that earn so many months of benefit."""
    earned = np.array([0, 3, 6, 9, 12, 14, *range(15, 25)])
    return np.asarray(np.searchsorted(earned, granted) * 12, dtype=np.float64)
