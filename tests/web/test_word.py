"""Word documents: what Word needs to open them, and what a writer needs to go on in them."""

import io
import zipfile
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook

from leye.doors.web.word import ChartKind, Column, WordChart, WordDocument, WordSeries

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
AT = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
LINES = WordChart(
    ChartKind.LINE,
    "失业率 <走势>",
    "%",
    ["2026年9月", "2026年10月", "2026年11月"],
    [
        WordSeries("实际", [5.1, 5.25, None]),
        WordSeries("预测 & 区间", [None, 5.25, 5.3], color="B45309", dashed=True, thin=True),
    ],
    decimals=2,
)
BARS = WordChart(ChartKind.BAR, "缺口", "个", ["缝纫工", "焊工"], [WordSeries("缺口", [30, -4])])


@pytest.fixture(scope="module")
def file() -> bytes:
    document = WordDocument("就业形势分析", subject="月报", at=AT)
    document.line("数据版本第3版")
    document.heading("一、总体判断")
    document.paragraph("就业人员12人，与上月持平。", marks="〔1〕")
    columns = [Column("指标", share=2), Column("本月", number=True)]
    document.table("主要指标", columns, [["就业 & 创业", "1,234人"], ["失业率", "未填报"]])
    document.chart(LINES)
    document.chart(BARS)
    document.note("注：演示。")
    return document.content()


@pytest.fixture(scope="module")
def parts(file: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(file))


def test_it_opens_and_holds_its_text(file: bytes) -> None:
    document = Document(io.BytesIO(file))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[:4] == [
        "就业形势分析",
        "数据版本第3版",
        "一、总体判断",
        "就业人员12人，与上月持平。〔1〕",
    ]
    (table,) = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["指标", "本月"],
        ["就业 & 创业", "1,234人"],
        ["失业率", "未填报"],
    ]
    assert document.core_properties.created == AT
    assert document.core_properties.author == ""


def test_chinese_fonts_are_named_and_not_the_themes(file: bytes) -> None:
    styles = Document(io.BytesIO(file)).styles
    wanted = {"Normal": "宋体", "Title": "黑体", "Heading 1": "黑体", "Heading 3": "黑体"}
    for name, font in wanted.items():
        fonts = styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == font
        assert fonts.get(qn("w:eastAsiaTheme")) is None


def test_no_font_file_is_carried_along(parts: zipfile.ZipFile) -> None:
    assert [name for name in parts.namelist() if "fonts/" in name] == []


def test_every_part_has_a_type_and_every_relationship_a_part(parts: zipfile.ZipFile) -> None:
    types = ET.fromstring(parts.read("[Content_Types].xml"))
    overrides = {each.get("PartName") for each in types.iter(f"{TYPES}Override")}
    defaults = {each.get("Extension") for each in types.iter(f"{TYPES}Default")}
    names = set(parts.namelist())
    assert overrides <= {f"/{name}" for name in names}
    assert {f"/word/charts/chart{number}.xml" for number in (1, 2)} <= overrides
    assert "xlsx" in defaults
    for number in (1, 2):
        rels = ET.fromstring(parts.read(f"word/charts/_rels/chart{number}.xml.rels"))
        (target,) = (each.get("Target") for each in rels)
        assert target == f"../embeddings/Microsoft_Excel_Sheet{number}.xlsx"
        assert f"word/embeddings/Microsoft_Excel_Sheet{number}.xlsx" in names


def test_the_drawing_points_at_its_chart(parts: zipfile.ZipFile) -> None:
    body = ET.fromstring(parts.read("word/document.xml"))
    rels = ET.fromstring(parts.read("word/_rels/document.xml.rels"))
    targets = {each.get("Id"): each.get("Target") for each in rels}
    drawn = [targets[each.get(f"{R}id")] for each in body.iter(f"{C}chart")]
    assert drawn == ["charts/chart1.xml", "charts/chart2.xml"]


def test_a_charts_parts_are_in_the_order_the_standard_wants(parts: zipfile.ZipFile) -> None:
    """CT_ChartSpace, CT_Chart and CT_LineSer are sequences: out of order, Word refuses the file."""
    space = ET.fromstring(parts.read("word/charts/chart1.xml"))
    assert [each.tag.removeprefix(C) for each in space] == [
        *("date1904", "lang", "roundedCorners", "chart", "txPr", "externalData"),
    ]
    (chart,) = space.iter(f"{C}chart")
    assert [each.tag.removeprefix(C) for each in chart] == [
        *("title", "autoTitleDeleted", "plotArea", "legend", "plotVisOnly", "dispBlanksAs"),
    ]
    series = next(space.iter(f"{C}ser"))
    assert [each.tag.removeprefix(C) for each in series] == [
        *("idx", "order", "tx", "spPr", "marker", "cat", "val", "smooth"),
    ]
    bar = next(ET.fromstring(parts.read("word/charts/chart2.xml")).iter(f"{C}ser"))
    assert [each.tag.removeprefix(C) for each in bar] == [
        *("idx", "order", "tx", "spPr", "invertIfNegative", "cat", "val"),
    ]


@pytest.mark.parametrize(("number", "chart"), [(1, LINES), (2, BARS)])
def test_what_is_drawn_is_what_the_workbook_holds(
    parts: zipfile.ZipFile, number: int, chart: WordChart
) -> None:
    content = parts.read(f"word/embeddings/Microsoft_Excel_Sheet{number}.xlsx")
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows[0] == [None, *(each.name for each in chart.series)]
    space = ET.fromstring(parts.read(f"word/charts/chart{number}.xml"))
    for column, series in enumerate(space.iter(f"{C}ser"), start=1):
        (cache,) = series.iter(f"{C}numCache")
        drawn = {int(p.get("idx", "")): float(p[0].text or "") for p in cache.iter(f"{C}pt")}
        held = {at: row[column] for at, row in enumerate(rows[1:]) if row[column] is not None}
        assert drawn == held
        (reference,) = series.iter(f"{C}numRef")
        letter = "ABC"[column]
        assert reference[0].text == f"数据!${letter}$2:${letter}${len(rows)}"


def test_tables_and_figures_number_themselves(parts: zipfile.ZipFile) -> None:
    text = parts.read("word/document.xml").decode()
    assert text.count(" SEQ 图 ") == 2
    assert text.count(" SEQ 表 ") == 1
    assert text.count("w:tblHeader") == 1
