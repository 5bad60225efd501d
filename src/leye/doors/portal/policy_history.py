"""The numbers of the law over time: charts, tables, and what changed on which day."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from types import MappingProxyType

from leye.decision.policy import (
    Confidence,
    Dated,
    Described,
    Listing,
    Source,
    catalogue,
    source,
    system,
    value_words,
)
from leye.decision.policy.parameters import SETTING
from leye.doors.portal.policy_rules import parameters_of
from leye.doors.web.charts import Line, LineChart, line_chart

HEADER = (
    *("参数", "名称", "单位", "起", "数值", "核对情况"),
    *("文件", "说明", "出处", "出处文号", "网址", "用到它的政策"),
)
CONFIDENCE_ZH: Mapping[Confidence, str] = MappingProxyType(
    {
        Confidence.VERIFIED: "已读到原文摘录",
        Confidence.UNVERIFIED: "未核对",
        Confidence.ENDED: "已结束",
        Confidence.SET: "由市里设定",
    }
)
KIND_ZH: Mapping[str, str] = MappingProxyType(
    {
        "statute_text": "法规文本",
        "gov_page": "政府网页",
        "repost_of_official_text": "转载的公文",
        "local_official_media": "本地官方媒体",
        "institution_page": "机构网页",
        "media": "媒体",
        "media_repost": "媒体转载",
        "aggregator": "私人办事指南",
        "mirror": "官方网页的镜像",
        "book": "书",
        "plan": "规划",
        "recollection": "凭记忆，未查到原文",
    }
)
_FIRST_YEAR = 1900
_MOST_LINES = 4
_TO_CHART = 2
_NAMED = 2
_NO_QUANTITY = frozenset({"类", "是"})


@dataclass(frozen=True, slots=True)
class ValueLine:
    """One value from a day on, in words; ``before`` is the value it took the place of."""

    about: Described
    dated: Dated
    value: str
    before: str
    confidence: str
    sources: tuple[Source, ...]

    @property
    def since(self) -> str:
        """The first day in words; blank where the rule says none."""
        return "" if self.dated.since.year < _FIRST_YEAR else self.dated.since.isoformat()


@dataclass(frozen=True, slots=True)
class History:
    """Parameters of one kind side by side: charts and the values of each.

    What is no quantity, such as a class, has no charts.
    """

    title: str
    wide: LineChart | None
    narrow: LineChart | None
    lines: tuple[ValueLine, ...]


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """What changed on a day, with the programmes that rest on it."""

    line: ValueLine
    programmes: tuple[Listing, ...]
    started: bool
    ended: bool


def value_lines(about: Described) -> list[ValueLine]:
    """Give every value of a parameter, the newest first."""
    olds: list[Dated | None] = [*about.values[1:], None]
    return [_line(about, new, old) for new, old in zip(about.values, olds, strict=True)]


def now_lines(found: Iterable[Described], month: int) -> list[ValueLine]:
    """Give the value of each parameter in a month; those not yet in force left out."""
    lines = []
    for about in found:
        now = about.at(month)
        if now is not None:
            lines.append(next(each for each in value_lines(about) if each.dated is now))
    return lines


def histories(name: str, month: int) -> list[History]:
    """Give what changed among the numbers of a programme, those of one kind in one chart."""
    together: dict[tuple[str, str], list[Described]] = defaultdict(list)
    for about in parameters_of(name):
        if len([each for each in about.values if each.value is not None]) >= _TO_CHART:
            together[about.path.rpartition(".")[0], about.unit].append(about)
    return [_history(found, month) for found in together.values()]


def changes() -> list[tuple[dt.date, list[ChangeLine]]]:
    """Give every change of the law, by day, the latest day first."""
    return list(_changes())


def changes_of(name: str) -> list[tuple[dt.date, list[ChangeLine]]]:
    """Give the changes that one programme rests on."""
    paths = {each.path for each in parameters_of(name)}
    found = ((day, [e for e in lines if e.line.about.path in paths]) for day, lines in _changes())
    return [(day, lines) for day, lines in found if lines]


def export_cells() -> list[tuple[str, ...]]:
    """Give every value of every parameter as cells under ``HEADER``."""
    users = _users()
    return [
        (
            *(about.path, about.label_zh, about.unit, line.since, line.value, line.confidence),
            *(line.dated.reference, line.dated.note),
            *("；".join(each.title for each in line.sources), _joined(line.sources, "number")),
            _joined(line.sources, "url"),
            "、".join(each.title for each in users.get(about.path, ())),
        )
        for about in system().law
        for line in value_lines(about)
    ]


def sources_of(name: str) -> list[Source]:
    """Give every source that a number of a programme was read in."""
    found = {
        each.id: each
        for about in parameters_of(name)
        for line in value_lines(about)
        for each in line.sources
    }
    return list({(each.title, each.number, each.url): each for each in found.values()}.values())


def _line(about: Described, new: Dated, old: Dated | None) -> ValueLine:
    return ValueLine(
        about=about,
        dated=new,
        value=value_words(about, new.value),
        before="" if old is None else value_words(about, old.value),
        confidence=CONFIDENCE_ZH[new.confidence],
        sources=tuple(source(each) for each in new.sources),
    )


def _history(found: Sequence[Described], month: int) -> History:
    shown = found[:_MOST_LINES]
    lines = [
        Line(each.label_zh, style, _monthly(each, month)) for style, each in enumerate(shown, 1)
    ]
    unit = "%" if found[0].unit == "比例" else found[0].unit
    title = "、".join(each.label_zh for each in found[:_NAMED])
    drawn = unit not in _NO_QUANTITY and len(found) <= _MOST_LINES
    wide = _turning(line_chart(lines, unit=unit), lines) if drawn else None
    narrow = _turning(line_chart(lines, unit=unit, width=400, height=340), lines) if drawn else None
    return History(
        title=title if len(found) <= _NAMED else f"{title}等{len(found)}项",
        wide=wide,
        narrow=narrow,
        lines=tuple(line for each in found for line in value_lines(each)),
    )


def _turning(chart: LineChart, lines: Sequence[Line]) -> LineChart:
    """Keep the readings of months in which a value changes, and the last: between, nothing does."""
    values: dict[int, list[tuple[str, Decimal]]] = {
        month: [] for line in lines for month, _ in line.values
    }
    for line in lines:
        for month, value in line.values:
            values[month].append((line.name, value))
    months = sorted(values)
    kept = [
        reading
        for place, (month, reading) in enumerate(zip(months, chart.readings, strict=True))
        if place in {0, len(months) - 1} or values[month] != values[months[place - 1]]
    ]
    return replace(chart, readings=tuple(kept))


def _monthly(about: Described, month: int) -> list[tuple[int, Decimal]]:
    """Give the value of each month as a chart has it, from the first to the asked one."""
    first = min(each.since for each in about.values)
    scale = Decimal(100) if about.unit == "比例" else Decimal(1)
    found = []
    for ordinal in range(first.year * 12 + first.month - 1, month // 100 * 12 + month % 100):
        now = about.at(ordinal // 12 * 100 + ordinal % 12 + 1)
        if now is not None and now.value is not None:
            found.append((ordinal, Decimal(str(now.value)) * scale))
    return found


@cache
def _changes() -> tuple[tuple[dt.date, list[ChangeLine]], ...]:
    users, days = _users(), defaultdict(list)
    for about in system().law:
        if about.path.startswith(f"{SETTING}."):
            continue
        for line in value_lines(about):
            days[line.dated.since].append(
                ChangeLine(
                    line=line,
                    programmes=users.get(about.path, ()),
                    started=not line.before and line.dated.value is not None,
                    ended=line.dated.value is None,
                )
            )
    return tuple(sorted(days.items(), reverse=True))


@cache
def _users() -> Mapping[str, tuple[Listing, ...]]:
    found: dict[str, dict[str, Listing]] = defaultdict(dict)
    for name, about in catalogue().items():
        for each in parameters_of(name):
            found[each.path][name] = about
    return {path: tuple(each.values()) for path, each in found.items()}


def _joined(sources: Iterable[Source], what: str) -> str:
    return "；".join(dict.fromkeys(text for each in sources if (text := getattr(each, what))))
