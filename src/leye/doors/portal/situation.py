"""The situation room's page: what a template shows of it, its numbers numbered in reading order."""

from dataclasses import dataclass
from decimal import Decimal

from leye.analysis.atlas.situation_types import (
    Comparison,
    Headline,
    Mover,
    Occupation,
    Situation,
    Turn,
)
from leye.analysis.atlas.situation_words import month_code, month_name
from leye.analysis.metrics import TargetScore, TargetState
from leye.analysis.metrics.register_figures import RegisterIndicator, register_catalogue
from leye.doors.web.charts import LineChart, Sparkline, sparkline
from leye.doors.web.situation import TRACE_HEADER, Ledger, Line, compared_text, state_text
from leye.doors.web.situation_drawing import outlook_chart
from leye.doors.web.situation_report import METHODS, candidates_text

_SPARK_MONTHS = 25
_TURN_TAGS = {
    Turn.BETTER: "tag-ok",
    Turn.WORSE: "tag-behind",
    Turn.UP: "tag-info",
    Turn.DOWN: "tag-info",
}


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison as a card shows it: in words, and how to tag it; no tag says no more."""

    label: str
    text: str
    turn: str
    tag: str


@dataclass(frozen=True, slots=True)
class Card:
    """One headline figure."""

    name: str
    code: str
    text: str
    missing: str
    compared: tuple[Compared, ...]
    spark: Sparkline | None
    spark_label: str


@dataclass(frozen=True, slots=True)
class OutlookRow:
    """One month to come, as a row."""

    month: str
    value: str
    inner: str
    outer: str
    error: str
    held: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """A figure's chart, its forecast as a table, and what the forecast was worth."""

    name: str
    line: Line
    chart: LineChart
    narrow: LineChart
    rows: tuple[OutlookRow, ...]
    past: tuple[tuple[str, str], ...]
    note: str


@dataclass(frozen=True, slots=True)
class PartRow:
    """One place or industry of a breakdown."""

    kind: str
    name: str
    effect: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure that changed much, with its parts as rows."""

    name: str
    lines: tuple[Line, ...]
    rows: tuple[PartRow, ...]


@dataclass(frozen=True, slots=True)
class OccupationRow:
    """One occupation of the market."""

    name: str
    code: str
    grade: str
    tag: str
    vacancies: str
    applicants: str
    ratio: str
    gap: str
    reasons: str


def page_context(found: Situation) -> dict[str, object]:
    """Give what the template shows of a month."""
    ledger = Ledger()
    market = found.market
    return {
        "found": found,
        "month_name": month_name(found.month),
        "summary": ledger.lines(found.summary),
        "cards": [_card(each, ledger) for each in found.headlines],
        "outlooks": [_outlook(each, ledger) for each in found.charted],
        "movers": [_moved(each, ledger) for each in found.movers],
        "market_lines": ledger.lines(market.sentences),
        "shortage": [_occupation(each, ledger) for each in market.listed],
        "surplus": [_occupation(each, ledger) for each in market.surplus],
        "rule": market.rule,
        "plan_states": _states(found.plan),
        "trace_header": TRACE_HEADER,
        "trace": ledger.rows(),
        "definitions": definitions(ledger),
        "methods": METHODS,
    }


def definitions(ledger: Ledger) -> list[RegisterIndicator]:
    """Give the indicators of every number printed, in order of reading."""
    return [register_catalogue().get(code) for code in ledger.indicators()]


def _card(each: Headline, ledger: Ledger) -> Card:
    comparisons = (("比上月", each.on_month), ("比去年同月", each.on_year))
    ledger.marks([each.number, *(n for _, c in comparisons for n in c.numbers)])
    known = _unbroken(each)
    first, last = (month_name(each.series[at].month) for at in (-max(len(known), 1), -1))
    return Card(
        name=each.indicator.name,
        code=each.indicator.code,
        text=each.number.text if each.number else "",
        missing=state_text(each.figure),
        compared=tuple(_compared(label, one) for label, one in comparisons),
        spark=sparkline(known),
        spark_label=f"{each.indicator.name}走势，{first}至{last}",
    )


def _unbroken(each: Headline) -> list[Decimal]:
    """Give the values up to the month itself: a line across a gap would show what nobody knows."""
    run: list[Decimal] = []
    for one in reversed(each.series[-_SPARK_MONTHS:]):
        if one.value is None:
            break
        run.append(one.value)
    return run[::-1]


def _compared(label: str, one: Comparison) -> Compared:
    return Compared(label, compared_text(one), one.turn.label, _TURN_TAGS.get(one.turn, ""))


def _outlook(each: Headline, ledger: Ledger) -> Outlook:
    line = ledger.line(each.outlook)
    rows = []
    for ahead, past in zip(each.ahead, each.forecast.errors, strict=True):
        bounds = [ahead.bound(level) for level in (80, 95)]
        ledger.marks([ahead.value, *(end for both in bounds if both for end in both)])
        texts = [f"{b[0].text}—{b[1].text}" if b else "过去误差太少" for b in bounds]
        covered = next(c for c in past.coverage if c.level == 80)
        held = f"{covered.judged}次中{covered.inside}次" if covered.judged else "尚不能检验"
        mistake = f"{past.mae:,.{each.indicator.decimals + 1}f}（{past.count}次）"
        rows.append(
            OutlookRow(
                month=month_code(ahead.month),
                value=ahead.value.text,
                inner=texts[0],
                outer=texts[1],
                error=mistake,
                held=held,
            )
        )
    series = reversed(each.series[-_SPARK_MONTHS:])
    return Outlook(
        name=each.indicator.name,
        line=line,
        chart=outlook_chart(each, width=680, height=360),
        narrow=outlook_chart(each, width=400, height=340),
        rows=tuple(rows),
        past=tuple((month_name(one.month), state_text(one, each.indicator)) for one in series),
        note=candidates_text(each.forecast) if each.ahead else "",
    )


def _moved(each: Mover, ledger: Ledger) -> Moved:
    lines = tuple(ledger.lines(each.sentences))
    rows = []
    for breakdown in each.breakdowns:
        kind = "地区" if breakdown.axis == "place" else "行业"
        rows += [PartRow(kind, part.name, part.number.text) for part in breakdown.parts]
        for name, number in (
            (f"其余{breakdown.split.rest_count}个合计", breakdown.rest),
            ("没有数据或不能显示", breakdown.unexplained),
        ):
            if number is not None:
                rows.append(PartRow(kind, name, number.text))
    return Moved(each.headline.indicator.name, lines, tuple(rows))


def _occupation(each: Occupation, ledger: Ledger) -> OccupationRow:
    numbers = (each.vacancies, each.applicants, each.ratio)
    ledger.marks(numbers)
    gap = each.market.gap
    vacancies, applicants, ratio = (number.text if number else "—" for number in numbers)
    return OccupationRow(
        name=each.name,
        code=each.market.code,
        grade=each.market.grade.label,
        tag="tag-error" if each.market.grade.value == "urgent" else "tag-warn",
        vacancies=vacancies,
        applicants=applicants,
        ratio=ratio,
        gap="—" if gap is None else f"{gap:+,d}",
        reasons="；".join(each.market.reasons),
    )


def _states(plan: tuple[TargetScore, ...]) -> list[tuple[str, str, int]]:
    return [
        (state.value, state.label, sum(each.state is state for each in plan))
        for state in TargetState
        if plan
    ]
