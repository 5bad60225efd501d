"""What staff decide about sources and conflicts, always with a reason, and what they hand in."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from leye.doors.console.months import month_choices
from leye.service.identity.persons import MOST_REASON, Purpose

_MOST_DECISION = 200
_MEGABYTE = 1024 * 1024
_KINDS = (".csv", ".xlsx", ".parquet")


def reason_field(
    label: str, *, most: int = _MOST_DECISION, hint: str = "", required: bool = True
) -> forms.CharField:
    """Give a field for why something is done; the rooms behind check what is written."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=most,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": f"请填写{label}",
            "max_length": f"{label}不能超过 {most} 个字",
            "null_characters_not_allowed": f"{label}含有不能使用的控制字符，请重新输入",
        },
    )


class SourceUploadForm(forms.Form):
    """A department's file, and the month it is of."""

    month = forms.ChoiceField(
        label="月份",
        help_text="文件是哪个月的数据。迟报、更正的以前月份的行，放在当月文件里即可。",
        error_messages={"required": "请选择月份", "invalid_choice": "请选择列出的月份"},
    )
    file = forms.FileField(
        label="数据文件",
        widget=forms.FileInput(attrs={"accept": ",".join(_KINDS)}),
        error_messages={
            "required": "请选择要报送的文件",
            "empty": "这个文件是空的，请重新选择",
            "invalid": "没有收到文件，请重新选择",
        },
    )

    def __init__(
        self, *args: Any, months: Sequence[int], too_large: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._too_large = too_large
        month = self.fields["month"]
        assert isinstance(month, forms.ChoiceField)
        month.choices = month_choices(months)
        self.fields[
            "file"
        ].help_text = (
            f"CSV（UTF-8 或 GB18030）、Excel（.xlsx）或 Parquet，不超过 {upload_megabytes()} MB。"
        )
        if too_large:
            # The file itself did not get here: say why, not that it is missing.
            self.fields["file"].error_messages["required"] = _too_large_text()

    def clean_file(self) -> UploadedFile | None:
        """Refuse what is too large, with the limit and the other way said."""
        file: UploadedFile | None = self.cleaned_data.get("file")
        if self._too_large or (file and (file.size or 0) > settings.LEYE_UPLOAD_LIMIT):
            raise ValidationError(_too_large_text(), code="too_large")
        return file


class NilForm(forms.Form):
    """The month of which a department says that it has nothing."""

    month = forms.ChoiceField(
        label="月份",
        error_messages={"required": "请选择月份", "invalid_choice": "请选择列出的月份"},
    )

    def __init__(self, *args: Any, months: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        month = self.fields["month"]
        assert isinstance(month, forms.ChoiceField)
        month.choices = month_choices(months)


def upload_megabytes() -> int:
    """Give the limit of uploads in MB."""
    return int(settings.LEYE_UPLOAD_LIMIT // _MEGABYTE)


def _too_large_text() -> str:
    return f"文件超过 {upload_megabytes()} MB，请由系统管理人员用命令行接收"


class ConfirmForm(forms.Form):
    """Why a held delivery is taken, or turned down."""

    reason = reason_field("理由", hint="例如：本月停产企业多，经社保经办核实，行数减少属实。")


class DecideForm(forms.Form):
    """Why a conflict is found true, dismissed or opened again."""

    reason = reason_field(
        "处理说明",
        hint="核实了什么、怎样核实的。排除和重开必须写。不要写身份证号和电话。",
        required=False,
    )


class PurposeForm(forms.Form):
    """For what the person behind a conflict is opened; beside the form of decisions."""

    prefix = "person"
    purpose = forms.ChoiceField(
        label="查看事由",
        choices=[("", "请选择"), *((each.value, each.label) for each in Purpose)],
        error_messages={"required": "请选择查看事由", "invalid_choice": "请选择列出的事由"},
    )
    reason = reason_field("查看说明", most=MOST_REASON, hint="例如：电话联系本人，核实离职时间。")
