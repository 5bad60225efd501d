"""What screening found, in words: figures, conditions, what stands open, the entitled."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.urls import reverse

from leye.analysis.metrics.labels import group_label
from leye.data.pool import Snapshot
from leye.decision.policy import ORIGIN_ZH, PAID_ZH, catalogue, fact, programme, sentence, system
from leye.decision.policy.parameters import SETTING
from leye.decision.policy.queries import ChangeCount, EntitledLine, Figures, Obstacle
from leye.doors.console.months import month_label
from leye.doors.console.presenters import place_name, place_path
from leye.doors.console.reads.findings import EVERYBODY, Findings
from leye.doors.web.templatetags.web import amount

FIGURES_HEADER = (
    *("月份", "政策", "代码", "对象", "地区代码", "地区", "群体", "应享", "在享"),
    *("应享未享", "在享记录", "无法判断", "年需资金（元）", "金额已知的人数"),
    *("新符合", "不再符合"),
)
ENTITLED_HEADER = (
    *("编号", "对象", "地区代码", "地区", "重点群体", "结果", "金额（元）"),
    *("怎样发", "还可享月数", "在享记录", "缺哪一项"),
)
WHO = {"person": "个人", "household": "家庭", "employer": "用人单位"}
_COUNTER = {"person": "人", "household": "户", "employer": "家"}
_OUTCOMES = {"eligible": "符合", "cannot_tell": "无法判断", "not_eligible": "不符合"}
NO_SOURCE = "无来源"
NOTES = (
    ("应享", "按登记库里的数据，各条件全部符合；不是审核结果，办理以经办机构审核为准"),
    ("在享", "应享的人（户、单位）中，有发放或登记记录的；“无来源”是没有部门报送这一项的记录"),
    ("应享未享", "应享的减去在享的"),
    ("无法判断", "没有条件不符合，但有条件缺数据或缺市里的规定，不当作不符合"),
    ("年需资金", "应享的全部领取，一年要多少；金额不明的没有计入。减免、认定不是发钱，写“—”"),
)
ENTITLED_NOTES = (
    ("名单", "只列编号，不含姓名、号码和电话；要联系本人，请在系统里逐人打开，并写明事由"),
    ("结果", "按登记库判断，不是审核结果；符合的仍要本人申请、经办机构审核"),
    ("用途", "仅供主动联系、提供就业服务使用，不得公开、转发"),
)


def title_of(name: str) -> str:
    """Give the title of a programme; one that left the list is shown as it is."""
    listed = catalogue().get(name)
    return name if listed is None else listed.title


def counter(name: str) -> str:
    """Give the word that counts whom a programme is for."""
    return _COUNTER[programme(name).entity]


def figure_lines(found: Findings, *, query: str) -> list[dict[str, Any]]:
    """Give the figures as lines, each with the address of the programme's page."""
    lines = []
    for each in found.figures:
        url = f"{reverse('findings:policy', args=[each.programme])}?{query}"
        change = found.changes.get(each.programme) if _compared(found) else None
        lines.append({**figure_words(each), **_change(found, change), "url": url})
    return lines


def figure_words(each: Figures) -> dict[str, Any]:
    """Give one line of figures in words; nothing that is not known is shown as 0."""
    return {
        "name": each.programme,
        "title": title_of(each.programme),
        "who": WHO[programme(each.programme).entity],
        "place": place_name(each.place) if each.place else "地区不明",
        "group": group_label(each.group) if each.group != EVERYBODY else "全部",
        "eligible": amount(each.eligible),
        "receiving": _or_no_source(each.receiving),
        "gap": _or_no_source(each.gap),
        "recipients": _or_no_source(each.recipients),
        "cannot_tell": "—" if each.cannot_tell is None else amount(each.cannot_tell),
        "cost": cost_words(each.cost, each.eligible, each.cost_known),
        "found": bool(each.eligible),
        "any": bool(each.eligible or each.cannot_tell or each.recipients),
    }


def cost_words(cost: Decimal | None, eligible: int, known: int) -> str:
    """Give a cost in 万元, and of how many it is not known; a dash for what is no payment."""
    if cost is None:
        return "—"
    if eligible and not known:
        return "金额不明"
    unknown = f"（{amount(eligible - known)} 个金额不明）" if known < eligible else ""
    return f"{ten_thousands(cost)}{unknown}"


def ten_thousands(yuan: Decimal) -> str:
    """Give yuan in units of ten thousand."""
    return amount(yuan / 10_000, 2)


def figure_cells(found: Findings, below: Iterable[Figures]) -> list[tuple[Any, ...]]:
    """Give the place itself, then each place inside it, as rows under ``FIGURES_HEADER``."""
    own = [_cells(found, each, compared=_compared(found)) for each in found.figures]
    return [*own, *(_cells(found, each, compared=False) for each in below)]


def figure_notes(found: Findings, snapshot: Snapshot) -> list[tuple[str, str]]:
    """Give what must be known to read the sheet."""
    compared = "没有更早的筛查可比" if found.before is None else month_label(found.before)
    return [
        ("月份", month_label(found.month)),
        ("地区", place_path(found.place)),
        ("数据版本", f"第 {snapshot.release} 版"),
        ("新符合、不再符合", f"与这个月相比：{compared}；只算所选地区的全部人"),
        *NOTES,
    ]


def condition_rows(name: str, month: int) -> list[dict[str, str]]:
    """Give the conditions of a programme in the words of a month."""
    rules = system()
    return [
        {"sentence": sentence(each.says, rules, month), "basis": each.basis}
        for each in programme(name).conditions
    ]


def obstacle_rows(name: str, month: int, found: Iterable[Obstacle]) -> list[dict[str, Any]]:
    """Give the conditions that keep some from being told, those of the most first."""
    rules, about = system(), programme(name)
    values = rules.law.at(month)
    rows = []
    for each in sorted(found, key=lambda one: -one.unknown):
        if not each.unknown:
            continue
        reads = rules.condition_reads(name, each.condition)
        unset = [
            f"{rules.law.get(path).label_zh}（市里尚未设定）"
            for path in reads.parameters
            if path.startswith(f"{SETTING}.") and values[path] != values[path]
        ]
        facts = [f"{fact(one).label}（{ORIGIN_ZH[fact(one).origin]}）" for one in reads.facts]
        rows.append(
            {
                "sentence": sentence(about.condition(each.condition).says, rules, month),
                "unknown": amount(each.unknown),
                "alone": amount(each.unknown_alone),
                "reads": "、".join([*unset, *facts]) or "—",
            }
        )
    return rows


def entitled_rows(lines: Iterable[EntitledLine], *, month: int) -> list[dict[str, Any]]:
    """Give the entitled as lines; a person's has the address of their page."""
    rows = []
    for line in lines:
        words = _entitled(line)
        if line.person is not None:
            url = reverse("people:person", args=[line.person])
            words["url"] = f"{url}?month={month}"
        rows.append(words)
    return rows


def entitled_cells(lines: Iterable[EntitledLine]) -> list[tuple[Any, ...]]:
    """Give the entitled under ``ENTITLED_HEADER``."""
    return [
        (
            *(words["key"], words["who"], line.place, words["place"], words["groups"]),
            *(words["outcome"], line.amount, words["paid"], line.months),
            *(line.receiving, words["missing"]),
        )
        for line in lines
        for words in (_entitled(line),)
    ]


def _entitled(line: EntitledLine) -> dict[str, Any]:
    about = programme(line.programme)
    key = line.person if line.person is not None else line.employer
    listed = catalogue().get(line.programme)
    rules = system()
    return {
        "key": str(key) if key is not None else line.household,
        "url": "",
        "who": WHO[about.entity],
        "place": place_path(line.place) if line.place else "地区不明",
        "groups": "、".join(map(group_label, line.groups)) or "无",
        "outcome": _OUTCOMES[line.outcome],
        "amount": "—" if line.amount is None else amount(line.amount),
        "months": "—" if not line.months else str(line.months),
        "paid": "" if listed is None else PAID_ZH[listed.paid],
        "receiving": "有" if line.receiving else "没有",
        "missing": "；".join(
            "、".join(fact(f).label for f in rules.condition_reads(about.name, each).facts)
            for each in line.missing
        )
        or "—",
    }


def _cells(found: Findings, each: Figures, *, compared: bool) -> tuple[Any, ...]:
    words = figure_words(each)
    change = found.changes.get(each.programme)
    new, lost = (change.new, change.lost) if change else (0, 0)
    return (
        *(found.month, words["title"], each.programme, words["who"]),
        *(each.place, words["place"], words["group"], each.eligible),
        *(_cell(each.receiving), _cell(each.gap), _cell(each.recipients), each.cannot_tell),
        *("—" if each.cost is None else each.cost, each.cost_known),
        *((new, lost) if compared else (None, None)),
    )


def _compared(found: Findings) -> bool:
    return found.before is not None and found.group == EVERYBODY


def _change(found: Findings, change: ChangeCount | None) -> Mapping[str, str]:
    if not _compared(found):
        return {"new": "—", "lost": "—"}
    return {
        "new": amount(change.new) if change else "0",
        "lost": amount(change.lost) if change else "0",
    }


def _or_no_source(value: int | None) -> str:
    return NO_SOURCE if value is None else amount(value)


def _cell(value: int | None) -> int | str:
    return NO_SOURCE if value is None else value
