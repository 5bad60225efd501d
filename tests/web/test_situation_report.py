"""The monthly report: it opens, it can be edited, and every number in it can be followed back."""

import io
import re
import zipfile
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from docx import Document

from leye.analysis.atlas.situation import situation
from leye.analysis.atlas.situation_types import Number, NumberKind, Situation
from leye.analysis.metrics.register_figures import RegisterFigures
from leye.doors.web.situation import TRACE_HEADER, Ledger, festivals
from leye.doors.web.situation_drawing import outlook_chart, outlook_word
from leye.doors.web.situation_report import situation_report
from tests.atlas.made_city import CITY, MONTHS, MadeCity

AT = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)


def made(month: int = MONTHS[-1], *, protected: bool = False) -> Situation:
    city = MadeCity(shock=400)
    return situation(
        RegisterFigures(city, protected=protected),
        place=CITY,
        month=month,
        months=MONTHS,
        data_version=city.release,
        protected=protected,
        festivals=festivals(),
    )


@pytest.fixture(scope="module")
def found() -> Situation:
    return made()


@pytest.fixture(scope="module")
def file(found: Situation) -> bytes:
    return situation_report(found, at=AT, demo=True)


def rows(file: bytes, caption: str) -> list[list[str]]:
    """Give the table under a caption that ends so."""
    document = Document(io.BytesIO(file))
    captions = [
        paragraph._p
        for paragraph in document.paragraphs
        if paragraph.style is not None
        and paragraph.style.name == "Caption"
        and paragraph.text.endswith(caption)
    ]
    (above,) = [each for each in captions if each.getnext().tag.endswith("}tbl")]
    table = next(each for each in document.tables if each._tbl is above.getnext())
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_it_says_what_the_page_says(file: bytes, found: Situation) -> None:
    texts = [paragraph.text for paragraph in Document(io.BytesIO(file)).paragraphs]
    assert texts[0] == "宜春市2026年11月就业形势分析"
    assert texts[1] == "数据版本第7版　2026年12月1日生成"
    assert "演示数据" in texts[2]
    for sentence in found.summary:
        assert any(text.startswith(sentence.text) for text in texts), sentence.text


def test_every_number_in_it_is_listed_with_its_source(file: bytes, found: Situation) -> None:
    header, *listed = rows(file, "数据出处")
    assert tuple(header) == TRACE_HEADER
    assert [row[0] for row in listed] == [str(mark) for mark in range(1, len(listed) + 1)]
    by_mark = {int(row[0]): row for row in listed}
    document = Document(io.BytesIO(file))
    marked = 0
    for paragraph in document.paragraphs:
        text, mark = re.fullmatch(r"(.*?)(?:〔(.*)〕)?", paragraph.text, re.DOTALL).groups()  # type: ignore[union-attr]  # any text matches
        for run in (mark or "").split("、"):
            ends = [int(end) for end in run.split("—") if end]
            for each in range(ends[0], ends[-1] + 1) if ends else ():
                marked += 1
                assert by_mark[each][1] in text, (by_mark[each], text)
    assert marked > 40
    for row in listed:
        assert row[4]
        assert row[9] == "7"


def test_every_indicator_in_it_is_defined(file: bytes) -> None:
    defined = {row[1] for row in rows(file, "指标口径")[1:]}
    assert defined == {row[4] for row in rows(file, "数据出处")[1:]}


def test_its_charts_can_be_edited(file: bytes, found: Situation) -> None:
    names = zipfile.ZipFile(io.BytesIO(file)).namelist()
    charts = [name for name in names if name.startswith("word/charts/chart")]
    books = [name for name in names if name.startswith("word/embeddings/")]
    assert len(charts) == len(books) >= len(found.charted) + 2


def test_a_first_month_gives_a_report_without_inventions() -> None:
    file = situation_report(made(MONTHS[0]), at=AT, demo=False)
    texts = [paragraph.text for paragraph in Document(io.BytesIO(file)).paragraphs]
    assert "没有上月数据，或与上月相比没有变化，不作分解。" in texts
    assert any("不作预测：只有1个月的连续数据" in text for text in texts)


def test_the_public_version_says_so() -> None:
    file = situation_report(made(protected=True), at=AT, demo=False)
    texts = [paragraph.text for paragraph in Document(io.BytesIO(file)).paragraphs]
    assert "公开版：小于5的人数不显示，其余人数按5取整" in texts


def number(value: int) -> Number:
    return Number(NumberKind.VALUE, Decimal(value), f"{value}人", "x", CITY, 202611, 7)


def test_a_number_met_twice_keeps_its_mark() -> None:
    ledger = Ledger()
    assert ledger.marks([number(1), number(2), None]) == "1—2"
    assert ledger.marks([number(3)]) == "3"
    assert ledger.marks([number(2), number(1), number(3)]) == "1—3"
    assert ledger.marks([number(9), number(1), number(2)]) == "1—2、4"
    assert ledger.marks([]) == ""


def test_a_chart_and_its_word_twin_show_the_same(found: Situation) -> None:
    headline = found.charted[0]
    drawn, twin = outlook_chart(headline), outlook_word(headline)
    assert [line.name for line in drawn.lines] == [each.name for each in twin.series[:2]]
    assert len(drawn.readings) == len(twin.categories) == len(MONTHS) + 3
    assert {band.name for band in drawn.bands} == {
        each.name[:-2] for each in twin.series if "区间" in each.name
    }
    last = headline.ahead[-1].value.text
    assert last.removesuffix(headline.indicator.unit) in f"{twin.series[1].values[-1]:,.0f}"
