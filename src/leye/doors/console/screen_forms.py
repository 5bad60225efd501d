"""What staff fill in to open a screen."""

from typing import Any

from django import forms

from leye.data.reference import places
from leye.kernel.place import PlaceLevel, Scope
from leye.service.identity.screens import MOST_DAYS, MOST_LABEL

_DAYS = ((7, "7 天"), (30, "30 天"), (90, "90 天"), (MOST_DAYS, "一年"))


class ScreenForm(forms.Form):
    """A screen: what it is called, of which place, for how long, with or without names of firms."""

    label = forms.CharField(
        label="名称",
        max_length=MOST_LABEL,
        help_text="屏幕在哪里，例如“人社局三楼指挥室”。会显示在大屏下方。",
        error_messages={"required": "请填写名称"},
    )
    days = forms.TypedChoiceField(
        label="有效期", choices=_DAYS, coerce=int, initial=90, help_text="到期后地址自动失效。"
    )
    shows_firms = forms.BooleanField(
        label="在“企业和园区”页显示企业名称",
        required=False,
        help_text="不勾选时只显示行业、园区和地区的数。个体工商户的字号任何时候都不显示。",
    )

    field_order = ("label", "place", "days", "shows_firms")

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = (PlaceLevel.CITY, PlaceLevel.COUNTY)
        known = [place for level in every for place in places().at_level(level)]
        self.fields["place"] = forms.ChoiceField(
            label="地区",
            help_text="显示这个地区的准确数。",
            choices=[(place.code, place.name) for place in known if scope.covers(place.code)],
            error_messages={"required": "请选择地区", "invalid_choice": "请选择您负责的地区"},
        )
        self.order_fields(self.field_order)
