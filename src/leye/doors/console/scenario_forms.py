"""What staff change for a what-if: some numbers of the law, each from a month on."""

import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django import forms

from leye.decision.policy import Change, Described, catalogue, system, with_unit
from leye.decision.policy.evaluate import parameters_read
from leye.decision.policy.parameters import SETTING
from leye.decision.policy.programmes import programme
from leye.doors.console.months import month_choices
from leye.doors.console.policy_forms import set_choices
from leye.kernel.months import valid_month
from leye.service.scenario.models import MOST_NAME

ROWS = (1, 2, 3)
ENDS = "停止"
_MOST = 1e9
_YES = {"是": 1.0, "1": 1.0, "否": 0.0, "0": 0.0}
_OF_THE_CITY = "市里设定的数"


class ScenarioForm(forms.Form):
    """A name, the registers of a month, and up to three changes."""

    name = forms.CharField(
        label="名称",
        max_length=MOST_NAME,
        help_text="例如：失业保险金提高到最低工资的百分之百。",
        error_messages={
            "required": "请填写名称",
            "max_length": f"名称不能超过 {MOST_NAME} 个字",
            "null_characters_not_allowed": "名称含有不能使用的控制字符，请重新输入",
        },
    )
    month = forms.ChoiceField(
        label="用哪个月的登记库",
        error_messages={"required": "请选择月份", "invalid_choice": "请选择列出的月份"},
    )

    def __init__(self, data: Any = None, *, months: Sequence[int], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        set_choices(self, "month", month_choices(months))
        choices = parameter_choices(months[0])
        for row in ROWS:
            self.fields[f"path_{row}"] = forms.ChoiceField(
                label=f"改动{row}：改哪个数",
                required=row == ROWS[0],
                choices=choices,
                error_messages={
                    "required": "请选择要改动的数",
                    "invalid_choice": "请选择列出的一项",
                },
            )
            self.fields[f"value_{row}"] = _text(f"改动{row}：改为")
            self.fields[f"since_{row}"] = _text(f"改动{row}：从哪个月起")

    def rows(self) -> list[list[Any]]:
        """Give the fields of each change, for the page."""
        names = ("path", "value", "since")
        return [[self[f"{name}_{row}"] for name in names] for row in ROWS]

    def heads(self) -> list[Any]:
        """Give the other fields, for the page."""
        return [self["name"], self["month"]]

    def clean(self) -> dict[str, Any]:
        """Read the changes; what is wrong is told at its field."""
        data: dict[str, Any] = super().clean() or {}
        month = int(data.get("month") or 0)
        found = [self._change(row, data, month) for row in ROWS]
        seen: set[str] = set()
        for row in ROWS:
            path = data.get(f"path_{row}", "")
            if path and path in seen:
                self.add_error(f"path_{row}", "这个数前面已经改了一次")
            seen.add(path)
        return {**data, "changes": [each for each in found if each is not None]}

    def _change(self, row: int, data: Mapping[str, Any], month: int) -> Change | None:
        path, text = data.get(f"path_{row}"), data.get(f"value_{row}")
        if not path:
            if text and f"path_{row}" not in self.errors:
                self.add_error(f"path_{row}", "请选择要改动的数")
            return None
        about = system().law.get(path)
        since = self._since(row, data.get(f"since_{row}") or "", month)
        if not text:
            if f"value_{row}" not in self.errors:
                self.add_error(f"value_{row}", "请填写改为多少")
            return None
        try:
            value = read_value(about, text)
        except ValueError as error:
            self.add_error(f"value_{row}", str(error))
            return None
        return None if since is None else Change(path, value, since)

    def _since(self, row: int, text: str, month: int) -> int | None:
        if not text:
            return month
        number = int(text) if text.isascii() and text.isdigit() and len(text) == 6 else 0
        if not valid_month(number):
            self.add_error(f"since_{row}", "月份写作六位数字，例如 202501")
        elif month and number > month:
            self.add_error(f"since_{row}", f"应不晚于 {month}：从更晚的月份起改，对这个月没有影响")
        else:
            return number
        return None


def read_value(about: Described, text: str) -> float | None:
    """Give the number that a text stands for; None ends the rule.

    :raises ValueError: it stands for none; said in Chinese.
    """
    text = text.strip()
    if text == ENDS:
        if about.path.startswith(f"{SETTING}."):
            raise ValueError("市里设定的数不能停止，请写一个数")
        return None
    if about.unit == "是":
        if text not in _YES:
            raise ValueError("请写“是”或者“否”")
        return _YES[text]
    try:
        number = float(text.rstrip("%％") if about.unit == "比例" else text)
    except ValueError:
        number = math.nan
    if not 0 <= number <= _MOST:
        raise ValueError(
            "请写一个不小于 0 的数" + (f"，或者“{ENDS}”" if not _is_set(about) else "")
        )
    if about.unit == "年月" and not valid_month(int(number)):
        raise ValueError("月份写作六位数字，例如 202501")
    return number / 100 if about.unit == "比例" else number


def value_words(about: Described, value: float | None) -> str:
    """Give a value of a parameter with its unit in words."""
    if value is None or value != value:
        return "尚未设定" if _is_set(about) else ENDS
    if about.unit == "是":
        return "是" if value else "否"
    return with_unit(value, about.unit)


def parameter_choices(month: int) -> list[tuple[str, Any]]:
    """Give the parameters that programmes rest on, with what they are in a month, in groups."""
    law = system().law
    grouped: dict[str, list[tuple[str, str]]] = {}
    for path, group in _users().items():
        about = law.get(path)
        now = about.at(month)
        words = value_words(about, None if now is None else now.value)
        unit = "，写百分数" if about.unit == "比例" else ""
        grouped.setdefault(group, []).append((path, f"{about.label_zh}（现为 {words}{unit}）"))
    return [("", "请选择"), *grouped.items()]


@cache
def _users() -> Mapping[str, str]:
    """Give each parameter with the first programme of the list that rests on it."""
    rules = system()
    found: dict[str, str] = {}
    for name, listed in catalogue().items():
        for path in sorted(parameters_read(rules, programme(name))):
            group = _OF_THE_CITY if path.startswith(f"{SETTING}.") else listed.title
            found.setdefault(path, group)
    return dict(sorted(found.items(), key=lambda each: each[1] == _OF_THE_CITY))


def _is_set(about: Described) -> bool:
    return about.path.startswith(f"{SETTING}.")


def _text(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "max_length": "写得太长了",
            "null_characters_not_allowed": "含有不能使用的控制字符，请重新输入",
        },
    )
