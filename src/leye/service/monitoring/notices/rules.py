"""What a notice must say, and whether the law's lines are reached. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import yaml

from leye.service.identity.texts import plain_text
from leye.service.monitoring.errors import InvalidNotice
from leye.service.monitoring.notices.enums import EmergencyKind, LayoffReason, NoticeKind

MOST_NAME, MOST_TEXT, MOST_PERSONS = 80, 500, 100_000
_YEARS = timedelta(days=366 * 2)


@dataclass(frozen=True, slots=True)
class Duty:
    """One legal duty: what it is called, what it says, in which article of which law."""

    title: str
    text: str
    article: str
    source: str


@dataclass(frozen=True, slots=True)
class NoticeFields:
    """What is reported. ``day``: planned for a layoff, happened for an emergency.

    ``staff`` is everybody employed, None where not known; ``explained_on`` the day on which the
    union or everybody was told, None: not yet; ``heard`` whether opinions were heard.
    """

    kind: NoticeKind
    firm: str
    persons: int
    day: date
    reason: str
    text: str
    staff: int | None = None
    explained_on: date | None = None
    heard: bool = False

    @property
    def reason_label(self) -> str:
        """The reason in Chinese."""
        return reason_label(self.kind, self.reason)


@dataclass(frozen=True, slots=True)
class Legal:
    """Whether article 41 asks for a report, and what of it is missing, in words."""

    reportable: bool
    why: str
    missing: tuple[str, ...]


@cache
def duties() -> tuple[Duty, ...]:
    """Give the legal duties of who lays people off, in the order they are told."""
    path = Path(__file__).with_name("duties.yaml")
    given = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(Duty(source=given["source"], **each) for each in given["duties"])


def reason_label(kind: str, reason: str) -> str:
    """Give a reason's words."""
    known = LayoffReason if kind == NoticeKind.LAYOFF else EmergencyKind
    return known(reason).label


def checked(fields: NoticeFields, *, on: date) -> NoticeFields:
    """Give a notice in its one spelling.

    :raises InvalidNotice: something cannot be so; ``field`` says what.
    :raises InvalidText: a text is missing, too long or holds a personal number.
    """
    known = LayoffReason if fields.kind is NoticeKind.LAYOFF else EmergencyKind
    if fields.reason not in {each.value for each in known}:
        raise InvalidNotice("请选择原因", field="reason")
    if not 1 <= fields.persons <= MOST_PERSONS:
        raise InvalidNotice(f"人数应在 1 到 {MOST_PERSONS:,} 之间", field="persons")
    if fields.staff is not None and fields.staff < fields.persons:
        raise InvalidNotice("涉及人数比职工总数还多", field="staff", hint="请核对这两个数")
    _days(fields, on)
    return NoticeFields(
        kind=fields.kind,
        firm=plain_text(fields.firm, what="单位名称", most=MOST_NAME),
        persons=fields.persons,
        day=fields.day,
        reason=fields.reason,
        text=plain_text(fields.text, what="情况说明", most=MOST_TEXT),
        staff=fields.staff,
        explained_on=fields.explained_on,
        heard=fields.heard,
    )


def legal(fields: NoticeFields, settings: Mapping[str, int], *, plan_attached: bool) -> Legal:
    """Hold a layoff against article 41: is it to be reported, and what is missing of the way there.

    Days are counted from the day the union or everybody was told to the day of the layoff.
    """
    if fields.kind is not NoticeKind.LAYOFF:
        return Legal(False, "突发事件不适用第四十一条", ())
    persons, share = settings["layoff_persons"], settings["layoff_share"]
    many = fields.persons >= persons
    part = fields.staff is not None and fields.persons * 100 >= share * fields.staff
    if not (many or part):
        if fields.staff is None:
            return Legal(False, f"不足 {persons} 人；没有填职工总数，占比算不出来", ())
        return Legal(False, f"不足 {persons} 人，也不到职工总数的 {share}%", ())
    why = f"{fields.persons} 人，达到 {persons} 人" if many else f"占职工总数 {share}% 以上"
    return Legal(True, why, _missing(fields, settings, plan_attached=plan_attached))


def _missing(
    fields: NoticeFields, settings: Mapping[str, int], *, plan_attached: bool
) -> tuple[str, ...]:
    days, found = settings["layoff_notice_days"], []
    if fields.explained_on is None:
        found.append(f"还没有提前 {days} 日向工会或者全体职工说明情况")
    elif (fields.day - fields.explained_on).days < days:
        had = max((fields.day - fields.explained_on).days, 0)
        found.append(f"从说明情况到裁减只有 {had} 天，不足 {days} 天")
    if not fields.heard:
        found.append("还没有听取工会或者职工的意见")
    if not plan_attached:
        found.append("还没有上传裁减人员方案")
    return tuple(found)


def _days(fields: NoticeFields, on: date) -> None:
    if abs(fields.day - on) > _YEARS:
        raise InvalidNotice("日期离今天太远", field="day", hint="请核对年份")
    if fields.kind is NoticeKind.EMERGENCY and fields.day > on:
        raise InvalidNotice("突发事件的日期不能晚于今天", field="day")
    if fields.explained_on is not None and fields.explained_on > on:
        raise InvalidNotice("说明情况的日期不能晚于今天", field="explained_on")
