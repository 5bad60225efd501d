"""What changed most since last month, and which places and industries account for it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from leye.analysis.atlas.situation_figures import Asked
from leye.analysis.atlas.situation_types import (
    Breakdown,
    Headline,
    Mover,
    NumberKind,
    PartNumber,
    Turn,
)
from leye.analysis.atlas.situation_words import broken_down, compared, sentence
from leye.analysis.metrics.contribution import Counted, Split, split_rate, split_total
from leye.analysis.metrics.labels import code_label, place_label
from leye.analysis.metrics.register_figures import RegisterFigure, RegisterIndicator
from leye.kernel.months import month_add

_LEAST_CHANGES = 6


def movers(
    headlines: Sequence[Headline], asked: Asked, *, most: int, parts: int
) -> tuple[Mover, ...]:
    """Give at most ``most`` figures that changed most since last month, most unusual first.

    A change is held against the figure's usual monthly change; where fewer than six earlier changes
    are known, against its size, and such figures come after those that can be judged. Each is split
    into ``parts`` places and industries and the rest.
    """
    moved = [
        (_times(each), each)
        for each in headlines
        if each.on_month.difference is not None and each.on_month.turn is not Turn.SAME
    ]
    ordered = sorted(moved, key=lambda pair: _rank(*pair), reverse=True)
    return tuple(_mover(each, times, asked, parts=parts) for times, each in ordered[:most])


def _times(each: Headline) -> Decimal | None:
    """Give how many times the usual change this month's is; None where too few are known."""
    known = {figure.month: figure.value for figure in each.series if figure.value is not None}
    earlier = [
        abs(value - known[before])
        for month, value in known.items()
        if month != each.figure.month and (before := month_add(month, -1)) in known
    ]
    usual = sum(earlier, Decimal(0)) / len(earlier) if earlier else Decimal(0)
    if len(earlier) < _LEAST_CHANGES or not usual or each.on_month.difference is None:
        return None
    return abs(each.on_month.difference.value) / usual


def _rank(times: Decimal | None, each: Headline) -> tuple[bool, Decimal, str]:
    if times is not None:
        return True, times, each.indicator.code
    before, change = each.on_month.before, each.on_month.difference
    if before is None or change is None or not before.value:
        return False, Decimal(0), each.indicator.code
    return False, abs(change.value / before.value), each.indicator.code


def _mover(each: Headline, times: Decimal | None, asked: Asked, *, parts: int) -> Mover:
    breakdowns = [_by_place(each, asked, parts=parts)]
    if "industry" in each.indicator.axes:
        breakdowns.append(_by_industry(each, asked, parts=parts))
    found = tuple(one for one in breakdowns if one is not None)
    words = compared(each.on_month, each.indicator.unit, label="上月")
    unusual = "" if times is None else f"，是平常月变化的{times:.1f}倍"
    lead = sentence(each.indicator.name, *words, unusual, "。")
    return Mover(each, times, found, (lead, *(broken_down(one) for one in found)))


def _by_place(each: Headline, asked: Asked, *, parts: int) -> Breakdown | None:
    layers = []
    for month in (each.on_month.against, asked.month):
        layer = asked.figures.layer(
            each.indicator.code, parent=asked.place, level=asked.level_below, month=month
        )
        layers.append({figure.place: figure for figure in layer})
    return _breakdown(each, asked, layers, axis="place", parts=parts)


def _by_industry(each: Headline, asked: Asked, *, parts: int) -> Breakdown | None:
    layers = [
        asked.figures.by_code(each.indicator.code, place=asked.place, month=month, axis="industry")
        for month in (each.on_month.against, asked.month)
    ]
    return _breakdown(each, asked, layers, axis="industry", parts=parts)


def _breakdown(
    each: Headline,
    asked: Asked,
    layers: Sequence[Mapping[str, RegisterFigure]],
    *,
    axis: str,
    parts: int,
) -> Breakdown | None:
    split = _split(each, layers, parts=parts)
    if split is None or not split.parts:
        return None
    writer, against = asked.writer(each.indicator), each.on_month.against
    effect = NumberKind.EFFECT
    listed = []
    for part in split.parts:
        if axis == "place":
            name = place_label(part.key)
            number = writer.number(effect, part.effect, against=against, place=part.key)
        else:
            name = code_label(axis, part.key)
            number = writer.number(effect, part.effect, against=against, axis=axis, code=part.key)
        listed.append(PartNumber(name, number))
    rest = unexplained = None
    if split.rest_count:
        rest = writer.number(effect, split.rest, against=against)
    if not writer.rounds_to_nothing(split.unexplained):
        unexplained = writer.number(effect, split.unexplained, against=against)
    title = "分地区看" if axis == "place" else "分行业看"
    return Breakdown(axis, title, split, tuple(listed), rest, unexplained)


def _split(
    each: Headline, layers: Sequence[Mapping[str, RegisterFigure]], *, parts: int
) -> Split | None:
    """Split by value where the indicator adds up, else by numerator and denominator."""
    indicator: RegisterIndicator = each.indicator
    then = next(one for one in each.series if one.month == each.on_month.against)
    if indicator.additive:
        before, after = ({key: one.value for key, one in layer.items()} for layer in layers)
        return split_total((then.value, each.figure.value), before=before, after=after, most=parts)
    if not indicator.denominator:
        return None
    whole = (_counted(then), _counted(each.figure))
    first, last = ({key: _counted(one) for key, one in layer.items()} for layer in layers)
    return split_rate(whole, before=first, after=last, scale=indicator.scale, most=parts)


def _counted(figure: RegisterFigure) -> Counted:
    return figure.numerator, figure.denominator
