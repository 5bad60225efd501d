"""For employers who keep or add jobs: the refund, deferral, and two one-off grants for hires."""

import numpy as np

from leye.decision.policy.conditions import Changes, Condition, condition, holds, lacks, reaches
from leye.decision.policy.kleene import (
    NO,
    UNKNOWN,
    YES,
    Number,
    Truth,
    above,
    all_of,
    any_of,
    at_most,
    choose,
    negate,
)
from leye.decision.policy.law.employers import (
    FIRMS,
    SMALL_AND_MEDIUM,
    contract_of_a_year,
    is_kind,
    is_size,
    not_before,
    persons,
    took_on,
    within_share,
)
from leye.decision.policy.programmes import Programme, quantity
from leye.decision.policy.situation import Situation

_REFUND = "job_retention.refund"
_EXPANSION = "job_retention.expansion"
_REFUND_TEXT = "赣人社字〔2025〕115号；落实人社部发〔2024〕40号的通知"
_GRANT_TEXT = "一次性扩岗补助政策"
_ABSORPTION_TEXT = "江西省财政厅十条举措帮扶毕业生就业创业"


@quantity("employer", label="上年度裁员率")
def firm_layoff_rate(s: Situation) -> Number:
    """Give new benefit recipients of last year by the average insured; NaN where there were none.

    This is Jiangxi's rate: it does not look at the change of head count.
    """
    insured = s.number("firm_insured_average")
    whole = np.where(insured > 0, insured, np.nan)
    return s.number("firm_new_claimants") / whole


@quantity("employer", label="裁员率上限")
def firm_layoff_cap(s: Situation) -> Number:
    """Give the cap of the layoff rate: a higher one for up to 30 insured."""
    few = at_most(s.number("firm_insured_average"), s.value(f"{_REFUND}.small_staff"))
    cap = s.value(f"{_REFUND}.layoff_cap")
    return choose(few, s.value(f"{_REFUND}.layoff_cap_small_staff"), cap)


@quantity("employer", label="稳岗返还比例")
def firm_refund_share(s: Situation) -> Number:
    """Give the share for large firms, and that of the others for everybody else."""
    large = all_of(s.is_one("firm_kind", *FIRMS), s.is_one("firm_size", "large"))
    share = s.value(f"{_REFUND}.share.small")
    return choose(large, s.value(f"{_REFUND}.share.large"), share)


def _few_laid_off(s: Situation) -> Truth:
    """Which of the two caps holds is known with the average; none insured is over any cap."""
    insured, left = s.number("firm_insured_average"), s.number("firm_new_claimants")
    few = at_most(insured, s.value(f"{_REFUND}.small_staff"))
    strict = within_share(left, insured, s.value(f"{_REFUND}.layoff_cap"))
    wide = within_share(left, insured, s.value(f"{_REFUND}.layoff_cap_small_staff"))
    return np.where(few == YES, wide, np.where(few == NO, strict, UNKNOWN)).astype(np.int8)


def _excluded(fact: str, name: str, says: str, changes: Changes = Changes.SELF) -> Condition:
    return condition(
        name,
        says,
        lambda s: all_of(negate(s.answer(fact)), above(s.all(s.value(f"{_REFUND}.exclusions")), 0)),
        basis="赣人社字〔2025〕115号",
        changes=changes,
    )


JOB_RETENTION_REFUND = Programme(
    name="job_retention_refund",
    entity="employer",
    in_force=(f"{_REFUND}.share.small",),
    conditions=(
        is_kind(
            *(*FIRMS, "social", "individual"),
            says="是企业，或参照企业的社会团体、基金会、社会服务机构、以单位参保的个体工商户",
            basis=_REFUND_TEXT,
        ),
        reaches(
            "paid_in_full",
            "足额缴纳失业保险费满{job_retention.refund.paid_months}个月",
            fact="firm_ui_months_paid",
            least=f"{_REFUND}.paid_months",
            basis=_REFUND_TEXT,
        ),
        condition(
            "few_laid_off",
            "上年度裁员率不超过{job_retention.refund.layoff_cap}"
            "（参保{job_retention.refund.small_staff}人及以下的不超过"
            "{job_retention.refund.layoff_cap_small_staff}）；裁员率是新领失业保险金人数除以月均参保人数",
            _few_laid_off,
            basis=_REFUND_TEXT,
            changes=Changes.TIME,
            gap=lambda s: 100 * (s.number("firm_layoff_rate") - s.number("firm_layoff_cap")),
            gap_unit="个百分点",
        ),
        _excluded("firm_zombie", "not_zombie", "不在“僵尸企业”退出名单里", Changes.NEVER),
        _excluded("firm_untrustworthy", "trustworthy", "不是严重失信主体"),
        _excluded("firm_breaks_policy", "keeps_policy", "生产经营符合产业政策和环保政策"),
        condition(
            "passes_on",
            "劳务派遣单位需要约定：涉及被派遣职工的返还，{job_retention.refund.passed_on}转给用工单位",
            lambda s: any_of(
                negate(s.answer("firm_is_dispatch")), s.answer("firm_dispatch_share_agreed")
            ),
            basis=_REFUND_TEXT,
        ),
    ),
    amount=lambda s: s.number("firm_refund_share") * s.number("firm_ui_paid_last_year"),
)
"""稳岗返还: a share of last year's contributions of employer and employees, once a year."""

CONTRIBUTION_DEFERRAL = Programme(
    name="contribution_deferral",
    entity="employer",
    in_force=("job_retention.deferral.open", "setting.contribution_deferral_open"),
    conditions=(
        is_kind(*FIRMS, basis="国办发〔2025〕25号"),
        holds(
            "in_difficulty",
            "生产经营确有困难",
            fact="firm_in_difficulty",
            basis="国办发〔2025〕25号",
            changes=Changes.NEVER,
        ),
        holds(
            "insured",
            "单位已参加失业保险并正常缴费",
            fact="firm_ui_registered",
            basis="国办发〔2025〕25号",
        ),
    ),
)
"""缓缴: the employer's part of three insurances may be paid later; open once the city says so."""

JOB_EXPANSION_GRANT = Programme(
    name="job_expansion_grant",
    entity="employer",
    in_force=(f"{_EXPANSION}.open",),
    conditions=(
        is_kind(*FIRMS, "social", says="是企业或社会组织", basis=_GRANT_TEXT),
        took_on(
            "新招用了当年或离校2年内未就业的毕业生，或16—24岁登记失业青年",
            *("hires_graduates", "hires_young_unemployed"),
            basis=_GRANT_TEXT,
        ),
        holds("contract", "和他们签了劳动合同", fact="hires_contracted", basis=_GRANT_TEXT),
        reaches(
            "insured_months",
            "为他们足额缴失业、工伤、养老保险满{job_retention.expansion.insured_months}个月",
            fact="hires_insured_months",
            least=f"{_EXPANSION}.insured_months",
            basis=_GRANT_TEXT,
        ),
        not_before("同一个人在本单位只补一次", fact="hires_counted_before", basis=_GRANT_TEXT),
        lacks(
            "not_absorption",
            "没有为同一批人领过一次性吸纳就业补贴（两项只能领一项）",
            fact="hires_absorption_received",
            basis=_GRANT_TEXT,
        ),
    ),
    amount=lambda s: (
        s.value(f"{_EXPANSION}.per_person")
        * persons("hires_graduates", "hires_young_unemployed")(s)
    ),
)
"""一次性扩岗补助: once for each graduate or young unemployed person taken on."""

ABSORPTION_SUBSIDY = Programme(
    name="absorption_subsidy",
    entity="employer",
    in_force=("job_retention.absorption.per_person",),
    conditions=(
        is_kind(*FIRMS, basis=_ABSORPTION_TEXT),
        is_size(*SMALL_AND_MEDIUM, says="是中小微企业", basis=_ABSORPTION_TEXT),
        took_on("招用了毕业年度高校毕业生", "hires_class_of_year", basis=_ABSORPTION_TEXT),
        contract_of_a_year(_ABSORPTION_TEXT),
        not_before(
            "没有为同一批人领过吸纳就业补贴",
            fact="hires_absorption_received",
            basis=_ABSORPTION_TEXT,
        ),
        not_before(
            "没有为同一批人领过同类补贴（与一次性扩岗补助只能领一项）",
            fact="hires_counted_before",
            name="not_expansion",
            basis=_GRANT_TEXT,
        ),
    ),
    amount=lambda s: (
        s.value("job_retention.absorption.per_person") * s.number("hires_class_of_year")
    ),
)
"""一次性吸纳就业补贴: once for each graduate of the year; known for 2020 alone."""
