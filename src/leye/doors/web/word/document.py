"""A Word document on A4, in the fonts of Chinese offices (宋体, 黑体), named and not shipped."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Length, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from leye.doors.web.word.charts import WordChart, chart_xml, workbook

_SONG, _HEI, _LATIN = "宋体", "黑体", "Times New Roman"
_MARK = "数据编号"
_HEADING_SIZES = (16, 14, 12)
_CHART_NS = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_PAGE_WIDTH, _PAGE_HEIGHT, _MARGIN = 21.0, 29.7, 2.5
_FIRST_RELATION = "rId1"
_RIGHT = '<w:jc w:val="right"/>'


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its title, its share of the width, whether it holds numbers."""

    title: str
    share: float = 1.0
    number: bool = False


class WordDocument:
    """A document being written from the top down; tables and figures number themselves."""

    def __init__(self, title: str, *, subject: str, at: datetime) -> None:
        self._document = Document()
        self._count = {"图": 0, "表": 0}
        self._width = _PAGE_WIDTH - 2 * _MARGIN
        _page(self._document)
        _styles(self._document)
        properties = self._document.core_properties
        properties.title, properties.subject = title, subject
        properties.author = properties.last_modified_by = properties.comments = ""
        properties.created = properties.modified = at.astimezone(UTC)
        properties.language = "zh-CN"
        self._document.add_paragraph(title, style="Title")

    def heading(self, text: str, *, level: int = 1) -> None:
        """Begin a part; ``level`` from 1 to 3."""
        self._document.add_heading(text, level=level)

    def paragraph(self, text: str, *, marks: str = "") -> None:
        """Write a paragraph; ``marks`` follow it, raised, in a style of their own (数据编号)."""
        made = self._document.add_paragraph(text)
        if marks:
            made.add_run(marks, style=_MARK)

    def line(self, text: str) -> None:
        """Write a line of its own in the middle, such as under the title."""
        made = self._document.add_paragraph(text, style="Subtitle")
        made.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def note(self, text: str) -> None:
        """Write a small remark."""
        self._document.add_paragraph(text, style="注")

    def table(
        self,
        caption: str,
        columns: Sequence[Column],
        rows: Sequence[Sequence[str]],
        *,
        small: bool = False,
    ) -> None:
        """Add a table with its caption above it; its head repeats on every page.

        ``small`` sets it in the size of remarks.
        """
        style = self._document.styles["注" if small else "表内"].style_id
        self._caption("表", caption).paragraph_format.keep_with_next = True
        made = _table(columns, rows, style=style, width=Cm(self._width).twips)
        # Before the closing section's properties, where a table belongs.
        self._document.element.body.insert_element_before(made, "w:sectPr")
        self._document.add_paragraph(style="注")

    def chart(self, chart: WordChart, *, height: float = 7.5) -> None:
        """Add a native chart with its caption below it; ``height`` in centimetres."""
        number = self._count["图"] + 1
        relation = self._chart_part(chart, number)
        paragraph = self._document.add_paragraph(style="图")
        run = paragraph.add_run()
        run._r.append(_drawing(relation, number, chart, Cm(self._width), Cm(height)))
        paragraph.paragraph_format.keep_with_next = True
        self._caption("图", chart.title)

    def turn_sideways(self) -> None:
        """Go on on a new page that lies on its side, for wide tables."""
        section = self._document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Cm(_PAGE_HEIGHT), Cm(_PAGE_WIDTH)
        self._width = _PAGE_HEIGHT - 2 * _MARGIN

    def content(self) -> bytes:
        """Give the file."""
        made = io.BytesIO()
        self._document.save(made)
        return made.getvalue()

    def _chart_part(self, chart: WordChart, number: int) -> str:
        package = self._document.part.package
        assert package is not None, "a document belongs to a package"
        sheet = Part(
            PackURI(f"/word/embeddings/Microsoft_Excel_Sheet{number}.xlsx"),
            CONTENT_TYPE.SML_SHEET,
            workbook(chart),
            package,
        )
        part = Part(
            PackURI(f"/word/charts/chart{number}.xml"),
            CONTENT_TYPE.DML_CHART,
            chart_xml(chart, workbook_id=_FIRST_RELATION),
            package,
        )
        made = part.relate_to(sheet, RELATIONSHIP_TYPE.PACKAGE)
        assert made == _FIRST_RELATION, "a new part's first relationship"
        return self._document.part.relate_to(part, RELATIONSHIP_TYPE.CHART)

    def _caption(self, kind: str, text: str) -> Paragraph:
        """Write 表1 or 图1 with a field that counts, so that a table added by hand is counted."""
        self._count[kind] += 1
        made = self._document.add_paragraph(kind, style="Caption")
        made._p.append(_field(f"SEQ {kind} \\* ARABIC", str(self._count[kind])))
        made.add_run(f"　{text}")
        return made


def _page(document: DocumentObject) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(_PAGE_WIDTH), Cm(_PAGE_HEIGHT)
    section.left_margin = section.right_margin = Cm(_MARGIN)
    section.top_margin = section.bottom_margin = Cm(_MARGIN)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot._p.append(_field("PAGE", "1"))


def _field(instruction: str, shown: str) -> BaseOxmlElement:
    return parse_xml(
        f"<w:fldSimple {nsdecls('w')} w:instr={quoteattr(f' {instruction} ')}>"
        f"<w:r><w:t>{shown}</w:t></w:r></w:fldSimple>"
    )


def _styles(document: DocumentObject) -> None:
    styles = document.styles
    body = styles["Normal"]
    _font(body, _SONG, 12)
    _language(body)
    # Two characters in, one and a half lines apart: how official texts are set.
    _indent(body, characters=2)
    body.paragraph_format.line_spacing = 1.5
    body.paragraph_format.space_after = Pt(0)
    for name, size in (("Title", 22), ("Subtitle", 12)):
        _font(styles[name], _HEI if name == "Title" else _SONG, size)
        styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _indent(styles[name], characters=0)
        _without_borders(styles[name])
    for level, size in enumerate(_HEADING_SIZES, start=1):
        _font(styles[f"Heading {level}"], _HEI, size)
        _indent(styles[f"Heading {level}"], characters=0)
        styles[f"Heading {level}"].paragraph_format.space_before = Pt(12)
        styles[f"Heading {level}"].paragraph_format.space_after = Pt(6)
    _font(styles["Caption"], _HEI, 10.5)
    _indent(styles["Caption"], characters=0)
    styles["Caption"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for name, points in (("注", 9.0), ("图", 12.0), ("表内", 10.5)):
        made = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        made.base_style = body
        _font(made, _SONG, points)
        _indent(made, characters=0)
        made.paragraph_format.line_spacing = 1.15
    mark = styles.add_style(_MARK, WD_STYLE_TYPE.CHARACTER)
    mark.font.superscript, mark.font.size = True, Pt(12)
    mark.font.color.rgb = RGBColor(0x0B, 0x57, 0xA4)


def _font(style: ParagraphStyle, chinese: str, size: float) -> None:
    """Name the fonts of a style; those of the theme would win, so they go."""
    font = style.font
    font.name, font.size, font.bold, font.italic = _LATIN, Pt(size), False, False
    font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.rPr.rFonts
    for attribute in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{attribute}"), None)
    fonts.set(qn("w:eastAsia"), chinese)


def _language(style: ParagraphStyle) -> None:
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")
    style.element.rPr.append(language)


def _indent(style: ParagraphStyle, *, characters: int) -> None:
    # In characters, so that it follows the size; the points are for those who cannot read that.
    style.paragraph_format.first_line_indent = Pt(12 * characters)
    style.element.pPr.ind.set(qn("w:firstLineChars"), str(100 * characters))


def _without_borders(style: ParagraphStyle) -> None:
    borders = style.element.pPr.find(qn("w:pBdr"))
    if borders is not None:
        style.element.pPr.remove(borders)


def _table(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], *, style: str, width: int
) -> BaseOxmlElement:
    """Write a table whole: cell by cell through python-docx, hundreds of rows take seconds."""
    whole = sum(each.share for each in columns)
    widths = [int(width * each.share / whole) for each in columns]
    grid = "".join(f'<w:gridCol w:w="{each}"/>' for each in widths)

    def row(texts: Sequence[str], mark: str, bold: str) -> str:
        cells = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{at}" w:type="dxa"/></w:tcPr><w:p><w:pPr>'
            f'<w:pStyle w:val="{style}"/>{_RIGHT if column.number else ""}</w:pPr>'
            f'<w:r>{bold}<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p></w:tc>'
            for text, column, at in zip(texts, columns, widths, strict=True)
        )
        return f"<w:tr><w:trPr>{mark}</w:trPr>{cells}</w:tr>"

    head = row([each.title for each in columns], "<w:tblHeader/>", "<w:rPr><w:b/></w:rPr>")
    body = "".join(row(each, "<w:cantSplit/>", "") for each in rows)
    return parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableGrid"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{head}{body}</w:tbl>'
    )


def _drawing(
    relation: str, number: int, chart: WordChart, width: Length, height: Length
) -> BaseOxmlElement:
    name, words = quoteattr(f"图{number}"), quoteattr(f"{chart.title}，数值见表")
    return parse_xml(
        f"<w:drawing {nsdecls('w', 'wp', 'a', 'r')}>"
        f'<wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{width}" cy="{height}"/><wp:effectExtent l="0" t="0" r="0" b="0"/>'
        f'<wp:docPr id="{number}" name={name} descr={words}/><wp:cNvGraphicFramePr/>'
        f'<a:graphic><a:graphicData uri="{_CHART_NS}">'
        f'<c:chart xmlns:c="{_CHART_NS}" r:id="{relation}"/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing>"
    )
