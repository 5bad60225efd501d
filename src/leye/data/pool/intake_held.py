"""What waits for a person: a held delivery is confirmed, and run again, or turned down."""

from datetime import datetime
from pathlib import Path

from leye.data.pool.catalogue import DELIVERIES, DELIVERY_SCHEMA, delivery_rows
from leye.data.pool.contract import contracts
from leye.data.pool.files import landed_path, work_folder
from leye.data.pool.intake import receive
from leye.data.pool.intake_before import before
from leye.data.pool.intake_desk import Confirmation, SourceSubmission
from leye.data.pool.pseudonyms import Pseudonymiser
from leye.data.pool.release import DELIVERY
from leye.data.pool.snapshot import Snapshot
from leye.data.pool.source_contract import source_contracts
from leye.data.pool.store import kept_safe
from leye.data.pool.transaction import Ledger
from leye.data.pool.types import Delivery, Receipt, Submitter, Verdict
from leye.kernel.errors import InvalidInput, LeyeError

_LONGEST = 200


class NotHeld(LeyeError):
    """The delivery does not wait for anybody: it never did, or it has been decided on."""

    code = "delivery_not_held"
    title = "这个批次不在等待确认"


def confirm(
    delivery: str,
    *,
    by: Submitter,
    at: datetime,
    reason: str,
    ledger: Ledger,
    landing: Path,
    pseudonymiser: Pseudonymiser,
) -> Receipt:
    """Take a held delivery after all: its file is checked again and becomes a new delivery.

    :raises UnknownDelivery: there is none, or ``by`` may not see it.
    :raises NotHeld: it does not wait to be confirmed.
    :raises InvalidInput: no reason is given.
    :raises PoolBusy: another delivery is being received.
    :raises StoreFailure: the store failed; nothing was kept.
    """
    said = _said(reason)
    snapshot = Snapshot(ledger.releases.latest(), contracts(), landing, ledger.files)
    held = snapshot.delivery(delivery, scope=by.scope)
    with work_folder(ledger.work) as folder:
        path = folder / "held"
        contract = source_contracts().get(held.contract)
        if contract is None or held.verdict is not Verdict.HELD:
            raise _not_held(held)
        with kept_safe("取出文件"):
            kept = landed_path(landing, held.digest)
            if contract.personal:
                pseudonymiser.open_sealed(kept, path)
            else:
                path = kept
        # The delivery stays with the place that handed it in; what is new is who vouches for it.
        vouching = Submitter(by.account, held.place, by.scope, may_publish=False)
        submission = SourceSubmission(held.contract, held.month, held.file_name, path, vouching, at)
        return receive(
            submission,
            ledger=ledger,
            landing=landing,
            pseudonymiser=pseudonymiser,
            confirmation=Confirmation(held.id, said),
            still=lambda others: _check(held, others),
        )


def reject(
    delivery: str,
    *,
    by: Submitter,
    at: datetime,
    reason: str,
    ledger: Ledger,
    landing: Path,
) -> Receipt:
    """Turn a held delivery down; the record of it says by whom and why.

    :raises UnknownDelivery: there is none, or ``by`` may not see it.
    :raises NotHeld: it does not wait to be confirmed.
    :raises InvalidInput: no reason is given.
    :raises PoolBusy: another delivery is being received.
    :raises StoreFailure: the store failed; nothing was kept.
    """
    said = _said(reason)
    with ledger.writing() as change:
        snapshot = Snapshot(change.release, contracts(), landing, ledger.files)
        held = snapshot.delivery(delivery, scope=by.scope)
        known, identity = before(ledger, change.release, held.contract)
        _check(held, known)
        record = Delivery(
            id=identity,
            contract=held.contract,
            edition=held.edition,
            file_name=held.file_name,
            digest=held.digest,
            size=held.size,
            account=by.account,
            place=held.place,
            at=at,
            verdict=Verdict.REFUSED,
            reason=said,
            rows_read=held.rows_read,
            rows_refused=held.rows_refused,
            rows_flagged=held.rows_flagged,
            rows_new=0,
            rows_changed=0,
            rows_same=0,
            release=change.number,
            month=held.month,
            confirms=held.id,
        )
        change.append(DELIVERIES, delivery_rows(record), schema=DELIVERY_SCHEMA)
        change.commit(label=DELIVERY, at=at, delivery=record.id)
    return Receipt(record, ())


def _check(held: Delivery, others: tuple[Delivery, ...]) -> None:
    if held.verdict is not Verdict.HELD or any(each.confirms == held.id for each in others):
        raise _not_held(held)


def _not_held(held: Delivery) -> NotHeld:
    return NotHeld(f"批次 {held.id} {held.verdict.label}", hint="请刷新页面查看它现在的状态")


def _said(reason: str) -> str:
    said = " ".join(reason.split())
    if not said or len(said) > _LONGEST:
        raise InvalidInput("没有写明理由，或理由过长", hint=f"请写明理由，最多 {_LONGEST} 个字")
    return said
