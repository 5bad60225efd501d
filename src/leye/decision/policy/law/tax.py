"""Tax relief for employers: hires from key groups, former soldiers, wages of disabled staff."""

import numpy as np

from leye.decision.policy.conditions import Changes, condition
from leye.decision.policy.kleene import above, at_least
from leye.decision.policy.law.employers import (
    FIRMS,
    contract_of_a_year,
    is_kind,
    months_left,
    pays_insurance,
    still_months,
    took_on,
)
from leye.decision.policy.programmes import Programme
from leye.decision.policy.situation import Formula

_KEY_TEXT = "江西省财政厅等四部门公告2023年第30号"
_VETERAN_TEXT = "江西省2023年第28号公告"
_DISABLED_TEXT = "《企业所得税法实施条例》第九十六条"
_LEFT = months_left("tax.hire.most_months", "hires_tax_months_used")
_YEAR = 12


def _deduction(each: str, persons: str) -> Formula:
    """Persons x months of the year, never more than the months left nor the tax that is due."""
    return lambda s: np.minimum(
        s.value(each)
        * s.number(persons)
        * np.minimum(s.number("hires_tax_months"), _LEFT(s))
        / _YEAR,
        s.number("firm_tax_due_year"),
    )


def _relief(name: str, each: str, persons: str, text: str, says: str) -> Programme:
    return Programme(
        name=name,
        entity="employer",
        in_force=(each,),
        conditions=(
            is_kind(*FIRMS, "social", says="是企业等纳税单位", basis=text),
            took_on(says, persons, basis=text),
            contract_of_a_year(text),
            pays_insurance(text),
            still_months("扣减期限还没有满（最长{tax.hire.most_months}个月）", _LEFT, text),
            condition(
                "tax_due",
                "有应缴的增值税、城建税、教育费附加或企业所得税可以扣减（当年用不完不结转）",
                lambda s: above(s.number("firm_tax_due_year"), 0),
                basis=text,
                changes=Changes.TIME,
            ),
        ),
        amount=_deduction(each, persons),
        months=_LEFT,
        months_cap="tax.hire.most_months",
    )


TAX_RELIEF_KEY_HIRES = _relief(
    "tax_relief_key_hires",
    "tax.hire.key_each",
    "hires_tax_key",
    _KEY_TEXT,
    "招用了脱贫人口，或登记失业半年以上的人员",
)
"""The deduction of a year for hires from key groups."""

TAX_RELIEF_VETERAN_HIRES = _relief(
    "tax_relief_veteran_hires",
    "tax.hire.veteran_each",
    "hires_tax_veterans",
    _VETERAN_TEXT,
    "招用了自主就业退役士兵",
)
"""The deduction of a year for former soldiers who were taken on."""

DISABLED_WAGE_DEDUCTION = Programme(
    name="disabled_wage_deduction",
    entity="employer",
    in_force=("tax.disabled_wages.extra",),
    conditions=(
        is_kind(*FIRMS, basis=_DISABLED_TEXT),
        condition(
            "employs_disabled",
            "安置了残疾职工",
            lambda s: at_least(s.number("firm_disabled_staff"), 1),
            basis=_DISABLED_TEXT,
        ),
    ),
    amount=lambda s: s.value("tax.disabled_wages.extra") * s.number("firm_disabled_wages_year"),
)
"""What is deducted once more from taxable income: the wages of disabled staff."""
