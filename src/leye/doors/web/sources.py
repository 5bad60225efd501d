"""Handing a department's file to the pool, the same way from a page and from the command line."""

from datetime import datetime
from pathlib import Path

from leye.data.pool import Pool
from leye.data.pool.intake_desk import SourceSubmission
from leye.data.pool.types import Receipt, Submitter, Verdict
from leye.kernel.errors import Forbidden
from leye.kernel.place import Scope
from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject, record
from leye.service.identity.models import User
from leye.service.identity.perms import scope_of
from leye.service.identity.roles import Permission
from leye.service.identity.vault.vault import vault


def source_submitter(user: User, permission: Permission = Permission.SUBMIT_SOURCES) -> Submitter:
    """Give the asker as one who hands in, or confirms, departments' files, for their widest place.

    :raises Forbidden: the asker does not.
    """
    places = scope_of(user, permission).places
    if not places:
        raise Forbidden(
            f"您没有“{permission.label}”的权限", hint="如确需办理，请联系本地区账号管理员"
        )
    place = min(places, key=lambda code: (len(code.rstrip("0")), code))
    return Submitter(user.key, place, Scope.of([place]), may_publish=False)


def submit_source(
    pool: Pool,
    *,
    source: str,
    month: int,
    file_name: str,
    content: bytes | Path,
    by: Submitter,
    at: datetime,
) -> Receipt:
    """Hand in a department's file. One that cannot be read is refused: the receipt says why.

    :raises PoolBusy: another delivery is being accepted.
    """
    submission = SourceSubmission(source, month, file_name, content, by, at)
    return pool.receive(submission, pseudonymiser=vault())


def submit_nil(pool: Pool, *, source: str, month: int, by: Submitter, at: datetime) -> Receipt:
    """Say for a department that it has nothing for a month.

    :raises InvalidInput: there is no such source, or the month is none or not over yet.
    :raises NotNil: rows were taken for the month, or wait to be confirmed.
    :raises PoolBusy: another delivery is being accepted.
    """
    return pool.report_nil(source, month, by=by, at=at)


def record_received(
    receipt: Receipt, *, user: User, place: str, at: datetime, request_id: str = ""
) -> None:
    """Write the audit event of a file that was handed in, or of a nil report."""
    found = receipt.delivery
    waits = found.verdict is Verdict.HELD and not receipt.repeated
    record(
        action=Action.DELIVERY_HELD if waits else Action.DELIVERY_RECEIVED,
        by=user,
        at=at,
        place=place,
        subject=Subject("delivery", found.id),
        detail={
            "source": found.contract,
            "month": found.month,
            "verdict": found.verdict.value,
            "rows": found.rows_read,
            "repeated": receipt.repeated,
        },
        request_id=request_id,
    )


def confirm_source(pool: Pool, held: str, *, reason: str, by: Submitter, at: datetime) -> Receipt:
    """Take a held delivery after all; it becomes a new one.

    :raises NotHeld: it does not wait, or no longer.
    :raises InvalidInput: the reason cannot be kept.
    :raises PoolBusy: another delivery is being accepted.
    """
    return pool.confirm(held, by=by, at=at, reason=reason, pseudonymiser=vault())
