"""What the rows of a delivery come to: counts, and from them the five dimensions of quality."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ibis.backends.duckdb import Backend

from leye.data.pool.engine import ask
from leye.data.pool.quality import Dimension, Quality, due_on
from leye.data.pool.source_contract import MONTH
from leye.data.pool.source_plan import TYPED, SourcePlan
from leye.data.pool.source_reading import TEXTS
from leye.data.pool.source_types import CONSISTENCY, SourceContract
from leye.data.pool.sql import column, select
from leye.data.pool.types import Delivery

_BLANK = frozenset({"required", "blank"})


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts of a delivery's rows.

    ``counts`` says how often each finding of the plan occurs, ``filled`` how many cells of a field
    are not blank, ``months`` how many rows that are not refused speak of each month.
    """

    rows: int
    refused: int
    flagged: int
    inconsistent: int
    counts: tuple[int, ...]
    filled: Mapping[str, int]
    months: Mapping[int, int]

    @property
    def good(self) -> int:
        """The rows that are not refused."""
        return self.rows - self.refused


def totals_of(made: SourcePlan, engine: Backend) -> Totals:
    """Count the rows of ``typed`` and the cells of ``texts``."""
    refused = f"(err & {made.refusing}) <> 0"
    rows = ask(
        engine,
        select(
            {
                "n": "count(*)",
                "refused": f"count(*) FILTER ({refused})",
                "flagged": f"count(*) FILTER (flags <> 0 AND NOT {refused})",
                "inconsistent": f"count(*) FILTER ((err & {_inconsistent(made)}) <> 0)",
            },
            TYPED,
        ),
    )[0]
    each = {
        f"f{at}": f"count(*) FILTER ((err >> {at}) & 1 = 1)" for at in range(len(made.findings))
    }
    found = ask(engine, select(each, TYPED, where="err <> 0"))[0]
    filled = ask(
        engine,
        select({c.field: f"count({column(c.field)})" for c in made.contract.columns}, TEXTS),
    )[0]
    months = ask(
        engine,
        select({"month": MONTH, "n": "count(*)"}, TYPED, where=f"NOT {refused}", group_by=MONTH),
    )
    return Totals(
        rows["n"],
        rows["refused"],
        rows["flagged"],
        rows["inconsistent"],
        tuple(found.values()),
        filled,
        {row["month"]: row["n"] for row in months},
    )


def measures(
    made: SourcePlan, totals: Totals, delivery: Delivery, *, repeated: int | None
) -> tuple[Quality, ...]:
    """Give the quality of a delivery; ``repeated`` is None where rows were not held together."""
    found = (
        (Dimension.COMPLETENESS, *_completeness(made.contract, totals)),
        (Dimension.VALIDITY, *_validity(made, totals)),
        (Dimension.TIMELINESS, *_timeliness(made.contract, totals, delivery)),
        (Dimension.UNIQUENESS, *_uniqueness(totals, repeated)),
        (Dimension.CONSISTENCY, *_consistency(made, totals)),
    )
    return tuple(
        Quality(delivery.id, delivery.contract, delivery.month, delivery.at, *each)
        for each in found
    )


def _inconsistent(made: SourcePlan) -> int:
    return sum(1 << at for at, each in enumerate(made.findings) if each.rule in CONSISTENCY)


def _completeness(contract: SourceContract, totals: Totals) -> tuple[int, int]:
    wanted = [each.field for each in contract.columns if each.required]
    return sum(totals.filled[field] for field in wanted), totals.rows * len(wanted)


def _validity(made: SourcePlan, totals: Totals) -> tuple[int, int]:
    filled = sum(totals.filled.values())
    return max(filled - sum(_faults(made, totals.counts)), 0), filled


def _faults(made: SourcePlan, counts: Sequence[int]) -> Iterator[int]:
    for finding, count in zip(made.findings, counts, strict=True):
        if finding.code not in _BLANK and finding.rule not in CONSISTENCY:
            yield count


def _timeliness(contract: SourceContract, totals: Totals, delivery: Delivery) -> tuple[int, int]:
    came = delivery.at.date()
    in_time = sum(n for month, n in totals.months.items() if came <= due_on(contract, month))
    return in_time, sum(totals.months.values())


def _uniqueness(totals: Totals, repeated: int | None) -> tuple[int, int]:
    return (0, 0) if repeated is None else (totals.good - repeated, totals.good)


def _consistency(made: SourcePlan, totals: Totals) -> tuple[int, int]:
    asked = any(finding.rule in CONSISTENCY for finding in made.findings)
    return (totals.rows - totals.inconsistent, totals.rows) if asked else (0, 0)
