"""The changing state of the city: one element per person or firm, changed in place each month.

Months are counted since year 0 (see draws.ordinal_of), days since 1970. Only the simulation holds
these; what it hands out are copies.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

U8 = NDArray[np.uint8]
I8 = NDArray[np.int8]
I16 = NDArray[np.int16]
I32 = NDArray[np.int32]
F32 = NDArray[np.float32]
Flags = NDArray[np.bool_]

NEVER = 10**6
"""A month that does not come."""


@dataclass(slots=True)
class PersonState:
    """What each person does, is paid, and has on record; a record number of 0 means none."""

    status: U8
    employer: I32
    job_start: I32
    occupation: I16
    wage: F32
    insured: Flags
    filed: Flags
    insure_from: I32
    file_from: I32
    workplace: I8
    destination: I8
    residence: I16
    education: U8
    schooling: U8
    leaves_school: I32
    alive: Flags
    died: I32
    retires: I32
    self_pays: Flags
    platform: Flags
    contributor: U8
    payer: I32
    base: F32
    pension: U8
    pension_amount: F32
    insured_months: I16
    filing: I32
    filing_start: I32
    filing_end: I32
    filing_kind: U8
    job_record: I32
    job_record_start: I32
    job_record_form: U8
    job_record_firm: I32
    job_record_occupation: I16
    unemployment: I32
    unemployment_day: I32
    unemployment_reason: U8
    last_employer: I32
    last_reason: U8
    last_filed: Flags
    last_left: I32
    benefit_total: I8
    benefit_nth: I8
    benefit_left: I8
    jobless_since: I32
    hardship: I32
    hardship_category: U8
    hardship_day: I32
    post: I32
    post_start: I32
    post_until: I32
    ledger: U8
    class_until: I32


@dataclass(slots=True)
class FirmState:
    """What each firm is at: whether it is open, the staff it works towards, how it reports."""

    open: Flags
    target: NDArray[np.float64]
    headcount: I32
    base_headcount: I32
    trouble: I8
    """Months of trouble still ahead (0 none): it hires nobody, pays late, may close at the end."""
    reported_gap: F32


_START = {
    "employer": -1, "occupation": -1, "workplace": -1, "destination": -1, "payer": -1,
    "insure_from": NEVER, "file_from": NEVER, "job_record_firm": -1, "last_employer": -1,
    "job_record_occupation": -1,
}  # fmt: skip
_TYPES: tuple[tuple[object, type[np.generic]], ...] = (
    (U8, np.uint8),
    (I8, np.int8),
    (I16, np.int16),
    (I32, np.int32),
    (F32, np.float32),
    (Flags, np.bool_),
)


def blank_people(count: int) -> PersonState:
    """Give the state of ``count`` people of whom nothing is known yet."""
    columns = {}
    for field in fields(PersonState):
        kind = next(kind for alias, kind in _TYPES if alias == field.type)
        columns[field.name] = np.full(count, _START.get(field.name, 0), dtype=kind)
    return PersonState(**columns)


def blank_firms(count: int) -> FirmState:
    """Give the state of ``count`` firms that are not open."""
    return FirmState(
        open=np.zeros(count, dtype=np.bool_),
        target=np.zeros(count),
        headcount=np.zeros(count, dtype=np.int32),
        base_headcount=np.zeros(count, dtype=np.int32),
        trouble=np.zeros(count, dtype=np.int8),
        reported_gap=np.zeros(count, dtype=np.float32),
    )
