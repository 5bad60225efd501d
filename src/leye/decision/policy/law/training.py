"""Training: the subsidy by level, start-up training, vouchers, and the skills-upgrade grant."""

import numpy as np

from leye.decision.policy.conditions import Changes, among, condition, holds, lacks
from leye.decision.policy.kleene import (
    NO,
    Number,
    Truth,
    all_of,
    any_of,
    at_least,
    below,
    between,
    choose,
)
from leye.decision.policy.programmes import Programme, quantity
from leye.decision.policy.situation import Situation

_AT = "training"
_GRANT = "skill_grant"
_SUBSIDY_RULES = "赣人社发〔2019〕3号"
_GRANT_RULES = "失业保险支持参保职工提升职业技能（技能提升补贴）"
_CERTIFIED = ("special", "level_5", "level_4", "level_3", "level_2", "level_1")


@quantity("person", label="属于职业培训补贴五类人员", kind="answer")
def training_group(s: Situation) -> Truth:
    """Tell whether a person is of one of the five groups whose training is paid for."""
    graduate = all_of(
        s.is_one("school_kind", "university"),
        any_of(
            s.same_year("graduated"),
            between(s.since("graduated"), 0, s.value(f"{_AT}.graduate_months")),
        ),
    )
    return any_of(
        s.answer("out_of_poverty"),
        s.answer("monitored"),
        s.answer("minimum_allowance"),
        graduate,
        s.answer("school_leaver"),
        s.answer("rural_transfer"),
        s.answer("registered_unemployed"),
    )


@quantity("person", label="培训补贴上浮比例")
def training_uplift(s: Situation) -> Number:
    """Give the greatest uplift that applies; uplifts do not add up."""
    listed = choose(s.answer("training_in_directory"), s.value(f"{_AT}.uplift.directory"), 0.0)
    poor = choose(s.answer("out_of_poverty"), s.value(f"{_AT}.uplift.out_of_poverty"), 0.0)
    disabled = choose(s.answer("disabled"), s.value(f"{_AT}.uplift.disabled"), 0.0)
    most = s.value(f"{_AT}.uplift.directory")
    greatest = np.maximum(np.maximum(listed, poor), disabled)
    reached = np.fmax(np.fmax(listed, poor), disabled) == most
    return np.where(reached, most, greatest)


@quantity("person", label="证书等级的补贴标准")
def training_standard(s: Situation) -> Number:
    """Give the standard of the certificate's level, before any uplift."""
    return s.by_option(f"{_AT}.level", "certificate_level")


@quantity("person", label="技能提升补贴所需参保月数")
def skill_grant_months(s: Situation) -> Number:
    """Give the months of contributions asked for: fewer while the relaxed rule is in force."""
    relaxed = s.optional(f"{_GRANT}.relaxed_months")
    return s.all(relaxed if relaxed == relaxed else s.value(f"{_GRANT}.least_months"))


_GROUP = condition(
    "group",
    "需要是脱贫和低保等困难人员、符合条件的高校毕业生、未继续升学的初高中毕业生、"
    "农村转移就业劳动者、登记失业人员之一",
    lambda s: s.answer("training_group"),
    basis=_SUBSIDY_RULES,
)


def _training_subsidy(s: Situation) -> Number:
    standard = s.number("training_standard")
    whole = standard * (1 + s.number("training_uplift"))
    by_day = s.value(f"{_AT}.day_if_short") * s.number("training_days")
    short = np.minimum(by_day, s.value(f"{_AT}.most_share_if_short") * standard)
    given = choose(s.answer("training_hours_full"), whole, short)
    return np.minimum(given, s.value(f"{_AT}.most"))


TRAINING_SUBSIDY = Programme(
    name="vocational_training_subsidy",
    entity="person",
    in_force=(f"{_AT}.level.level_5",),
    conditions=(
        _GROUP,
        among(
            "job_skills",
            "参加的需要是就业技能培训",
            fact="training_kind",
            options=("job_skills",),
            basis=_SUBSIDY_RULES,
        ),
        among(
            "certified",
            "需要取得职业技能等级证书、专项能力证书或培训合格证",
            fact="certificate_level",
            options=_CERTIFIED,
            basis=_SUBSIDY_RULES,
        ),
        lacks(
            "not_paid_before",
            "同一职业同一等级以前没有领过补贴",
            fact="same_grant_received",
            basis="人社部发〔2024〕40号",
        ),
    ),
    amount=_training_subsidy,
    amount_cap=f"{_AT}.most",
)
"""职业培训补贴: by level; 100 yuan a day, up to 60 %, where the hours fell short."""


STARTUP_TRAINING = Programme(
    name="startup_training_subsidy",
    entity="person",
    in_force=("setting.startup_training_subsidy",),
    conditions=(
        _GROUP,
        among(
            "startup_training",
            "参加的需要是创业培训",
            fact="training_kind",
            options=("startup",),
            basis=_SUBSIDY_RULES,
        ),
        holds(
            "passed",
            "需要取得创业培训合格证",
            fact="startup_training_passed",
            basis=_SUBSIDY_RULES,
        ),
    ),
    amount=lambda s: s.all(s.value("setting.startup_training_subsidy")),
)
"""创业培训补贴: the sum in Jiangxi was not found and is for the city to set."""

TRAINING_VOUCHER = Programme(
    name="training_voucher",
    entity="person",
    in_force=(f"{_AT}.voucher", "setting.training_voucher_value"),
    conditions=(
        _GROUP,
        lacks(
            "no_voucher",
            "还没有领过培训券",
            fact="has_voucher",
            basis="国家职业技能电子培训券规定（2020年6月）",
        ),
    ),
    amount=lambda s: s.all(s.value("setting.training_voucher_value")),
)
"""职业技能电子培训券: no fee to advance; its value is for the city to set."""


def _insured_or_recipient(s: Situation) -> Truth:
    recipients = s.optional(f"{_GRANT}.recipients_too")
    receives = s.answer("receiving_ui")
    if recipients != recipients:
        receives = np.full(s.size, NO, dtype=np.int8)
    return any_of(s.is_one("work_status", "employed_insured"), receives)


def _times_left(s: Situation) -> Truth:
    times, more = s.value(f"{_GRANT}.times_a_year"), s.optional(f"{_GRANT}.more_times_urgent")
    drawn = s.number("skill_grants_this_year")
    usual = below(drawn, times)
    if more != more:
        return usual
    urgent = all_of(s.answer("certificate_urgent"), below(drawn, times + more))
    return any_of(usual, urgent)


SKILL_GRANT = Programme(
    name="skill_upgrade_grant",
    entity="person",
    in_force=(f"{_GRANT}.level.level_5",),
    conditions=(
        condition(
            "insured",
            "需要是企业参保职工[skill_grant.recipients_too?，或者正在领失业保险金]",
            _insured_or_recipient,
            basis=_GRANT_RULES,
        ),
        condition(
            "contributed",
            "失业保险需要累计缴满"
            "[{skill_grant.relaxed_months}个月（放宽期间，平时{skill_grant.least_months}个月）]"
            "[!skill_grant.relaxed_months?{skill_grant.least_months}个月]",
            lambda s: at_least(s.number("ui_months_total"), s.number("skill_grant_months")),
            basis=_GRANT_RULES,
            changes=Changes.TIME,
            gap=lambda s: s.number("skill_grant_months") - s.number("ui_months_total"),
        ),
        among(
            "certificate",
            "需要取得初级工（五级）、中级工（四级）或高级工（三级）证书",
            fact="certificate_level",
            options=("level_5", "level_4", "level_3"),
            basis=_GRANT_RULES,
        ),
        condition(
            "in_time",
            "需要在证书核发之日起{skill_grant.apply_within}个月内申请",
            lambda s: between(s.since("certificate_month"), 0, s.value(f"{_GRANT}.apply_within")),
            basis=_GRANT_RULES,
            changes=Changes.NEVER,
        ),
        condition(
            "not_too_often",
            "今年领的次数还没有到上限[（{skill_grant.times_a_year}次）]"
            "[!skill_grant.times_a_year?（今年的上限没有查到）]"
            "[，急需紧缺职业再多{skill_grant.more_times_urgent}次]",
            _times_left,
            basis="人社部发〔2024〕40号、人社部发〔2025〕18号",
            changes=Changes.TIME,
        ),
        lacks(
            "not_paid_before",
            "同一职业同一等级以前没有领过技能提升补贴或培训补贴",
            fact="same_grant_received",
            basis="人社部发〔2024〕40号",
        ),
    ),
    amount=lambda s: s.by_option(f"{_GRANT}.level", "certificate_level"),
    amount_cap=f"{_GRANT}.level.level_3",
)
"""技能提升补贴: out of unemployment insurance, by the level of the certificate."""
