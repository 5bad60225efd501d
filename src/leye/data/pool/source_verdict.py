"""What becomes of a delivery as a whole: taken, refused, or held for a person to look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from leye.data.pool.source_totals import Totals
from leye.data.pool.source_types import Shape, SourceContract
from leye.data.pool.types import Delivery, Verdict

_TAKEN = (Verdict.ACCEPTED, Verdict.UNCHANGED)
_HALF = Decimal("0.5")
_MANY = 20
"""Fewer flagged rows than this hold no delivery: of seven, three are soon flagged."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict on the whole; ``code`` and ``reason`` say why, both "" when it is taken."""

    verdict: Verdict
    code: str = ""
    reason: str = ""


TAKEN = Judgement(Verdict.ACCEPTED)


def judge(
    contract: SourceContract,
    totals: Totals,
    *,
    month: int,
    before: Sequence[Delivery],
    confirmed: bool,
) -> Judgement:
    """Judge a delivery by its counts and by the ``before``, earlier deliveries of the source.

    What a person has ``confirmed`` is not held again; it can still be refused.
    """
    refusal = _refusal(contract, totals, month=month, first=not _of_month(before, month))
    if refusal is not None:
        return refusal
    doubt = None if confirmed else _doubt(contract, totals, month=month, before=before)
    return doubt or TAKEN


def _refusal(
    contract: SourceContract, totals: Totals, *, month: int, first: bool
) -> Judgement | None:
    if not totals.rows:
        return Judgement(Verdict.REFUSED, "no_rows", "表头下面没有数据")
    share, most = _share(totals.refused, totals.rows), contract.limits.most_refused_share
    if share > most:
        reason = (
            f"{totals.rows} 行中有 {totals.refused} 行有误（{share:.1%}，最多 {most:.0%}），"
            "整批未接收"
        )
        return Judgement(Verdict.REFUSED, "too_many_refused", reason)
    own = totals.months.get(month, 0)
    # What is added to a month later may be all of earlier ones; what a month begins with may not.
    if contract.shape is Shape.MONTHLY and first and _share(own, totals.good) < _HALF:
        seen = max(totals.months, key=lambda m: totals.months[m])
        reason = f"按 {month} 月份报送，而多数行属于 {seen}；请核对月份后重新报送"
        return Judgement(Verdict.REFUSED, "wrong_month", reason)
    return None


def _doubt(
    contract: SourceContract, totals: Totals, *, month: int, before: Sequence[Delivery]
) -> Judgement | None:
    flagged, most = _share(totals.flagged, totals.rows), contract.limits.most_flagged_share
    if flagged > most and totals.flagged >= _MANY:
        reason = f"{totals.rows} 行中有 {totals.flagged} 行存疑（{flagged:.1%}，超过 {most:.0%}）"
        return Judgement(Verdict.HELD, "many_flagged", f"{reason}，等待确认")
    last = _last_rows(contract, month=month, before=before)
    if last is None or not last:
        return None
    ratio, least = _share(totals.rows, last), contract.limits.least_rows_ratio
    if ratio < least:
        reason = f"只有 {totals.rows} 行，是上次 {last} 行的 {ratio:.1%}（低于 {least:.0%}）"
        return Judgement(Verdict.HELD, "far_smaller", f"{reason}，等待确认")
    return None


def _last_rows(contract: SourceContract, *, month: int, before: Sequence[Delivery]) -> int | None:
    """Give the rows of the last month's main delivery; None when there is nothing to go by.

    A month's later deliveries are additions and may be of any size. Of a standing source the very
    first delivery holds everything, so it says nothing about the next.
    """
    if not contract.limits.least_rows_ratio or _of_month(before, month):
        return None
    months = sorted({each.month for each in _taken(before) if each.month < month})
    if contract.shape is Shape.STANDING:
        months = months[1:]
    return max(each.rows_read for each in _of_month(before, months[-1])) if months else None


def _taken(before: Sequence[Delivery]) -> list[Delivery]:
    return [each for each in before if each.verdict in _TAKEN]


def _of_month(before: Sequence[Delivery], month: int) -> list[Delivery]:
    return [each for each in _taken(before) if each.month == month]


def _share(part: int, whole: int) -> Decimal:
    return Decimal(part) / Decimal(whole) if whole else Decimal(0)
