"""The shapes of answers about the registers. The descriptions are what ``/api/docs`` prints."""

from typing import Literal

from ninja import Field, Schema

from leye.analysis.metrics.register_figures import Basis
from leye.analysis.metrics.types import IndicatorKind, SampleState
from leye.doors.api.schemas import DECIMAL, Page

Edition = Literal["exact", "protected"]
_EDITION = (
    "protected 公开版（小于5的数和能推算出它们的数已隐去，其余取5的倍数），"
    "exact 精确数（只给有权限的工作人员）"
)


class TermBody(Schema):
    """公式中的一项。"""

    measure: str = Field(description="地图上的计数，如 employed")
    sign: int = Field(description="1 相加，-1 相减")


class SettledBody(Schema):
    """一个群体，按它的定义，这个指标没有有意义的数。"""

    group: str = Field(description="重点群体代码")
    group_name: str = Field(description="重点群体名称")
    words: str = Field(description="代替数值的话，如：按定义均在业")
    why: str = Field(description="为什么")


class RegisterIndicatorBody(Schema):
    """一个登记库指标的定义。"""

    code: str = Field(description="指标代码")
    name: str = Field(description="中文名称")
    name_en: str = Field(description="英文名称")
    theme: str = Field(description="主题")
    unit: str = Field(description="单位")
    kind: IndicatorKind = Field(description="flow 流量，stock 存量，rate 比率")
    decimals: int = Field(description="显示几位小数")
    definition: str = Field(description="定义")
    caveats: list[str] = Field(description="使用时要注意什么")
    basis: Basis = Field(description="residence 居住地，workplace 单位住所地，market 工作地")
    basis_label: str = Field(description="按什么地方统计")
    numerator: list[TermBody] = Field(description="分子；没有分母时就是数值")
    denominator: list[TermBody] = Field(description="分母；不是比率的为空")
    scale: str = Field(description=f"倍数。{DECIMAL}")
    axes: list[str] = Field(description="可以按什么细分")
    groups: bool = Field(description="是否分重点群体")
    settled: list[SettledBody] = Field(
        description="对哪些重点群体按定义已定、不给数值（state 为 by_definition）"
    )
    levels: list[str] = Field(description="有哪几级的数")
    higher_is_better: bool | None = Field(description="是否越高越好；null 表示无所谓高低")
    additive: bool = Field(description="下级之和是否等于上级")
    figures_url: str = Field(description="这个指标的数据")


class RegisterFigureBody(Schema):
    """地图上的一个数，或者它的缺失。"""

    indicator: str = Field(description="指标代码")
    indicator_name: str = Field(description="指标名称")
    month: str = Field(description="月份，如 2024-03")
    level: str = Field(description="city、county、town、village、park")
    place: str = Field(
        description="地区代码；_U 不详；列出下级时，上级自己的代码表示只知道在上级、下级不详"
    )
    place_name: str = Field(description="地区名称")
    group: str = Field(description="重点群体，all 为全部人员")
    group_name: str = Field(description="重点群体名称")
    axis: str = Field(description="按什么细分，all 为不细分")
    code: str = Field(description="细分的代码；all 合计，_U 不详")
    code_name: str = Field(description="细分的名称")
    value: str | None = Field(description=f"数值。{DECIMAL}；没有数或已隐去时为 null，绝不是 0")
    unit: str = Field(description="单位")
    state: SampleState = Field(
        description=(
            "has_data 有数据，no_data 未填报，zero_denominator 分母为零，"
            "by_definition 按群体的定义已定，见指标的 settled"
        )
    )
    hidden: bool = Field(description="有数，但人数太少或能推算出太少的数，因此不公开")
    edition: Edition = Field(description=_EDITION)
    data_version: int = Field(description="数据版本")


class FlowBody(Schema):
    """从哪里到哪里的人数。"""

    kind: str = Field(
        description=(
            "status 就业状态，industry 行业门类，residence 居住县，commute 居住县到工作县，"
            "migration 外出务工的去向，mobile 运营商的人员流动"
        )
    )
    month: str = Field(description="月份")
    place: str = Field(description="哪个地区的流动：全市或一个县")
    place_name: str = Field(description="地区名称")
    origin: str = Field(description="从哪里；_U 不详或市外")
    origin_name: str = Field(description="从哪里")
    destination: str = Field(description="到哪里；_U 不详或市外")
    destination_name: str = Field(description="到哪里")
    persons: int | None = Field(description="人数；已隐去时为 null，绝不是 0")
    state: SampleState = Field(description="列出的都有数据")
    hidden: bool = Field(description="有数，但人数太少，因此不公开")
    edition: Edition = Field(description=_EDITION)
    data_version: int = Field(description="数据版本")


class RegisterIndicatorPage(Page):
    """一页登记库指标。"""

    items: list[RegisterIndicatorBody]


class RegisterFigurePage(Page):
    """一页登记库的数值。"""

    items: list[RegisterFigureBody]


class FlowPage(Page):
    """一页流动。"""

    items: list[FlowBody]
