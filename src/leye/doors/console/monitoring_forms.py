"""What staff fill in of the monitoring network."""

from collections.abc import Sequence
from typing import Any

from django import forms

from leye.doors.console.filters import places_to_choose
from leye.doors.console.months import month_choices
from leye.kernel.errors import LeyeError
from leye.kernel.place import Scope
from leye.service.monitoring.points.enums import LeaveReason, PointKind, SizeBand
from leye.service.monitoring.points.models import MOST_NAME, MOST_NOTE, MOST_PHONE
from leye.service.monitoring.points.sampling import MOST_TARGET
from leye.service.monitoring.reports.models import MOST_REASON
from leye.service.monitoring.reports.states import ReportState
from leye.service.monitoring.settings.models import MOST_BASIS

_CHOOSE = {"required": "请选择", "invalid_choice": "请选择列出的一项"}


def text_field(label: str, most: int, *, required: bool = False, **kwargs: Any) -> forms.CharField:
    """Give a line of text with Chinese errors."""
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        error_messages={"required": f"请填写{label}", "max_length": f"{label}不能超过 {most} 个字"},
        **kwargs,
    )


def whole_field(label: str, least: int, most: int, **kwargs: Any) -> forms.IntegerField:
    """Give a whole number within bounds, with Chinese errors."""
    words = f"{label}应在 {least:,} 到 {most:,} 之间"
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": f"请填写{label}",
            "invalid": f"{label}要写整数",
            "min_value": words,
            "max_value": words,
        },
        **kwargs,
    )


def choose(form: forms.Form, name: str, choices: Sequence[tuple[str, str]]) -> None:
    """Set the choices of a field."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


class MonthForm(forms.Form):
    """Which month is shown."""

    month = forms.ChoiceField(label="月份", required=False)

    def __init__(self, data: Any, *, months: Sequence[int]) -> None:
        super().__init__(data)
        choose(self, "month", month_choices(months))


class MonitoringPointFilter(forms.Form):
    """Which points to list."""

    place = forms.ChoiceField(label="地区", required=False)
    kind = forms.ChoiceField(
        label="类型",
        required=False,
        choices=[("", "全部"), *((each.value, each.label) for each in PointKind)],
    )
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("in", "在样本中"), ("out", "已退出"), ("all", "全部")],
    )
    words = text_field("名称或信用代码", 40)

    def __init__(self, data: Any, *, scope: Scope) -> None:
        super().__init__(data)
        choose(
            self, "place", [("", "全部"), *places_to_choose(scope, str(data.get("place") or ""))]
        )


class ReportFilter(MonthForm):
    """Which reports to list."""

    place = forms.ChoiceField(label="地区", required=False)
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "全部"), *((each.value, each.label) for each in ReportState)],
    )

    def __init__(self, data: Any, *, months: Sequence[int], scope: Scope) -> None:
        super().__init__(data, months=months)
        choose(self, "place", [("", "全部"), *places_to_choose(scope, "")])


class NewPointForm(forms.Form):
    """A point registered by hand: a firm by its credit code, another by name and place."""

    kind = forms.ChoiceField(
        label="类型",
        choices=[("", "请选择"), *((each.value, each.label) for each in PointKind)],
        error_messages=_CHOOSE,
    )
    uscc = text_field(
        "统一社会信用代码", 40, help_text="企业填这一项；名称、地区、行业从登记库取。"
    )
    name = text_field("名称", MOST_NAME, help_text="市场、园区填名称；村可以空着，用地区名称。")
    place = text_field("地区", 40, help_text="市场、园区填县或乡镇，村填 12 位代码或不重名的名称。")
    phone = text_field("办公电话", MOST_PHONE, help_text="座机，不填个人手机号。")
    from_month = forms.ChoiceField(label="从哪个月起报", error_messages=_CHOOSE)

    def __init__(self, *args: Any, months: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "from_month", month_choices(months))


class LeaveForm(forms.Form):
    """Why a point leaves, its last month, and whether another takes its place."""

    reason = forms.ChoiceField(
        label="退出原因",
        choices=[("", "请选择"), *((each.value, each.label) for each in LeaveReason)],
        error_messages=_CHOOSE,
    )
    note = text_field("说明", MOST_NOTE, help_text="拒绝填报、联系不上、其他，须写明情况。")
    to_month = forms.ChoiceField(label="报到哪个月为止", error_messages=_CHOOSE)
    replace = forms.ChoiceField(
        label="替换",
        choices=[("yes", "由同层下一家企业替换"), ("no", "不替换")],
        error_messages=_CHOOSE,
    )

    def __init__(self, *args: Any, months: Sequence[int], drawn: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "to_month", month_choices(months))
        if not drawn:
            del self.fields["replace"]


class BaseForm(forms.Form):
    """The headcount a firm is compared with, set anew."""

    base = whole_field("建档期就业人数", 0, 200_000)
    from_month = forms.ChoiceField(label="从哪个月起用", error_messages=_CHOOSE)
    reason = text_field("理由", MOST_REASON, required=True)

    def __init__(self, *args: Any, months: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "from_month", month_choices(months))


class DrawForm(forms.Form):
    """How a panel is drawn."""

    target = whole_field("样本数", 1, MOST_TARGET, initial=350, help_text="地级市一般 30—350 家。")
    least = whole_field("每层至少", 0, 5, initial=1, help_text="先满足每层，再按参保人数分配。")
    certain_from = whole_field(
        "多少人以上必选", 100, 100_000, initial=SizeBand.LARGE.least, help_text="按参保人数。"
    )
    seed = whole_field(
        "随机种子",
        0,
        2**53,
        help_text="同一种子、同一抽样框，抽出的样本相同。建议写抽样日期，并当众确定。",
    )
    keep = forms.BooleanField(label="现有监测企业优先续用", required=False, initial=True)
    from_month = forms.ChoiceField(label="从哪个月起用", error_messages=_CHOOSE)

    def __init__(self, *args: Any, months: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "from_month", month_choices(months))


class ReasonForm(forms.Form):
    """Why a report is given back."""

    reason = text_field("退回理由", MOST_REASON, help_text="退回时必填，填报人会看到。")


class OutcomeForm(forms.Form):
    """What came of something on the desk."""

    outcome = text_field("办理结果", 200, required=True)


class SettingForm(forms.Form):
    """A value from a day on."""

    name = forms.ChoiceField(label="设置", error_messages=_CHOOSE)
    value = whole_field("值", 0, 100_000)
    valid_from = forms.DateField(
        label="生效日",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "请填写生效日", "invalid": "日期写作 2026-09-01"},
    )
    basis = text_field("依据", MOST_BASIS, required=True, help_text="如 市就业工作领导小组会议纪要")


def blame(form: forms.Form, error: LeyeError, field: str = "") -> None:
    """Put a refusal to a field, or to the whole form."""
    words = error.detail + (f"（{error.hint}）" if error.hint else "")
    form.add_error(field if field in form.fields else None, words)
