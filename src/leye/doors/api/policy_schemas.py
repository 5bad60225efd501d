"""The shapes of the policies: what is asked, and what follows."""

from typing import Literal

from ninja import Field, Schema
from pydantic import ConfigDict

from leye.analysis.metrics.types import SampleState
from leye.doors.api.schemas import DECIMAL

Value = str | int | float | bool | None
_FACTS = (
    "事实: 值。是/否写 yes、no，月份写 2025-01，选项写代码或中文，"
    "地区写六位代码或名称；不知道就写 null 或不写"
)
_MONTH = "月份，如 2025-01"


class PolicyBody(Schema):
    """一项政策：给谁、给什么、怎样给。"""

    id: str = Field(description="政策代码，也是 OpenFisca 的变量名")
    title: str = Field(description="名称")
    title_en: str = Field(description="英文名称")
    who: Literal["person", "household", "employer"] = Field(
        description="person 个人，household 家庭，employer 用人单位"
    )
    beneficiaries: str = Field(description="适用人群")
    gives: str = Field(description="给什么")
    paid: Literal["once", "monthly", "yearly", "relief", "duty", "status"] = Field(
        description=(
            "once 一次，monthly 按月，yearly 按年，relief 减免，duty 义务，status 认定或权利"
        )
    )
    fund: str = Field(description="资金，none 表示不涉及资金")
    status: Literal["verified", "partly", "unverified"] = Field(
        description=(
            "verified 各数都读到原文摘录，partly 有的未核对或未查到，unverified 主要数未核对"
        )
    )
    in_force: Literal["met", "unknown", "failing"] = Field(
        description="本月是否实施：met 在实施，unknown 待市里设定，failing 已结束或未开始"
    )
    evidence: list[str] = Field(description="要带的材料")
    where: str = Field(description="去哪里办")
    plan: str = Field(description="规划章节")
    references: list[str] = Field(description="依据")
    excludes: list[str] = Field(description="不能同时享受的政策")
    stacks_with: list[str] = Field(description="可以同时享受的政策")
    notes: str = Field(description="说明")


class ConditionDetail(Schema):
    """一个条件的细则。"""

    joined: Literal["any", "all", "note"] = Field(
        description="any 符合任意一行就行，all 各行都要符合，note 说明"
    )
    lines: list[str] = Field(description="逐行文字，本月的数值已写在里面")


class PolicyCondition(Schema):
    """一个条件。"""

    name: str = Field(description="代码")
    sentence: str = Field(description="条件，本月的数值已写在里面")
    basis: str = Field(description="条款")
    details: list[ConditionDetail] = Field(description="细则，没有就是空的")
    facts: list[str] = Field(description="要看的事实的代码")


class PolicyFact(Schema):
    """一个事实：自查时要问的一项。"""

    name: str = Field(description="代码")
    entity: Literal["person", "household", "employer"] = Field(description="属于谁")
    kind: Literal["answer", "month", "number", "money", "choice", "place"] = Field(
        description="answer 是/否，month 月份，number 数，money 元，choice 选项，place 县（市、区）"
    )
    label: str = Field(description="名称")
    question: str = Field(description="问题")
    unit: str = Field(description="单位")
    options: dict[str, str] = Field(description="选项的代码和中文")
    sensitive: bool = Field(description="涉及隐私")


class PolicyDetail(PolicyBody):
    """一项政策，连同条件和要看的事实。"""

    conditions: list[PolicyCondition] = Field(description="条件，全部符合才算符合")
    formula: list[str] = Field(description="怎样算，逐行文字，先算的在前；没有要算的就是空的")
    exceptions: list[str] = Field(description="例外和条件里没有的说明")
    stops: list[str] = Field(description="什么时候停")
    facts: list[PolicyFact] = Field(description="条件和金额要看的事实")
    parameters: list[str] = Field(description="用到的参数，见 /openfisca/parameters")


class PolicyPage(Schema):
    """政策的一页。"""

    items: list[PolicyBody] = Field(description="本页各项")
    next_cursor: str | None = Field(description="取下一页时带回；null 表示没有了")
    total: int = Field(description="总项数")
    data_version: int = Field(description="数据版本")
    state: SampleState = Field(description="样本状态")
    note: str = Field(description="没有内容时的说明")


class CaseBody(Schema):
    """要判断的情况。至少写一组；没有写的事实就是不知道，不是“否”也不是 0。"""

    model_config = ConfigDict(extra="forbid")

    month: str | None = Field(None, max_length=7, description=f"{_MONTH}；不写就是本月")
    person: dict[str, Value] | None = Field(None, max_length=400, description=f"个人的{_FACTS}")
    household: dict[str, Value] | None = Field(None, max_length=400, description="家庭的事实")
    employer: dict[str, Value] | None = Field(None, max_length=400, description="用人单位的事实")
    programmes: list[str] | None = Field(
        None, max_length=200, description="只判断这些政策；不写就是全部"
    )


class MissingBody(Schema):
    """缺的一项信息。"""

    name: str = Field(description="事实或参数的代码")
    label: str = Field(description="名称")
    origin: Literal["register", "applicant", "certificate"] | None = Field(
        description=(
            "谁有：register 登记库，applicant 本人或单位，certificate 凭证明；"
            "null 是市里没有设定或没有查到的标准"
        )
    )
    source: str = Field(description="从哪里来")


class CheckedBody(Schema):
    """一个条件的结果。"""

    name: str = Field(description="代码")
    result: Literal["met", "failing", "unknown"] = Field(
        description="met 符合，failing 不符合，unknown 说不清"
    )
    sentence: str = Field(description="条件")
    basis: str = Field(description="条款")
    changes: Literal["self", "time", "never"] = Field(
        description="不符合时能不能改变：self 可以办理，time 时间到了就符合，never 无法改变"
    )
    gap: str | None = Field(description=f"还差多少。{DECIMAL}")
    gap_unit: str = Field(description="还差多少的单位")
    missing: list[MissingBody] = Field(description="说不清时缺什么")


class UnverifiedBody(Schema):
    """用到的一个未核对的数。"""

    path: str = Field(description="参数")
    label: str = Field(description="名称")
    value: str = Field(description=f"数值。{DECIMAL}")
    note: str = Field(description="说明")


class AnswerBody(Schema):
    """一项政策的结果。"""

    programme: str = Field(description="政策代码")
    title: str = Field(description="名称")
    outcome: Literal["eligible", "not_eligible", "cannot_tell"] = Field(
        description="eligible 符合，not_eligible 不符合，cannot_tell 无法判断"
    )
    amount: str | None = Field(description=f"应享金额（元），null 是说不清或不涉及金额。{DECIMAL}")
    full: str | None = Field(description=f"条件都符合时的金额（元）。{DECIMAL}")
    months: int | None = Field(description="还可享受几个月，null 是说不清或不按月")
    conditions: list[CheckedBody] = Field(description="逐条结果")
    nearest: list[str] = Field(description="不符合的条件的代码，能改变的在前")
    amount_missing: list[MissingBody] = Field(description="算不出金额时缺什么")
    rests_on_unverified: list[UnverifiedBody] = Field(description="用到的未核对的数")


class CheckBody(Schema):
    """判断的结果。是估算，不是审批：由经办窗口核对材料后决定。"""

    month: str = Field(description=_MONTH)
    notice: str = Field(description="说明")
    answers: list[AnswerBody] = Field(description="各项政策的结果")
