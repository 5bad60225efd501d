"""What is said of one firm's month: changes, electricity against last year, payroll per person.

The numbers are the firm's own, out of ``firm_month``. Payroll per person is defined as the
indicator ``payroll_per_person``: what the employer declares for income tax, by whom it declares.
"""

from dataclasses import dataclass
from decimal import Decimal

from leye.analysis.metrics.register_types import share_of_change
from leye.data.registers.queries.served import FirmRow


@dataclass(frozen=True, slots=True)
class Shift:
    """A change, and its share of the number before; None where that number is 0 or small."""

    difference: Decimal
    relative: Decimal | None


@dataclass(frozen=True, slots=True)
class FirmFigures:
    """The figures of a firm's month that are not in its row as they stand; None: not known.

    ``payroll_per_person`` in yuan. ``last_month`` and ``last_year`` are changes of the insured
    headcount, ``power`` that of electricity against the same month last year.
    """

    last_month: Shift | None
    last_year: Shift | None
    payroll_per_person: Decimal | None
    power: Shift | None


def firm_figures(row: FirmRow) -> FirmFigures:
    """Work out what follows from a firm's month."""
    return FirmFigures(
        last_month=_shift(row.insured, row.insured_last_month),
        last_year=_shift(row.insured, row.insured_last_year),
        payroll_per_person=(
            row.payroll / row.tax_headcount
            if row.payroll is not None and row.tax_headcount
            else None
        ),
        power=_shift(row.kwh, row.kwh_last_year),
    )


def _shift(now: Decimal | int | None, then: Decimal | int | None) -> Shift | None:
    if now is None or then is None:
        return None
    difference = Decimal(now) - Decimal(then)
    return Shift(difference, share_of_change(difference, Decimal(then)))
