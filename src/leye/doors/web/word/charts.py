"""A native chart in a Word document: its drawing and the workbook behind it (数据可编辑).

DrawingML charts as ECMA-376 part 1, section 21.2, has them. Values stand twice, as Word wants it:
cached in the chart for drawing, and in an embedded workbook for 编辑数据.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from leye.doors.web.charts import nice_steps

_NAMESPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_SHEET = "数据"
_CATEGORY_AXIS, _VALUE_AXIS = 111111111, 222222222


class ChartKind(StrEnum):
    """What a chart is drawn as."""

    LINE = "line"
    BAR = "bar"


@dataclass(frozen=True, slots=True)
class WordSeries:
    """A series: a name, a value or None for each category, and how it looks.

    ``color`` is six hexadecimal digits. ``dashed`` and ``thin`` are for lines.
    """

    name: str
    values: Sequence[float | None]
    color: str = "0B57A4"
    dashed: bool = False
    thin: bool = False


@dataclass(frozen=True, slots=True)
class WordChart:
    """A chart of series over the same categories; ``unit`` names the value axis.

    ``decimals`` is how many places labels show. Missing values are gaps.
    """

    kind: ChartKind
    title: str
    unit: str
    categories: Sequence[str]
    series: Sequence[WordSeries]
    decimals: int = 0


def workbook(chart: WordChart) -> bytes:
    """Give the workbook behind a chart: categories in the first column, a series in each other."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None, "a new workbook has a sheet"
    sheet.title = _SHEET
    sheet.append(["", *(each.name for each in chart.series)])
    for row, category in enumerate(chart.categories):
        sheet.append([category, *(each.values[row] for each in chart.series)])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def chart_xml(chart: WordChart, *, workbook_id: str) -> bytes:
    """Give the chart part; ``workbook_id`` is its relationship to the workbook."""
    drawn = _lines(chart) if chart.kind is ChartKind.LINE else _bars(chart)
    text = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f"<c:chartSpace {_NAMESPACES}>"
        '<c:date1904 val="0"/><c:lang val="zh-CN"/><c:roundedCorners val="0"/>'
        f"<c:chart>{_title(chart.title, size=1200)}"
        '<c:autoTitleDeleted val="0"/>'
        f"<c:plotArea><c:layout/>{drawn}{_axes(chart)}</c:plotArea>"
        f"{_legend(chart)}"
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="900">{_FONT}</a:defRPr>'
        '</a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
        f'<c:externalData r:id="{workbook_id}"><c:autoUpdate val="0"/></c:externalData>'
        "</c:chartSpace>"
    )
    return text.encode()


_FONT = '<a:latin typeface="Times New Roman"/><a:ea typeface="宋体"/>'


def _title(text: str, *, size: int) -> str:
    return (
        "<c:title><c:tx><c:rich><a:bodyPr/><a:lstStyle/><a:p>"
        f'<a:pPr><a:defRPr sz="{size}" b="0">{_FONT}</a:defRPr></a:pPr>'
        f'<a:r><a:rPr lang="zh-CN" sz="{size}" b="0">{_FONT}</a:rPr><a:t>{escape(text)}</a:t></a:r>'
        '</a:p></c:rich></c:tx><c:overlay val="0"/></c:title>'
    )


def _lines(chart: WordChart) -> str:
    series = "".join(
        _series(chart, index, each, _stroke(each) + '<c:marker><c:symbol val="none"/></c:marker>')
        + '<c:smooth val="0"/></c:ser>'
        for index, each in enumerate(chart.series)
    )
    return (
        f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{series}'
        f'<c:marker val="1"/>{_AXIS_IDS}</c:lineChart>'
    )


def _bars(chart: WordChart) -> str:
    fill = '<c:spPr><a:solidFill><a:srgbClr val="{}"/></a:solidFill></c:spPr>'
    series = "".join(
        _series(chart, index, each, fill.format(each.color) + '<c:invertIfNegative val="0"/>')
        + "</c:ser>"
        for index, each in enumerate(chart.series)
    )
    return (
        '<c:barChart><c:barDir val="bar"/><c:grouping val="clustered"/><c:varyColors val="0"/>'
        f'{series}<c:gapWidth val="60"/>{_AXIS_IDS}</c:barChart>'
    )


def _stroke(series: WordSeries) -> str:
    width = 9525 if series.thin else 25400
    dash = '<a:prstDash val="dash"/>' if series.dashed else ""
    color = f'<a:solidFill><a:srgbClr val="{series.color}"/></a:solidFill>'
    return f'<c:spPr><a:ln w="{width}" cap="rnd">{color}{dash}<a:round/></a:ln></c:spPr>'


def _series(chart: WordChart, index: int, series: WordSeries, look: str) -> str:
    """Write a series up to its values; whoever calls adds what its kind needs and closes it."""
    column, last = get_column_letter(index + 2), len(chart.categories) + 1
    return (
        f'<c:ser><c:idx val="{index}"/><c:order val="{index}"/>'
        f"<c:tx><c:strRef><c:f>{_SHEET}!${column}$1</c:f>{_texts([series.name])}</c:strRef></c:tx>"
        f"{look}"
        f"<c:cat><c:strRef><c:f>{_SHEET}!$A$2:$A${last}</c:f>{_texts(chart.categories)}</c:strRef>"
        f"</c:cat><c:val><c:numRef><c:f>{_SHEET}!${column}$2:${column}${last}</c:f>"
        f"{_numbers(chart, series.values)}</c:numRef></c:val>"
    )


def _texts(texts: Sequence[str]) -> str:
    points = "".join(
        f'<c:pt idx="{at}"><c:v>{escape(text)}</c:v></c:pt>' for at, text in enumerate(texts)
    )
    return f'<c:strCache><c:ptCount val="{len(texts)}"/>{points}</c:strCache>'


def _numbers(chart: WordChart, values: Sequence[float | None]) -> str:
    points = "".join(
        f'<c:pt idx="{at}"><c:v>{value!r}</c:v></c:pt>'
        for at, value in enumerate(values)
        if value is not None
    )
    return (
        f"<c:numCache><c:formatCode>{_format(chart)}</c:formatCode>"
        f'<c:ptCount val="{len(values)}"/>{points}</c:numCache>'
    )


def _format(chart: WordChart) -> str:
    return "#,##0" + ("." + "0" * chart.decimals if chart.decimals else "")


_AXIS_IDS = f'<c:axId val="{_CATEGORY_AXIS}"/><c:axId val="{_VALUE_AXIS}"/>'
_THIN_LINE = (
    '<c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="8A94A3"/></a:solidFill></a:ln></c:spPr>'
)


def _axes(chart: WordChart) -> str:
    bars = chart.kind is ChartKind.BAR
    # Bars read from the top down, and their numbers stay at the bottom.
    order, across, up = ("maxMin", "l", "b") if bars else ("minMax", "b", "l")
    crosses = "max" if bars else "autoZero"
    ends, unit = _value_range(chart)
    # Every bar has its name; months may be left out where room is short.
    every = '<c:tickLblSkip val="1"/>' if bars else ""
    grid = f"<c:majorGridlines>{_THIN_LINE.replace('8A94A3', 'D9DEE6')}</c:majorGridlines>"
    return (
        f'<c:catAx><c:axId val="{_CATEGORY_AXIS}"/>'
        f'<c:scaling><c:orientation val="{order}"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{across}"/><c:numFmt formatCode="General" sourceLinked="0"/>'
        '<c:majorTickMark val="out"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>'
        f'{_THIN_LINE}<c:crossAx val="{_VALUE_AXIS}"/><c:crosses val="autoZero"/>'
        '<c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/>'
        f'{every}<c:noMultiLvlLbl val="1"/>'
        f'</c:catAx><c:valAx><c:axId val="{_VALUE_AXIS}"/>'
        f'<c:scaling><c:orientation val="minMax"/>{ends}</c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{up}"/>{grid}{_title(chart.unit, size=900)}'
        f'<c:numFmt formatCode="{_format(chart)}" sourceLinked="0"/>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
        f'{_THIN_LINE}<c:crossAx val="{_CATEGORY_AXIS}"/><c:crosses val="{crosses}"/>'
        f'<c:crossBetween val="between"/>{unit}</c:valAx>'
    )


def _value_range(chart: WordChart) -> tuple[str, str]:
    """Give where a line chart's values begin and end, and the step; lines show change, not size."""
    values = [Decimal(repr(v)) for each in chart.series for v in each.values if v is not None]
    if chart.kind is ChartKind.BAR or not values:
        return "", ""
    steps = nice_steps(min(values), max(values))
    ends = f'<c:max val="{steps[-1]:f}"/><c:min val="{steps[0]:f}"/>'
    return ends, f'<c:majorUnit val="{steps[1] - steps[0]:f}"/>'


def _legend(chart: WordChart) -> str:
    if len(chart.series) < 2:
        return ""
    return '<c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend>'
