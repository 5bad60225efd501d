"""Firms in words: lines of the list, a firm's months, and both to take away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from leye.analysis.atlas.firms import Shift, firm_figures
from leye.analysis.metrics.labels import code_label, place_label
from leye.data.reference import places
from leye.data.registers.queries.served import FirmRow
from leye.doors.portal.atlas_words import share_words as share_of
from leye.doors.portal.atlas_words import signed
from leye.doors.portal.chart_pair import ChartPair, chart_pair, points
from leye.doors.web.charts import Line
from leye.doors.web.maps import month_label
from leye.doors.web.templatetags.web import amount
from leye.kernel.place import parent_code

HEADER = (
    "月份",
    "统一社会信用代码",
    "名称",
    "地区代码",
    "地区",
    "园区",
    "行业大类",
    "参保人数",
    "上月",
    "比上月",
    "上年同月",
    "比上年同月",
    "新进",
    "离职",
    "个税申报人数",
    "人均工资薪金（元，个税口径）",
    "用电量（千瓦时）",
    "上年同月用电量（千瓦时）",
)
NOTES = (
    ("重点企业", "本月或上年同月参保10人以上的单位，不含更小的"),
    ("参保人数", "当月由该单位缴纳社会保险费的人数"),
    ("新进、离职", "与上月相比新参保的、不再参保的人数"),
    ("人均工资薪金", "个人所得税扣缴申报的工资薪金总额除以申报人数，不是缴费工资"),
    ("空白", "没有部门报送，或者没有可比的月份，不是零"),
    ("用途", "单个企业的数，仅供内部使用，不得公开"),
)
_MISSING = "未填报"


@dataclass(frozen=True, slots=True)
class FirmLine:
    """A firm's month in words. ``falls`` says that it lost people against the month before."""

    name: str
    url: str
    place: str
    industry: str
    park: str
    insured: str
    month: str
    year: str
    falls: bool
    hires: str
    separations: str
    wage: str
    power: str
    power_change: str


def firm_line(row: FirmRow, *, query: str = "", name: str = "") -> FirmLine:
    """Give a firm's line; ``query`` is kept on the address of its page."""
    worked_out = firm_figures(row)
    address = reverse("registers:firm", args=[row.employer])
    return FirmLine(
        name=name or row.name or row.uscc or "名称不详",
        url=f"{address}?{query}" if query else address,
        place=place_words(row.place),
        industry=code_label("division", row.industry),
        park=row.park,
        insured=_number(row.insured),
        month=shift_words(worked_out.last_month),
        year=shift_words(worked_out.last_year),
        falls=bool(worked_out.last_month and worked_out.last_month.difference < 0),
        hires=_number(row.hires),
        separations=_number(row.separations),
        wage=_number(worked_out.payroll_per_person),
        power=_number(row.kwh),
        power_change=share_words(worked_out.power),
    )


def month_lines(months: Iterable[tuple[int, FirmRow]]) -> list[FirmLine]:
    """Give a firm's months, the latest first."""
    return [firm_line(row, name=month_label(month)) for month, row in reversed(list(months))]


def shift_words(shift: Shift | None) -> str:
    """Give a change such as −12（−8.5%); a dash where there is none."""
    if shift is None:
        return "—"
    share = "" if shift.relative is None else f"（{share_of(shift.relative)}）"
    return f"{signed(shift.difference, 0)}{share if shift.difference else ''}"


def share_words(shift: Shift | None) -> str:
    """Give a change as a share alone; a dash where there is none."""
    if shift is None or shift.relative is None:
        return "—"
    return share_of(shift.relative)


def place_words(code: str) -> str:
    """Give county and town of a firm."""
    if code not in places() or len(code) < 9:
        return place_label(code)
    county, town = place_label(parent_code(code[:9]) or ""), place_label(code[:9])
    return town if town.startswith(county) else f"{county}{town}"


def charts_of(months: Sequence[tuple[int, FirmRow]]) -> dict[str, ChartPair | None]:
    """Give the charts of a firm: headcount, hires and separations, electricity."""
    insured = Line("参保人数", 1, points((month, row.insured) for month, row in months))
    hires = Line("新进", 1, points((month, row.hires) for month, row in months))
    left = Line("离职", 2, points((month, row.separations) for month, row in months))
    power = Line("用电量（千瓦时）", 1, points((month, row.kwh) for month, row in months))
    return {
        "headcount": chart_pair([insured], unit="人"),
        "moves": chart_pair([hires, left], unit="人"),
        "power": chart_pair([power]),
    }


def firm_cells(row: FirmRow, month: int) -> tuple[Any, ...]:
    """Give a firm's month under ``HEADER``: numbers as they are, None for none."""
    worked_out = firm_figures(row)
    return (
        f"{month // 100}-{month % 100:02}",
        row.uscc,
        row.name,
        row.place,
        place_words(row.place),
        row.park,
        code_label("division", row.industry),
        row.insured,
        row.insured_last_month,
        _difference(worked_out.last_month),
        row.insured_last_year,
        _difference(worked_out.last_year),
        row.hires,
        row.separations,
        row.tax_headcount,
        None if worked_out.payroll_per_person is None else round(worked_out.payroll_per_person),
        row.kwh,
        row.kwh_last_year,
    )


def _number(value: Decimal | int | None) -> str:
    return _MISSING if value is None else amount(value, 0)


def _difference(shift: Shift | None) -> int | None:
    return None if shift is None else int(shift.difference)
