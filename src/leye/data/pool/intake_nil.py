"""Nil reports (零报告): a department says that it has nothing for a month, and that is kept."""

from datetime import datetime, timedelta

from leye.data.pool.catalogue import DELIVERIES, DELIVERY_SCHEMA, delivery_rows
from leye.data.pool.intake_before import before
from leye.data.pool.release import DELIVERY
from leye.data.pool.source_contract import SourceContract, source_contracts
from leye.data.pool.transaction import Ledger
from leye.data.pool.types import Delivery, Receipt, Submitter, Verdict
from leye.kernel.errors import InvalidInput, LeyeError
from leye.kernel.months import month_of, valid_month


class NotNil(LeyeError):
    """Something was delivered for the month, so it is not true that there is nothing."""

    code = "month_not_nil"
    title = "这个月不能作零报告"


def report_nil(source: str, month: int, *, by: Submitter, at: datetime, ledger: Ledger) -> Receipt:
    """Record that a source has nothing for a month: a delivery of no file and no rows.

    Nothing in the registers changes by it. Said twice, the first answers. A file that comes later
    for the month is taken like any other and stands in its place.

    :raises InvalidInput: there is no such source, or the month is none or not over yet.
    :raises NotNil: rows were taken for the month from the same place, or wait to be confirmed.
    :raises PoolBusy: another delivery is being received.
    :raises StoreFailure: the store failed; nothing was kept.
    """
    contract = _contract(source, month, at)
    with ledger.writing() as change:
        known, identity = before(ledger, change.release, source)
        said = _said(known, month=month, place=by.place)
        if said is not None:
            return Receipt(said, (), repeated=True)
        delivery = Delivery(
            id=identity,
            contract=source,
            edition=contract.edition,
            file_name="",
            digest="",
            size=0,
            account=by.account,
            place=by.place,
            at=at,
            verdict=Verdict.NIL,
            reason="",
            rows_read=0,
            rows_refused=0,
            rows_flagged=0,
            rows_new=0,
            rows_changed=0,
            rows_same=0,
            release=change.number,
            month=month,
        )
        change.append(DELIVERIES, delivery_rows(delivery), schema=DELIVERY_SCHEMA)
        change.commit(label=DELIVERY, at=at, delivery=identity)
    return Receipt(delivery, ())


def _contract(source: str, month: int, at: datetime) -> SourceContract:
    if source not in source_contracts():
        raise InvalidInput(f"没有“{source}”这个数据来源", hint="请从列表中选择")
    if not valid_month(month):
        raise InvalidInput(f"“{month}”不是月份", hint="写作六位数字，如 202401")
    # A day of grace: the moment may be given in a zone where the city's day has not begun yet.
    if month >= month_of((at + timedelta(days=1)).date()):
        raise InvalidInput(f"{month} 还没有过完", hint="月份过完以后才能说这个月没有变化")
    return source_contracts()[source]


def _said(known: tuple[Delivery, ...], *, month: int, place: str) -> Delivery | None:
    """Give the nil report there is already.

    :raises NotNil: something else came for the month.
    """
    settled = {each.confirms for each in known}
    own = [each for each in known if (each.month, each.place) == (month, place)]
    for each in own:
        if each.verdict in (Verdict.ACCEPTED, Verdict.UNCHANGED):
            raise NotNil(f"批次 {each.id} 已经报送了 {month} 的数据", hint="不需要再报")
        if each.verdict is Verdict.HELD and each.id not in settled:
            raise NotNil(f"批次 {each.id} 正等待确认", hint="请先确认或者退回这个批次")
    return next((each for each in own if each.verdict is Verdict.NIL), None)
