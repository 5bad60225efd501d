"""The table of precedence holds together, and confidence moves as it says."""

from pathlib import Path

import ibis

from leye.data.pool.engines import Workbench
from leye.data.registers.codes import STATUS, evidence, evidence_in, evidence_label, groups_in
from leye.data.registers.evidence import said
from leye.data.registers.precedence import AGE_BITS, LINE_BITS, precedence
from leye.data.registers.statuses import decide
from leye.data.registers.terms import month_end, month_literal, stack, whole

MONTH = 202406


def test_every_line_names_a_status_a_bit_of_its_own_and_its_reason() -> None:
    lines = precedence()
    assert {line.status for line in lines} == set(STATUS) - {"unknown"}
    assert len({line.kind for line in lines}) == len({line.bit for line in lines}) == len(lines)
    assert len({line.title for line in lines}) == len(lines)
    assert all(line.zh and line.en for line in lines)
    assert all(0 < line.confidence < 1 for line in lines)


def test_the_number_that_orders_evidence_fits() -> None:
    assert len(precedence()) <= 1 << LINE_BITS
    assert max(line.bit for line in precedence()) < 63
    highest = max(line.rank for line in precedence())
    assert highest.bit_length() + AGE_BITS + LINE_BITS < 63


def test_masks_are_read_back() -> None:
    mask = evidence()["unit_paid"] | evidence()["left_job"]
    assert evidence_in(mask) == ("unit_paid", "left_job")
    assert evidence_label("unit_paid") == "单位当月缴纳养老保险"
    assert groups_in(1 | 1 << 13) == ("college_graduate", "woman")


def sure(duck: Workbench, folder: Path, *kinds: tuple[str, int]) -> float:
    """Give how sure a person's status is who has this evidence, each so many months old."""
    one = duck.parquet([], schema=ibis.schema({"person": "int64"}), partitioned=False)
    count = one.agg(person=one.count() + whole(1))
    rows = [
        said(count, kind, month=MONTH, since=month_end(month_literal(MONTH)) - whole(31 * back))
        for kind, back in kinds
    ]
    (found,) = (row for batch in duck.batches(decide(stack(rows))) for row in batch.to_pylist())
    value: float = found["confidence"]
    return value


def test_agreeing_evidence_raises_confidence_and_contradicting_or_old_lowers_it(
    duck: Workbench, tmp_path: Path
) -> None:
    alone = sure(duck, tmp_path, ("ledger_farming", 1))
    assert sure(duck, tmp_path, ("ledger_farming", 1), ("registered_farming", 3)) > alone
    assert sure(duck, tmp_path, ("ledger_farming", 1), ("registered_migrant", 3)) < alone
    assert sure(duck, tmp_path, ("ledger_farming", 8)) < alone
    assert sure(duck, tmp_path, ("ledger_unable", 8)) == sure(duck, tmp_path, ("ledger_unable", 1))


def test_evidence_of_another_form_of_the_same_job_agrees(duck: Workbench, tmp_path: Path) -> None:
    alone = sure(duck, tmp_path, ("unit_late", 1))
    assert sure(duck, tmp_path, ("unit_late", 1), ("ledger_local", 3)) > alone
