"""The settings: the product's own values, and those of the city from their day on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import cast

import yaml
from django.conf import settings as django_settings
from django.db import transaction
from django.utils.timezone import localtime

from leye.service.identity.actions import Action
from leye.service.identity.audit import Subject, record
from leye.service.identity.models import User
from leye.service.identity.perms import require
from leye.service.identity.roles import Permission
from leye.service.identity.texts import plain_text
from leye.service.monitoring.errors import InvalidSetting, UnknownSetting
from leye.service.monitoring.settings.models import MOST_BASIS, SettingValue

_FILE = Path(__file__).with_name("defaults.yaml")


class Origin(StrEnum):
    """What a value rests on."""

    LAW = "law"
    PRACTICE = "practice"
    PROPOSAL = "proposal"
    CITY = "city"

    @property
    def label(self) -> str:
        """The origin in Chinese."""
        return _ORIGINS[self]


_ORIGINS = {
    Origin.LAW: "法律规定",
    Origin.PRACTICE: "其他城市公布的做法",
    Origin.PROPOSAL: "初始建议",
    Origin.CITY: "本市设定",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting with the product's own value; ``fixed`` by law, or the city's to change."""

    name: str
    label: str
    unit: str
    least: int
    most: int
    value: int
    since: date
    origin: Origin
    basis: str
    fixed: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A setting as it stands on a day: its value, from when, on what basis, set by whom."""

    setting: Setting
    value: int
    since: date
    origin: Origin
    basis: str
    by: str = ""


@cache
def catalogue() -> Mapping[str, Setting]:
    """Give every setting by name."""
    given = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {name: _setting(name, each) for name, each in given.items()}


def standing(on: date) -> dict[str, Standing]:
    """Give every setting as it stands on a day; in one query."""
    found = {
        name: Standing(each, each.value, each.since, each.origin, each.basis)
        for name, each in catalogue().items()
    }
    rows = SettingValue.objects.filter(valid_from__lte=on).order_by("valid_from", "id")
    for row in rows.select_related("by"):
        setting = catalogue().get(row.name)
        if setting is not None:
            found[row.name] = Standing(
                setting, row.value, row.valid_from, Origin.CITY, row.basis, row.by.display_name
            )
    return found


def values(on: date) -> dict[str, int]:
    """Give the value of every setting on a day; in one query."""
    return {name: each.value for name, each in standing(on).items()}


def coming(on: date) -> list[SettingValue]:
    """Give the values that were set and are not in force yet."""
    return list(SettingValue.objects.filter(valid_from__gt=on).select_related("by"))


@transaction.atomic
def set_value(
    *,
    name: str,
    value: int,
    valid_from: date,
    basis: str,
    by: User,
    at: datetime,
    request_id: str = "",
) -> SettingValue:
    """Set a value from a day on; earlier ones stay on record.

    :raises UnknownSetting: there is no such setting.
    :raises Forbidden: ``by`` does not direct the monitoring of the city.
    :raises InvalidSetting: fixed by law, out of bounds, or from a day before today.
    :raises InvalidText: no basis, or one that cannot be kept.
    """
    setting = catalogue().get(name)
    if setting is None:
        raise UnknownSetting(f"“{name[:40]}”")
    require(by, Permission.DIRECT_MONITORING, django_settings.LEYE_CITY)
    if setting.fixed:
        raise InvalidSetting(f"“{setting.label}”由法律规定", hint=setting.basis)
    if not setting.least <= value <= setting.most:
        raise InvalidSetting(f"应在 {setting.least} 到 {setting.most} 之间", hint=setting.unit)
    if valid_from < localtime(at).date():
        raise InvalidSetting("生效日不能早于今天", hint="已经算过的时限不再改动")
    made = SettingValue.objects.create(
        name=name,
        value=value,
        valid_from=valid_from,
        basis=plain_text(basis, what="依据", most=MOST_BASIS),
        by=by,
        at=at,
    )
    record(
        action=Action.MONITORING_SETTING_CHANGED,
        by=by,
        at=at,
        place=django_settings.LEYE_CITY,
        subject=Subject("setting", name),
        detail={"value": value},
        request_id=request_id,
    )
    return made


def _setting(name: str, given: Mapping[str, object]) -> Setting:
    least, most = (int(each) for each in cast("list[int]", given["bounds"]))
    return Setting(
        name=name,
        label=str(given["label"]),
        unit=str(given["unit"]),
        least=least,
        most=most,
        value=int(str(given["value"])),
        since=date.fromisoformat(str(given["from"])),
        origin=Origin(str(given["origin"])),
        basis=str(given["basis"]),
        fixed=bool(given.get("fixed", False)),
    )
