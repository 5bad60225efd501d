"""Duties of employers: mass dismissals, the quota of disabled staff, arrears of wages.

Where a programme is a duty, eligible reads "applies"; where it asks whether the duty was kept, it
reads "kept".
"""

import numpy as np

from leye.decision.policy.conditions import (
    Changes,
    among,
    condition,
    holds,
    lacks,
    reaches,
)
from leye.decision.policy.kleene import (
    NO,
    UNKNOWN,
    YES,
    Number,
    Truth,
    above,
    all_of,
    any_of,
    at_least,
    at_most,
    choose,
    negate,
)
from leye.decision.policy.law.employers import FIRMS, is_kind, reaches_share
from leye.decision.policy.programmes import Programme, quantity
from leye.decision.policy.situation import Situation

_LABOUR = "《劳动合同法》第四十一条"
_DISABLED = "《残疾人就业条例》第八条、第九条"
_LIST = "人社部令第45号"
_MONTHS = 12


@quantity("employer", label="属于经济性裁员", kind="answer")
def mass_dismissal(s: Situation) -> Truth:
    """Tell whether 20 persons, or fewer that are 10 % of the staff, are to go."""
    persons, staff = s.number("layoff_persons"), s.number("firm_staff")
    many = at_least(persons, s.value("duties.layoff.persons"))
    share = reaches_share(persons, staff, s.value("duties.layoff.share"))
    return all_of(at_least(persons, 1), any_of(many, share))


_MASS = condition(
    "mass_dismissal",
    "裁减{duties.layoff.persons}人以上，或者不足{duties.layoff.persons}人但占职工总数{duties.layoff.share}以上",
    lambda s: s.answer("mass_dismissal"),
    basis=_LABOUR,
    changes=Changes.NEVER,
)

LAYOFF_REPORT_DUTY = Programme(
    name="layoff_report_duty",
    entity="employer",
    in_force=("duties.layoff.persons",),
    conditions=(_MASS,),
)
"""Whether the procedure of article 41 must be kept."""

LAYOFF_PROCEDURE = Programme(
    name="layoff_procedure",
    entity="employer",
    in_force=("duties.layoff.persons",),
    conditions=(
        _MASS,
        among(
            "ground",
            "有法定理由：破产重整、生产经营严重困难、转产或技术革新、客观情况重大变化",
            fact="layoff_ground",
            options=("reorganisation", "difficulty", "change", "circumstances"),
            basis=_LABOUR,
            changes=Changes.NEVER,
        ),
        reaches(
            "noticed",
            "提前{duties.layoff.notice_days}天向工会或全体职工说明情况",
            fact="layoff_notice_days",
            least="duties.layoff.notice_days",
            basis=_LABOUR,
            changes=Changes.SELF,
            unit="天",
        ),
        holds("consulted", "听取工会或职工的意见", fact="layoff_consulted", basis=_LABOUR),
        holds("reported", "向人社部门报告裁减方案", fact="layoff_reported", basis=_LABOUR),
        holds(
            "keeps_first",
            "优先留用较长固定期限合同、无固定期限合同，以及家庭无其他就业人员又需扶养老人或未成年人的职工",
            fact="layoff_keeps_first",
            basis=_LABOUR,
        ),
        lacks(
            "nobody_protected",
            "名单里没有不得裁减的职工（孕产哺乳期、医疗期、职业病或工伤、工作满15年且距退休不足5年等）",
            fact="layoff_protected",
            basis="《劳动合同法》第四十二条",
            changes=Changes.SELF,
        ),
    ),
)
"""Whether a mass dismissal keeps what articles 41 and 42 ask."""


@quantity("employer", label="应安排而未安排的残疾职工人数")
def disabled_staff_short(s: Situation) -> Number:
    """Give quota x staff less the disabled staff, never below 0; not rounded to whole persons."""
    due = s.value("duties.disabled.quota") * s.number("firm_staff_average")
    return np.maximum(0, np.round(due - s.number("firm_disabled_staff"), 6))


@quantity("employer", label="残疾人就业保障金征收比例")
def disabled_levy_share(s: Situation) -> Number:
    """Give the share of the levy that is due, by how many disabled people are employed."""
    middle = s.value("duties.disabled.middle_ratio")
    staff = s.number("firm_staff_average")
    over = reaches_share(s.number("firm_disabled_staff"), staff, middle)
    less = s.value("duties.disabled.share_under_middle")
    return choose(over, s.value("duties.disabled.share_over_middle"), less)


@quantity("employer", label="计征用的年平均工资")
def disabled_levy_wage(s: Situation) -> Number:
    """Give the average wage of the employer up to a multiple of the local average."""
    local = s.value("setting.local_average_wage_month") * _MONTHS
    cap = s.value("setting.disabled_levy_wage_multiple") * local
    return np.minimum(s.number("firm_average_wage_year"), cap)


DISABLED_EMPLOYMENT_LEVY = Programme(
    name="disabled_employment_levy",
    entity="employer",
    in_force=("duties.disabled.quota",),
    conditions=(
        is_kind(
            *(*FIRMS, "public", "social"),
            name="is_an_employer",
            says="是机关、团体、企业、事业单位或民办非企业单位",
            basis=_DISABLED,
        ),
        condition(
            "short",
            "安排的残疾职工不到职工人数的{duties.disabled.quota}",
            lambda s: above(s.number("disabled_staff_short"), 0),
            basis=_DISABLED,
        ),
        condition(
            "not_exempt",
            "不是{duties.disabled.exempt_staff}人及以下的企业（暂免征收）",
            lambda s: negate(
                all_of(
                    s.is_one("firm_kind", *FIRMS),
                    at_most(
                        s.number("firm_staff_average"), s.value("duties.disabled.exempt_staff")
                    ),
                )
            ),
            basis="财政部公告2023年第8号",
            changes=Changes.NEVER,
        ),
    ),
    amount=lambda s: (
        s.number("disabled_staff_short")
        * s.number("disabled_levy_wage")
        * s.number("disabled_levy_share")
    ),
)
"""残疾人就业保障金 of a year: the quota not filled x average wage x the share that is due."""


def _large(s: Situation, amount: Number, path: str, setting: str) -> Truth:
    """By the city's own sum; without one only what is outside the national range is certain."""
    own = s.value(f"setting.{setting}")
    least, most = s.value(f"{path}_least"), s.value(f"{path}_most")
    certain = np.where(amount >= most, YES, np.where(amount < least, NO, UNKNOWN))
    return certain.astype(np.int8) if np.isnan(own) else at_least(amount, own)


@quantity("employer", label="欠薪数额较大", kind="answer")
def arrears_large(s: Situation) -> Truth:
    """Tell whether arrears reach what the criminal law calls a large amount."""
    one = all_of(
        at_least(s.number("arrears_months"), s.value("duties.arrears.months")),
        _large(
            s,
            s.number("arrears_one_worker"),
            "duties.arrears.one_worker",
            "arrears_one_worker_amount",
        ),
    )
    ten = all_of(
        at_least(s.number("arrears_workers"), s.value("duties.arrears.workers")),
        _large(
            s,
            s.number("arrears_amount"),
            "duties.arrears.ten_workers",
            "arrears_ten_workers_amount",
        ),
    )
    return any_of(one, ten)


ARREARS_LISTING = Programme(
    name="arrears_listing",
    entity="employer",
    in_force=("duties.arrears.listing",),
    conditions=(
        holds("ordered", "被责令限期支付", fact="arrears_ordered", basis=_LIST),
        holds("still_unpaid", "逾期没有付清", fact="arrears_unpaid_after_order", basis=_LIST),
        condition(
            "grave",
            "拖欠{duties.arrears.months}个月以上一人数额较大，或者{duties.arrears.workers}人以上合计数额较大，"
            "或者引发群体性、极端事件造成严重不良影响",
            lambda s: any_of(s.answer("arrears_large"), s.answer("arrears_incident")),
            basis=f"{_LIST}；法释〔2013〕3号",
            changes=Changes.NEVER,
        ),
    ),
)
"""Whether an employer is put on the list of wage-arrears offenders."""


def _repaired(s: Situation) -> Truth:
    since = at_least(s.since("arrears_paid_month"), s.value("duties.arrears.repair_months"))
    return all_of(since, s.answer("credit_promise"))


ARREARS_REMOVAL = Programme(
    name="arrears_removal",
    entity="employer",
    in_force=("duties.arrears.listing",),
    conditions=(
        condition(
            "listed",
            "已经列入失信名单",
            lambda s: at_least(s.since("blacklisted_since"), 0),
            basis=_LIST,
            changes=Changes.NEVER,
        ),
        condition(
            "time_or_repair",
            "列入满{duties.arrears.listed_months}个月，"
            "或者付清欠薪满{duties.arrears.repair_months}个月并作出守信承诺",
            lambda s: any_of(
                at_least(s.since("blacklisted_since"), s.value("duties.arrears.listed_months")),
                _repaired(s),
            ),
            basis=_LIST,
            changes=Changes.SELF,
            gap=lambda s: s.value("duties.arrears.listed_months") - s.since("blacklisted_since"),
        ),
    ),
)
"""Whether it may be taken off: by time, or early once the wages are paid."""
