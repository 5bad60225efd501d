"""Guaranteed start-up loans: what may be borrowed, the interest relief, the counter-guarantee.

An amount of a loan is the most that may be borrowed, or what is asked for where that is less.
"""

import numpy as np

from leye.decision.policy.conditions import Changes, condition, holds
from leye.decision.policy.kleene import (
    NO,
    YES,
    Number,
    Truth,
    above,
    all_of,
    any_of,
    at_most,
    between,
    choose,
    negate,
    same,
)
from leye.decision.policy.law.employers import (
    FIRMS,
    SMALL,
    contract_of_a_year,
    is_kind,
    is_size,
    reaches_share,
    up_to,
)
from leye.decision.policy.programmes import Programme, quantity
from leye.decision.policy.situation import Formula, Situation

_PERSON_TEXT = "财金〔2023〕75号；江西创业担保贷款政策"
_FIRM_TEXT = "财金〔2023〕75号；赣财金〔2020〕23号"
_GUARANTEE_TEXT = "江西创业担保贷款政策"
_POINTS = 100
"""Basis points of one per cent."""


@quantity("person", label="属六类重点群体", kind="answer")
def loan_key_group(s: Situation) -> Truth:
    """Tell whether a borrower is of the six groups whose own part was relieved in 2023."""
    return any_of(
        s.is_one("school_kind", "university"),
        s.answer("hard_to_employ"),
        s.answer("returning_founder"),
        s.answer("out_of_poverty"),
        s.answer("ex_fisher"),
        s.answer("veteran"),
    )


@quantity("person", label="大专以上、初级职称以上或高级工以上", kind="answer")
def loan_qualified(s: Situation) -> Truth:
    """Tell whether education, title or certificate raise the cap."""
    return any_of(
        s.is_one("education", "postgraduate", "bachelor", "college"),
        s.answer("has_title"),
        s.is_one("certificate_level", "level_3", "level_2", "level_1"),
    )


@quantity("person", label="个人创业担保贷款上限")
def loan_ceiling(s: Situation) -> Number:
    """Give the cap of one person, or of partners together.

    Of the partners only the applicant's qualifications are known; the others count as without.
    """
    plain = s.value("loans.person.cap")
    own = choose(s.answer("loan_qualified"), s.value("loans.person.cap_qualified"), plain)
    alone = (s.is_one("business_kind", "individual") == YES) & np.isnan(s.number("partners"))
    others = np.where(alone, 1, s.number("partners")) - 1
    uplift = 1 + s.value("loans.partnership.uplift")
    together = np.minimum(s.value("loans.partnership.most"), (own + others * plain) * uplift)
    return np.where(others > 0, together, np.where(np.isnan(others), np.nan, own))


@quantity("person", label="个人贷款贴息占利息的比例")
def loan_relief_share(s: Situation) -> Number:
    """Give the share of the interest that is paid for a person, by when the loan was granted."""
    key = s.answer("loan_key_group")
    more = s.value("loans.interest.own_part_relief_key")
    further = choose(key, more, s.value("loans.interest.own_part_relief_other"))
    base = _relief_share(s, "loan_month", "loan_rate")
    return base + (1 - base) * further


@quantity("employer", label="小微企业贷款贴息占利息的比例")
def firm_loan_relief_share(s: Situation) -> Number:
    """Give the share of the interest that is paid for a firm, on the part with relief."""
    covered = np.minimum(1, s.value("loans.firm.subsidised_cap") / s.number("firm_loan_wanted"))
    return covered * _relief_share(s, "firm_loan_month", "firm_loan_rate")


def _relief_share(s: Situation, granted: str, rate: str) -> Number:
    """Loans to 2023-09: all above prime less 150 points; from 2023-10: a share of the interest."""
    month = s.month(granted)
    paid = s.number(rate)
    below = s.value("loans.interest.borrower_pays_below_prime") / _POINTS
    own = np.maximum(0, s.value("setting.loan_prime_rate") - below)
    old = np.maximum(0, paid - own) / np.where(paid > 0, paid, np.nan)
    of_old_rule = month >= s.value("loans.interest.old_rule_from")
    of_new_rule = month >= s.value("loans.interest.new_rule_from")
    new = np.where(of_new_rule, s.value("loans.interest.share"), np.nan)
    return np.where(of_new_rule, new, np.where(of_old_rule, old, np.nan))


def _months_left(granted: str, term: str) -> Formula:
    return lambda s: np.clip(s.value(term) - s.since(granted), 0, s.value(term))


def _running(granted: str, term: str) -> Formula:
    return lambda s: between(s.since(granted), 0, s.value(term) - 1)


def _bars(setting: str, *facts: str) -> Formula:
    """None of the facts, or the city does not ask it."""
    return lambda s: any_of(
        same(s.all(s.value(f"setting.{setting}")), 0),
        negate(any_of(*(s.answer(fact) for fact in facts))),
    )


STARTUP_LOAN = Programme(
    name="startup_loan",
    entity="person",
    in_force=("loans.open",),
    conditions=(
        holds(
            "founder",
            "合法创业，名下有正在经营的企业或个体工商户",
            fact="owns_business",
            basis=_PERSON_TEXT,
        ),
        condition(
            "rounds_left",
            "累计借创业担保贷款不超过{loans.rounds}次",
            lambda s: at_most(s.number("loan_rounds") + 1, s.value("loans.rounds")),
            basis=_GUARANTEE_TEXT,
            changes=Changes.NEVER,
        ),
        condition(
            "paid_back",
            "以前的创业担保贷款已经还清",
            lambda s: negate(s.answer("loan_unpaid")),
            basis=_PERSON_TEXT,
        ),
        condition(
            "no_other_loan",
            "除住房、助学、小额消费等贷款以外没有其他商业贷款",
            _bars("loan_bars_other_loans", "other_business_loan"),
            basis=_PERSON_TEXT,
        ),
        condition(
            "clean_record",
            "没有逾期未还的贷款",
            _bars("loan_needs_clean_record", "loan_overdue"),
            basis=_PERSON_TEXT,
        ),
    ),
    amount=lambda s: up_to(s, s.number("loan_ceiling"), s.number("loan_wanted")),
    months=lambda s: s.all(s.value("loans.person.term")),
    amount_cap="loans.partnership.most",
    months_cap="loans.person.term",
)
"""创业担保贷款 of a person or of partners: any lawful founder in Jiangxi."""

STARTUP_LOAN_INTEREST = Programme(
    name="startup_loan_interest",
    entity="person",
    in_force=("loans.interest.open",),
    conditions=(
        holds(
            "has_loan",
            "有没还清的创业担保贷款",
            fact="loan_unpaid",
            basis=_PERSON_TEXT,
            changes=Changes.NEVER,
        ),
        condition(
            "within_term",
            "贷款发放未满{loans.person.term}个月",
            _running("loan_month", "loans.person.term"),
            basis=_PERSON_TEXT,
            changes=Changes.NEVER,
        ),
        condition(
            "not_overdue",
            "贷款没有逾期",
            lambda s: negate(s.answer("loan_overdue")),
            basis=_PERSON_TEXT,
        ),
    ),
    amount=lambda s: s.number("loan_relief_share") * s.number("loan_interest_month"),
    months=_months_left("loan_month", "loans.person.term"),
    months_cap="loans.person.term",
)
"""贴息 of a person's loan, a month of the term."""

COUNTER_GUARANTEE_WAIVER = Programme(
    name="counter_guarantee_waiver",
    entity="person",
    in_force=("loans.counter_guarantee.up_to",),
    conditions=(
        holds(
            "founder",
            "合法创业，名下有正在经营的企业或个体工商户",
            fact="owns_business",
            basis=_GUARANTEE_TEXT,
        ),
        condition(
            "small_loan",
            "个人贷款不超过{loans.counter_guarantee.up_to}元，"
            "高层次人才不超过{loans.counter_guarantee.up_to_talent}元",
            lambda s: any_of(
                at_most(s.number("loan_wanted"), s.value("loans.counter_guarantee.up_to")),
                all_of(
                    s.answer("high_level_talent"),
                    at_most(
                        s.number("loan_wanted"), s.value("loans.counter_guarantee.up_to_talent")
                    ),
                ),
            ),
            basis=_GUARANTEE_TEXT,
        ),
    ),
)
"""免反担保 for small loans, and for larger ones of high-level talent."""


@quantity("employer", label="新招用重点群体人数要求")
def loan_hires_needed(s: Situation) -> Number:
    """Give the new hires from key groups that a small firm needs: a share of its staff."""
    staff = s.number("firm_staff")
    large = above(staff, s.value("loans.firm.hire_share_staff"))
    low, high = s.value("loans.firm.hire_share_over"), s.value("loans.firm.hire_share")
    return np.ceil(np.round(staff * choose(large, low, high), 6))


def _hired_enough(s: Situation) -> Truth:
    hired, staff = s.number("hires_priority_12_months"), s.number("firm_staff")
    large = above(staff, s.value("loans.firm.hire_share_staff"))
    low = reaches_share(hired, staff, s.value("loans.firm.hire_share_over"))
    high = reaches_share(hired, staff, s.value("loans.firm.hire_share"))
    enough = np.where(large == YES, low, np.where(large == NO, high, all_of(low, high)))
    return all_of(above(staff, 0), enough.astype(np.int8))


SMALL_FIRM_LOAN = Programme(
    name="small_firm_loan",
    entity="employer",
    in_force=("loans.open",),
    conditions=(
        is_kind(*FIRMS, basis=_FIRM_TEXT),
        is_size(*SMALL, says="是小微企业", basis=_FIRM_TEXT),
        condition(
            "hired_enough",
            "12个月内新招用重点群体达到职工的{loans.firm.hire_share}"
            "（超过{loans.firm.hire_share_staff}人的企业{loans.firm.hire_share_over}）",
            _hired_enough,
            basis=_FIRM_TEXT,
            gap=lambda s: s.number("loan_hires_needed") - s.number("hires_priority_12_months"),
            gap_unit="人",
        ),
        contract_of_a_year(_FIRM_TEXT),
        condition(
            "rounds_left",
            "累计借创业担保贷款不超过{loans.rounds}次",
            lambda s: at_most(s.number("firm_loan_rounds") + 1, s.value("loans.rounds")),
            basis=_GUARANTEE_TEXT,
            changes=Changes.NEVER,
        ),
        condition(
            "clean_record",
            "没有逾期贷款，没有拖欠工资，没有欠缴社会保险费",
            _bars(
                "loan_needs_clean_record",
                *("firm_loan_overdue", "firm_wages_owed", "firm_insurance_owed"),
            ),
            basis=_FIRM_TEXT,
        ),
    ),
    amount=lambda s: up_to(s, s.value("loans.firm.cap"), s.number("firm_loan_wanted")),
    months=lambda s: s.all(s.value("loans.firm.term")),
    amount_cap="loans.firm.cap",
    months_cap="loans.firm.term",
)
"""创业担保贷款 of a small or micro firm that takes on people from key groups."""

SMALL_FIRM_LOAN_INTEREST = Programme(
    name="small_firm_loan_interest",
    entity="employer",
    in_force=("loans.interest.open",),
    conditions=(
        is_size(*SMALL, says="是小微企业", basis=_FIRM_TEXT),
        condition(
            "within_term",
            "贷款发放未满{loans.firm.term}个月",
            _running("firm_loan_month", "loans.firm.term"),
            basis=_FIRM_TEXT,
            changes=Changes.NEVER,
        ),
        condition(
            "not_overdue",
            "贷款没有逾期",
            lambda s: negate(s.answer("firm_loan_overdue")),
            basis=_FIRM_TEXT,
        ),
    ),
    amount=lambda s: s.number("firm_loan_relief_share") * s.number("firm_loan_interest_month"),
    months=_months_left("firm_loan_month", "loans.firm.term"),
    months_cap="loans.firm.term",
)
"""贴息 of a small firm's loan, on the part of it that is subsidised."""
