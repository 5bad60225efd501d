"""What waits for a person: a held delivery is confirmed, and run again, or turned down."""

from dataclasses import replace
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
    if held.verdict is not Verdict.HELD or held.contract not in source_contracts():
        raise _not_held(held)
    with work_folder(ledger.work) as folder:
        path = _original(held, folder, landing, pseudonymiser)
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


def _original(held: Delivery, folder: Path, landing: Path, pseudonymiser: Pseudonymiser) -> Path:
    """Give the file as it was handed in, opened where it is sealed."""
    kept = landed_path(landing, held.digest)
    if not source_contracts()[held.contract].personal:
        return kept
    with kept_safe("取出文件"):
        pseudonymiser.open_sealed(kept, folder / "held")
    return folder / "held"


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
        record = replace(
            held,
            id=identity,
            account=by.account,
            at=at,
            verdict=Verdict.REFUSED,
            reason=said,
            release=change.number,
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
