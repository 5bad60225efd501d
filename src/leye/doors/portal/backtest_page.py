"""The page of the backtest: trials with their marks, drawings and every variant."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from leye.analysis.warning.backtest.files import configurations, recessions
from leye.analysis.warning.backtest.results import Backtest, Figure, Trial
from leye.doors.portal.backtest_drawing import (
    LeadChart,
    Tradeoff,
    Tried,
    lead_chart,
    tradeoff,
)
from leye.doors.portal.backtest_summary import ablations, caveats, summary
from leye.doors.portal.backtest_words import RULES, SOURCES, answer, dated, number
from leye.doors.web.backtest_reading import CELLS, INDUSTRIES, NATION, Reading, delays, part_of

_WIDE, _NARROW = 960, 400
_LEADS = (("用空缺率", "product_with_vacancies"), ("不用空缺率", "product"))


@dataclass(frozen=True, slots=True)
class _Plot:
    """Which columns (and which part of them) are drawn against each other, and their bars."""

    cost: tuple[str, int]
    finds: tuple[tuple[str, int], ...]
    axes: tuple[str, str]
    names: tuple[str, ...]
    cost_bar: str
    bars: tuple[str, ...]


_PLOTS = {
    INDUSTRIES: _Plot(
        ("误报／序列年", 0),
        (("报出", 0), ("早三个月以上", 0)),
        ("每个行业一年误报（次）", "报出的比例"),
        ("报出", "提前三个月以上报出"),
        "误报",
        ("报出比例", "提前三个月以上的比例"),
    ),
    CELLS: _Plot(
        ("10%：报出／迟／误报", 2),
        (("10%：报出／迟／误报", 0), ("5%：报出／迟／误报", 0)),
        ("全市每月误报单元（个，一成冲击时）", "三个月内报出的比例"),
        ("走掉一成人", "走掉半成人"),
        "10%冲击，误报单元",
        ("10%冲击，三个月内报出", "5%冲击，三个月内报出"),
    ),
}


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure as a row: the value, what was asked, the comparison, and whether it is met."""

    name: str
    value: str
    bar: str
    reference: str
    tag: str
    verdict: str
    wished: str
    granted: bool | None


@dataclass(frozen=True, slots=True)
class VariantRow:
    """One variant that was tried; ``marked`` as the one in use, where others are not."""

    name: str
    marked: bool
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TrialShown:
    """One trial as the page shows it; ``figures`` with a bar come before those without."""

    code: str
    anchor: str
    title: str
    question: str
    answer: str
    source: str
    figures: tuple[FigureRow, ...]
    columns: tuple[str, ...]
    rows: tuple[VariantRow, ...]
    notes: tuple[str, ...]
    leads: tuple[tuple[LeadChart, str], ...]
    tradeoffs: tuple[tuple[Tradeoff, str], ...]
    terms: tuple[tuple[str, str], ...]


@lru_cache(maxsize=2)
def backtest_context(found: Backtest) -> Mapping[str, Any]:
    """Give what the template shows of a backtest."""
    reading = Reading(found)
    shown = tuple(_trial(each, at, reading) for at, each in enumerate(found.trials, start=1))
    every = [figure for trial in found.trials for figure in trial.figures]
    asked = [each for each in every if each.passed is not None]
    return {
        "edition": found.edition,
        "summary": summary(reading),
        "trials": shown,
        "asked": len(asked),
        "reached": sum(bool(each.passed) for each in asked),
        "missed": [_named(trial, each) for trial in found.trials for each in trial.figures
                   if each.passed is False],
        "short": [_named(trial, each) for trial in found.trials for each in trial.figures
                  if each.granted is False],
        "variants": sum(len(trial.rows) for trial in found.trials),
        "caveats": caveats(reading),
        "ablations": ablations(reading),
    }  # fmt: skip


def figure_row(figure: Figure) -> FigureRow:
    """Give a figure in words."""
    tag, verdict = {
        True: ("tag-ok", "达到"),
        False: ("tag-error", "没达到"),
        None: ("", "没有设要求"),
    }[figure.passed]
    side = "不超过" if figure.at_most else "不低于"
    return FigureRow(
        name=figure.name,
        value="没有数" if figure.value is None else f"{number(figure.value)}{figure.unit}",
        bar="—" if figure.bar is None else f"{side}{number(figure.bar)}",
        reference=figure.reference or "—",
        tag=tag,
        verdict=verdict,
        wished="" if figure.wished is None else number(figure.wished),
        granted=figure.granted,
    )


def _named(trial: Trial, figure: Figure) -> dict[str, str]:
    row = figure_row(figure)
    return {"code": trial.code, "name": row.name, "value": row.value, "bar": row.bar,
            "wished": row.wished}  # fmt: skip


def _trial(trial: Trial, at: int, found: Reading) -> TrialShown:
    others = any(not row.product for row in trial.rows)
    return TrialShown(
        code=trial.code,
        anchor=f"trial-{at}",
        title=trial.title,
        question=trial.question,
        answer=answer(trial.code, found),
        source=SOURCES.get(trial.code, ""),
        figures=tuple(figure_row(each) for each in trial.figures),
        columns=trial.columns,
        rows=tuple(
            VariantRow(
                dated(row.name),
                row.product and others,
                tuple(
                    (column, dated(cell).replace("-", "−"))
                    for column, cell in zip(trial.columns, row.cells, strict=True)
                ),
            )
            for row in trial.rows
        ),
        notes=trial.notes,
        leads=_leads(trial) if trial.code == NATION else (),
        tradeoffs=_tradeoffs(trial),
        terms=_terms() if trial.code == NATION else (),
    )


def _leads(trial: Trial) -> tuple[tuple[LeadChart, str], ...]:
    config = configurations()["national"]
    named = {row.name: row for row in trial.rows}
    series = [
        (words, delays(named[config[key]], trial.columns))
        for words, key in _LEADS
        if config.get(key) in named
    ]
    events = [
        f"{each.first // 100}年{each.first % 100}月"
        for each in recessions()
        if config["first"] <= each.first <= config["last"]
    ]
    return _both(lambda width: lead_chart(events, series, width=width))


def _tradeoffs(trial: Trial) -> tuple[tuple[Tradeoff, str], ...]:
    plan = _PLOTS.get(trial.code)
    if plan is None:
        return ()
    tried = _points(trial, cost=plan.cost, finds=plan.finds)
    bars = [_bar(trial, name) for name in plan.bars]
    return _both(
        lambda width: tradeoff(
            tried,
            axes=plan.axes,
            names=plan.names,
            cost_bar=_bar(trial, plan.cost_bar),
            found_bars=[each for each in bars if each is not None],
            width=width,
        )
    )


def _both(draw: Callable[[int], Any]) -> tuple[tuple[Any, str], ...]:
    drawn = [(draw(_WIDE), "chart-wide"), (draw(_NARROW), "chart-narrow")]
    return tuple((chart, size) for chart, size in drawn if chart is not None)


def _points(
    trial: Trial, *, cost: tuple[str, int], finds: Sequence[tuple[str, int]]
) -> list[Tried]:
    columns = trial.columns
    if not {cost[0], *(name for name, _ in finds)} <= set(columns):
        return []
    made = []
    for row in trial.rows:
        paid = part_of(row, columns.index(cost[0]), cost[1])
        for style, (name, part) in enumerate(finds, start=1):
            got = part_of(row, columns.index(name), part)
            if paid is not None and got is not None:
                made.append(Tried(row.name, paid, got, style, row.product))
    return made


def _bar(trial: Trial, name: str) -> float | None:
    return next((each.bar for each in trial.figures if each.name == name), None)


def _terms() -> tuple[tuple[str, str], ...]:
    every: Mapping[str, str] = configurations()["national"]["indicators"]
    return (*RULES, *every.items())
