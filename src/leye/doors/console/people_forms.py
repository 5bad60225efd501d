"""Which people staff choose to list."""

from collections.abc import Sequence
from typing import Any

from django import forms

from leye.data.reference import key_groups
from leye.data.registers.codes import STATUS
from leye.data.registers.queries.person_lines import PersonChoice
from leye.doors.console.filters import places_to_choose
from leye.doors.console.months import month_choices
from leye.kernel.place import Scope


class PeopleFilter(forms.Form):
    """A month, and a place, a key group and a status, each of which may be left out."""

    month = forms.ChoiceField(label="月份", error_messages={"invalid_choice": "请选择列出的月份"})
    place = forms.ChoiceField(
        label="地区",
        required=False,
        error_messages={"invalid_choice": "请选择您负责的地区"},
    )
    group = forms.ChoiceField(
        label="重点群体",
        required=False,
        choices=[("", "全部人员"), *((each.code, each.name) for each in key_groups().entries)],
        error_messages={"invalid_choice": "请选择列出的群体"},
    )
    status = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "全部状态"), *STATUS.items()],
        error_messages={"invalid_choice": "请选择列出的状态"},
    )

    def __init__(self, data: dict[str, Any], *, months: Sequence[int], scope: Scope) -> None:
        super().__init__(data)
        chosen = str(data.get("place") or "")
        for name, choices in (
            ("month", month_choices(months)),
            ("place", [("", "您负责的全部地区"), *places_to_choose(scope, chosen)]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def chosen(self) -> PersonChoice:
        """Give what was chosen; only of a form that is valid."""
        data = self.cleaned_data
        return PersonChoice(int(data["month"]), data["place"], data["status"], data["group"])


class PresentForm(forms.Form):
    """That the person stands here, and that who they are was checked."""

    here = forms.BooleanField(
        label="本人就在窗口",
        error_messages={"required": "开通码只能当面交给本人，请确认本人在场"},
    )
    card = forms.BooleanField(
        label="已核对居民身份证原件，人证一致",
        error_messages={"required": "请核对居民身份证原件，再勾选确认"},
    )
