"""The page of key groups: how many there are of each, in work, out of it, and without evidence."""

from leye.analysis.metrics.labels import group_label
from leye.analysis.metrics.register_figures import RegisterFigure
from leye.data.reference import key_groups
from leye.doors.portal.wall.panels import Page, Panel, Row, Table
from leye.doors.portal.wall.reading import Reader, text_of

KPIS = (
    ("college_graduate", "高校毕业生就业率"),
    ("hard_to_employ", "就业困难人员就业率"),
    ("out_of_poverty", "脱贫人口就业率"),
    ("person_with_disability", "残疾人就业率"),
    ("veteran", "退役军人就业率"),
    ("older_worker", "大龄劳动者就业率"),
    ("woman", "妇女就业率"),
)
COLUMNS = (
    ("population_16_plus", "人数"),
    ("employed", "就业"),
    ("unemployed", "失业"),
    ("unknown_status", "情况不明"),
    ("employment_rate", "就业率"),
)
_SHOWN, _KPIS = 8, 6


def groups(reader: Reader) -> Page:
    """Give the page: every group's numbers, then who lost work, found it, or was lost sight of."""
    every = [reader.kpi("employment_rate", group=code, name=name) for code, name in KPIS]
    kpis = sorted(every, key=lambda each: not each.value)[:_KPIS]
    return Page(
        "groups",
        "重点群体",
        (
            reader.kpi_panel(kpis),
            _every(reader),
            _side(reader, "became_unemployed", slot="right-1", title="本月新失业（人次）"),
            _side(reader, "entered_work", slot="right-2", title="本月新就业（人次）"),
        ),
        layout="wide",
    )


def _codes() -> list[str]:
    return [each.code for each in key_groups().at_level(1)]


def _every(reader: Reader) -> Panel:
    rows = []
    for group in _codes():
        figures = [reader.figure(code, group=group) for code, _ in COLUMNS]
        rate = figures[-1]
        bar = None if rate.value is None else float(rate.value)
        rows.append(Row(group_label(group), tuple(map(_cell, figures)), bar=bar))
    header = ("群体", *(name for _, name in COLUMNS))
    return Panel(
        "groups",
        "main",
        "list",
        "各重点群体（人）",
        Table(header, tuple((row.name, *row.cells) for row in rows)),
        header=header,
        rows=tuple(rows),
    )


def _cell(figure: RegisterFigure) -> str:
    """Write a figure; what a group's definition settles is a dash, said in full by the rate."""
    if figure.settled and figure.indicator != "employment_rate":
        return "—"
    return text_of(figure)


def _side(reader: Reader, code: str, *, slot: str, title: str) -> Panel:
    figures = [(group_label(each), reader.figure(code, group=each)) for each in _codes()]
    bars = reader.bars(figures, compare=False)
    known = [bar for bar in bars if bar.is_known]
    return Panel(
        code,
        slot,
        "bars",
        title,
        Table(("群体", title), tuple((bar.label, bar.value) for bar in bars)),
        note="其余见表" if len(bars) > len(known[:_SHOWN]) else "",
        empty="" if known else "人数都不公开",
        bars=tuple(known[:_SHOWN]),
    )
