"""Plain values for the templates of the desk of warnings."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from leye.analysis.metrics.labels import code_label
from leye.analysis.warning import Level as Colour
from leye.doors.console.months import month_label
from leye.doors.console.presenters import place_name, source_name
from leye.doors.web.charts import Band, Line, LineChart, line_chart
from leye.service.monitoring.desk.clocks import Level, clock
from leye.service.response.cases.enums import Audience, Stage, StepKind, Verdict
from leye.service.response.cases.models import Case, CaseMeasure, CaseStep
from leye.service.response.cases.planned import plan_of, tasks_of
from leye.service.response.cases.queries import LedgerCount, tasks_done
from leye.service.response.ledger.enums import Help, Outcome
from leye.service.response.reserve.catalogue import reserve
from leye.service.response.signals.models import KeptGrade, KeptSignal
from leye.service.response.signals.queries import PlaceLevel

_ESCALATED = ("", "已上报市级", "已上报领导小组")


def case_line(case: Case, now: datetime, ledger: LedgerCount | None = None) -> dict[str, Any]:
    """Give a case as a line of a list."""
    time = clock(case.due_at, now) if case.due_at is not None else None
    return {
        "number": case.number,
        "title": case.title,
        "place": place_name(case.place),
        "level": case.standing_level,
        "level_label": case.level_label,
        "state": case.state_label,
        "verdict": case.verdict_label,
        "stage": case.stage_label,
        "words": time.words if time else "",
        "overdue": bool(time and time.overdue),
        "due_at": case.due_at,
        "taken_by": case.taken_by.display_name if case.taken_by else "",
        "escalated": _ESCALATED[case.escalated],
        "persons": case.persons,
        "ledger": ledger,
        "missed": bool(case.missed),
        "opened_at": case.opened_at,
    }


def signal_line(signal: KeptSignal) -> dict[str, Any]:
    """Give a signal with its reasons."""
    return {
        "key": signal.key,
        "title": signal.title,
        "month": month_label(signal.month),
        "layer": f"{signal.layer} {signal.layer_label}",
        "level": 5 - signal.level if signal.level else None,
        "level_label": signal.level_label,
        "reasons": signal.reasons,
        "merged": len(signal.merged),
        "version": signal.run.data_version,
        "edition": signal.run.edition,
        "about": about(signal),
    }


def about(signal: KeptSignal) -> str:
    """Give what a signal is about in words: a feed, an industry of a place, a place."""
    where = place_name(signal.place)
    if signal.cell_axis == "feed":
        return f"{where}：{source_name(signal.cell_code)}"
    if signal.cell_axis == "division":
        return f"{where}：{code_label('division', signal.cell_code)}"
    return where


def level_line(standing: PlaceLevel, signals: Iterable[KeptSignal]) -> dict[str, Any]:
    """Give how a place stands, with the signals of its own level and the reasons in words."""
    titles = [
        each.title
        for each in signals
        if each.place == standing.place and 0 < (standing.level or 0) <= each.level
    ]
    return {
        "place": place_name(standing.place),
        "industry": "",
        **_level(standing.level),
        "case": standing.case,
        "reasons": [*dict.fromkeys(titles), *standing.reasons],
    }


def trade_line(grade: KeptGrade, signals: Iterable[KeptSignal]) -> dict[str, Any]:
    """Give the grade of an industry of a place, with the signals it follows from."""
    titles = [
        each.title for each in signals if each.cell_code == grade.code and each.level >= grade.level
    ]
    return {
        "place": place_name(grade.place),
        "industry": code_label("division", grade.code),
        **_level(grade.level),
        "case": "",
        "reasons": [*dict.fromkeys(titles), *grade.reasons],
    }


def _level(level: int | None) -> dict[str, Any]:
    return {
        "graded": level is not None,
        "level": 5 - level if level else None,
        "label": Colour(level or 0).label,
    }


def step_line(step: CaseStep) -> dict[str, Any]:
    """Give a step of the log in words."""
    return {
        "number": step.number,
        "kind": step.kind_label,
        "words": _said(step),
        "text": step.text,
        "by": step.by.display_name if step.by else "系统",
        "at": step.at,
        "digest": step.digest[:12],
    }


def task_lines(case: Case, steps: Iterable[CaseStep], now: datetime) -> list[dict[str, Any]]:
    """Give the tasks of the running plan with their clocks."""
    plan = plan_of(case)
    if plan is None:
        return []
    done = tasks_done(steps)
    lines = []
    for task, due in tasks_of(case, plan):
        step, time = done.get(task.code), clock(due, now)
        lines.append(
            {
                "title": task.title,
                "who": task.who.label,
                "done_when": task.done,
                "due": due,
                "done": step,
                "late": step.at > due if step else time.overdue,
                "words": time.words,
            }
        )
    return lines


def measure_lines(measures: Iterable[CaseMeasure]) -> list[dict[str, Any]]:
    """Give the measures chosen; what is not set in the reserve is said."""
    titles = {each.code: each for each in reserve().measures}
    return [
        {
            "title": titles[each.measure].title if each.measure in titles else each.measure,
            "persons": each.persons,
            "cost": each.cost,
            "monthly": _monthly(each, titles),
            "text": each.text,
            "by": each.by.display_name,
            "at": each.at,
        }
        for each in measures
    ]


def evidence_chart(
    history: Iterable[KeptSignal], series: Mapping[int, Decimal], unit: str
) -> LineChart | None:
    """Draw what was seen month by month, and what was expected where it was worked out."""
    rows = list(history)
    seen = {row.month: Decimal(str(row.value)) for row in rows if row.value is not None}
    values = {**series, **({} if series else seen)}
    if len(values) < 2:
        return None
    bands = [
        (_ordinal(row.month), Decimal(str(row.low)), Decimal(str(row.high)))
        for row in rows
        if row.low is not None and row.high is not None
    ]
    name = "参保人数" if series else "实际"
    lines = [Line(name, 1, [(_ordinal(month), value) for month, value in values.items()])]
    expected = [(_ordinal(row.month), Decimal(str(row.expected)))
                for row in rows if row.expected is not None]  # fmt: skip
    if expected:
        lines.append(Line("预期", 2, expected))
    return line_chart(
        lines, unit=unit, bands=[Band("预期范围", 1, bands)] if len(bands) > 1 else []
    )


def evidence_rows(
    history: Iterable[KeptSignal], series: Mapping[int, Decimal], unit: str
) -> dict[str, Any]:
    """Give the numbers of the chart as a table."""
    rows = {row.month: row for row in history}
    values = {**series, **({} if series else {m: r.value for m, r in rows.items()})}
    name = "参保人数" if series else "实际"
    return {
        "name": f"{name}（{unit}）",
        "rows": [
            {
                "month": month_label(month),
                "value": _number(values[month]),
                "expected": _number(rows[month].expected) if month in rows else "—",
                "range": _range(rows[month]) if month in rows else "—",
            }
            for month in sorted(values)
        ],
    }


def _number(value: Decimal | float | None) -> str:
    return "—" if value is None else f"{value:,.10g}"


def _range(row: KeptSignal) -> str:
    if row.low is None or row.high is None:
        return "—"
    return f"{_number(round(row.low, 2))} 至 {_number(round(row.high, 2))}"


def _ordinal(month: int) -> int:
    return month // 100 * 12 + month % 100 - 1


def _monthly(each: CaseMeasure, titles: Mapping[str, Any]) -> bool:
    found = titles.get(each.measure)
    return bool(found and found.cost and found.cost.per.value == "month")


def _said(step: CaseStep) -> str:
    data, kind = step.data, StepKind(step.kind)
    if kind is StepKind.JUDGED:
        return Verdict(data["verdict"]).label
    if kind in (StepKind.OPINION, StepKind.GRADED):
        return Level(data["level"]).label
    if kind in (StepKind.DRAFTED, StepKind.APPROVED):
        return Audience(data["audience"]).label
    if kind is StepKind.ESCALATED:
        return (
            f"{Stage(data['stage']).label}超时{data['late_minutes']}分钟，{_ESCALATED[data['to']]}"
        )
    if kind is StepKind.MEASURE:
        titles = {each.code: each.title for each in reserve().measures}
        return f"{titles.get(data['measure'], data['measure'])}，{data['persons']}人"
    if kind is StepKind.LISTED:
        return f"新登记{data['persons']}人"
    if kind is StepKind.FOLLOWED:
        what = data.get("what", "")
        known = {each.value: each.label for each in (*Help, *Outcome)}
        return known.get(what, f"登记库更新{data['persons']}人")
    if kind in (StepKind.OPENED, StepKind.JOINED):
        return data.get("notice") or data.get("signal") or ""
    if kind is StepKind.TASK_DONE:
        return _task_title(step)
    plan = plan_of(step.case) if kind is StepKind.PLAN_STARTED else None
    return plan.title if plan else ""


def _task_title(step: CaseStep) -> str:
    plan = plan_of(step.case)
    titles = {each.code: each.title for each in plan.tasks} if plan else {}
    return titles.get(step.data["task"], step.data["task"])
