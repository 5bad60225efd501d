"""What follows from a firm's month; what is not known is no zero."""

from dataclasses import replace
from decimal import Decimal

from leye.analysis.atlas.firms import Shift, firm_figures
from leye.data.registers.queries.served import FirmRow

ROW = FirmRow(
    employer=1,
    uscc="",
    name="",
    place="360902001",
    park="",
    industry="38",
    kind="1",
    insured=90,
    insured_last_month=100,
    insured_last_year=0,
    hires=None,
    separations=None,
    payroll=Decimal(450_000),
    kwh=Decimal(50),
    kwh_last_year=None,
    tax_headcount=90,
)


def test_changes_and_payroll_per_person() -> None:
    found = firm_figures(ROW)
    assert found.last_month == Shift(Decimal(-10), Decimal("-0.1"))
    assert found.last_year == Shift(Decimal(90), None)
    assert found.payroll_per_person == 5000
    assert found.power is None


def test_a_few_people_more_or_less_are_no_per_cent() -> None:
    small = firm_figures(replace(ROW, insured=12, insured_last_month=1))
    assert small.last_month == Shift(Decimal(11), None)


def test_without_a_number_there_is_no_figure() -> None:
    bare = replace(ROW, insured=None, payroll=None)
    assert firm_figures(bare).last_month is None
    assert firm_figures(bare).payroll_per_person is None
    assert firm_figures(replace(ROW, tax_headcount=0)).payroll_per_person is None
