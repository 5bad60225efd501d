"""Graduates: the job-seeking grant, help by name, and the bonus in specialised firms."""

from leye.decision.policy.conditions import Changes, among, condition, holds, lacks
from leye.decision.policy.kleene import all_of, any_of, at_least, at_most, between, negate
from leye.decision.policy.law.groups import not_working
from leye.decision.policy.programmes import Programme
from leye.decision.policy.situation import Situation

_GRANT = "江西省高校毕业生一次性求职（创业）补贴"
_PLAN = "宜春市“十四五”就业促进规划五（十一）"
_BONUS = "江西2025年上半年人社工作通报"
_HARDSHIPS = (
    *("minimum_allowance", "disabled", "student_loan", "out_of_poverty"),
    *("monitored", "disabled_family", "special_hardship"),
)

JOB_SEEKING_GRANT = Programme(
    name="job_seeking_grant",
    entity="person",
    in_force=("graduates.job_seeking_grant",),
    conditions=(
        among(
            "school",
            "需要是普通高校、中等职业学校或技工院校的毕业生",
            fact="school_kind",
            options=("university", "vocational", "technical_school"),
            basis=_GRANT,
            changes=Changes.NEVER,
        ),
        condition(
            "final_year",
            "需要是当届毕业生（毕业前{graduates.job_seeking_ahead_months}个月内）",
            lambda s: between(
                -s.since("graduated"), 0, s.value("graduates.job_seeking_ahead_months")
            ),
            basis=_GRANT,
            changes=Changes.TIME,
            gap=lambda s: -s.since("graduated") - s.value("graduates.job_seeking_ahead_months"),
        ),
        condition(
            "hardship",
            "需要是低保家庭成员、残疾人、获得国家助学贷款、脱贫或防返贫监测家庭成员、"
            "困难残疾人家庭成员、特困人员之一",
            lambda s: any_of(*(s.answer(name) for name in _HARDSHIPS)),
            basis=_GRANT,
            changes=Changes.NEVER,
        ),
        lacks("not_granted", "以前没有领过这项补贴", fact="job_seeking_granted", basis=_GRANT),
    ),
    amount=lambda s: s.all(s.value("graduates.job_seeking_grant")),
    amount_cap="graduates.job_seeking_grant",
)
"""一次性求职（创业）补贴: once, in the last year of school, for those in hardship."""

REAL_NAME_HELP = Programme(
    name="graduate_real_name_help",
    entity="person",
    in_force=("graduates.help_listed",),
    conditions=(
        condition(
            "recent_graduate",
            "需要是离校{graduates.recent_months}个月内的高校毕业生",
            lambda s: s.answer("recent_graduate"),
            basis=_PLAN,
            changes=Changes.NEVER,
        ),
        condition(
            "without_job",
            "现在没有工作",
            not_working,
            basis=_PLAN,
            changes=Changes.NEVER,
        ),
        condition(
            "not_studying_on",
            "没有升学或应征入伍",
            lambda s: negate(
                any_of(
                    s.is_one("graduate_destination", "further_study", "enlisted"),
                    s.answer("enrolled"),
                )
            ),
            basis=_PLAN,
            changes=Changes.NEVER,
        ),
    ),
)
"""离校未就业毕业生实名帮扶: who belongs on the list; help is free."""


def _bonus(s: Situation) -> object:
    most = s.value("graduates.specialised_firm_bonus_most")
    given = s.value("setting.specialised_firm_bonus_year")
    return s.all(given if given != given else min(most, given))


SPECIALISED_FIRM_BONUS = Programme(
    name="specialised_firm_graduate_bonus",
    entity="person",
    in_force=("graduates.specialised_firm_bonus_most",),
    conditions=(
        condition(
            "graduate",
            "需要是毕业不超过规定月数的高校毕业生"
            "[（{setting.specialised_firm_bonus_graduated_months}个月）]"
            "[!setting.specialised_firm_bonus_graduated_months?（市里尚未设定月数）]",
            lambda s: all_of(
                s.is_one("school_kind", "university"),
                at_least(s.since("graduated"), 0),
                at_most(
                    s.since("graduated"),
                    s.value("setting.specialised_firm_bonus_graduated_months"),
                ),
            ),
            basis=_BONUS,
            changes=Changes.NEVER,
        ),
        holds(
            "specialised_firm",
            "所在单位需要是专精特新中小企业",
            fact="firm_specialised",
            basis=_BONUS,
        ),
        among(
            "insured",
            "单位需要为本人缴社保",
            fact="work_status",
            options=("employed_insured",),
            basis=_BONUS,
        ),
    ),
    amount=_bonus,
    amount_cap="graduates.specialised_firm_bonus_most",
)
"""专精特新企业就业补贴: at most 12 000 yuan a year; the sum and for whom is for the city to set."""
