"""What staff ask of the policy reserve and of the contingency plans."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from django import forms
from django.conf import settings

from leye.doors.console.monitoring_forms import choose
from leye.doors.console.presenters import place_name
from leye.kernel.place import Scope
from leye.service.monitoring.desk.clocks import Level
from leye.service.response.plans.catalogue import PlanKind
from leye.service.response.reserve.catalogue import FREE_FUNDS, Measure, Per, fund_label, reserve
from leye.service.response.reserve.costs import counties_with_class
from leye.service.response.reserve.reach import (
    MOST_DAYS,
    MOST_MONTHS,
    MOST_PERSONS,
    MOST_YUAN,
    Ask,
    Known,
)

TEN_THOUSAND = 10_000
_CHOOSE = {"required": "请选择", "invalid_choice": "请选择列出的一项"}
_LEVELS = [(str(each.value), each.label) for each in Level]


class LevelFilter(forms.Form):
    """At which level the measures may be used."""

    level = forms.ChoiceField(
        label="哪一级能用",
        required=False,
        choices=[("", "全部措施"), *_LEVELS],
        error_messages=_CHOOSE,
    )


class PlanFilter(forms.Form):
    """Which plan is shown."""

    level = forms.ChoiceField(label="等级", choices=_LEVELS, error_messages=_CHOOSE)
    kind = forms.ChoiceField(label="情形", error_messages=_CHOOSE)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        choose(self, "kind", [(each.value, each.label) for each in PlanKind])


class ReachForm(forms.Form):
    """Whom to serve, when, with how much money; and what the city knows of each measure."""

    county = forms.ChoiceField(label="县（市、区）", required=False, error_messages=_CHOOSE)
    level = forms.ChoiceField(label="预警等级", choices=_LEVELS, error_messages=_CHOOSE)

    def __init__(self, data: Any = None, *, scope: Scope, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        choices = county_choices(scope)
        choose(self, "county", choices)
        self.fields["county"].required = all(code for code, _ in choices)
        self.fields["persons"] = _whole("要服务的人数", 1, MOST_PERSONS, required=True)
        self.fields["days"] = _whole("几天内要用上", 0, MOST_DAYS, required=True)
        self.fields["months"] = _whole("按月发的算几个月", 1, MOST_MONTHS, required=True)
        for number, fund in enumerate(funds_with_budget()):
            self.fields[f"budget_{number}"] = _money(
                f"{fund_label(fund)}（万元）", MOST_YUAN / TEN_THOUSAND, places=4
            )
        for measure in reserve().measures:
            if _asks_capacity(measure):
                self.fields[f"capacity_{measure.code}"] = _whole(
                    f"{measure.title}：能承接多少人", 0, MOST_PERSONS
                )
            if _asks_cost(measure):
                words = f"{measure.title}：每人{'每月' if _monthly(measure) else ''}多少元"
                self.fields[f"cost_{measure.code}"] = _money(words, MOST_YUAN, places=2)

    @property
    def heads(self) -> Iterator[forms.BoundField]:
        """The fields of the question itself."""
        return (self[name] for name in ("persons", "level", "days", "months", "county"))

    @property
    def budgets(self) -> Iterator[forms.BoundField]:
        """What each fund may spend."""
        return (self[f"budget_{n}"] for n, _ in enumerate(funds_with_budget()))

    @property
    def rows(self) -> Iterator[list[forms.BoundField]]:
        """Of each measure of which something is not set, the fields to say it."""
        for measure in reserve().measures:
            names = (f"capacity_{measure.code}", f"cost_{measure.code}")
            fields = [self[name] for name in names if name in self.fields]
            if fields:
                yield fields

    @property
    def told(self) -> bool:
        """Whether anything of a measure was said, or said wrongly."""
        given = (name for name in self.data if name.startswith(("capacity_", "cost_")))
        return any(self.data[name] for name in given)

    def asked(self, month: int) -> Ask:
        """Give what was asked, for the law of a month; only of a form that is valid."""
        data = self.cleaned_data
        return Ask(
            persons=data["persons"],
            level=Level(int(data["level"])),
            days=data["days"],
            months=data["months"],
            month=month,
            county=data["county"],
            budgets=_budgets(data),
            known=_known(data),
        )


def county_choices(scope: Scope) -> list[tuple[str, str]]:
    """Give the counties of a scope, and the whole city before them where the scope holds it."""
    found = [(code, place_name(code)) for code in counties_with_class() if scope.covers(code)]
    whole = [("", "全市（按最高的县算）")] if scope.covers(settings.LEYE_CITY) else []
    return [*whole, *found]


@cache
def funds_with_budget() -> tuple[str, ...]:
    """Give the funds that a budget can bound, in the order of the catalogue."""
    funds = (each.fund for each in reserve().measures if not each.ended)
    return tuple(fund for fund in dict.fromkeys(funds) if fund not in FREE_FUNDS)


def _budgets(data: Mapping[str, Any]) -> dict[str, Decimal | None]:
    given = {fund: data[f"budget_{n}"] for n, fund in enumerate(funds_with_budget())}
    return {fund: None if v is None else v * TEN_THOUSAND for fund, v in given.items()}


def _known(data: Mapping[str, Any]) -> dict[str, Known]:
    found = {}
    for code in reserve().codes:
        capacity, cost = data.get(f"capacity_{code}"), data.get(f"cost_{code}")
        if capacity is not None or cost is not None:
            found[code] = Known(capacity, cost)
    return found


def _asks_capacity(measure: Measure) -> bool:
    return not measure.ended and measure.capacity is None and not measure.unbounded


def _asks_cost(measure: Measure) -> bool:
    fixed = measure.cost is not None and measure.cost.amount is not None
    return not measure.ended and not fixed


def _monthly(measure: Measure) -> bool:
    return measure.cost is not None and measure.cost.per is Per.MONTH


def _whole(label: str, least: int, most: int, *, required: bool = False) -> forms.IntegerField:
    words = f"{label}：应在 {least:,} 到 {most:,} 之间"
    return forms.IntegerField(
        label=label,
        required=required,
        min_value=least,
        max_value=most,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": f"请填写{label}",
            "invalid": f"{label}：要写整数",
            "min_value": words,
            "max_value": words,
        },
    )


def _money(label: str, most: Decimal, *, places: int) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=Decimal(0),
        max_value=most,
        decimal_places=places,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={
            "invalid": f"{label}：要写数字",
            "min_value": f"{label}：不能小于零",
            "max_value": f"{label}：数太大，请核对单位",
            "max_decimal_places": f"{label}：小数最多 {places} 位",
        },
    )
