"""The precedence applied: from rows of evidence to one status for each person, in one group by."""

import ibis
import ibis.expr.types as ir

from leye.data.registers.precedence import (
    AGE_BITS,
    LINE_BITS,
    MONTH_DAYS,
    Line,
    bits_of,
    precedence,
)
from leye.data.registers.terms import picked, whole

OLD = 6 * MONTH_DAYS
"""From this age on, evidence is less sure."""

LEAST_SURE = 0.3
"""However much speaks against it, the best of the evidence is worth this much."""

_CONTRADICTED, _AGREED, _AGED = 2.0, 0.5, 1.5

# Evidence of a job is not against evidence of another form of the same job.
_FAMILIES = {"employed_filed": "employed_insured", "public_welfare_post": "employed_insured"}
_WEAK = 12


def decide(rows: ir.Table) -> ir.Table:
    """Give each person's status, what it rests on, and how sure it is.

    A person has at most one row of each kind, so that the bits add up to a mask.

    Columns: person, status, employer (0 for none), occupation, workplace, evidence, confidence.
    """
    found = rows.group_by("person").agg(
        least=rows.key.min(),
        employer=rows.employer.argmin(rows.key),
        occupation=rows.occupation.argmin(rows.key),
        workplace=rows.workplace.argmin(rows.key),
        evidence=rows.bit.sum().cast("int64"),
    )
    found = found.mutate(
        line=found.least & whole((1 << LINE_BITS) - 1),
        age=(found.least >> whole(LINE_BITS)) & whole((1 << AGE_BITS) - 1),
    )
    return found.select(
        "person",
        "employer",
        "occupation",
        "workplace",
        "evidence",
        status=picked([each.status for each in precedence()], found.line, kind="string"),
        confidence=_confidence(found),
    )


def _confidence(found: ir.Table) -> ir.FloatingValue:
    """Give how sure the status is: the line's own, moved by what agrees, contradicts or is old."""
    lines = precedence()
    against = picked([_against(line) for line in lines], found.line, kind="int64")
    along = picked([_along(line) for line in lines], found.line, kind="int64")
    doubts = [round(1 - line.confidence, 4) for line in lines]
    lasting = [1.0 if line.window is None else _AGED for line in lines]
    contradicted = (found.evidence & against) != whole(0)
    agreed = (found.evidence & along) != whole(0)
    doubt = picked(doubts, found.line, kind="float64")
    doubt = doubt * contradicted.ifelse(_number(_CONTRADICTED), _number(1.0))
    doubt = doubt * agreed.ifelse(_number(_AGREED), _number(1.0))
    old = picked(lasting, found.line, kind="float64")
    doubt = doubt * (found.age >= whole(OLD)).ifelse(old, _number(1.0))
    return ibis.greatest(_number(1.0) - doubt, _number(LEAST_SURE)).round(3)


def _number(value: float) -> ir.FloatingScalar:
    return ibis.literal(value, type="float64")


def _family(line: Line) -> str:
    return _FAMILIES.get(line.status, line.status)


def _along(line: Line) -> int:
    """Give the bits of the other evidence for the same."""
    return bits_of(e for e in precedence() if _family(e) == _family(line) and e is not line)


def _against(line: Line) -> int:
    """Give the bits of evidence for something else that is not much weaker."""
    return bits_of(e for e in precedence() if _family(e) != _family(line) and e.rank < _WEAK)
