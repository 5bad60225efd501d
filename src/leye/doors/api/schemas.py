"""The shapes of answers. The descriptions are what ``/api/docs`` prints."""

from datetime import date, datetime

from ninja import Field, Schema

from leye.analysis.metrics import Relation, TargetKind, TargetState
from leye.analysis.metrics.types import (
    Confidence,
    FigureKind,
    IndicatorKind,
    SampleState,
)
from leye.data.pool.types import Verdict
from leye.kernel.place import PlaceLevel

DECIMAL = "十进制数，写成文字，不损失精度"


class Problem(Schema):
    """没有可给的内容时的说明。"""

    code: str = Field(description="稳定不变的错误代码，程序据此判断")
    title: str = Field(description="错误名称")
    detail: str = Field(description="具体是什么不对")
    hint: str = Field(description="下一步怎么办")
    near: list[str] = Field(description="相近的代码或参数名，可能是您要找的")


class RatioBody(Schema):
    """公式：分子除以分母，再乘以倍数。"""

    numerator: str = Field(description="分子的指标代码")
    denominator: str = Field(description="分母的指标代码")
    scale: str = Field(description=f"倍数。{DECIMAL}")


class BreakBody(Schema):
    """口径变化：此前此后的数值不能相连。"""

    since: str = Field(description="从何时起")
    reason: str = Field(description="变了什么")


class IndicatorBody(Schema):
    """一个指标的定义。"""

    code: str = Field(description="指标代码")
    name: str = Field(description="中文名称")
    name_en: str = Field(description="英文名称")
    theme: str = Field(description="主题")
    unit: str = Field(description="标准单位，数值都换算成它")
    units: dict[str, str] = Field(description="来源可能使用的单位，及换算成标准单位的系数")
    kind: IndicatorKind = Field(
        description="flow 流量，stock 存量，rate 比率，amount 标准或金额，rank 名次"
    )
    decimals: int = Field(description="显示几位小数")
    definition: str = Field(description="定义")
    caveats: list[str] = Field(description="使用时要注意什么")
    breaks: list[BreakBody] = Field(description="口径变化")
    responsible: str = Field(description="责任单位")
    higher_is_better: bool | None = Field(description="是否越高越好；null 表示无所谓高低")
    aliases: list[str] = Field(description="其他叫法")
    formula: RatioBody | None = Field(description="由其他指标算出时的公式")
    figures_url: str = Field(description="这个指标的数据")


class PlaceBody(Schema):
    """一个地区。"""

    code: str = Field(description="统计用区划代码：6、9 或 12 位")
    name: str = Field(description="名称")
    level: PlaceLevel = Field(
        description="nation 全国，province 省，city 市，county 县，town 乡镇，village 村"
    )
    parent: str | None = Field(description="上一级的代码；全国没有上级")


class PointBody(Schema):
    """一个地区的大致位置（WGS-84）。"""

    lng: float = Field(description="经度")
    lat: float = Field(description="纬度")
    source: str = Field(description="坐标来源")
    accuracy_m: int = Field(description="误差，米")


class PlaceDetail(PlaceBody):
    """一个地区，连同它的上级和下级。"""

    path: list[PlaceBody] = Field(description="从全国到本地区")
    children: list[PlaceBody] = Field(description="直接下级")
    point: PointBody | None = Field(description="位置；没有坐标时为 null，绝不编造")
    edition: str = Field(description="区划代码的版本和来源")


class ProvenanceBody(Schema):
    """数值的来处。"""

    delivery: str = Field(description="数据交换批次编号")
    row: int = Field(description="批次文件中的行号")
    accepted_at: datetime = Field(description="接收时间")
    source_title: str = Field(description="来源名称")
    source_url: str = Field(description="来源网址，可能为空")
    confidence: Confidence = Field(description="A 政府文本，B 转载，C 存疑")
    note: str = Field(description="备注")


class FigureBody(Schema):
    """一个数值，或者它的缺失。"""

    indicator: str = Field(description="指标代码")
    indicator_name: str = Field(description="指标名称")
    place: str = Field(description="区划代码")
    place_name: str = Field(description="地区名称")
    period: str | None = Field(description="时期，如 2021、2021Q2、2021-07、2021..2025")
    kind: FigureKind | None = Field(description="数据性质；target_ 和 _bound 不是实际数")
    kind_label: str = Field(description="数据性质的中文")
    value: str | None = Field(description=f"数值，标准单位。{DECIMAL}；没有数据时为 null，绝不是 0")
    unit: str = Field(description="标准单位")
    printed_value: str | None = Field(description=f"来源写的数值。{DECIMAL}")
    printed_unit: str = Field(description="来源写的单位")
    state: SampleState = Field(
        description="has_data 有数据，no_data 未填报，zero_denominator 分母为零"
    )
    public: bool = Field(description="是否已公开；false 只有有权限的人员看得到")
    data_version: int = Field(description="数据版本")
    provenance: ProvenanceBody | None = Field(description="来处；公式算出的数值没有批次，见 inputs")
    inputs: list["FigureBody"] = Field(description="公式用到的数值")


class BaselineBody(Schema):
    """规划的基数。"""

    value: str = Field(description=DECIMAL)
    period: str = Field(description="时期")
    printed: str = Field(description="规划原文的写法")


class GoalBody(Schema):
    """要达到的数。"""

    value: str = Field(description=DECIMAL)
    period: str = Field(description="到这个时期结束时达到")
    relation: Relation = Field(
        description="at_least 不低于，more_than 高于，about 左右，exactly 等于，at_most 不超过"
    )
    printed: str = Field(description="规划原文的写法，[ ] 表示五年累计")


class QuoteBody(Schema):
    """规划原文。"""

    section: str = Field(description="在规划中的位置")
    text: str = Field(description="原文")


class TrendBody(Schema):
    """走势。"""

    place: str = Field(description="区划代码")
    label: str = Field(description="是哪个地区的走势")
    is_reference: bool = Field(description="是否只是其他地区的参考")
    points: list[FigureBody] = Field(description="可以相连的实际数，按时间顺序")


class TargetBody(Schema):
    """一个规划目标和它的进度。"""

    id: str = Field(description="目标编号")
    number: str = Field(description="专栏1中的序号；不在专栏1中为空")
    group: str = Field(description="分组")
    name: str = Field(description="名称")
    indicator: str = Field(description="指标代码")
    place: str = Field(description="区划代码")
    unit: str = Field(description="单位")
    kind: TargetKind = Field(
        description="cumulative 五年累计，level 水平，rate 比率，upper_bound 上限，lower_bound 下限"
    )
    attribute: str = Field(description="预期性或约束性；规划没有写的为空")
    plan: str = Field(description="规划名称")
    plan_period: str = Field(description="规划期")
    baseline: BaselineBody | None = Field(description="基数；规划没有给的为 null")
    goal: GoalBody = Field(description="目标")
    responsible: str = Field(description="责任单位")
    state: TargetState = Field(
        description="met 已达标，on_track 正常推进，behind 进度滞后，not_reported 未填报"
    )
    state_label: str = Field(description="状态的中文")
    actual: FigureBody = Field(description="最新结果；没有填报时 state 为 no_data")
    share_done: str | None = Field(description="完成的比例，1 为全部完成；没有意义时为 null")
    share_of_time: str | None = Field(description="已有数据所覆盖的时间占规划期的比例")
    calendar_share: str = Field(description="规划期已过去的比例")
    expected: str | None = Field(description="按均匀进度，到已有数据的时点应达到的数")
    explanation: str = Field(description="状态是怎么判断的")
    on: date = Field(description="判断的日期")
    data_version: int = Field(description="数据版本")


class TargetDetail(TargetBody):
    """一个规划目标，连同判断的依据。"""

    responsible_basis: str = Field(description="责任单位的依据")
    quotes: list[QuoteBody] = Field(description="规划原文")
    notes: list[str] = Field(description="注意")
    parts: list[FigureBody] = Field(description="用到的数值")
    bounds: list[FigureBody] = Field(description="“控制在…以内”之类的表述，不是实际数")
    references: list[FigureBody] = Field(description="全国、全省、各县的最新实际数，供参考")
    trend: TrendBody = Field(description="走势")
    gaps: list[str] = Field(description="缺报的时期")
    missing_years: list[int] = Field(description="没有完整数据的年份")


class DeliveryBody(Schema):
    """一个数据交换批次。"""

    id: str = Field(description="批次编号")
    contract: str = Field(description="数据标准")
    edition: str = Field(description="数据标准的版本")
    place: str = Field(description="报送地区")
    place_name: str = Field(description="报送地区名称")
    at: datetime = Field(description="报送时间")
    verdict: Verdict = Field(
        description="accepted 已接收，unchanged 已接收但无变化，refused 已退回"
    )
    reason: str = Field(description="退回原因")
    rows_read: int = Field(description="读到的行数")
    rows_refused: int = Field(description="有错误的行数")
    rows_flagged: int = Field(description="有提示的行数")
    rows_new: int = Field(description="新增的行数")
    rows_changed: int = Field(description="更正的行数")
    rows_same: int = Field(description="无变化的行数")
    release: int = Field(description="接收后的数据版本")
    publishes: str = Field(description="公开的是哪个批次；空表示不是公开操作")
    file_name: str | None = Field(description="文件名；只给有权查看该地区内部数据的人员")
    digest: str = Field(description="文件的校验值")
    size: int = Field(description="文件大小，字节")


class Page(Schema):
    """一页。"""

    next_cursor: str | None = Field(description="取下一页用；null 表示到头了")
    total: int = Field(description="总条数")
    data_version: int = Field(description="数据版本；同一次翻页始终不变")
    state: SampleState = Field(description="has_data，或者 no_data（没有符合条件的内容）")
    note: str = Field(description="没有内容时，说明为什么")


class IndicatorPage(Page):
    """一页指标。"""

    items: list[IndicatorBody]


class PlacePage(Page):
    """一页地区。"""

    items: list[PlaceBody]


class FigurePage(Page):
    """一页数值。"""

    items: list[FigureBody]


class TargetPage(Page):
    """一页规划目标。"""

    items: list[TargetBody]
