"""Hard to employ: who may be certified, by which category, and when it is to be withdrawn."""

import numpy as np

from leye.decision.policy.conditions import Changes, among, condition, holds, reaches
from leye.decision.policy.conditions import Condition as OneCondition
from leye.decision.policy.kleene import Number, Truth, all_of, any_of, at_least, at_most, negate
from leye.decision.policy.law.groups import months_to_age_by_sex, of_age_by_sex, set_to_yes
from leye.decision.policy.programmes import Programme
from leye.decision.policy.situation import Situation

_AT = "hard_to_employ"
_YICHUN = "宜春市就业困难人员认定条件"
_LAW_52 = "《就业促进法》第五十二条"
_LAW_56 = "《就业促进法》第五十六条"

_REGISTERED = holds(
    "registered",
    "需要先办理失业登记",
    fact="registered_unemployed",
    basis=_YICHUN,
)
_WORKING_AGE = condition(
    "working_age",
    "需要在法定劳动年龄内",
    lambda s: s.answer("of_working_age"),
    basis=_LAW_52,
    changes=Changes.NEVER,
)


def _category(name: str, force: str, *conditions: OneCondition) -> Programme:
    return Programme(
        name=f"hard_to_employ_{name}",
        entity="person",
        in_force=(force,),
        conditions=(_REGISTERED, _WORKING_AGE, *conditions),
    )


def _named(setting: str) -> OneCondition:
    return condition(
        "named",
        "省里或市里需要把这一类人列入认定范围",
        lambda s: set_to_yes(s, setting),
        basis=_LAW_52,
        changes=Changes.NEVER,
    )


OLDER = _category(
    "older",
    f"{_AT}.older.men",
    condition(
        "age",
        "男需要满{hard_to_employ.older.men}周岁，女需要满{hard_to_employ.older.women}周岁",
        lambda s: of_age_by_sex(s, s.number("age_months"), f"{_AT}.older"),
        basis=_YICHUN,
        changes=Changes.TIME,
        gap=lambda s: months_to_age_by_sex(s, f"{_AT}.older"),
    ),
)
"""大龄失业人员: women from 40, men from 50 (“4050”)."""

ZERO_EMPLOYMENT = _category(
    "zero_employment",
    f"{_AT}.categories",
    holds(
        "zero_employment_member",
        "需要是经街道或社区确认的零就业家庭成员",
        fact="zero_employment_member",
        basis=_LAW_56,
    ),
)
"""零就业家庭成员."""

DISABLED = _category(
    "disabled",
    f"{_AT}.categories",
    holds("disabled", "需要持有残疾人证", fact="disabled", basis=_YICHUN),
    holds(
        "able",
        "需要有劳动能力",
        fact="able_to_work",
        basis=_YICHUN,
        changes=Changes.NEVER,
    ),
)
"""符合条件的残疾人: what “meeting the conditions” asks beyond being able to work was not found."""

MINIMUM_ALLOWANCE = _category(
    "minimum_allowance",
    f"{_AT}.categories",
    holds("minimum_allowance", "家里需要在享受低保", fact="minimum_allowance", basis=_YICHUN),
    among(
        "urban",
        "需要是城镇户口",
        fact="hukou",
        options=("urban",),
        basis=_YICHUN,
        changes=Changes.NEVER,
    ),
)
"""城镇低保家庭成员."""

LAND_LOST = _category(
    "land_lost",
    f"{_AT}.categories",
    holds(
        "land_lost",
        "需要因土地被征收而失去土地",
        fact="land_lost",
        basis=_YICHUN,
        changes=Changes.NEVER,
    ),
)
"""被征地人员."""

EX_FISHER = _category(
    "ex_fisher",
    f"{_AT}.ex_fisher",
    holds(
        "ex_fisher",
        "需要是专业退捕渔民",
        fact="ex_fisher",
        basis="赣人社规〔2024〕6号",
        changes=Changes.NEVER,
    ),
)
"""退捕渔民: among the hard to employ in the province's rule of public-welfare posts of 2024."""

OUT_OF_POVERTY = _category(
    "out_of_poverty",
    f"{_AT}.by_law",
    _named("certify_out_of_poverty"),
    holds(
        "out_of_poverty",
        "需要是脱贫人口",
        fact="out_of_poverty",
        basis=_LAW_52,
        changes=Changes.NEVER,
    ),
)
"""脱贫劳动力: a category of the register; whether the rule names it is for the city to say."""

MONITORED = _category(
    "monitored",
    f"{_AT}.by_law",
    _named("certify_monitored"),
    holds(
        "monitored",
        "需要是防止返贫监测对象",
        fact="monitored",
        basis=_LAW_52,
        changes=Changes.NEVER,
    ),
)
"""防返贫监测对象: a category of the register; whether the rule names it is for the city to say."""

LONG_UNEMPLOYED = _category(
    "long_unemployed",
    f"{_AT}.by_law",
    condition(
        "unemployed_long",
        "需要连续登记失业满规定的月数"
        "[（{setting.certify_long_unemployed_months}个月）]"
        "[!setting.certify_long_unemployed_months?（市里尚未设定）]",
        lambda s: at_least(
            s.since("registered_since"), s.value("setting.certify_long_unemployed_months")
        ),
        basis=_LAW_52,
        changes=Changes.TIME,
        gap=lambda s: (
            s.value("setting.certify_long_unemployed_months") - s.since("registered_since")
        ),
    ),
)
"""连续失业一定时间: the law names it, the province sets the time; not found for Yichun."""


def _withdrawal_event(s: Situation) -> Truth:
    settled = all_of(
        s.is_one("work_status", "employed_insured"),
        at_least(s.since("job_started"), s.value("setting.withdrawal_after_months_employed")),
    )
    return any_of(
        s.answer("reached_retirement"),
        s.answer("draws_pension"),
        negate(s.answer("able_to_work")),
        s.answer("emigrated"),
        s.answer("imprisoned"),
        s.answer("refused_services"),
        settled,
    )


WITHDRAWAL = Programme(
    name="hard_to_employ_withdrawal",
    entity="person",
    in_force=(f"{_AT}.withdrawal",),
    conditions=(
        holds("certified", "已经认定为就业困难人员", fact="hard_to_employ", basis=_LAW_52),
        condition(
            "withdrawal_event",
            "到退休年龄、领养老金、失去劳动能力、移居境外、收监、"
            "拒绝公共就业服务，或者在单位稳定就业满规定月数，出现其中一种",
            _withdrawal_event,
            basis="失业登记注销情形",
            changes=Changes.TIME,
        ),
    ),
)
"""退出认定: eligible means the certification is to be withdrawn."""


_URBAN_HOME = holds(
    "urban", "需要是城镇居民家庭", fact="home_urban", basis=_LAW_56, changes=Changes.NEVER
)

ZERO_EMPLOYMENT_HOUSEHOLD = Programme(
    name="zero_employment_household",
    entity="household",
    in_force=(f"{_AT}.household.placed_at_least",),
    conditions=(
        _URBAN_HOME,
        reaches(
            "able_members",
            "家里需要有法定劳动年龄内、有劳动能力的成员",
            fact="home_able",
            least=1.0,
            basis=_LAW_56,
            changes=Changes.NEVER,
            unit="人",
        ),
        condition(
            "all_unemployed",
            "法定劳动年龄内有劳动能力的成员需要全部失业",
            lambda s: all_of(
                at_least(s.number("home_unemployed"), s.number("home_able")),
                at_most(s.number("home_employed"), 0.0),
            ),
            basis=_LAW_56,
            changes=Changes.NEVER,
        ),
        holds("wants_work", "至少需要有一人想就业", fact="home_wants_work", basis=_YICHUN),
    ),
)
"""零就业家庭: whether a household may be confirmed as one without any work."""


def _months_left_to_place(s: Situation) -> Number:
    within = s.value(f"{_AT}.household.placed_within")
    return np.clip(within - s.since("home_confirmed_month"), 0, within)


ZERO_EMPLOYMENT_HOUSEHOLD_HELP = Programme(
    name="zero_employment_household_help",
    entity="household",
    in_force=(f"{_AT}.household.placed_at_least",),
    conditions=(
        holds("confirmed", "需要经街道或社区确认", fact="home_confirmed", basis=_LAW_56),
        condition(
            "not_yet_placed",
            "就业的成员还不到{hard_to_employ.household.placed_at_least}人",
            lambda s: negate(
                at_least(s.number("home_employed"), s.value(f"{_AT}.household.placed_at_least"))
            ),
            basis=_LAW_56,
            changes=Changes.NEVER,
        ),
    ),
    months=_months_left_to_place,
    months_cap=f"{_AT}.household.placed_within",
)
"""零就业家庭援助: at least one member is to be placed; ``months`` are those left to do it."""
