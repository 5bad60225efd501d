"""Supply and demand by occupation in the situation room: what is short, what is plentiful."""

from collections.abc import Mapping
from decimal import Decimal

from leye.analysis.atlas.situation_figures import Asked
from leye.analysis.atlas.situation_settings import MarketCodes
from leye.analysis.atlas.situation_types import (
    Market,
    Number,
    NumberKind,
    Occupation,
    Sentence,
)
from leye.analysis.atlas.situation_words import amount, joined, sentence
from leye.analysis.metrics.labels import code_label
from leye.analysis.metrics.register_figures import RegisterFigure, RegisterIndicator
from leye.analysis.metrics.shortage import (
    Grade,
    MarketMonth,
    OccupationMarket,
    ShortageRule,
    occupation_markets,
)
from leye.kernel.months import month_add

AXIS = "occupation4"
_LISTED, _SURPLUS, _NAMED = 20, 10, 3
_ON_LIST = frozenset({Grade.URGENT, Grade.SHORT})


def market(
    codes: MarketCodes,
    asked: Asked,
    *,
    indicators: Mapping[str, RegisterIndicator],
    rule: ShortageRule,
) -> Market:
    """Give the market of the month by occupation, and what there is to say of it.

    ``indicators`` holds those of ``codes``.
    """
    history, coded = _history(codes, asked, rule)
    judged = occupation_markets(history, month=asked.month, rule=rule)
    named = [_named(each, codes, asked, indicators) for each in judged]
    listed = tuple(each for each in named if each.market.grade in _ON_LIST)
    plenty = sorted(named, key=lambda each: (each.market.gap or 0, each.market.code))
    surplus = tuple(each for each in plenty if (each.market.gap or 0) < 0)[:_SURPLUS]
    return Market(
        listed=listed[:_LISTED],
        surplus=surplus,
        judged=len(judged),
        coded_share=coded,
        rule=rule,
        sentences=tuple(_said(listed, surplus, coded, len(judged))),
    )


def _history(
    codes: MarketCodes, asked: Asked, rule: ShortageRule
) -> tuple[dict[str, list[MarketMonth]], Decimal | None]:
    """Give months by occupation, and the share of this month's vacancies that have one."""
    history: dict[str, list[MarketMonth]] = {}
    coded = None
    for back in range(rule.months):
        month = month_add(asked.month, -back)
        if month not in asked.months:
            continue
        offered, wanted = (
            asked.figures.by_code(code, place=asked.place, month=month, axis=AXIS)
            for code in (codes.vacancies, codes.applicants)
        )
        for code in offered.keys() | wanted.keys():
            line = MarketMonth(month, _count(offered.get(code)), _count(wanted.get(code)))
            history.setdefault(code, []).append(line)
        if not back:
            every = sum(_count(each) or 0 for each in offered.values())
            known = sum(_count(each) or 0 for code, each in offered.items() if code)
            coded = Decimal(known) / Decimal(every) if every else None
    return history, coded


def _count(figure: RegisterFigure | None) -> int | None:
    """Give a count; an occupation the month does not name has none, which is 0."""
    if figure is None:
        return 0
    return None if figure.value is None else int(figure.value)


def _named(
    each: OccupationMarket,
    codes: MarketCodes,
    asked: Asked,
    indicators: Mapping[str, RegisterIndicator],
) -> Occupation:
    def number(indicator: str, kind: NumberKind, value: int | Decimal | None) -> Number | None:
        if value is None:
            return None
        writer = asked.writer(indicators[indicator])
        return writer.number(kind, Decimal(value), axis=AXIS, code=each.code)

    # What is too much is people, what is too little is places of work.
    surplus = each.gap is not None and each.gap < 0
    return Occupation(
        name=code_label(AXIS, each.code),
        market=each,
        vacancies=number(codes.vacancies, NumberKind.VALUE, each.now.vacancies),
        applicants=number(codes.applicants, NumberKind.VALUE, each.now.applicants),
        ratio=number(codes.ratio, NumberKind.VALUE, each.now.ratio),
        gap=number(codes.applicants if surplus else codes.vacancies, NumberKind.GAP, each.gap),
    )


def _said(
    listed: tuple[Occupation, ...],
    surplus: tuple[Occupation, ...],
    coded: Decimal | None,
    judged: int,
) -> list[Sentence]:
    if not judged:
        return [sentence("没有按职业的岗位和求职数据，不判断紧缺职业。")]
    urgent = [each for each in listed if each.market.grade is Grade.URGENT]
    said = []
    if listed:
        groups = [(f"{each.name}缺", each.gap) for each in listed[:_NAMED] if each.gap is not None]
        said.append(
            sentence(
                f"{judged}个有岗位或求职者的职业中，{len(listed)}个列入紧缺职业目录，",
                f"其中{len(urgent)}个急需紧缺；缺口最大的是",
                *joined(groups),
                "。",
            )
        )
    else:
        said.append(sentence(f"{judged}个有岗位或求职者的职业中，没有达到紧缺线的职业。"))
    if surplus:
        groups = [(f"{each.name}多", each.gap) for each in surplus[:_NAMED] if each.gap is not None]
        said.append(sentence("求职者比岗位多得最多的是", *joined(groups), "。"))
    if coded is not None and coded < 1:
        share = amount((1 - coded) * 100, 1)
        said.append(sentence(f"{share}%的岗位名称对应不到职业分类，不在以上比较之内。"))
    return said
