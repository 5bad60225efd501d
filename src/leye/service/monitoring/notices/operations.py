"""Reporting layoffs and emergencies. Each report puts a row on the desk, in one transaction."""

import hashlib
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.timezone import localtime

from leye.kernel.errors import Forbidden
from leye.kernel.place import PlaceLevel, place_level
from leye.service.identity.actions import Action
from leye.service.identity.audit import Fact, Subject, record
from leye.service.identity.models import User
from leye.service.identity.perms import require
from leye.service.identity.roles import Permission
from leye.service.identity.vault.vault import vault
from leye.service.monitoring.desk.clocks import level_of
from leye.service.monitoring.desk.operations import put_on_desk
from leye.service.monitoring.errors import InvalidDocument, InvalidNotice
from leye.service.monitoring.hands import Hand, actor_of, hand_fields, link_fact, require_reporter
from leye.service.monitoring.links.models import PointLink
from leye.service.monitoring.notices.enums import DocumentKind, Origin
from leye.service.monitoring.notices.models import Notice, NoticeDocument
from leye.service.monitoring.notices.rules import NoticeFields, checked
from leye.service.monitoring.points.models import MonitoringPoint
from leye.service.monitoring.settings.values import values

NOTICE = "notice"
"""What an item of the desk about a notice is called."""
MOST_DOCUMENTS = 10
_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"PK\x03\x04", "zip"),
)
_OFFICE = frozenset({"docx", "xlsx"})


@transaction.atomic
def report_notice(
    *,
    fields: NoticeFields,
    place: str,
    by: Hand,
    at: datetime,
    point: MonitoringPoint | None = None,
    uscc: str = "",
    corrects: Notice | None = None,
    request_id: str = "",
) -> Notice:
    """Report a layoff or an emergency: the desk has it at once, with its clock.

    A reporter's notice is of their own point. A correction leaves the notice it corrects as it is,
    and its level is worked out anew.

    :raises Forbidden: ``by`` does not report there, or corrects what is not theirs to correct.
    :raises InvalidNotice: something of it cannot be so, or it was corrected before.
    :raises InvalidText: a text is missing, too long or holds a personal number.
    """
    origin, point, place = _whose(by, place, point, at=at)
    on = localtime(at).date()
    given = checked(fields, on=on)
    if corrects is not None and (corrects.place != place or corrects.kind != given.kind):
        raise Forbidden("更正的报告要与原报告同一地区、同一类别")
    rules = values(on)
    level = level_of(given.persons, rules)
    notice = Notice(
        kind=given.kind.value,
        origin=origin.value,
        place=place,
        point=point,
        uscc=point.uscc if point is not None else uscc,
        firm=given.firm,
        persons=given.persons,
        staff=given.staff,
        day=given.day,
        reason=given.reason,
        text=given.text,
        explained_on=given.explained_on,
        heard=given.heard,
        level=level.value,
        corrects=corrects,
        at=at,
        **hand_fields(by),
    )
    try:
        with transaction.atomic():
            notice.save()
    except IntegrityError as error:
        raise InvalidNotice("这份报告已经更正过", hint="请在更正后的报告上再更正") from error
    put_on_desk(kind=NOTICE, subject=notice.number, place=place, level=level, settings=rules, at=at)
    detail: dict[str, Fact] = {"level": level.value, "kind": notice.kind, **link_fact(by)}
    _record(Action.NOTICE_REPORTED, notice, by=by, at=at, request_id=request_id, detail=detail)
    return notice


@transaction.atomic
def add_document(
    *,
    notice: Notice,
    kind: DocumentKind,
    file: Path,
    name: str,
    by: Hand,
    at: datetime,
    request_id: str = "",
) -> NoticeDocument:
    """Keep a document of a notice, sealed. Only the ending of its name is used.

    :raises Forbidden: ``by`` did not report it, and does not look after the place.
    :raises InvalidDocument: too many, too large, not of a kind that is taken, or there already.
    """
    _may_add(by, notice, at=at)
    size = file.stat().st_size
    if not 0 < size <= settings.LEYE_UPLOAD_LIMIT:
        limit = settings.LEYE_UPLOAD_LIMIT // 1024 // 1024
        raise InvalidDocument(f"文件应在 {limit} MB 以内，不能是空的")
    if NoticeDocument.objects.filter(notice=notice).count() >= MOST_DOCUMENTS:
        raise InvalidDocument(f"一份报告最多 {MOST_DOCUMENTS} 个文件")
    suffix = document_suffix(file, name)
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    target = document_path(digest)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        vault().seal(file, target)
    document = NoticeDocument(
        notice=notice,
        kind=kind.value,
        suffix=suffix,
        size=size,
        digest=digest,
        at=at,
        **hand_fields(by),
    )
    try:
        with transaction.atomic():
            document.save()
    except IntegrityError as error:
        raise InvalidDocument("这个文件已经上传过") from error
    detail: dict[str, Fact] = {"kind": kind.value, **link_fact(by)}
    _record(Action.NOTICE_DOCUMENT_ADDED, notice, by=by, at=at, request_id=request_id,
            detail=detail)  # fmt: skip
    return document


@transaction.atomic
def open_document(
    *, document: NoticeDocument, target: Path, by: User, at: datetime, request_id: str = ""
) -> None:
    """Write a document, opened, to ``target``; that somebody looked is on record.

    :raises Forbidden: ``by`` does not look after the monitoring of the place.
    :raises SealBroken: the file was changed, or its key is gone.
    """
    notice = document.notice
    require(by, Permission.MANAGE_MONITORING, notice.place)
    vault().open_sealed(document_path(document.digest), target)
    _record(Action.NOTICE_DOCUMENT_OPENED, notice, by=by, at=at, request_id=request_id,
            detail={"kind": document.kind})  # fmt: skip


def document_path(digest: str) -> Path:
    """Give where a document is kept, sealed: beside the pool's, so that keys rotate alike."""
    folder: Path = settings.LEYE_POOL
    return folder / "documents" / digest[:2] / digest


def document_suffix(file: Path, name: str) -> str:
    """Give the ending of a file of a kind that is taken, by its first bytes and its name.

    :raises InvalidDocument: it is of another kind, or its name says otherwise than its content.
    """
    with file.open("rb") as content:
        head = content.read(16)
    found = next((suffix for magic, suffix in _MAGIC if head.startswith(magic)), "")
    said = name.rpartition(".")[2].lower()[:5]
    if found == "zip" and said in _OFFICE:
        return said
    if found in {"pdf", "jpg", "png"} and said in {found, "jpeg" if found == "jpg" else found}:
        return found
    raise InvalidDocument(
        "只收 PDF、JPG、PNG、Word（.docx）、Excel（.xlsx）文件", hint="请另存为其中一种再上传"
    )


def _whose(
    by: Hand, place: str, point: MonitoringPoint | None, *, at: datetime
) -> tuple[Origin, MonitoringPoint | None, str]:
    if isinstance(by, PointLink):
        require_reporter(by, by.point, at=at)
        origin = Origin.VILLAGE if by.point.kind == "village" else Origin.FIRM
        return origin, by.point, by.point.place
    require(by, Permission.REPORT_EVENT, place)
    if place_level(place) not in {PlaceLevel.COUNTY, PlaceLevel.TOWN, PlaceLevel.VILLAGE}:
        raise InvalidNotice("请选择县、乡镇或者村", field="place")
    if point is not None and point.place[:6] != place[:6]:
        raise InvalidNotice("监测点不在这个县", field="place")
    level = place_level(place)
    villager = level is PlaceLevel.VILLAGE
    return (Origin.VILLAGE if villager else Origin.STAFF), point, place


def _may_add(by: Hand, notice: Notice, *, at: datetime) -> None:
    if isinstance(by, PointLink):
        if notice.point_id != by.point_id or notice.link_id is None:
            raise Forbidden("只能给自己的报告上传材料")
        require_reporter(by, by.point, at=at)
    elif notice.by_id != by.pk:
        require(by, Permission.MANAGE_MONITORING, notice.place)
    else:
        require(by, Permission.REPORT_EVENT, notice.place)


def _record(
    action: Action,
    notice: Notice,
    *,
    by: Hand,
    at: datetime,
    request_id: str,
    detail: dict[str, Fact],
) -> None:
    record(
        action=action,
        by=actor_of(by),
        at=at,
        place=notice.place,
        subject=Subject(NOTICE, notice.number),
        detail=detail,
        request_id=request_id,
    )
