"""The countable targets of a plan, read from its ``targets.yaml`` and checked against its text."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from leye.analysis.metrics.catalogue import Catalogue
from leye.analysis.metrics.catalogue import catalogue as shipped_catalogue
from leye.analysis.metrics.reading import Entry, InvalidDefinition, load_yaml
from leye.kernel.errors import UnknownCode, near_matches
from leye.kernel.period import Frequency, InvalidPeriod, Period
from leye.kernel.place import place_level


class TargetKind(StrEnum):
    """How the plan sets the number."""

    CUMULATIVE = "cumulative"
    LEVEL = "level"
    RATE = "rate"
    UPPER_BOUND = "upper_bound"
    LOWER_BOUND = "lower_bound"

    @property
    def label(self) -> str:
        """The kind in Chinese."""
        labels = {
            "cumulative": "五年累计",
            "level": "水平",
            "rate": "比率",
            "upper_bound": "上限",
            "lower_bound": "下限",
        }
        return labels[self.value]


class Relation(StrEnum):
    """How a result must stand to the number, as the plan prints it."""

    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    ABOUT = "about"
    EXACTLY = "exactly"
    AT_MOST = "at_most"

    @property
    def label(self) -> str:
        """The relation in Chinese."""
        labels = {
            "at_least": "不低于",
            "more_than": "高于",
            "about": "左右",
            "exactly": "等于",
            "at_most": "不超过",
        }
        return labels[self.value]


@dataclass(frozen=True, slots=True)
class Quote:
    """A place in the plan: the section, and its words."""

    section: str
    text: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the plan starts from; ``cumulative`` for a five-year total in [ ]."""

    value: Decimal
    period: Period
    cumulative: bool
    printed: str


@dataclass(frozen=True, slots=True)
class Goal:
    """The number to reach, in the target's unit, by the end of ``period``."""

    value: Decimal
    period: Period
    relation: Relation
    printed: str


@dataclass(frozen=True, slots=True)
class PlanTarget:
    """One countable target of the plan.

    ``number`` is the row of 专栏1, empty outside it. ``attribute`` is 预期性 where printed.
    ``from_zero``: something to be built, measured from zero at the start of the plan.
    ``every``: years after which the number is due anew, None where it is due once.
    ``unit`` is the indicator's own unit.
    """

    id: str
    order: int
    group: str
    number: str
    name: str
    indicator: str
    unit: str
    kind: TargetKind
    attribute: str
    place: str
    plan_title: str
    plan_period: Period
    baseline: Baseline | None
    goal: Goal
    from_zero: bool
    every: int | None
    responsible: str
    responsible_basis: str
    quotes: tuple[Quote, ...]
    notes: tuple[str, ...]


_FILE_KEYS = frozenset({"title", "text", "place", "period", "responsible_basis", "targets"})
_KEYS = frozenset(
    {"id", "group", "number", "name", "indicator", "unit", "kind", "attribute", "baseline"}
    | {"target", "from_zero", "every", "responsible", "responsible_basis", "quotes", "notes"}
)
_BASELINE_KEYS = frozenset({"value", "period", "cumulative", "printed"})
_GOAL_KEYS = frozenset({"value", "period", "relation", "printed"})
_QUOTE_KEYS = frozenset({"section", "text"})


def plan_targets(path: Path, *, catalogue: Catalogue | None = None) -> tuple[PlanTarget, ...]:
    """Read the targets of a plan, in the order of the file.

    ``path`` is ``targets.yaml`` or the folder that holds it; the plan's text lies beside it.

    :raises InvalidDefinition: a target is faulty, its indicator or unit is not in the catalogue,
        or a quote is not in the plan's text.
    """
    file = path / "targets.yaml" if path.is_dir() else path
    head = Entry(load_yaml(file), where=file.name, keys=_FILE_KEYS)
    text = _squeeze((file.parent / head.text("text")).read_text(encoding="utf-8"))
    targets = tuple(_read_all(head, catalogue or shipped_catalogue()))
    seen: set[str] = set()
    for target in targets:
        if target.id in seen:
            raise head.fault(f"目标 {target.id} 重复")
        seen.add(target.id)
        for quote in target.quotes:
            if _squeeze(quote.text) not in text:
                raise head.fault(f"{target.id} 引文不在规划原文中：{quote.text}")
    return targets


def find_target(targets: tuple[PlanTarget, ...], target_id: str) -> PlanTarget:
    """Give the target of an id.

    :raises UnknownCode: there is none; the hint names near matches.
    """
    for target in targets:
        if target.id == target_id:
            return target
    near = near_matches(target_id, (target.id for target in targets))
    raise UnknownCode("规划目标", target_id, near=near)


def _read_all(head: Entry, known: Catalogue) -> Iterator[PlanTarget]:
    place_level(head.text("place"))
    for order, raw in enumerate(head.raw("targets") or [], start=1):
        name = raw.get("id", order) if isinstance(raw, dict) else order
        entry = Entry(raw, where=f"{head.where} {name}", keys=_KEYS)
        target = _read(entry, head, order)
        _check(target, entry, known)
        yield target


def _read(entry: Entry, head: Entry, order: int) -> PlanTarget:
    quotes = entry.raw("quotes")
    if not isinstance(quotes, list) or not quotes:
        raise entry.fault("quotes 应列出规划原文")
    return PlanTarget(
        id=entry.text("id"),
        order=order,
        group=entry.text("group"),
        number=entry.text("number", default=""),
        name=entry.text("name"),
        indicator=entry.text("indicator"),
        unit=entry.text("unit"),
        kind=entry.choice("kind", TargetKind),
        attribute=entry.text("attribute", default=""),
        place=head.text("place"),
        plan_title=head.text("title"),
        plan_period=_period(head, "period"),
        baseline=_baseline(entry),
        goal=_goal(entry),
        from_zero=entry.flag("from_zero"),
        every=entry.whole("every") if "every" in entry else None,
        responsible=entry.text("responsible"),
        responsible_basis=entry.text("responsible_basis", default=head.text("responsible_basis")),
        quotes=tuple(_quote(entry, raw) for raw in quotes),
        notes=entry.texts("notes"),
    )


def _baseline(entry: Entry) -> Baseline | None:
    if "baseline" not in entry:
        return None
    part = Entry(entry.raw("baseline"), where=f"{entry.where} baseline", keys=_BASELINE_KEYS)
    return Baseline(
        part.number("value"), _period(part, "period"), part.flag("cumulative"), part.text("printed")
    )


def _goal(entry: Entry) -> Goal:
    part = Entry(entry.raw("target"), where=f"{entry.where} target", keys=_GOAL_KEYS)
    return Goal(
        part.number("value"),
        _period(part, "period"),
        part.choice("relation", Relation),
        part.text("printed"),
    )


def _quote(entry: Entry, raw: object) -> Quote:
    part = Entry(raw, where=f"{entry.where} quotes", keys=_QUOTE_KEYS)
    return Quote(part.text("section"), part.text("text"))


def _period(entry: Entry, key: str) -> Period:
    try:
        return Period.parse(entry.text(key))
    except InvalidPeriod as error:
        raise entry.fault(f"{key}：{error.detail}") from error


def _check(target: PlanTarget, entry: Entry, known: Catalogue) -> None:
    if target.indicator not in known:
        raise entry.fault(f"指标 {target.indicator} 不存在")
    if target.unit != known.get(target.indicator).unit:
        raise entry.fault(f"单位应为指标的标准单位 {known.get(target.indicator).unit}")
    if target.plan_period.frequency is not Frequency.YEAR:
        raise entry.fault("规划期应以年计")
    if not target.plan_period.contains(target.goal.period):
        raise entry.fault("目标时期不在规划期内")
    if target.baseline and target.baseline.period.end >= target.plan_period.start:
        raise entry.fault("基数应早于规划期")
    if target.from_zero and target.baseline:
        raise entry.fault("有基数就不从零起算")
    adds = target.kind is TargetKind.CUMULATIVE or target.every is not None
    if adds and (target.goal.value <= 0 or target.goal.relation is Relation.AT_MOST):
        raise entry.fault("累计目标应大于零，且不是上限")
    if target.every is not None and (target.kind is TargetKind.CUMULATIVE or target.every < 1):
        raise entry.fault("every 只用于按年重复的目标")


def _squeeze(text: str) -> str:
    return "".join(text.split())


__all__ = [
    "Baseline",
    "Goal",
    "InvalidDefinition",
    "PlanTarget",
    "Quote",
    "Relation",
    "TargetKind",
    "find_target",
    "plan_targets",
]
