"""People who start a business: the one-off grant, equipment, and the tax that is let off."""

import numpy as np

from leye.decision.policy.conditions import Changes, among, condition, holds, lacks
from leye.decision.policy.kleene import (
    YES,
    Number,
    Truth,
    all_of,
    any_of,
    at_least,
    below,
    between,
    choose,
    months_from,
    same,
)
from leye.decision.policy.programmes import Programme, quantity
from leye.decision.policy.situation import Situation

_AT = "founders"
_GRANT = "赣财社〔2019〕1号第十二条"
_EQUIPMENT = "江西2025年上半年人社工作通报"
_TAX = "江西省财政厅等四部门公告2023年第30号"
_TAX_VETERANS = "江西省2023年第28号公告"


@quantity("person", label="已正常经营月数")
def months_operating(s: Situation) -> Number:
    """Give the full months since the business was registered."""
    return s.since("business_opened")


def _student_or_graduate(s: Situation) -> Truth:
    left = between(s.since("graduated"), 0, s.value(f"{_AT}.grant.graduated_within"))
    return all_of(s.is_one("school_kind", "university"), any_of(s.answer("enrolled"), left))


def _returning(s: Situation) -> Truth:
    return any_of(s.answer("returning_founder"), s.answer("out_of_poverty"))


@quantity("person", label="够领全额创业补贴", kind="answer")
def startup_paid_in_full(s: Situation) -> Truth:
    """Tell whether the business has run long enough for the whole grant of the founder's group."""
    operating = s.number("months_operating")
    hard = at_least(operating, s.value(f"{_AT}.grant.months_hard_to_employ"))
    full = any_of(
        all_of(
            _student_or_graduate(s), at_least(operating, s.value(f"{_AT}.grant.months_graduate"))
        ),
        all_of(s.answer("hard_to_employ"), hard),
    )
    returning = s.optional(f"{_AT}.grant.months_returning")
    if returning == returning:
        full = any_of(full, all_of(_returning(s), at_least(operating, returning)))
    return full


def _paid_half(s: Situation) -> Truth:
    """Half is paid after six months to whoever has to wait longer for the whole."""
    share = s.optional(f"{_AT}.grant.early_share")
    if share != share:
        return np.zeros(s.size, dtype=np.int8)
    early = at_least(s.number("months_operating"), s.value(f"{_AT}.grant.early_months"))
    return all_of(_student_or_graduate(s), early)


def _grant_group(s: Situation) -> Truth:
    group = any_of(_student_or_graduate(s), s.answer("hard_to_employ"))
    returning = s.optional(f"{_AT}.grant.months_returning")
    return any_of(group, _returning(s)) if returning == returning else group


def _months_to_first_payment(s: Situation) -> Number:
    early = s.value(f"{_AT}.grant.early_months")
    graduate = s.value(f"{_AT}.grant.months_graduate") if early != early else early
    hard = s.value(f"{_AT}.grant.months_hard_to_employ")
    needed = np.where(s.answer("hard_to_employ") == YES, hard, graduate)
    return np.asarray(needed - s.number("months_operating"))


STARTUP_GRANT = Programme(
    name="startup_grant",
    entity="person",
    in_force=(f"{_AT}.grant.yuan",),
    conditions=(
        condition(
            "group",
            "需要是在校大学生或毕业{founders.grant.graduated_within}个月内的高校毕业生、"
            "就业困难人员[founders.grant.months_returning?、返乡创业人员或脱贫人口]",
            _grant_group,
            basis=_GRANT,
            changes=Changes.NEVER,
        ),
        holds("owns_business", "需要有在营的企业或个体户", fact="owns_business", basis=_GRANT),
        holds(
            "first_business",
            "需要是首次创业",
            fact="first_business",
            basis=_GRANT,
            changes=Changes.NEVER,
        ),
        condition(
            "operated",
            "大学生和毕业生正常经营满{founders.grant.months_graduate}个月、"
            "就业困难人员满{founders.grant.months_hard_to_employ}个月"
            "[、返乡创业人员和脱贫人口满{founders.grant.months_returning}个月]"
            "[（大学生和毕业生满{founders.grant.early_months}个月可先领{founders.grant.early_share}）]",
            lambda s: any_of(s.answer("startup_paid_in_full"), _paid_half(s)),
            basis=_GRANT,
            changes=Changes.TIME,
            gap=_months_to_first_payment,
        ),
        lacks("not_granted", "以前没有领过这项补贴", fact="startup_granted", basis=_GRANT),
    ),
    amount=lambda s: (
        s.value(f"{_AT}.grant.yuan")
        * choose(s.answer("startup_paid_in_full"), 1.0, s.value(f"{_AT}.grant.early_share"))
    ),
    amount_cap=f"{_AT}.grant.yuan",
)
"""一次性创业补贴: 5 000 yuan for a first business that has run for some months."""


STARTUP_EQUIPMENT = Programme(
    name="startup_equipment_support",
    entity="person",
    in_force=(f"{_AT}.equipment_most",),
    conditions=(
        condition(
            "group",
            "需要是大龄失业人员、零就业家庭成员、残疾人等困难人员",
            lambda s: any_of(
                s.answer("hard_to_employ"), s.answer("zero_employment_member"), s.answer("disabled")
            ),
            basis=_EQUIPMENT,
            changes=Changes.NEVER,
        ),
        condition(
            "wants_equipment",
            "需要有要购置的创业设备",
            lambda s: at_least(s.number("equipment_cost"), 1),
            basis=_EQUIPMENT,
        ),
    ),
    amount=lambda s: np.minimum(s.value(f"{_AT}.equipment_most"), s.number("equipment_cost")),
    amount_cap=f"{_AT}.equipment_most",
)
"""低成本创业设备支持: up to 5 000 yuan a person."""

_OWN_ACCOUNT = among(
    "individual_business",
    "办的需要是个体工商户",
    fact="business_kind",
    options=("individual",),
    basis=_TAX,
    changes=Changes.NEVER,
)
_OPEN = holds("owns_business", "需要有在营的个体经营", fact="owns_business", basis=_TAX)
_MONTHS = condition(
    "months_left",
    "自登记当月起还没有满{founders.tax.most_months}个月",
    lambda s: below(s.since("business_opened"), s.value(f"{_AT}.tax.most_months")),
    basis=_TAX,
    changes=Changes.NEVER,
)


def _months_left(s: Situation) -> Number:
    most = s.value(f"{_AT}.tax.most_months")
    return np.clip(most - s.since("business_opened"), 0, most)


def _tax_group(s: Situation) -> Truth:
    before = months_from(s.month("registered_since"), s.month("business_opened"))
    hardship = any_of(s.answer("zero_employment_member"), s.answer("minimum_allowance"))
    opened, graduated = (_year(s, name) for name in ("business_opened", "graduated"))
    return any_of(
        s.answer("out_of_poverty"),
        at_least(before, s.value(f"{_AT}.tax.unemployed_months")),
        all_of(at_least(before, 0), hardship),
        all_of(s.is_one("school_kind", "university"), same(opened, graduated)),
    )


def _year(s: Situation, name: str) -> Number:
    month = s.month(name)
    return np.where(month == 0, np.nan, month // 100)


FOUNDER_TAX_RELIEF = Programme(
    name="founder_tax_relief",
    entity="person",
    in_force=(f"{_AT}.tax.year_most",),
    conditions=(
        condition(
            "key_group",
            "需要是脱贫人口、创业前登记失业满{founders.tax.unemployed_months}个月的人员、"
            "零就业或低保家庭的登记失业人员、毕业年度内的高校毕业生之一",
            _tax_group,
            basis=_TAX,
            changes=Changes.NEVER,
        ),
        _OPEN,
        _OWN_ACCOUNT,
        holds(
            "card_noted",
            "《就业创业证》等证件上需要注明可享受税收政策",
            fact="card_noted",
            basis=_TAX,
        ),
        _MONTHS,
    ),
    amount=lambda s: np.minimum(s.value(f"{_AT}.tax.year_most"), s.number("tax_due_year")),
    months=_months_left,
    amount_cap=f"{_AT}.tax.year_most",
    months_cap=f"{_AT}.tax.most_months",
)
"""重点群体个体经营税收扣减: what is due in a year, up to a cap; what is not used is lost."""

VETERAN_FOUNDER_TAX_RELIEF = Programme(
    name="veteran_founder_tax_relief",
    entity="person",
    in_force=(f"{_AT}.tax.veteran_year_most",),
    conditions=(
        condition(
            "veteran",
            "需要是自主就业的退役士兵",
            lambda s: all_of(s.answer("veteran"), s.is_one("veteran_placement", "self")),
            basis=_TAX_VETERANS,
            changes=Changes.NEVER,
        ),
        _OPEN,
        _OWN_ACCOUNT,
        _MONTHS,
    ),
    amount=lambda s: np.minimum(s.value(f"{_AT}.tax.veteran_year_most"), s.number("tax_due_year")),
    months=_months_left,
    amount_cap=f"{_AT}.tax.veteran_year_most",
    months_cap=f"{_AT}.tax.most_months",
)
"""自主就业退役士兵个体经营税收扣减."""
