"""Registration as unemployed, and help for people of particular groups."""

import numpy as np

from leye.decision.policy.conditions import Changes, among, condition, holds, lacks, reaches
from leye.decision.policy.kleene import Number, Truth, any_of, at_least, known, negate, truth_of
from leye.decision.policy.law.groups import WORKING, not_working, set_to_yes
from leye.decision.policy.law.wages import minimum_wage_at
from leye.decision.policy.programmes import Programme
from leye.decision.policy.situation import Situation

_AT = "special_groups"
_REGISTRATION = "失业登记条件"
_CANCEL = "失业登记注销情形"
_TRAVEL = "樟树市就业帮扶交通补贴"
_PLAN_15 = "宜春市“十四五”就业促进规划五（十五）"
_PLAN_13 = "宜春市“十四五”就业促进规划五（十三）"
_VETERANS = "《退役军人保障法》"

_WITHOUT_WORK = condition(
    "not_working", "现在没有工作", not_working, basis=_REGISTRATION, changes=Changes.NEVER
)
_ABLE = holds(
    "able",
    "需要有劳动能力",
    fact="able_to_work",
    basis=_REGISTRATION,
    changes=Changes.NEVER,
)
_WANTS = holds("wants_work", "需要想找工作", fact="wants_work", basis=_REGISTRATION)

REGISTRATION = Programme(
    name="unemployment_registration",
    entity="person",
    in_force=(f"{_AT}.registration.no_contact_months",),
    conditions=(
        condition(
            "old_enough",
            "需要年满{people.lowest_working_age}周岁",
            lambda s: at_least(s.number("age_months"), s.value("people.lowest_working_age") * 12),
            basis=_REGISTRATION,
            changes=Changes.TIME,
            gap=lambda s: s.value("people.lowest_working_age") * 12 - s.number("age_months"),
        ),
        lacks("no_pension", "没有领基本养老金", fact="draws_pension", basis=_REGISTRATION),
        _ABLE,
        _WANTS,
        _WITHOUT_WORK,
        lacks(
            "not_enrolled",
            "不在校读书",
            fact="enrolled",
            basis=_CANCEL,
            changes=Changes.TIME,
        ),
    ),
)
"""失业登记: who may register, at the place of household, home, work or insurance."""


def _end_event(s: Situation) -> Truth:
    return any_of(
        s.is_one("work_status", *WORKING),
        s.answer("owns_business"),
        at_least(s.number("income_month"), minimum_wage_at(s, "residence")),
        s.answer("draws_pension"),
        negate(s.answer("able_to_work")),
        s.answer("enrolled"),
        s.answer("in_military"),
        s.answer("emigrated"),
        s.answer("imprisoned"),
        s.answer("refused_services"),
        at_least(s.since("last_contact"), s.value(f"{_AT}.registration.no_contact_months")),
    )


REGISTRATION_END = Programme(
    name="unemployment_registration_end",
    entity="person",
    in_force=(f"{_AT}.registration.no_contact_months",),
    conditions=(
        holds(
            "registered",
            "已经办理失业登记",
            fact="registered_unemployed",
            basis=_CANCEL,
        ),
        condition(
            "end_event",
            "已就业、办了企业、月收入不低于最低工资、领养老金、失去劳动能力、入学、服兵役、"
            "移居境外、收监、拒绝公共就业服务、"
            "连续{special_groups.registration.no_contact_months}个月没有联系，出现其中一种",
            _end_event,
            basis=_CANCEL,
            changes=Changes.NEVER,
        ),
    ),
)
"""失业登记注销: eligible means the registration is to end."""


def _county_pays(s: Situation) -> Truth:
    return at_least(_travel_subsidy(s), 0.01)


def _not_this_year(s: Situation) -> Truth:
    drawn = s.answer("travel_subsidy_this_year")
    once = truth_of(np.full(s.size, s.value(f"{_AT}.travel.times_a_year") >= 1))
    return np.minimum(once, negate(drawn))


def _travel_subsidy(s: Situation) -> Number:
    far = s.is_one("work_region", "out_of_province")
    near = s.is_one("work_region", "other_county")
    return np.select(
        [far == 2, near == 2],
        [_by_county(s, "out_of_province"), _by_county(s, "in_province")],
        np.nan,
    )


TRAVEL_SUBSIDY = Programme(
    name="travel_subsidy",
    entity="person",
    in_force=(f"{_AT}.travel.least_months",),
    conditions=(
        holds(
            "out_of_poverty",
            "需要是脱贫劳动力",
            fact="out_of_poverty",
            basis=_TRAVEL,
            changes=Changes.NEVER,
        ),
        among(
            "works_away",
            "需要在县外务工",
            fact="work_region",
            options=("other_county", "out_of_province"),
            basis=_TRAVEL,
        ),
        reaches(
            "months_away",
            "需要连续务工满{special_groups.travel.least_months}个月",
            fact="months_working_away",
            least=f"{_AT}.travel.least_months",
            basis=_TRAVEL,
        ),
        condition(
            "not_this_year",
            "今年还没有领过（一年{special_groups.travel.times_a_year}次）",
            _not_this_year,
            basis=_TRAVEL,
            changes=Changes.TIME,
        ),
        condition(
            "county_pays",
            "所在县（市、区）需要有这项补贴的标准",
            _county_pays,
            basis="各县（市、区）标准不同",
            changes=Changes.NEVER,
        ),
    ),
    amount=_travel_subsidy,
)
"""脱贫劳动力一次性交通补贴: each county's own; only Zhangshu's was found, others by setting."""


def _by_county(s: Situation, where: str) -> Number:
    found = s.by_place(f"{_AT}.travel.{where}", "residence")
    return np.where(known(found), found, s.value(f"setting.travel_subsidy_{where}"))


ASSISTANCE_131 = Programme(
    name="assistance_one_on_one",
    entity="person",
    in_force=(f"{_AT}.assistance.vacancies",),
    conditions=(
        condition(
            "group",
            "需要是就业困难人员、零就业家庭成员、残疾人、脱贫人口或防返贫监测对象",
            lambda s: any_of(
                *(
                    s.answer(name)
                    for name in (
                        *("hard_to_employ", "zero_employment_member", "disabled"),
                        *("out_of_poverty", "monitored"),
                    )
                )
            ),
            basis=_PLAN_15,
            changes=Changes.NEVER,
        ),
        _WITHOUT_WORK,
        _WANTS,
    ),
)
"""“131”就业援助: at least one guidance, three vacancies and one offer of training."""

DISABLED_HELP = Programme(
    name="disabled_employment_help",
    entity="person",
    in_force=(f"{_AT}.assistance.disabled",),
    conditions=(
        holds("disabled", "需要持有残疾人证", fact="disabled", basis=_PLAN_15),
        _ABLE,
        _WANTS,
        _WITHOUT_WORK,
    ),
)
"""残疾人就业帮扶: “one to one” services of the plan."""

VETERAN_HELP = Programme(
    name="veteran_employment_help",
    entity="person",
    in_force=(f"{_AT}.veterans.priority_service",),
    conditions=(
        holds(
            "veteran",
            "需要是退役军人",
            fact="veteran",
            basis=_PLAN_13,
            changes=Changes.NEVER,
        ),
        _WITHOUT_WORK,
        _WANTS,
    ),
)
"""退役军人就业帮扶: a list by name, priority, and free guidance."""

VETERAN_SENIORITY = Programme(
    name="veteran_seniority",
    entity="person",
    in_force=(f"{_AT}.veterans.seniority",),
    conditions=(
        holds(
            "veteran",
            "需要是退役军人",
            fact="veteran",
            basis=_VETERANS,
            changes=Changes.NEVER,
        ),
        among(
            "employed",
            "需要在用人单位工作",
            fact="work_status",
            options=("employed_insured", "employed_filed"),
            basis=_VETERANS,
        ),
    ),
)
"""军龄计入工龄: the years of service count with the employer."""

INJURY_COVER = Programme(
    name="platform_injury_cover",
    entity="person",
    in_force=("setting.injury_pilot_here",),
    conditions=(
        condition(
            "pilot_here",
            "本市需要已纳入新就业形态人员职业伤害保障试点",
            lambda s: set_to_yes(s, "injury_pilot_here"),
            basis="宜春市“十四五”就业促进规划专栏2",
            changes=Changes.NEVER,
        ),
        holds(
            "platform_worker",
            "需要是平台从业人员",
            fact="platform_worker",
            basis="宜春市“十四五”就业促进规划专栏2",
            changes=Changes.NEVER,
        ),
        holds(
            "platform_in_pilot",
            "接单的平台需要在试点范围内",
            fact="platform_in_pilot",
            basis="宜春市“十四五”就业促进规划专栏2",
            changes=Changes.NEVER,
        ),
    ),
)
"""职业伤害保障: the pilot the plan asks for; whether it is open here is for the city to say."""
