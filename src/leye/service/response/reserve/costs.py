"""What one person costs under a measure in a month, from the dated parameters of the law."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from leye.decision.policy import Confidence, Dated, in_force, system
from leye.service.response.errors import InvalidAsk
from leye.service.response.reserve.catalogue import CLASS_MARK, CLASSES, CostRule, Measure

_AREAS = "minimum_wage.area_class"
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class UnitCost:
    """Yuan a person (a month, or once); ``amount`` None: not set, ``why`` says so.

    ``verified``: every number in it was read in its source. ``basis``: where they stand.
    """

    amount: Decimal | None
    verified: bool
    basis: str
    why: str = ""


@cache
def counties_with_class() -> tuple[str, ...]:
    """Give the county codes (six digits) whose minimum-wage class is known."""
    return tuple(name.removeprefix("c") for name in system().law.under(_AREAS))


def area_classes(county: str, month: int) -> tuple[int, ...]:
    """Give the minimum-wage class of a county, or of every county where ``county`` is "".

    :raises InvalidAsk: nobody knows the county's class in the month.
    """
    law = system().law
    codes = (county,) if county else counties_with_class()
    if not set(codes) <= set(counties_with_class()):
        raise InvalidAsk("没有这个县（市、区）的最低工资类区", field="county")
    dated = [law.get(f"{_AREAS}.c{code}").at(month) for code in codes]
    known = sorted({int(each.value) for each in dated if each and each.value is not None})
    if not known or not set(known) <= set(CLASSES):
        raise InvalidAsk("这个月的最低工资类区未收录", field="county")
    return tuple(known)


def unit_cost(measure: Measure, *, month: int, classes: tuple[int, ...]) -> UnitCost:
    """Give what one person costs; of several classes the dearest, so that sums are upper bounds."""
    rule = measure.cost
    if rule is None:
        return UnitCost(None, verified=False, basis="", why="每人花费未设定")
    if rule.amount is not None:
        return UnitCost(rule.amount, verified=True, basis=rule.basis)
    found = [_from_parameters(rule, each, month) for each in classes]
    unknown = next((each for each in found if each.amount is None), None)
    return unknown or max(found, key=lambda each: each.amount or Decimal(0))


def standing_of(measure: Measure, month: int) -> str:
    """Tell whether the programme a measure rests on is in force: met, failing, unknown.

    One that rests on none is met.
    """
    return in_force(month)[measure.programme] if measure.programme else "met"


def _from_parameters(rule: CostRule, area_class: int, month: int) -> UnitCost:
    law = system().law
    paths = [p.replace(CLASS_MARK, str(area_class)) for p in (rule.parameter, rule.times) if p]
    product, verified, words = Decimal(1), True, []
    for path in paths:
        described = law.get(path)
        dated = described.at(month)
        if dated is None or dated.value is None:
            why = f"{described.label_zh}未设定"
            return UnitCost(None, verified=False, basis=_reference(dated), why=why)
        product *= Decimal(str(dated.value))
        verified = verified and dated.confidence is Confidence.VERIFIED
        words.append(
            f"{described.label_zh} {Decimal(str(dated.value)).normalize():f}：{_reference(dated)}"
        )
    amount = product.quantize(_CENT, rounding=ROUND_HALF_UP)
    return UnitCost(amount, verified=verified, basis="；".join(words))


def _reference(dated: Dated | None) -> str:
    if dated is None:
        return ""
    return f"{dated.reference}（{dated.note}）" if dated.note else dated.reference
