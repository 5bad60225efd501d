"""From a landed file to a verdict: reading, checking, and the record of what was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import ibis
from ibis.backends.duckdb import Backend

from leye.data.pool.catalogue import ISSUES
from leye.data.pool.checks import Checked, check_rows, issue_table
from leye.data.pool.contract import Contract
from leye.data.pool.engine import drop
from leye.data.pool.files import Landed
from leye.data.pool.reading import read
from leye.data.pool.store import redacted
from leye.data.pool.types import (
    CodeList,
    Delivery,
    RowIssue,
    Severity,
    Submission,
    Submitter,
    UnreadableFile,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What reading and checking a file came to."""

    verdict: Verdict
    reason: str
    issues: ibis.Table
    checked: Checked | None


def examine(
    path: Path,
    *,
    by: Submitter,
    contract: Contract,
    code_lists: Mapping[str, CodeList],
    present: ibis.Table | None,
    on: date,
    most_bytes: int,
    engine: Backend,
    work: Path,
) -> Outcome:
    """Read and check a file against the rows the pool holds at present; nothing is kept.

    ``present`` are those the submitter may see: an issue or a count tells of no other. ``on`` is
    the day of the delivery.

    :raises StoreFailure: an engine failed.
    """
    with redacted("检查"):
        try:
            if path.stat().st_size > most_bytes:
                limit = f"{most_bytes // 1024 // 1024} MB"
                raise UnreadableFile(f"文件超过 {limit}", hint="请拆成几个文件分别上传")
            reading = read(path, contract=contract, engine=engine, work=work)
        except UnreadableFile as fault:
            words = f"{fault.detail}；{fault.hint}" if fault.hint else fault.detail
            return _whole_file((_file_issue(fault.code, words),), engine)
        if reading.texts is None:
            return _whole_file(reading.issues, engine)
        checked = check_rows(
            contract=contract,
            code_lists=code_lists,
            by=by,
            present=present,
            on=on,
            engine=engine,
        )
        if not checked.rows_read:
            drop(engine, ISSUES)
            return _whole_file((_file_issue("no_rows", "表头下面没有数据"),), engine)
    if checked.rows_refused:
        reason = f"{checked.rows_read} 行中有 {checked.rows_refused} 行有误，整批未接收"
        return Outcome(Verdict.REFUSED, reason, checked.issues, checked)
    same = checked.rows_same == checked.rows_read
    verdict = Verdict.UNCHANGED if same else Verdict.ACCEPTED
    return Outcome(verdict, "", checked.issues, checked)


def _file_issue(code: str, reason: str) -> RowIssue:
    return RowIssue(1, "", "", code, reason, Severity.REFUSE)


def _whole_file(issues: tuple[RowIssue, ...], engine: Backend) -> Outcome:
    reason = "；".join(issue.reason for issue in issues)
    return Outcome(Verdict.REFUSED, reason, issue_table(engine, issues), None)


def record(
    submission: Submission,
    *,
    contract: Contract,
    landed: Landed,
    outcome: Outcome,
    identity: str,
    release: int,
) -> Delivery:
    """Give the catalogue's record of what became of a submission."""
    checked = outcome.checked
    return Delivery(
        id=identity,
        contract=contract.name,
        edition=contract.edition,
        file_name=submission.file_name,
        digest=landed.digest,
        size=landed.size,
        account=submission.by.account,
        place=submission.by.place,
        at=submission.at,
        verdict=outcome.verdict,
        reason=outcome.reason,
        rows_read=checked.rows_read if checked else 0,
        rows_refused=checked.rows_refused if checked else 0,
        rows_flagged=checked.rows_flagged if checked else 0,
        rows_new=checked.rows_new if checked else 0,
        rows_changed=checked.rows_changed if checked else 0,
        rows_same=checked.rows_same if checked else 0,
        release=release,
    )
