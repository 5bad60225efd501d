"""Receiving a department's delivery (部门数据接收): from a file to typed, pseudonymised rows.

Unlike a sheet of figures, a source may have bad rows: they are set aside, sealed, and the rest is
taken. Too many of them refuse the whole. What is odd of the whole, far fewer rows than last time or
very many doubts, holds it for a person to confirm.

Either way one release is made. Before it nothing shows but the sealed original; what the vault was
given by then does no harm, since keeping it again changes nothing.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

from ibis.backends.duckdb import Backend

from leye.data.pool.catalogue import row_issues
from leye.data.pool.checks import make_issues
from leye.data.pool.engine import ask, drop, make, warm_workbench
from leye.data.pool.files import Landed, digest_of, land, landed_path, sync_folder, work_folder
from leye.data.pool.intake_before import before
from leye.data.pool.intake_desk import Confirmation, Desk, Examined, SourceSubmission
from leye.data.pool.intake_write import ISSUE_TABLE, record_of, write
from leye.data.pool.person_keys import keep_known, number_persons
from leye.data.pool.pseudonyms import Pseudonymiser
from leye.data.pool.schemas import ISSUE_SCHEMA
from leye.data.pool.source_contract import SourceContract, source_contracts
from leye.data.pool.source_issues import add_issues, add_left_out
from leye.data.pool.source_plan import TYPED, source_plan
from leye.data.pool.source_present import compare
from leye.data.pool.source_reading import read_source
from leye.data.pool.source_resolve import resolve
from leye.data.pool.source_totals import Totals, totals_of
from leye.data.pool.source_types import Kind
from leye.data.pool.source_verdict import Judgement, judge
from leye.data.pool.sql import column, literal, select
from leye.data.pool.store import kept_safe
from leye.data.pool.transaction import Ledger
from leye.data.pool.types import (
    Delivery,
    Receipt,
    RowIssue,
    Severity,
    UnreadableFile,
    Verdict,
)
from leye.kernel.errors import InvalidInput
from leye.kernel.months import valid_month
from leye.kernel.place import Scope

MOST_SOURCE_BYTES = 1024 * 1024 * 1024
"""The largest file a department may deliver; a larger one is refused before it is read."""
MOST_ISSUES = 1_000
_SHOWN = select(
    ", ".join(map(column, ISSUE_SCHEMA.names)),
    ISSUE_TABLE,
    order_by=f'severity <> {literal(Severity.REFUSE)}, "row", "column", code, reason',
    limit=MOST_ISSUES,
)
"""Refusals first, then as the sheet shows them: see ``catalogue.issues_of``."""
_MEMORY = "3GB"
_FEW_BYTES = 4 * 1024 * 1024
_CITY = 4
"""Submitters for a whole city hand in rows of any place: some sources name places beyond it."""


def receive(
    submission: SourceSubmission,
    *,
    ledger: Ledger,
    landing: Path,
    pseudonymiser: Pseudonymiser,
    most_bytes: int = MOST_SOURCE_BYTES,
    confirmation: Confirmation | None = None,
    still: Callable[[tuple[Delivery, ...]], None] = lambda _: None,
) -> Receipt:
    """Check a department's file and take its good rows, or refuse it or hold it as a whole.

    The same bytes handed in before for the same month from the same place are answered with the
    delivery they became. ``still`` is called under the writer's lock with the source's deliveries,
    and may raise.

    :raises InvalidInput: there is no such source, or no such month.
    :raises PoolBusy: another delivery is being received.
    :raises StoreFailure: the store failed; nothing was kept but the sealed file.
    """
    contract = _contract(submission)
    with ledger.writing() as change:
        known, identity = before(ledger, change.release, contract.name)
        still(known)
        with work_folder(ledger.work) as work, warm_workbench(ledger.work) as engine:
            desk = Desk(
                contract=contract,
                plan=source_plan(contract),
                submission=submission,
                before=known,
                identity=identity,
                change=change,
                engine=engine,
                pseudonymiser=pseudonymiser,
                landing=landing,
                work=work,
                step=ledger.checkpoint,
            )
            return _received(desk, most_bytes, confirmation)


def _contract(submission: SourceSubmission) -> SourceContract:
    if submission.source not in source_contracts():
        raise InvalidInput(f"没有“{submission.source}”这个数据来源", hint="请从列表中选择")
    if not valid_month(submission.month):
        raise InvalidInput(f"“{submission.month}”不是月份", hint="写作六位数字，如 202401")
    return source_contracts()[submission.source]


def _received(desk: Desk, most_bytes: int, confirmation: Confirmation | None) -> Receipt:
    content = desk.submission.content
    size = len(content) if isinstance(content, bytes) else content.stat().st_size
    if size > most_bytes:
        limit = f"{most_bytes // 1024 // 1024} MB"
        fault = UnreadableFile(f"文件超过 {limit}", hint="请拆成几个文件分别报送")
        return _refused(desk, Landed(Path(), "", size), fault)
    with kept_safe("存放文件"):
        path = _on_disk(content, desk.work)
        digest = digest_of(path)
    known = _known(desk, digest) if confirmation is None else None
    if known is not None:
        return Receipt(known, (), repeated=True)
    landed = Landed(landed_path(desk.landing, digest), digest, size)
    with ThreadPoolExecutor(1, "landing") as beside:
        # The original is sealed while the rows are checked; neither waits for the other.
        sealing = beside.submit(_land, desk, path, landed)
        try:
            with kept_safe("检查"):
                examined = _examined(desk, path, confirmed=confirmation is not None)
        except UnreadableFile as fault:
            _finish(sealing.result, desk)
            return _refused(desk, landed, fault)
        _finish(sealing.result, desk)
    return _written(desk, landed, examined, confirmation)


def _finish(sealed: Callable[[], None], desk: Desk) -> None:
    with kept_safe("存放文件"):
        sealed()
    desk.step("landed")


def _on_disk(content: bytes | Path, work: Path) -> Path:
    if isinstance(content, Path):
        return content
    path = work / "content"
    path.write_bytes(content)
    return path


def _known(desk: Desk, digest: str) -> Delivery | None:
    """Give the delivery these bytes became: taken, or held and not decided on yet."""
    settled = {each.confirms for each in desk.before}
    for each in desk.before:
        waits = each.verdict is Verdict.HELD and each.id not in settled
        taken = each.verdict in (Verdict.ACCEPTED, Verdict.UNCHANGED)
        same = each.digest == digest and each.month == desk.submission.month
        if same and each.place == desk.submission.by.place and (waits or taken):
            return each
    return None


def _land(desk: Desk, path: Path, landed: Landed) -> None:
    """Keep the original under its digest; sealed, where a column of the source is personal."""
    if not desk.contract.personal:
        land(path, folder=desk.landing)
        return
    if not landed.path.exists():
        landed.path.parent.mkdir(parents=True, exist_ok=True)
        desk.pseudonymiser.seal(path, landed.path)
        sync_folder(landed.path.parent)
        sync_folder(desk.landing)


# --- looking at it


def _examined(desk: Desk, path: Path, *, confirmed: bool) -> Examined:
    """Read and check a file, and hold its rows against those the pool has; nothing is kept.

    :raises UnreadableFile: the file as a whole cannot be read.
    """
    engine = desk.engine
    _set_up(engine, desk, path.stat().st_size)
    issues = read_source(path, contract=desk.contract, engine=engine)
    if issues:
        make_issues(engine, issues)
        reason = "；".join(issue.reason for issue in issues)
        return Examined(Judgement(Verdict.REFUSED, issues[0].code, reason))
    desk.step("read")
    resolve(desk.contract, desk.pseudonymiser, engine)
    make(engine, TYPED, desk.plan.typed)
    totals = totals_of(desk.plan, engine)
    judgement = judge(
        desk.contract,
        totals,
        month=desk.submission.month,
        before=desk.before,
        confirmed=confirmed,
    )
    whole = (_file_issue(judgement.code, judgement.reason),) if judgement.code else ()
    make_issues(engine, whole if judgement.verdict is Verdict.REFUSED else ())
    add_issues(desk.plan, totals.counts, engine)
    desk.step("checked")
    if judgement.verdict is not Verdict.ACCEPTED:
        return Examined(judgement, totals)
    return _against_present(desk, totals, judgement)


def _set_up(engine: Backend, desk: Desk, size: int) -> None:
    # A day of grace: the moment may be given in a zone where the city's day has not begun yet.
    last: date = (desk.submission.at + timedelta(days=1)).date()
    settings = [
        f"SET memory_limit = {literal(_MEMORY)}",
        # A statement made ready for each thread costs more than its rows, where they are few.
        "SET threads = 1" if size < _FEW_BYTES else "RESET threads",
        f"SET VARIABLE delivery_month = CAST({desk.submission.month} AS INTEGER)",
        f"SET VARIABLE last_day = DATE {literal(last.isoformat())}",
        f"SET VARIABLE scope = {literal(_pattern(desk.submission.by.scope))}",
    ]
    engine.raw_sql("; ".join(settings))


def _pattern(scope: Scope) -> str:
    """Give the pattern of the places a submitter may hand in rows of; "" is any place."""
    prefixes = scope.prefixes
    if any(len(prefix) <= _CITY for prefix in prefixes):
        return ""
    return f"^({'|'.join(prefixes) or '-'})"


def _file_issue(code: str, reason: str) -> RowIssue:
    return RowIssue(1, "", "", code, reason, Severity.REFUSE)


def _against_present(desk: Desk, totals: Totals, judgement: Judgement) -> Examined:
    contract, engine = desk.contract, desk.engine
    if contract.of_kind(Kind.IDENTITY):
        number_persons(
            desk.good, change=desk.change, pseudonymiser=desk.pseudonymiser, engine=engine
        )
    desk.step("numbered")
    against = compare(
        contract,
        desk.good,
        rows=totals.good,
        month=desk.submission.month,
        later=[each.id for each in desk.before if each.month > desk.submission.month],
        change=desk.change,
        engine=engine,
    )
    add_left_out(contract, engine)
    if not against.kept:
        judgement = Judgement(Verdict.UNCHANGED)
    return Examined(judgement, totals, against)


# --- recording it


def _refused(desk: Desk, landed: Landed, fault: UnreadableFile) -> Receipt:
    words = f"{fault.detail}；{fault.hint}" if fault.hint else fault.detail
    with kept_safe("检查"):
        drop(desk.engine, ISSUE_TABLE)
        make_issues(desk.engine, (_file_issue(fault.code, words),))
    return _written(desk, landed, Examined(Judgement(Verdict.REFUSED, fault.code, words)), None)


def _written(
    desk: Desk, landed: Landed, examined: Examined, confirmation: Confirmation | None
) -> Receipt:
    recorded = record_of(desk, landed, examined, confirmation)
    if examined.judgement.verdict is Verdict.ACCEPTED and desk.contract.of_kind(Kind.IDENTITY):
        with kept_safe("写入"):
            keep_known(
                desk.contract,
                desk.good,
                pseudonymiser=desk.pseudonymiser,
                at=desk.submission.at,
                engine=desk.engine,
            )
        desk.step("kept")
    with kept_safe("写入"):
        shown = row_issues(ask(desk.engine, _SHOWN))
    write(desk, recorded, examined)
    return Receipt(recorded.delivery, shown)
