"""What staff choose to see of the registers and the comparisons."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms

from leye.data.reference import Place, places
from leye.doors.console.forms import place_choices
from leye.doors.console.months import month_choices
from leye.doors.console.reads.conflicts import Wanted
from leye.doors.console.words.conflicts import rule_choices
from leye.kernel.errors import UnknownCode
from leye.kernel.place import InvalidPlaceCode, PlaceLevel, Scope
from leye.service.review.enums import State


def places_to_choose(scope: Scope, chosen: str) -> list[tuple[str, str]]:
    """Give the places down to counties; of the county in question its towns, of a town villages.

    In question is the place chosen, else the asker's own where there is only one.
    """
    found = place_choices(scope)
    asked = chosen or (next(iter(scope.places)) if len(scope.places) == 1 else "")
    try:
        path = places().path(asked) if asked and scope.covers(asked) else ()
    except (UnknownCode, InvalidPlaceCode):
        return found
    for place in path:
        if place.level in (PlaceLevel.COUNTY, PlaceLevel.TOWN):
            found = _with_children(found, place)
    return found


def _with_children(choices: list[tuple[str, str]], above: Place) -> list[tuple[str, str]]:
    """Set the places inside one of the choices in under it."""
    codes = [code for code, _ in choices]
    if above.code not in codes:
        return choices
    at = codes.index(above.code)
    text = choices[at][1]
    indent = text[: len(text) - len(text.lstrip("　"))] + "　"
    inside = [(p.code, f"{indent}{p.name}") for p in places().children(above.code)]
    return [*choices[: at + 1], *inside, *choices[at + 1 :]]


class RegisterFilter(forms.Form):
    """A month of the registers, and a place."""

    month = forms.ChoiceField(label="月份")
    place = forms.ChoiceField(label="地区")

    def __init__(
        self, data: dict[str, Any], *, months: Sequence[int], scope: Scope, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        _choose(self, "month", month_choices(months))
        _choose(self, "place", places_to_choose(scope, str(data.get("place") or "")))


class ConflictFilter(forms.Form):
    """Which conflicts to list; ``usual`` is what is shown unasked: those that wait."""

    usual: ClassVar[dict[str, str]] = {"state": State.OPEN.value, "grace": "past"}

    month = forms.ChoiceField(label="月份", error_messages={"required": "请选择月份"})
    rule = forms.ChoiceField(
        label="规则",
        required=False,
        choices=[("", "全部规则"), *rule_choices()],
        error_messages={"invalid_choice": "请选择列出的规则"},
    )
    place = forms.ChoiceField(
        label="地区",
        required=False,
        error_messages={"invalid_choice": "请选择您负责的地区"},
    )
    state = forms.ChoiceField(
        label="状态",
        choices=[*((each.value, each.label) for each in State), ("all", "全部状态")],
        error_messages={"invalid_choice": "请选择列出的状态"},
    )
    grace = forms.ChoiceField(
        label="宽限期",
        choices=[("past", "已超过"), ("within", "在期内"), ("all", "全部")],
        error_messages={"invalid_choice": "请选择列出的一项"},
    )

    def __init__(
        self, data: dict[str, Any] | None, *, months: Sequence[int], scope: Scope, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        _choose(self, "month", month_choices(months))
        chosen = str((data or {}).get("place") or "")
        _choose(self, "place", [("", "全部"), *places_to_choose(scope, chosen)])

    def wanted(self) -> Wanted:
        """Give what was chosen; only of a form that is valid."""
        data = self.cleaned_data
        return Wanted(
            month=int(data["month"]),
            rule=data["rule"],
            place=data["place"],
            state=None if data["state"] == "all" else State(data["state"]),
            within_grace={"past": False, "within": True, "all": None}[data["grace"]],
        )


def _choose(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
