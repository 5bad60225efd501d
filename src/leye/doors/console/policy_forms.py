"""What staff choose to see of the screening."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from leye.data.reference import key_groups
from leye.decision.policy.queries import EntitledChoice
from leye.doors.console.filters import places_to_choose
from leye.doors.console.months import month_choices
from leye.doors.console.reads.findings import EVERYBODY
from leye.kernel.months import month_add
from leye.kernel.place import Scope
from leye.service.identity.persons import Purpose

_RECEIVING = {"no": False, "yes": True, "all": None}


def _groups(everybody: str) -> list[tuple[str, str]]:
    return [(everybody, "全部"), *((each.code, each.name) for each in key_groups().entries)]


_PURPOSES = tuple(each for each in Purpose if each is not Purpose.SELF_SERVICE)
"""What many are listed for; letting one in is for one who stands there."""


class FindingsFilter(forms.Form):
    """A screened month, a place and a key group."""

    month = forms.ChoiceField(label="月份", error_messages={"invalid_choice": "请选择列出的月份"})
    place = forms.ChoiceField(
        label="地区",
        error_messages={"invalid_choice": "请选择您负责的地区"},
    )
    group = forms.ChoiceField(
        label="重点群体",
        choices=_groups(EVERYBODY),
        error_messages={"invalid_choice": "请选择列出的群体"},
    )

    def __init__(self, data: Mapping[str, Any], *, months: Sequence[int], scope: Scope) -> None:
        super().__init__({"group": EVERYBODY, **data})
        chosen = str(data.get("place") or "")
        set_choices(self, "month", month_choices(months))
        set_choices(self, "place", places_to_choose(scope, chosen))


class EntitledFilter(forms.Form):
    """Whom of a programme to list, and what for."""

    purpose = forms.ChoiceField(
        label="查看事由",
        choices=[("", "请选择"), *((each.value, each.label) for each in _PURPOSES)],
        error_messages={"required": "请选择查看事由", "invalid_choice": "请选择列出的事由"},
    )
    month = forms.ChoiceField(label="月份", error_messages={"invalid_choice": "请选择列出的月份"})
    outcome = forms.ChoiceField(
        label="结果",
        choices=[("eligible", "符合"), ("cannot_tell", "只差一项数据，无法判断")],
        error_messages={"invalid_choice": "请选择列出的结果"},
    )
    receiving = forms.ChoiceField(
        label="是否在享",
        choices=[("all", "全部"), ("no", "没有在享记录"), ("yes", "已在享")],
        error_messages={"invalid_choice": "请选择列出的一项"},
    )
    change = forms.ChoiceField(
        label="比上月",
        required=False,
        choices=[("", "全部"), ("new", "新符合"), ("lost", "不再符合")],
        error_messages={"invalid_choice": "请选择列出的一项"},
    )
    place = forms.ChoiceField(
        label="地区",
        required=False,
        error_messages={"invalid_choice": "请选择您负责的地区"},
    )
    group = forms.ChoiceField(
        label="重点群体",
        required=False,
        choices=_groups(""),
        error_messages={"invalid_choice": "请选择列出的群体"},
    )

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        name: str,
        months: Sequence[int],
        scope: Scope,
        asked: bool = True,
    ) -> None:
        given = {"outcome": "eligible", "receiving": "all", **data}
        super().__init__(given if asked else None, initial=given)
        self._name = name
        chosen = str(data.get("place") or "")
        set_choices(self, "month", month_choices(months))
        set_choices(self, "place", [("", "您负责的全部地区"), *places_to_choose(scope, chosen)])
        self._months = months

    def clean(self) -> dict[str, Any]:
        """Refuse a change that nothing is there to compare with, or of what cannot be told."""
        data = super().clean() or {}
        if data.get("change") and data.get("outcome") == "cannot_tell":
            self.add_error("change", "比上月只看符合的；请把“结果”选为“符合”")
        elif data.get("change") and not self._before(data):
            self.add_error("change", "上一个月没有筛查过，比不了；请选“全部”")
        return data

    def _before(self, data: Mapping[str, Any]) -> int:
        month = month_add(int(data.get("month") or 0) or self._months[0], -1)
        return month if month in self._months else 0

    def chosen(self) -> EntitledChoice:
        """Give what was chosen; only of a form that is valid."""
        data = self.cleaned_data
        return EntitledChoice(
            month=int(data["month"]),
            programme=self._name,
            outcome=data["outcome"],
            within=data["place"],
            group=data["group"],
            receiving=_RECEIVING[data["receiving"]],
            change=data["change"],
            before=self._before(data),
        )


def set_choices(form: forms.Form, name: str, choices: Sequence[Any]) -> None:
    """Give a field of a form what can be chosen in it."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
